import { timestampMs } from "@bufbuild/protobuf/wkt";
import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { deadAddress, type FoundMessage } from "./message-finding.ts";
import { STEPS_PER_MESSAGE_MAX, TRACED_MESSAGES_MAX } from "./mail-limits.ts";
import type { RememberedTraces, TimedStep } from "./message-traces.ts";

/** The steps that are remembered, with those that the store tells of, and what is missing. */
export function trailOf(
  traces: RememberedTraces,
  messageId: string,
  { message, deadLetters }: FoundMessage,
): { readonly steps: readonly TimedStep[]; readonly gap: string } {
  const { steps, isCut } = traces.stepsOf(messageId);
  const isKnown = (kind: number, key?: string): boolean =>
    steps.some((step) => step.kind === kind && (key === undefined || step.address?.key === key));
  const stored: TimedStep[] = [];
  if (message?.acceptTime !== undefined && !isKnown(MessageStep_Kind.ACCEPTED))
    stored.push({ kind: MessageStep_Kind.ACCEPTED, timeMs: timestampMs(message.acceptTime) });
  for (const doc of deadLetters) {
    const address = deadAddress(doc);
    if (isKnown(MessageStep_Kind.DEAD_LETTERED, address.key)) continue;
    const { attempts: attempt, detail } = doc;
    const timeMs = doc.deadTime.getTime();
    stored.push({ kind: MessageStep_Kind.DEAD_LETTERED, address, attempt, detail, timeMs });
  }
  return {
    steps: [...stored, ...steps].sort((a, b) => a.timeMs - b.timeMs),
    gap: gapOf(traces, messageId, steps.length, isCut),
  };
}

function gapOf(
  { sinceMs }: RememberedTraces,
  messageId: string,
  steps: number,
  isCut: boolean,
): string {
  if (idTimeMs(messageId) < sinceMs)
    return `the server was started at ${new Date(sinceMs).toISOString()}: of the steps before it only those on record are known`;
  if (isCut)
    return `not all steps are remembered: at most ${STEPS_PER_MESSAGE_MAX} of one message, and the last ones of all messages`;
  if (steps === 0)
    return `its steps are forgotten: the server remembers those of the last ${TRACED_MESSAGES_MAX} messages`;
  return "";
}

/** A UUIDv7 begins with its time. */
function idTimeMs(messageId: string): number {
  return parseInt(messageId.slice(0, 8) + messageId.slice(9, 13), 16);
}
