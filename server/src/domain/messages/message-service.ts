import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import {
  CallAgentResponseSchema,
  GatherRepliesResponseSchema,
  type MessageService,
  type SendMessageRequest,
  SendMessageRequestSchema,
  type SendMessageResponse,
  SendMessageResponseSchema,
  SubscribeResponseSchema,
} from "@meshwork/gen/mesh/v1/message_service";
import { principalName } from "../../security/principal.ts";
import type { Store } from "../../store/store.ts";
import { agentOf } from "../agents/agent-queries.ts";
import type { Call } from "../call.ts";
import { callOf } from "../call-service.ts";
import type { Committer } from "../commit.ts";
import { DomainError, invalidField } from "../errors.ts";
import { requestBytes } from "../idempotency.ts";
import type { Ids } from "../ids.ts";
import { checkActive, meshOf } from "../meshes/mesh-access.ts";
import type { Calls } from "./calls.ts";
import type { Gathered, Gathering } from "./gather.ts";
import { isAtLeastOnce } from "./guarantee.ts";
import type { Acceptance, Accepting } from "./mail.ts";
import type { Messages } from "./messages.ts";
import type { TopicTaps } from "./topic-taps.ts";
import { orUnsure } from "./unsure.ts";

export interface MessageServiceDeps {
  readonly messages: Messages;
  readonly accepting: Accepting;
  readonly calls: Calls;
  readonly gathering: Gathering;
  readonly taps: TopicTaps;
  readonly store: Store;
  readonly committer: Pick<Committer, "runOnce">;
  readonly ids: Ids;
}

/** The RPCs of the service that send, call and follow; others look after what is stored. */
export type MessageSending = Pick<
  ServiceImpl<typeof MessageService>,
  "sendMessage" | "callAgent" | "gatherReplies" | "subscribe"
>;

/** Messages and calls to agents over RPC. The gateway has authorized and validated the requests. */
export function createMessageService(deps: MessageServiceDeps): MessageSending {
  return {
    sendMessage: (request, context) => {
      const call = callOf(context);
      if (isAtLeastOnce(request.message!)) return sendAtLeastOnce(deps, call, request);
      return sendAtMostOnce(deps, call, request, request.message!);
    },
    callAgent: async function* (request, context) {
      const call = callOf(context);
      const replies = deps.calls.call({
        ...(await callBy(deps.store, call, request)),
        agentId: request.agentId,
      });
      const first = await told(deps, call, request, () => replies.next());
      if (first.done) return;
      try {
        yield create(CallAgentResponseSchema, first.value);
        for await (const reply of replies) yield create(CallAgentResponseSchema, reply);
      } finally {
        await replies.return();
      }
    },
    gatherReplies: async function* (request, context) {
      const gathered = deps.gathering.gather({
        ...(await callBy(deps.store, callOf(context), request)),
        selector: request.selector,
      });
      for await (const event of gathered) yield gatherResponse(event);
    },
    subscribe: async function* (request, context) {
      const call = callOf(context);
      const mesh = await meshOf(deps.store, call.principal, request.meshId);
      const messages = deps.taps.open(mesh.doc.uid, request.topic, call.signal);
      yield create(SubscribeResponseSchema);
      for await (const { message, dropped } of messages)
        yield create(SubscribeResponseSchema, { message, dropped: BigInt(dropped) });
    },
  };
}

async function sendAtMostOnce(
  deps: MessageServiceDeps,
  call: Call,
  { meshId, requestId }: SendMessageRequest,
  message: AgentMessage,
): Promise<SendMessageResponse> {
  if (requestId !== "")
    throw invalidField(
      "request_id",
      "is for at-least-once messages: leave it out, or ask for that guarantee",
    );
  const mesh = await meshOf(deps.store, call.principal, meshId);
  const sender = { meshUid: mesh.doc.uid, name: principalName(call.principal) };
  const { target } = message;
  const send = (): Promise<number> => deps.messages.send(sender, message);
  const receivers =
    target.case === "agentId"
      ? await told(deps, call, { meshId, agentId: target.value }, send)
      : await send();
  return create(SendMessageResponseSchema, {
    messageId: message.messageId,
    ...(message.acceptTime && { acceptTime: message.acceptTime }),
    receivers,
  });
}

/** On disk, and in the mailboxes of its first receivers, when it resolves. */
async function sendAtLeastOnce(
  deps: MessageServiceDeps,
  call: Call,
  request: SendMessageRequest,
): Promise<SendMessageResponse> {
  const { doc } = await meshOf(deps.store, call.principal, request.meshId);
  const idempotency = {
    requestId: request.requestId,
    request:
      request.requestId === "" ? new Uint8Array() : requestBytes(SendMessageRequestSchema, request),
    scope: doc.uid,
    encode: (reply: SendMessageResponse) => toBinary(SendMessageResponseSchema, reply),
    decode: (kept: Uint8Array) => fromBinary(SendMessageResponseSchema, kept),
  };
  const sender = { meshUid: doc.uid, name: principalName(call.principal) };
  let last: Acceptance | undefined;
  const sending = deps.committer.runOnce(call, idempotency, async () => {
    checkActive(await meshOf(deps.store, call.principal, request.meshId));
    const accepted = await deps.accepting.accept(sender, request.message!, deps.ids.uuid());
    const { letter, changes, require, receivers } = accepted;
    last = accepted;
    return {
      changes,
      require,
      reply: create(SendMessageResponseSchema, {
        messageId: letter.message.messageId,
        acceptTime: timestampFromDate(letter.acceptTime),
        receivers,
      }),
      effects: [() => accepted.landed()],
    };
  });
  return orUnsure(sending, () => last?.unsure());
}

interface CallAsked {
  readonly meshId: string;
  readonly capability: string;
  readonly contentType: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

async function callBy(store: Store, call: Call, request: CallAsked) {
  const mesh = await meshOf(store, call.principal, request.meshId);
  const { capability, contentType, payload, headers } = request;
  return {
    meshUid: mesh.doc.uid,
    capability,
    caller: principalName(call.principal),
    contentType,
    payload,
    headers,
    deadlineMs: call.deadlineMs,
    signal: call.signal,
  };
}

function gatherResponse(event: Gathered) {
  if (event.kind === "reply") {
    const value = { agentId: event.agentId, ...event.reply };
    return create(GatherRepliesResponseSchema, { event: { case: "reply", value } });
  }
  const { asked, answered } = event;
  const failures = event.failures.map(({ agentId, reason, message }) => ({
    agentId,
    reason: ErrorReason[reason],
    message,
  }));
  const value = { asked, answered, failures };
  return create(GatherRepliesResponseSchema, { event: { case: "summary", value } });
}

/**
 * Runs `send`; of an agent that is not connected it finds out whether it exists at all, since a
 * caller who mistyped its id has to hear that and not that it is away.
 */
async function told<T>(
  deps: MessageServiceDeps,
  call: Call,
  name: { readonly meshId: string; readonly agentId: string },
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DomainError && error.reason === "NO_RECEIVER")
      await agentOf(deps.store, call.principal, name);
    throw error;
  }
}
