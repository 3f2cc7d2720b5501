// Errors of an agent in this process, told as those of calls.
import { ConnectError } from "@connectrpc/connect";
import { AgentConfigurationError, AgentError } from "@meshwork/agents-core";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { exitCodes } from "./cli-error.ts";
import { failureOfCall } from "./failure.ts";
import type { Asked } from "./hints.ts";
import type { Failure } from "./report.ts";

/** Tells an error of an agent in this process; undefined for one that comes from elsewhere. */
export function failureOfAgent(error: unknown, asked: Asked): Failure | undefined {
  if (error instanceof AgentConfigurationError) {
    const violations = error.problems.map(({ path, value, limit, cure }) => {
      return { field: path, message: `= ${value}: ${limit}; ${cure}` };
    });
    const message = "the agent's configuration cannot be used";
    return { message, exit: exitCodes.config, violations, next: [], stack: error.stack };
  }
  if (!(error instanceof AgentError)) return undefined;
  const info = { reason: error.reason, domain: "meshwork", metadata: error.metadata };
  const details = error.reason === "" ? [] : [{ desc: ErrorInfoSchema, value: info }];
  return failureOfCall(new ConnectError(error.message, error.code, undefined, details), asked);
}
