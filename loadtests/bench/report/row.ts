/** What is compared with its peers. */
export const OURS = "meshwork";

/** One figure of one subject; rows of one benchmark and case are comparable with each other. */
export interface Row {
  readonly benchmark: string;
  readonly case: string;
  /** `OURS`, or the peer's name. */
  readonly subject: string;
  readonly figure: number;
  readonly unit: string;
  /** The same work per second of the clock, where `figure` is per CPU-second. */
  readonly perSecond?: number;
  /** The same work per CPU-second of the server, where `figure` is by the clock. */
  readonly perCpuSecond?: number;
}

/** What a benchmark is run with. */
export interface Run {
  /** Length of each measurement. */
  readonly seconds: number;
  /** An empty folder, removed at the end. */
  folder(): string;
  /** Tells the reader of the report something, once however often it is said. */
  note(text: string): void;
  /** Where CPU profiles go, if they are wanted. */
  readonly profileFolder: string | undefined;
}

/** Measures, and answers the rows. */
export type Benchmark = (run: Run) => Promise<Row[]>;
