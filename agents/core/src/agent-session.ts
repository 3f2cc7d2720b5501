// What an agent does with the frames of its link: calls, messages, configuration, desired state.
import type { JsonObject } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { AgentDesiredState, AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { Notice_Kind, type Config, type LaunchChild } from "@meshwork/gen/mesh/v1/link";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import type { AgentEvents } from "./agent.ts";
import type { CapabilityCalls } from "./capability-calls.ts";
import type { ConfigurationHandler } from "./configuration.ts";
import { effectiveConfiguration } from "./effective-configuration.ts";
import type { Emitter } from "./emitter.ts";
import { agentFrame } from "./frames.ts";
import { DRAIN_GRACE_DEFAULT_MS, REASON_CHARACTERS_MAX } from "./limits.ts";
import type { Messaging } from "./messaging.ts";

const noticeKinds = new Map<number, string>(
  Object.entries(Notice_Kind).map(([name, number]) => [number, name]),
);

export interface AgentSessionDeps {
  readonly calls: CapabilityCalls;
  readonly events: Emitter<AgentEvents>;
  readonly messaging: Pick<Messaging, "frame">;
  readonly handlers: {
    readonly configuration: ConfigurationHandler | undefined;
  };
  send(frame: ConnectRequest): void;
  /** What a launcher has to keep running or to end. */
  children(children: readonly LaunchChild[]): void;
  /** The mesh wants the agent to end within the grace. */
  terminate(graceMs: number): void;
}

/** Takes each frame that is not about the session itself. */
export function createAgentSession(
  deps: AgentSessionDeps,
): (frame: ConnectResponse["frame"]) => void {
  const { calls, events, messaging, handlers } = deps;
  let lastDesired: string | undefined;
  let configuring: Promise<void> = Promise.resolve();

  function configure({ desiredState, desiredConfiguration, grace, children }: Config): void {
    deps.children(children);
    if (desiredState === AgentDesiredState.TERMINATED) {
      deps.terminate(grace === undefined ? DRAIN_GRACE_DEFAULT_MS : durationMs(grace));
      return;
    }
    // A config comes after each welcome and each change of the record; most change nothing here.
    const desired = JSON.stringify(desiredConfiguration ?? {});
    const { configuration } = handlers;
    if (configuration === undefined || desired === lastDesired) return;
    if (lastDesired === undefined && desiredConfiguration === undefined) return;
    lastDesired = desired;
    configuring = configuring.then(() => apply(configuration, desiredConfiguration ?? {}));
  }

  async function apply(configuration: ConfigurationHandler, desired: JsonObject): Promise<void> {
    try {
      // Checked here: what cannot be encoded, or is too large, would cost the session there.
      const effective = effectiveConfiguration((await configuration(desired)) ?? desired);
      const value = { state: AgentState.RUNNING, effectiveConfiguration: effective };
      deps.send(agentFrame({ case: "stateUpdate", value }));
    } catch (thrown) {
      const error = agentErrorOf(thrown);
      const reason = `configuration refused: ${error.message}`
        .slice(0, REASON_CHARACTERS_MAX)
        .toWellFormed();
      deps.send(agentFrame({ case: "stateUpdate", value: { state: AgentState.RUNNING, reason } }));
      events.emit("error", error);
    }
  }

  return (frame) => {
    switch (frame.case) {
      case "call":
        calls.start(frame.value);
        break;
      case "cancelCall":
        calls.cancel(frame.value);
        break;
      case "config":
        configure(frame.value);
        break;
      case "notice": {
        const { kind, count, message } = frame.value;
        events.emit("notice", { kind: noticeKinds.get(kind) ?? String(kind), count, message });
        break;
      }
      default:
        // About messages; or of a later version, and not agreed on, so that it may be passed over.
        messaging.frame(frame);
    }
  };
}

/** Why handlers are told to stop. */
export const stopReasons = {
  draining: () => new AgentError(Code.Unavailable, "the agent is stopping and takes no new calls"),
  graceOver: (graceMs: number) =>
    new AgentError(
      Code.Unavailable,
      `the agent stopped before the call ended, after a grace of ${graceMs} ms`,
    ),
  sessionLost: () =>
    new AgentError(Code.Canceled, "the session was lost: the caller no longer waits"),
  fenced: (silentMs: number) =>
    new AgentError(
      Code.Aborted,
      `the agent fenced itself: it heard nothing for ${Math.round(silentMs)} ms`,
    ),
} as const;
