import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { CallSchema, CancelCallSchema, type Reply } from "@meshwork/gen/mesh/v1/link";
import { DomainError, type Reason } from "../errors.ts";
import type { CallObserver, OutgoingCall } from "../messages/receivers.ts";
import { capabilityError } from "./capability-error.ts";

/** The calls in flight to one agent; they outlive a stream that the agent itself replaces. */
export interface LinkCalls {
  /** Sends a call. A refusal (CALLS_IN_FLIGHT) ends the observer at once. */
  start(call: OutgoingCall, observer: CallObserver): { cancel(error: DomainError): void };
  /** Takes an answer; false when nobody waits for it. */
  reply(reply: Reply): boolean;
  /** Ends all, without telling the agent; answers their ids. */
  endAll(error: DomainError): readonly string[];
  /** From now on frames go that way, and so many calls may be in flight. */
  rebind(send: (frame: ConnectResponse["frame"]) => void, callsMax: number): void;
  readonly size: number;
}

export interface LinkCallsDeps {
  readonly agentId: string;
  readonly nextCallId: () => string;
  /** Once for each call that is sent. */
  started(call: OutgoingCall): void;
  /** Once for each call that was sent. */
  ended(ok: boolean): void;
}

/** Keeps an agent's calls in flight, within the number that it takes. `rebind` comes first. */
export function createLinkCalls(deps: LinkCallsDeps): LinkCalls {
  const { agentId, nextCallId } = deps;
  const inFlight = new Map<string, { capability: string; observer: CallObserver }>();
  let send: (frame: ConnectResponse["frame"]) => void = () => undefined;
  let callsMax = 0;

  /** False when the call is over already. */
  function finish(callId: string, error: DomainError | undefined): boolean {
    const call = inFlight.get(callId);
    if (call === undefined) return false;
    inFlight.delete(callId);
    deps.ended(error === undefined);
    call.observer.end(error);
    return true;
  }

  function cancel(callId: string, error: DomainError): void {
    if (finish(callId, error)) send(cancelFrame(callId, error.reason));
  }

  return {
    start: (call, observer) => {
      if (inFlight.size >= callsMax) {
        observer.end(tooMany(agentId, callsMax));
        return { cancel: () => undefined };
      }
      const callId = nextCallId();
      inFlight.set(callId, { capability: call.capability, observer });
      deps.started(call);
      send(callFrame(callId, call));
      return { cancel: (error) => cancel(callId, error) };
    },
    reply: (reply) => {
      const call = inFlight.get(reply.callId);
      if (call === undefined) return false;
      if (reply.hasPayload && !call.observer.reply(reply.contentType, reply.payload)) {
        inFlight.delete(reply.callId);
        deps.ended(false);
        send(cancelFrame(reply.callId, "REPLIES_TOO_SLOW"));
      } else if (reply.status !== undefined)
        finish(reply.callId, capabilityError(agentId, call.capability, reply.status));
      return true;
    },
    endAll: (error) => {
      const ids = [...inFlight.keys()];
      for (const id of ids) finish(id, error);
      return ids;
    },
    rebind: (newSend, newCallsMax) => {
      send = newSend;
      callsMax = newCallsMax;
    },
    get size() {
      return inFlight.size;
    },
  };
}

/** Tells the agent that nobody waits for the call. */
export function cancelFrame(callId: string, reason: Reason): ConnectResponse["frame"] {
  const value = create(CancelCallSchema, { callId, reason: ErrorReason[reason] });
  return { case: "cancelCall", value };
}

function callFrame(callId: string, call: OutgoingCall): ConnectResponse["frame"] {
  const { capability, caller, contentType, payload, timeoutMs } = call;
  const timeout = durationFromMs(Math.round(timeoutMs));
  const headers = { ...call.headers };
  const value = create(CallSchema, {
    callId,
    capability,
    caller,
    contentType,
    payload: payload,
    headers,
    timeout,
  });
  return { case: "call", value };
}

function tooMany(agentId: string, callsMax: number): DomainError {
  return new DomainError(
    "CALLS_IN_FLIGHT",
    `agent ${agentId} has ${callsMax} calls in flight, which is all it takes: wait for one to end`,
    { metadata: { agent_id: agentId, limit: String(callsMax) }, retryAfterMs: 100 },
  );
}
