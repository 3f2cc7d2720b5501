// Which exit code an answer of the server gives.
import { exitCodes } from "./cli-error.ts";

const byCode: Readonly<Record<string, number>> = {
  CANCELLED: exitCodes.interrupted,
  UNKNOWN: exitCodes.other,
  INVALID_ARGUMENT: exitCodes.usage,
  DEADLINE_EXCEEDED: exitCodes.deadline,
  NOT_FOUND: exitCodes.notFound,
  ALREADY_EXISTS: exitCodes.conflict,
  PERMISSION_DENIED: exitCodes.notAllowed,
  RESOURCE_EXHAUSTED: exitCodes.exhausted,
  FAILED_PRECONDITION: exitCodes.conflict,
  ABORTED: exitCodes.conflict,
  OUT_OF_RANGE: exitCodes.conflict,
  UNIMPLEMENTED: exitCodes.other,
  INTERNAL: exitCodes.other,
  UNAVAILABLE: exitCodes.unavailable,
  DATA_LOSS: exitCodes.other,
  UNAUTHENTICATED: exitCodes.notAllowed,
};

/** Exit code for a canonical code such as `NOT_FOUND`; 1 for one that is not known. */
export function exitCodeOf(code: string): number {
  return byCode[code] ?? exitCodes.other;
}
