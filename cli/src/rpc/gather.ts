// Calls many agents and writes their answers out as they come.
import { toJson } from "@bufbuild/protobuf";
import { ErrorReasonSchema } from "@meshwork/gen/mesh/v1/error";
import {
  GatherSummarySchema,
  type GatheredReply,
  type GatherSummary,
} from "@meshwork/gen/mesh/v1/message_service";
import { CliError, exitCodes } from "../errors/cli-error.ts";
import type { Format } from "../output/format-names.ts";
import { payloadLines, payloadRecord, safe } from "../output/printable.ts";
import { out, talk } from "../output/stdout.ts";
import { prepare, type Outgoing } from "./outgoing.ts";
import { selectorOf } from "./selector-text.ts";

/** A gathering as it was typed. */
export interface OutgoingGathering extends Outgoing {
  /** A list or a condition; see `selectorOf`. */
  readonly selector: string;
  readonly capability: string;
}

/** Answers to stdout, the summary to stderr. Gives the exit code: 10 where some did not answer. */
export async function gather(call: OutgoingGathering): Promise<number> {
  const selector = selectorOf(call.selector, "SELECTOR");
  const { client, meshId, content } = await prepare(call, "mesh gather");
  const { capability, timeoutMs, style } = call;
  const events = client.gatherReplies(
    { meshId, selector, capability, ...content },
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  for await (const { event } of events) {
    if (event.case === "reply") await out(await replyText(event.value, style.format));
    if (event.case !== "summary") continue;
    summaryLines(event.value, style.format).forEach(talk);
    return event.value.failures.length === 0 ? exitCodes.ok : exitCodes.partial;
  }
  throw new CliError("the server ended the gathering without its summary", exitCodes.other);
}

/** An answer with the agent's name before each of its lines, or as an object. */
export async function replyText(reply: GatheredReply, format: Format): Promise<string> {
  const { agentId } = reply;
  if (format === "json" || format === "jsonl")
    return `${JSON.stringify({ agentId, ...payloadRecord(reply) })}\n`;
  if (format === "yaml") {
    const { stringify } = await import("yaml");
    return `---\n${stringify({ agentId, ...payloadRecord(reply) })}`;
  }
  if (format === "name") return `${agentId}\n`;
  return payloadLines(reply)
    .map((line) => `${agentId}: ${line}\n`)
    .join("");
}

/** How many answered, and who did not and why; one line of JSON where answers are JSON. */
export function summaryLines(summary: GatherSummary, format: Format): string[] {
  if (format === "json" || format === "jsonl")
    return [JSON.stringify({ summary: toJson(GatherSummarySchema, summary) })];
  const { asked, answered, failures } = summary;
  const head =
    asked === 0
      ? "no agent that is selected has the capability"
      : `${answered} of ${asked} answered`;
  return [
    head,
    ...failures.map(({ agentId, reason, message }) => {
      const name = ErrorReasonSchema.value[reason]?.name.replace("ERROR_REASON_", "");
      return `  ${agentId} did not: ${safe(message)} (${name ?? String(reason)})`;
    }),
  ];
}
