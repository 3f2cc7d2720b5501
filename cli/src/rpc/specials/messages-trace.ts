// `mesh messages trace` for people.
import type { Message } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  MessageStep_Kind,
  MessageStep_KindSchema,
  MessageStepSchema,
  type MessageStep,
} from "@meshwork/gen/mesh/v1/message";
import type { TraceMessageResponse } from "@meshwork/gen/mesh/v1/message_service";
import type { OutputStyle } from "../../output/format-names.ts";
import { humanMs } from "../../output/human.ts";
import { enumText } from "../../output/paths.ts";
import { safe } from "../../output/printable.ts";
import { tableLines } from "../../output/table.ts";
import type { Items } from "../specials.ts";

const words: Readonly<Partial<Record<MessageStep_Kind, string>>> = {
  [MessageStep_Kind.ACCEPTED]: "accepted",
  [MessageStep_Kind.STORED]: "stored on disk",
  [MessageStep_Kind.ADDRESSED]: "put into mailbox",
  [MessageStep_Kind.DELIVERED]: "delivered",
  [MessageStep_Kind.ACKNOWLEDGED]: "acknowledged",
  [MessageStep_Kind.RETRY_ASKED]: "asked for later",
  [MessageStep_Kind.REJECTED]: "rejected",
  [MessageStep_Kind.EXTENDED]: "given more time",
  [MessageStep_Kind.TIMED_OUT]: "not settled in time",
  [MessageStep_Kind.RETURNED]: "given back",
  [MessageStep_Kind.DEAD_LETTERED]: "dead letter",
  [MessageStep_Kind.CANCELLED]: "taken back",
  [MessageStep_Kind.REPLAYED]: "replayed",
  [MessageStep_Kind.DROPPED]: "dropped",
};

/** A line a step, with its time after the first step and after the one before. */
export function traceLines(message: Message, { headers }: OutputStyle): string[] {
  const { steps } = message as TraceMessageResponse;
  const times = steps.map(({ time }) => (time === undefined ? undefined : timestampMs(time)));
  const heads = ["TIME", "AFTER", "STEP AFTER", "WHAT", "RECEIVER", "ATTEMPT", "NODE", "DETAIL"];
  const rows = steps.map((step, at) => [
    times[at] === undefined ? "-" : new Date(times[at]).toISOString(),
    distance(times[0], times[at]),
    distance(times[at - 1], times[at]),
    words[step.kind] ?? (enumText(MessageStep_KindSchema, step.kind) || "unknown"),
    safe(receiverOf(step)) || "-",
    step.attempt === 0 ? "-" : String(step.attempt),
    safe(step.nodeId) || "-",
    safe(step.detail) || "-",
  ]);
  return tableLines(headers ? [heads, ...rows] : rows);
}

/** What is missing of the way, and why. */
export function gapLines(message: Message): readonly string[] {
  const { gap } = message as TraceMessageResponse;
  return gap === "" ? [] : [`steps are missing: ${safe(gap)}`];
}

/** The steps, of which `--columns` names the fields. */
export function stepItems(response: Message): Items {
  return { desc: MessageStepSchema, messages: (response as TraceMessageResponse).steps };
}

function receiverOf({ agentId, group }: MessageStep): string {
  if (group === "") return agentId;
  return agentId === "" ? `group ${group}` : `${agentId} (group ${group})`;
}

function distance(from: number | undefined, to: number | undefined): string {
  return from === undefined || to === undefined ? "-" : `+${humanMs(to - from)}`;
}
