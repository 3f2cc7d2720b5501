import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  CallAgentResponseSchema,
  type MessageService,
  SendMessageResponseSchema,
} from "@meshwork/gen/mesh/v1/message_service";
import { principalName } from "../../security/principal.ts";
import type { Store } from "../../store/store.ts";
import { agentOf } from "../agents/agent-queries.ts";
import type { Call } from "../call.ts";
import { callOf } from "../call-service.ts";
import { DomainError } from "../errors.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import type { Calls } from "./calls.ts";
import type { Messages } from "./messages.ts";

export interface MessageServiceDeps {
  readonly messages: Messages;
  readonly calls: Calls;
  readonly store: Store;
}

/** Messages and calls to agents over RPC. The gateway has authorized and validated the requests. */
export function createMessageService(deps: MessageServiceDeps): ServiceImpl<typeof MessageService> {
  return {
    sendMessage: async (request, context) => {
      const call = callOf(context);
      const mesh = await meshOf(deps.store, call.principal, request.meshId);
      const meshUid = mesh.doc.uid;
      const message = request.message!;
      const name = { meshId: request.meshId, agentId: message.target.value ?? "" };
      await told(deps, call, name, () => {
        deps.messages.send({ meshUid, name: principalName(call.principal) }, message);
      });
      return create(SendMessageResponseSchema, {
        messageId: message.messageId,
        ...(message.acceptTime && { acceptTime: message.acceptTime }),
      });
    },
    callAgent: async function* (request, context) {
      const call = callOf(context);
      const mesh = await meshOf(deps.store, call.principal, request.meshId);
      const meshUid = mesh.doc.uid;
      const { agentId, capability, contentType, payload, headers } = request;
      const replies = deps.calls.call({
        meshUid,
        agentId,
        capability,
        caller: principalName(call.principal),
        contentType,
        payload,
        headers,
        deadlineMs: call.deadlineMs,
        signal: call.signal,
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
  };
}

/**
 * Runs `send`; of an agent that is not connected it finds out whether it exists at all, since a
 * caller who mistyped its id has to hear that and not that it is away.
 */
async function told<T>(
  deps: MessageServiceDeps,
  call: Call,
  name: { readonly meshId: string; readonly agentId: string },
  send: () => T | Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DomainError && error.reason === "NO_RECEIVER")
      await agentOf(deps.store, call.principal, name);
    throw error;
  }
}
