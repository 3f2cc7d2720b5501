// What a benchmark and the process that it measures tell each other over Node's IPC channel.

/** Asked of the measured process. */
export type Question =
  | { readonly ask: "usage" }
  | { readonly ask: "memory" }
  | { readonly ask: "work"; readonly ms: number }
  | { readonly ask: "profile-start" }
  | { readonly ask: "profile-stop"; readonly file: string };

/** All threads of the process since it started. */
export interface Usage {
  readonly cpuMicroseconds: number;
}

/** What a process that is its own load has done when asked to work for a while. */
export interface Work {
  readonly done: number;
  /** The last piece of work is finished even if time is up. */
  readonly ms: number;
}

/** After a full garbage collection. */
export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Buffers and what native code holds for them. */
  readonly externalBytes: number;
}

/** Said once by a process that can be measured. */
export interface Ready {
  /** Where it listens, where it does. */
  readonly url: string;
  /** An admin's API key, where there are any. */
  readonly key: string;
}

export type Answer =
  | { readonly ready: Ready }
  | { readonly answer: Usage | Memory | Work | null; readonly failure?: string };
