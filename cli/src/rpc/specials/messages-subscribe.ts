// `mesh messages subscribe` shows messages as they come, through restarts of the server.
import { create, toJson } from "@bufbuild/protobuf";
import { AgentMessageSchema, type AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { SubscribeRequest, SubscribeResponse } from "@meshwork/gen/mesh/v1/message_service";
import type { OutputStyle } from "../../output/format-names.ts";
import { columnsOf } from "../../output/format.ts";
import { clockTime } from "../../output/human.ts";
import { cellText, type Column } from "../../output/paths.ts";
import { payloadLine, safe } from "../../output/printable.ts";
import { out, talk } from "../../output/stdout.ts";
import { rowLine } from "../../output/table.ts";
import type { CallContext } from "../call-context.ts";
import { reopened, type FollowWorld } from "../follow.ts";
import { callStream, single } from "../invoke.ts";
import { followWorld } from "../run-stream.ts";

/** Characters of a payload that a line shows; other formats show all. */
const payloadCharactersMax = 1_000;

/** Runs until it is interrupted. Throws what the first connection fails with. */
export async function subscribe(context: CallContext): Promise<void> {
  const { method, request, caller, row, style } = context;
  const columns = style.columns === undefined ? [] : columnsOf(row, method.output, style);
  const open = (signal: AbortSignal) =>
    callStream(method, single(request), {
      ...caller,
      ...{ signal, timeoutMs: undefined },
    }) as AsyncIterable<SubscribeResponse>;
  const { topic } = request as SubscribeRequest;
  const world = { ...followWorld(context), topic, talk };
  for await (const response of messagesOf(open, world)) {
    await out(`${await textOf(response, columns, style)}\n`);
  }
}

/** What following a topic needs from outside. */
export interface SubscriberWorld extends FollowWorld {
  readonly topic: string;
  readonly talk: (line: string) => void;
}

/** Responses with a message; tells when the subscription stands, and what was left out. */
export async function* messagesOf(
  open: (signal: AbortSignal) => AsyncIterable<SubscribeResponse>,
  world: SubscriberWorld,
): AsyncGenerator<SubscribeResponse> {
  const { topic, talk: tell } = world;
  let before = false;
  for await (const response of reopened(open, world)) {
    const { message, dropped } = response;
    if (dropped > 0n) tell(`${dropped} messages were left out: they were taken too slowly`);
    if (message !== undefined) {
      yield response;
      continue;
    }
    tell(
      before
        ? `subscribed to ${topic} again; messages in between were missed`
        : `subscribed to ${topic}; Ctrl-C ends it`,
    );
    before = true;
  }
}

async function textOf(
  response: SubscribeResponse,
  columns: readonly Column[],
  style: OutputStyle,
): Promise<string> {
  const message = response.message ?? create(AgentMessageSchema);
  switch (style.format) {
    case "json":
    case "jsonl":
      return JSON.stringify(toJson(AgentMessageSchema, message));
    case "yaml": {
      const { stringify } = await import("yaml");
      return `---\n${stringify(toJson(AgentMessageSchema, message)).trimEnd()}`;
    }
    case "name":
      return message.messageId;
    default:
      return columns.length === 0
        ? messageLine(message, style)
        : rowLine(
            columns.map((each) => cellText(response, each, { ...style, nowMs: Date.now() }) || "-"),
            [],
          );
  }
}

/** Time, topic, sender, subject and payload. */
export function messageLine(message: AgentMessage, { time }: Pick<OutputStyle, "time">): string {
  const { acceptTime, target, sender, subject } = message;
  const topic = target.case === "topic" ? target.value : "-";
  return [
    clockTime(acceptTime, time),
    topic,
    safe(sender),
    subject,
    payloadLine(message, payloadCharactersMax),
  ]
    .join("  ")
    .trimEnd();
}
