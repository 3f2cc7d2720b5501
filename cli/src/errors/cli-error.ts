// The errors that the CLI raises by itself, as opposed to those that a server answers.

/** Exit codes of `mesh`. */
export const exitCodes = {
  ok: 0,
  other: 1,
  usage: 2,
  config: 3,
  notFound: 4,
  conflict: 5,
  notAllowed: 6,
  unavailable: 7,
  deadline: 8,
  exhausted: 9,
  partial: 10,
  finding: 100,
  interrupted: 130,
} as const;

/** An error with what to do about it. `cause` is shown with `--debug`. */
export class CliError extends Error {
  readonly exit: number;
  readonly next: readonly string[];

  constructor(message: string, exit: number, next: readonly string[] = [], cause?: unknown) {
    super(message, { cause });
    this.name = "CliError";
    this.exit = exit;
    this.next = next;
  }
}

/** What was typed cannot be right. */
export function usageError(message: string, ...next: readonly string[]): CliError {
  return new CliError(message, exitCodes.usage, next);
}

/** A file or a variable of the configuration cannot be used. */
export function configError(message: string, ...next: readonly string[]): CliError {
  return new CliError(message, exitCodes.config, next);
}
