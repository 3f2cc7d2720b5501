// The calls that an agent is working on.
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Call, CancelCall } from "@meshwork/gen/mesh/v1/link";
import { AgentError, agentErrorOf, reasonName } from "./agent-error.ts";
import type {
  Capability,
  CapabilityCall,
  CapabilityHandler,
  CapabilityResult,
} from "./capability.ts";
import type { Clock, Timer } from "./clock.ts";
import { agentFrame } from "./frames.ts";
import { CALL_TIMEOUT_DEFAULT_MS, STATUS_MESSAGE_CHARACTERS_MAX } from "./limits.ts";
import { contentOf, encodeData, type Data } from "./payload.ts";

export interface CapabilityCalls {
  readonly size: number;
  start(call: Call): void;
  cancel(cancel: CancelCall): void;
  /** Nobody waits for any of them any more; `fencedOnly` spares handlers that need no fence. */
  abortAll(error: AgentError, which?: "all" | "fencedOnly"): void;
  /** New calls are refused with that error from now on; undefined takes calls again. */
  refuse(error: AgentError | undefined): void;
  /** Resolves when none is running. */
  idle(): Promise<void>;
}

export interface CapabilityCallsDeps {
  readonly clock: Clock;
  readonly callsMax: number;
  capability(name: string): Capability | undefined;
  /** Takes a reply to the link, or keeps it while the session may still be resumed. */
  send(frame: ConnectRequest): void;
  room(): Promise<void>;
}

interface Running {
  readonly fenced: boolean;
  readonly abort: (error: AgentError) => void;
}

export function createCapabilityCalls(deps: CapabilityCallsDeps): CapabilityCalls {
  const running = new Map<string, Running>();
  let refusal: AgentError | undefined;
  const idle: (() => void)[] = [];

  function start(call: Call): void {
    const capability = deps.capability(call.capability);
    const refused = refusal ?? refusalOf(call, capability);
    if (refused !== undefined || capability === undefined) {
      deps.send(endFrame(call.callId, refused));
      return;
    }
    const { handler, fenced = false } =
      typeof capability === "function" ? { handler: capability } : capability;
    const work = createWork(deps, call);
    running.set(call.callId, { fenced, abort: work.abort });
    void work.run(handler).finally(() => {
      running.delete(call.callId);
      if (running.size > 0) return;
      for (const resolve of idle.splice(0)) resolve();
    });
  }

  function refusalOf(
    { capability: name }: Call,
    capability: Capability | undefined,
  ): AgentError | undefined {
    if (capability === undefined)
      return new AgentError(Code.NotFound, `this agent has no capability ${name}`, {
        reason: "CAPABILITY_UNKNOWN",
      });
    if (running.size < deps.callsMax) return undefined;
    const message = `${running.size} calls are in flight, which is all this agent takes: wait for one to end`;
    return new AgentError(Code.ResourceExhausted, message, { reason: "CALLS_IN_FLIGHT" });
  }

  return {
    get size() {
      return running.size;
    },
    start,
    cancel: ({ callId, reason }) => {
      const name = reasonName(reason);
      running
        .get(callId)
        ?.abort(
          new AgentError(Code.Canceled, `the caller no longer waits (${name})`, { reason: name }),
        );
    },
    abortAll: (error, which = "all") => {
      for (const call of running.values()) if (which === "all" || call.fenced) call.abort(error);
    },
    refuse: (error) => {
      refusal = error;
    },
    idle: async () => {
      if (running.size > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}

/** One call from its frame to the frame that ends it. */
function createWork(
  deps: CapabilityCallsDeps,
  { callId, capability, caller, contentType, payload, headers, timeout }: Call,
): { run: (handler: CapabilityHandler) => Promise<void>; abort: (error: AgentError) => void } {
  const timeoutMs = timeout === undefined ? CALL_TIMEOUT_DEFAULT_MS : durationMs(timeout);
  const deadlineMs = deps.clock.now() + timeoutMs;
  let controller: AbortController | undefined;
  let aborted: AgentError | undefined;
  let ended = false;
  // The server tells as well; this is for when the link is gone.
  const late: Timer = deps.clock.after(timeoutMs, () => {
    abort(
      new AgentError(Code.DeadlineExceeded, `the caller waited for ${Math.round(timeoutMs)} ms`),
    );
  });

  /** The caller hears at once, however long the handler takes to notice. */
  function abort(error: AgentError): void {
    if (ended) return;
    aborted = error;
    end(error.code === Code.Canceled ? undefined : endFrame(callId, error));
    controller?.abort(error);
  }

  function end(last: ConnectRequest | undefined): void {
    if (ended) return;
    ended = true;
    late.cancel();
    if (last === undefined) return;
    try {
      deps.send(last);
    } catch (error) {
      // There was no room for the answer; there is for the reason.
      deps.send(endFrame(callId, error));
    }
  }

  async function reply(data: Data): Promise<void> {
    if (aborted !== undefined) throw aborted;
    const value = { callId, ...encodeData(data), hasPayload: true };
    deps.send(agentFrame({ case: "reply", value }));
    await deps.room();
  }

  const call: CapabilityCall = {
    ...contentOf(payload, contentType),
    capability,
    caller,
    headers,
    deadlineMs,
    reply,
    // An AbortController costs more than most calls; few handlers look.
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (aborted !== undefined) controller.abort(aborted);
      }
      return controller.signal;
    },
  };

  async function answer(handler: CapabilityHandler): Promise<ConnectRequest> {
    const result = (await handler(call)) as CapabilityResult;
    if (isAsyncIterable(result)) {
      for await (const part of result) await reply(part);
      return endFrame(callId, undefined);
    }
    if (result === undefined) return endFrame(callId, undefined);
    const value = { callId, ...encodeData(result), hasPayload: true, status: { code: 0 } };
    return agentFrame({ case: "reply", value });
  }

  return {
    abort,
    run: async (handler) => {
      let last: ConnectRequest;
      try {
        last = await answer(handler);
      } catch (error) {
        last = endFrame(callId, error);
      }
      end(last);
    },
  };
}

/** The last frame of a call: OK without an error, else what the handler threw. */
function endFrame(callId: string, error: unknown): ConnectRequest {
  return agentFrame({ case: "reply", value: { callId, status: statusOf(error) } });
}

function statusOf(error: unknown): { code: number; message?: string } {
  if (error === undefined) return { code: 0 };
  const { code, message } = agentErrorOf(error);
  return { code, message: message.slice(0, STATUS_MESSAGE_CHARACTERS_MAX).toWellFormed() };
}

function isAsyncIterable(result: unknown): result is AsyncIterable<Data> {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result;
}
