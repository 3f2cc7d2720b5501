/** The first thing that went wrong in callbacks; measuring goes on only while there is none. */
export interface Failure {
  readonly note: (error: Error) => void;
  /** Throws it, if there is one. */
  readonly check: () => void;
}

/** Collects what callbacks cannot throw. */
export function createFailure(): Failure {
  let first: Error | undefined;
  return {
    note: (error) => (first ??= error),
    check: () => {
      if (first !== undefined) throw first;
    },
  };
}
