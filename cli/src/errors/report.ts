// Tells an error on stderr, for people or as JSON.
import { CliError, exitCodes } from "./cli-error.ts";

/** A rule that a field breaks. */
export interface Violation {
  readonly field: string;
  /** Id of the rule, where the server names one. */
  readonly rule?: string;
  readonly message: string;
}

/** An error as it is told. */
export interface Failure {
  /** What happened. */
  readonly message: string;
  readonly exit: number;
  /** Canonical code, of an answer of the server. */
  readonly code?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Finds the call in the server's log. */
  readonly callId?: string;
  readonly violations: readonly Violation[];
  /** What to do. */
  readonly next: readonly string[];
  readonly retryAfter?: string;
  readonly stack?: string | undefined;
}

/** How errors are told. */
export interface ReportStyle {
  readonly json: boolean;
  readonly debug: boolean;
  readonly colour: boolean;
}

/** Tells an error of the CLI itself, or one that nobody expected. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) {
    const cause =
      error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? error.cause.message}` : "";
    return {
      message: error.message,
      exit: error.exit,
      violations: [],
      next: error.next,
      stack: `${error.stack ?? ""}${cause}`,
    };
  }
  const { message, stack } =
    error instanceof Error ? error : { message: String(error), stack: undefined };
  return { message, exit: exitCodes.other, violations: [], next: ["--debug tells more"], stack };
}

/** The text for stderr, with its last line ended. */
export function reportText(failure: Failure, { json, debug, colour }: ReportStyle): string {
  if (json) return `${JSON.stringify({ error: jsonOf(failure, debug) })}\n`;
  const head = colour ? "\u001b[1;31merror:\u001b[0m" : "error:";
  const facts = [
    ...(failure.code === undefined ? [] : [`code ${failure.code}`]),
    ...(failure.reason === undefined ? [] : [`reason ${failure.reason}`]),
    ...(failure.callId === undefined ? [] : [`call ${failure.callId}`]),
  ];
  const lines = [
    `${head} ${printable(failure.message)}`,
    ...failure.violations.map(({ field, rule, message }) => {
      return `  ${[field, message, rule === undefined ? "" : `(${rule})`]
        .filter((each) => each !== "")
        .map(printable)
        .join(" ")}`;
    }),
    ...(facts.length === 0 ? [] : [`  ${printable(facts.join(", "))}`]),
    ...failure.next.map((each) => `  → ${printable(each)}`),
    ...(debug && failure.stack !== undefined ? [failure.stack] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function jsonOf({ stack, ...rest }: Failure, debug: boolean): object {
  return debug ? { ...rest, stack } : rest;
}

/** A server's words must not steer the terminal. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (each) => {
    return `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
