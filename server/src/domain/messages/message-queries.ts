import { create } from "@bufbuild/protobuf";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type AgentMessage,
  AgentMessageSchema,
  type MessageDelivery,
  MessageDeliverySchema,
  type MessageStep,
  type MessageStep_Kind,
  MessageStepSchema,
} from "@meshwork/gen/mesh/v1/message";
import type { Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { notFound } from "../errors.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import type { FanOuts } from "./fan-outs.ts";
import { DELIVERIES_TOLD_MAX, STEPS_PER_MESSAGE_MAX } from "./mail-limits.ts";
import type { MailStatistics, UnsettledMail } from "./mail-statistics.ts";
import type { MailboxServer } from "./mailboxes.ts";
import { cancelMail } from "./message-cancelling.ts";
import { findMessage, type FoundMessage } from "./message-finding.ts";
import { trailOf } from "./message-trail.ts";
import type { RememberedTraces } from "./message-traces.ts";

/** What became of messages. Every command checks the caller's reach, not its role. */
export interface MessageQueries {
  /** Fails with RESOURCE_NOT_FOUND, as the others do. */
  get(
    call: Call,
    name: MessageName,
  ): Promise<{
    readonly message: AgentMessage;
    readonly deliveries: readonly MessageDelivery[];
    readonly toAddress: number;
  }>;
  trace(
    call: Call,
    name: MessageName,
  ): Promise<{ readonly steps: readonly MessageStep[]; readonly gap: string }>;
  cancel(
    call: Call,
    name: MessageName,
  ): Promise<{ readonly cancelled: number; readonly inFlight: number }>;
  /** Counts of a mesh. */
  mailOf(meshUid: string): Promise<UnsettledMail>;
}

export interface MessageName {
  readonly meshId: string;
  readonly messageId: string;
}

export interface MessageQueriesDeps {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly mailboxes: MailboxServer;
  readonly fanOuts: Pick<FanOuts, "unaddressed" | "cancel">;
  readonly traces: RememberedTraces;
  readonly statistics: MailStatistics;
}

export function createMessageQueries(deps: MessageQueriesDeps): MessageQueries {
  const { store } = deps;

  async function found(call: Call, { meshId, messageId }: MessageName): Promise<FoundMessage> {
    const mesh = await meshOf(store, call.principal, meshId);
    const message = await findMessage(deps, mesh.doc.uid, messageId);
    if (message === undefined) throw notFound("messages", `${meshId}/${messageId}`);
    return message;
  }

  return {
    get: async (call, name) => {
      const { message, receivers } = await found(call, name);
      return {
        message: message ?? create(AgentMessageSchema, { messageId: name.messageId }),
        deliveries: receivers.slice(0, DELIVERIES_TOLD_MAX).map((one) =>
          create(MessageDeliverySchema, {
            receiver: one.address.isGroup
              ? { case: "group", value: one.address.name }
              : { case: "agentId", value: one.address.name },
            state: one.state,
            attempts: one.attempts,
            ...(one.nextTime && { nextTime: timestampFromDate(one.nextTime) }),
            ...(one.expireTime && { expireTime: timestampFromDate(one.expireTime) }),
          }),
        ),
        toAddress: await deps.fanOuts.unaddressed(name.messageId),
      };
    },
    trace: async (call, name) => {
      const { steps, gap } = trailOf(deps.traces, name.messageId, await found(call, name));
      return {
        steps: steps.slice(0, STEPS_PER_MESSAGE_MAX).map((step) => {
          const { timeMs, kind, address, agentId, attempt = 0, detail = "" } = step;
          const isGroup = address?.isGroup === true;
          return create(MessageStepSchema, {
            ...{ time: timestampFromMs(timeMs), attempt, detail, nodeId: deps.nodeId },
            kind: kind as MessageStep_Kind,
            agentId: agentId ?? (isGroup ? "" : (address?.name ?? "")),
            group: isGroup ? address.name : "",
          });
        }),
        gap,
      };
    },
    cancel: async (call, name) => {
      await found(call, name);
      return cancelMail(deps, call, name);
    },
    mailOf: (meshUid) => deps.statistics.of(meshUid),
  };
}
