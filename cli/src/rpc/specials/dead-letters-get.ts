// `mesh dead-letters get` for people.
import type { Message } from "@bufbuild/protobuf";
import { DeadLetterReasonSchema, type DeadLetter } from "@meshwork/gen/mesh/v1/message";
import type { OutputStyle } from "../../output/format-names.ts";
import { humanTime } from "../../output/human.ts";
import { enumText } from "../../output/paths.ts";
import { safe } from "../../output/printable.ts";
import { tableLines } from "../../output/table.ts";
import { messageFacts, contentLines, type Fact } from "./message-facts.ts";

/** Why it is here, and the message with its payload where that is text. */
export function deadLetterLines(message: Message, style: OutputStyle): string[] {
  const letter = message as DeadLetter;
  const { receiver, deadTime, expireTime, detail } = letter;
  const time = (each: typeof deadTime) =>
    each === undefined ? "-" : humanTime(each, style.time, style.nowMs);
  const reason = enumText(DeadLetterReasonSchema, letter.reason) || "unknown";
  const facts: Fact[] = [
    ["Dead letter", letter.deadLetterId],
    ["Receiver", receiverText(receiver)],
    ["Reason", detail === "" ? reason : `${reason}: ${safe(detail)}`],
    ["Attempts", String(letter.attempts)],
    ["Here since", time(deadTime)],
    ["Forgotten", time(expireTime)],
    ...messageFacts(letter.message, style),
  ];
  return [...tableLines(facts), ...contentLines(letter.message)];
}

function receiverText({ case: kind, value }: DeadLetter["receiver"]): string {
  return kind === undefined ? "-" : kind === "group" ? `group ${value}` : `agent ${value}`;
}
