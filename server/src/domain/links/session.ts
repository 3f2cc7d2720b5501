import { create } from "@bufbuild/protobuf";
import { durationFromMs, durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AgentLoad, HealthCheck } from "@meshwork/gen/mesh/v1/agent";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import {
  DeliverSchema,
  HeartbeatAckSchema,
  Notice_Kind,
  type HeartbeatMessage,
  type Publish,
  type Reply,
  type StateUpdateMessage,
} from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { LiveSession } from "../agents/agent-links.ts";
import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import { noReceiver, type Messages } from "../messages/messages.ts";
import type { CallObserver, OutgoingCall, Receiver } from "../messages/receivers.ts";
import { QUEUED_CALL_BYTES_MAX } from "./limits.ts";
import type { LinkCalls } from "./link-calls.ts";
import type { LinkMetrics } from "./link-metrics.ts";
import type { Timing } from "./liveness.ts";
import type { LinkedMesh } from "./mesh-book.ts";
import { noticeFrame } from "./notice.ts";
import type { Stream } from "./stream.ts";

/** An agent, as its session names it. */
export interface LinkedAgent {
  readonly uid: string;
  readonly meshUid: string;
  readonly agentId: string;
}

/** An open session: what an agent's frames do, and the way to the agent. */
export interface Session {
  readonly id: string;
  readonly epoch: number;
  readonly stream: Stream;
  readonly calls: LinkCalls;
  /** Messages and calls come in here. */
  readonly receiver: Receiver;
  /** What the agent was last told about heartbeats. */
  readonly timing: Timing;
  readonly live: LiveSession;
  receive(frame: ConnectRequest["frame"]): void;
}

export interface SessionDeps {
  readonly id: string;
  readonly epoch: number;
  readonly agent: LinkedAgent;
  readonly mesh: LinkedMesh;
  readonly stream: Stream;
  readonly calls: LinkCalls;
  readonly capabilities: ReadonlySet<string>;
  readonly state: AgentState;
  readonly nodeId: string;
  readonly peerAddress: string;
  readonly clock: Clock;
  readonly messages: Messages;
  readonly metrics: LinkMetrics;
  /** What the agent is to be told about heartbeats now. */
  timing(): Timing;
  /** The agent is told another timing than before. */
  retimed(): void;
  /** False while the server takes no new calls. */
  accepting(): boolean;
  stateUpdate(update: StateUpdateMessage): void;
  goodbye(reason: string): void;
}

/** Carries out the frames of one agent after its hello. */
export function createSession(deps: SessionDeps): Session {
  const { agent, mesh, stream, calls, clock } = deps;
  const connectMs = clock.now();
  let timing = deps.timing();
  let state = deps.state;
  let load: AgentLoad | undefined;
  let health: readonly HealthCheck[] = [];
  let roundTripMs: number | undefined;

  function heartbeat(beat: HeartbeatMessage): void {
    load = beat.load;
    health = beat.health;
    if (beat.roundTripDuration !== undefined) roundTripMs = durationMs(beat.roundTripDuration);
    tellTiming();
    const value = create(HeartbeatAckSchema, {
      sequence: beat.sequence,
      ...(beat.agentTime && { agentTime: beat.agentTime }),
      serverTime: timestampFromMs(clock.now()),
      heartbeatInterval: durationFromMs(timing.intervalMs),
      lostAfter: durationFromMs(timing.lostAfterMs),
    });
    stream.out.send({ case: "heartbeatAck", value });
  }

  function tellTiming(): void {
    const next = deps.timing();
    if (next.intervalMs === timing.intervalMs && next.lostAfterMs === timing.lostAfterMs) return;
    timing = next;
    deps.retimed();
  }

  function publish({ messages }: Publish): void {
    const undelivered = deps.messages.publish(
      { meshUid: agent.meshUid, name: agent.agentId },
      messages,
    );
    if (undelivered === 0) return;
    mesh.traffic.messagesDropped += undelivered;
    deps.metrics.messagesDropped(undelivered);
    const text = `${undelivered} of ${messages.length} messages found no receiver or no room`;
    stream.out.send(noticeFrame(Notice_Kind.MESSAGES_NOT_DELIVERED, undelivered, text));
  }

  function reply(answer: Reply): void {
    if (!calls.reply(answer)) deps.metrics.replyIgnored();
  }

  function stateUpdate(update: StateUpdateMessage): void {
    state = update.state;
    deps.stateUpdate(update);
  }

  function refusal(): DomainError | undefined {
    const { agentId } = agent;
    if (state === AgentState.DRAINING)
      return noReceiver(agentId, "is draining and takes no new calls");
    if (!deps.accepting()) return noReceiver(agentId, "is linked to a server that is stopping");
    const waiting = stream.out.bufferedBytes();
    if (waiting <= QUEUED_CALL_BYTES_MAX) return undefined;
    return new DomainError(
      "CALLS_IN_FLIGHT",
      `agent ${agentId} has ${waiting} bytes waiting, at most ${QUEUED_CALL_BYTES_MAX}: wait for it to take them`,
      {
        metadata: { agent_id: agentId, limit: String(QUEUED_CALL_BYTES_MAX) },
        retryAfterMs: 1_000,
      },
    );
  }

  return {
    id: deps.id,
    epoch: deps.epoch,
    stream,
    calls,
    receiver: {
      agentUid: agent.uid,
      meshUid: agent.meshUid,
      agentId: agent.agentId,
      capabilities: deps.capabilities,
      deliver: (message: AgentMessage) => {
        const value = create(DeliverSchema, { messages: [message] });
        const taken = stream.out.offer({ case: "deliver", value });
        if (taken) {
          mesh.traffic.messageDelivered(message.sender, agent.agentId);
          deps.metrics.messageDelivered();
        }
        return taken;
      },
      call: (call: OutgoingCall, observer: CallObserver) => {
        const error = refusal();
        if (error === undefined) return calls.start(call, observer);
        observer.end(error);
        return { cancel: () => undefined };
      },
    },
    get timing() {
      return timing;
    },
    get live() {
      const sinceMs = clock.monotonic() - stream.lastFrameMs;
      return {
        sessionId: deps.id,
        epoch: deps.epoch,
        nodeId: deps.nodeId,
        connectTime: new Date(connectMs),
        lastSeenTime: new Date(clock.now() - sinceMs),
        peerAddress: deps.peerAddress,
        ...(roundTripMs !== undefined && { roundTripMs }),
        ...(load && { load }),
        health,
      };
    },
    receive: (frame) => {
      if (frame.case === "heartbeat") heartbeat(frame.value);
      else if (frame.case === "publish") publish(frame.value);
      else if (frame.case === "reply") reply(frame.value);
      else if (frame.case === "stateUpdate") stateUpdate(frame.value);
      else if (frame.case === "goodbye") deps.goodbye(frame.value.reason);
      else stream.violate(notAgreed(frame.case));
    },
  };
}

function notAgreed(frame: string | undefined): DomainError {
  return new DomainError(
    "FRAME_NOT_AGREED",
    `a ${frame ?? "nameless"} frame came, which was not agreed on`,
    {
      metadata: { frame: frame ?? "" },
    },
  );
}
