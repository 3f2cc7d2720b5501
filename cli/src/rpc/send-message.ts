// Sends one message.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { commands } from "@meshwork/gen-cli/commands";
import { DeliveryGuarantee, type AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { SendMessageResponseSchema } from "@meshwork/gen/mesh/v1/message_service";
import { DurationSchema, type Duration } from "@bufbuild/protobuf/wkt";
import { usageError } from "../errors/cli-error.ts";
import { formatted } from "../output/format.ts";
import { out, talk } from "../output/stdout.ts";
import { parseDuration } from "./durations.ts";
import { prepare, type Outgoing } from "./outgoing.ts";
import { selectorOf } from "./selector-text.ts";

/** For whom a message is, as it was typed: exactly one has to be given. */
export interface TypedTarget {
  readonly agent: string | undefined;
  readonly group: string | undefined;
  readonly topic: string | undefined;
  /** A list or a condition; see `selectorOf`. */
  readonly selector: string | undefined;
  readonly broadcast: boolean;
}

/** A message as it was typed. */
export interface OutgoingMessage extends Outgoing {
  readonly target: TypedTarget;
  readonly subject: string | undefined;
  readonly guarantee: "at-least-once" | "at-most-once" | undefined;
  readonly ttl: string | undefined;
  readonly delay: string | undefined;
  readonly correlationId: string;
  readonly requestId: string;
}

type Target = NonNullable<MessageInitShape<typeof AgentMessageSchema>["target"]>;

/** Deadline of a message that is given none. */
const sendTimeoutMs = 30_000;

/** Sends it and shows the id that it got, and how many receive it. */
export async function sendMessage(outgoing: OutgoingMessage): Promise<void> {
  const message = typedMessage(outgoing);
  const { client, meshId, content } = await prepare(outgoing, "mesh send");
  const { requestId, timeoutMs = sendTimeoutMs } = outgoing;
  const response = await client.sendMessage(
    { meshId, requestId, message: { ...message, ...content } },
    { timeoutMs },
  );
  const row = commands.find(({ method }) => method === "SendMessage");
  if (row === undefined) throw new Error("the table has no SendMessage");
  const desc = SendMessageResponseSchema;
  await out(
    await formatted(row, { desc, messages: [create(desc, response)], list: false }, outgoing.style),
  );
  if (response.receivers === 0)
    talk("nobody receives it: no agent was meant, or none has subscribed");
}

/** The message without its content. Throws usage errors for what does not go together. */
export function typedMessage(
  typed: Pick<
    OutgoingMessage,
    "target" | "subject" | "guarantee" | "ttl" | "delay" | "correlationId" | "requestId"
  >,
): MessageInitShape<typeof AgentMessageSchema> & object {
  const target = targetOf(typed.target);
  const subject = typed.subject ?? typed.target.topic;
  if (subject === undefined)
    throw usageError(
      "--subject is required: it tells the receiver what the message is about",
      "only a message to a --topic has the topic as its subject by default; --help tells what there is",
    );
  checkGuarantee(typed, target);
  return {
    target,
    subject,
    guarantee:
      typed.guarantee === undefined ? DeliveryGuarantee.UNSPECIFIED : guarantees[typed.guarantee],
    correlationId: typed.correlationId,
    ...(typed.ttl === undefined ? {} : { ttl: durationOf(typed.ttl, "--ttl") }),
    ...(typed.delay === undefined ? {} : { delay: durationOf(typed.delay, "--delay") }),
  };
}

const guarantees = {
  "at-least-once": DeliveryGuarantee.AT_LEAST_ONCE,
  "at-most-once": DeliveryGuarantee.AT_MOST_ONCE,
} as const;

function targetOf({ agent, group, topic, selector, broadcast }: TypedTarget): Target {
  const given = [
    ...(agent === undefined ? [] : ["AGENT"]),
    ...(group === undefined ? [] : ["--group"]),
    ...(topic === undefined ? [] : ["--topic"]),
    ...(selector === undefined ? [] : ["--selector"]),
    ...(broadcast ? ["--broadcast"] : []),
  ];
  if (given.length > 1)
    throw usageError(
      `${given.join(" and ")} are given: a message has one kind of receiver`,
      "send it once for each",
    );
  if (agent !== undefined) return { case: "agentId", value: agent };
  if (group !== undefined) return { case: "group", value: group };
  if (topic !== undefined) return { case: "topic", value: topic };
  if (selector !== undefined)
    return { case: "selector", value: selectorOf(selector, "--selector") };
  if (broadcast) return { case: "broadcast", value: true };
  throw usageError(
    "it is not said who receives the message",
    "name an AGENT, or give --group, --topic, --selector or --broadcast",
  );
}

/** What only stored messages have is not left to the server to refuse: it is plain what is missing. */
function checkGuarantee(
  {
    guarantee,
    ttl,
    delay,
    requestId,
  }: Pick<OutgoingMessage, "guarantee" | "ttl" | "delay" | "requestId">,
  target: Target,
): void {
  if (guarantee === "at-least-once") return;
  if (target.case === "group" && guarantee === "at-most-once")
    throw usageError("a group takes messages at least once only", "leave --guarantee out");
  if (target.case === "group") return;
  const given = [
    ...(ttl === undefined ? [] : ["--ttl"]),
    ...(delay === undefined ? [] : ["--delay"]),
    ...(requestId === "" ? [] : ["--request-id"]),
  ];
  if (given.length > 0)
    throw usageError(
      `${given.join(", ")} is for messages that are delivered at least once`,
      "add --guarantee at-least-once",
    );
}

function durationOf(text: string, flag: string): Duration {
  const nanos = parseDuration(text, flag);
  if (nanos < 0n)
    throw usageError(`${flag} takes no negative duration, not ${JSON.stringify(text)}`);
  return create(DurationSchema, {
    seconds: nanos / 1_000_000_000n,
    nanos: Number(nanos % 1_000_000_000n),
  });
}
