import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { AgentLoad, HealthCheck } from "@meshwork/gen/mesh/v1/agent";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import {
  type ConnectRequest,
  type ConnectResponse,
  ConnectResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import {
  DeliverSchema,
  type HeartbeatMessage,
  type Launched,
  type Reply,
  type StateUpdateMessage,
} from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { LiveSession } from "../agents/agent-links.ts";
import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import { noReceiver } from "../messages/messages.ts";
import type { CallObserver, OutgoingCall, Receiver } from "../messages/receivers.ts";
import { QUEUED_CALL_BYTES_MAX } from "./limits.ts";
import { createHeartbeatAcks } from "./heartbeat-acks.ts";
import { cancelFrame, type LinkCalls } from "./link-calls.ts";
import type { LinkMetrics } from "./link-metrics.ts";
import type { Timing } from "./liveness.ts";
import type { LinkedMesh } from "./mesh-book.ts";
import type { SessionMail } from "./session-mail.ts";
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
  readonly agentUid: string;
  readonly epoch: number;
  /** Of the epoch's record. */
  readonly epochVersion: number;
  readonly stream: Stream;
  readonly calls: LinkCalls;
  /** Messages and calls come in here. */
  readonly receiver: Receiver;
  /** What the agent was last told about heartbeats. */
  readonly timing: Timing;
  readonly live: LiveSession;
  readonly mail: SessionMail;
  receive(frame: ConnectRequest["frame"]): void;
}

export interface SessionDeps {
  readonly id: string;
  readonly epoch: number;
  readonly epochVersion: number;
  readonly agent: LinkedAgent;
  readonly mesh: LinkedMesh;
  readonly stream: Stream;
  readonly calls: LinkCalls;
  readonly capabilities: ReadonlySet<string>;
  readonly state: AgentState;
  readonly nodeId: string;
  readonly peerAddress: string;
  readonly clock: Clock;
  readonly mail: SessionMail;
  readonly metrics: LinkMetrics;
  /** What the agent is to be told about heartbeats now. */
  timing(): Timing;
  /** The agent is told another timing than before. */
  retimed(): void;
  /** False while the server takes no new calls. */
  accepting(): boolean;
  stateUpdate(update: StateUpdateMessage): void;
  launched(report: Launched): void;
  goodbye(reason: string): void;
}

/** Carries out the frames of one agent after its hello. */
export function createSession(deps: SessionDeps): Session {
  const { agent, mesh, stream, calls, clock } = deps;
  const connectMs = clock.now();
  const acked = createHeartbeatAcks();
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
    const value = acked(beat, clock.now(), timing);
    stream.out.send({ case: "heartbeatAck", value });
  }

  function tellTiming(): void {
    const next = deps.timing();
    if (next.intervalMs === timing.intervalMs && next.lostAfterMs === timing.lostAfterMs) return;
    timing = next;
    deps.retimed();
  }

  /** One that nobody waits for any more may come of a call of before a restart of the server. */
  function reply(answer: Reply): void {
    if (calls.reply(answer)) return;
    deps.metrics.replyIgnored();
    if (answer.status === undefined) stream.out.send(cancelFrame(answer.callId, "OUTCOME_UNKNOWN"));
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
    agentUid: agent.uid,
    epoch: deps.epoch,
    epochVersion: deps.epochVersion,
    stream,
    calls,
    mail: deps.mail,
    receiver: {
      agentUid: agent.uid,
      meshUid: agent.meshUid,
      agentId: agent.agentId,
      capabilities: deps.capabilities,
      deliver: (message: AgentMessage) => {
        const taken = stream.out.offer(deliverResponse(message), sharingOf(message));
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
      else if (frame.case === "publish") deps.mail.publish(frame.value);
      else if (frame.case === "settle") deps.mail.settle(frame.value);
      else if (frame.case === "reply") reply(frame.value);
      else if (frame.case === "stateUpdate") stateUpdate(frame.value);
      else if (frame.case === "subscribe") deps.mail.subscribe(frame.value.subscriptions);
      else if (frame.case === "unsubscribe") deps.mail.unsubscribe(frame.value.subscriptions);
      else if (frame.case === "launched") deps.launched(frame.value);
      else if (frame.case === "goodbye") deps.goodbye(frame.value.reason);
      else stream.violate(notAgreed(frame.case));
    },
  };
}

/** One frame for all who get the message, so that it is encoded once. */
function deliverResponse(message: AgentMessage): ConnectResponse {
  let response = shared.get(message);
  if (response === undefined) {
    const value = create(DeliverSchema, { messages: [message] });
    response = create(ConnectResponseSchema, { frame: { case: "deliver", value } });
    if (sharingOf(message) !== undefined) shared.set(message, response);
  }
  return response;
}

const shared = new WeakMap<AgentMessage, ConnectResponse>();

function sharingOf({ target }: AgentMessage): "shared" | undefined {
  return target.case === "agentId" ? undefined : "shared";
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
