// What worker and manager have in common.
import { Code } from "@connectrpc/connect";
import type { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { AgentError } from "./agent-error.ts";
import { createAgentLife, type AgentLife } from "./agent-life.ts";
import { createSending } from "./agent-sending.ts";
import type { IAgent } from "./agent.ts";
import type { AgentConfig } from "./configuration.ts";
import { CAPABILITY_PATTERN } from "./configuration.ts";
import { gatherReplies } from "./gathering.ts";
import type { Launcher } from "./launch.ts";
import {
  CALLS_MAX_DEFAULT,
  DELIVERIES_MAX_DEFAULT,
  DELIVERY_BYTES_MAX_DEFAULT,
  DRAIN_GRACE_DEFAULT_MS,
  OUTBOX_BYTES_MAX_DEFAULT,
  OUTBOX_MESSAGES_MAX_DEFAULT,
} from "./limits.ts";
import { createMesh, type IMesh } from "./mesh.ts";
import type { MessagingLimits } from "./messaging.ts";
import { callAgent, lastAnswer } from "./outgoing.ts";
import { PING } from "./ping.ts";
import type { AgentRuntime } from "./runtime.ts";

/** An agent on a checked configuration. */
export function createLocalAgent(
  role: AgentRole,
  config: AgentConfig,
  runtime: AgentRuntime,
  launcher?: Launcher,
): { agent: IAgent; life: AgentLife } {
  const life = createAgentLife(
    {
      agentId: config.agentId,
      joinToken: config.joinToken,
      labels: config.labels ?? {},
      health: config.health ?? {},
      callsMax: config.callsMax ?? CALLS_MAX_DEFAULT,
      drainGraceMs: config.drainGraceMs ?? DRAIN_GRACE_DEFAULT_MS,
      messaging: messagingLimits(config),
      launcher,
    },
    runtime,
  );
  for (const [name, capability] of Object.entries(config.capabilities ?? {}))
    life.capabilities.set(name, capability);
  life.handlers.message = config.onMessage;
  life.handlers.configuration = config.onConfiguration;
  const callStream: IAgent["callStream"] = (agentId, capability, data, options) => {
    const { transport, meshId } = life.rpc();
    return callAgent(transport, { meshId, agentId, capability }, data, options);
  };

  const agent: IAgent = {
    role,
    get status() {
      return life.status;
    },
    start: life.start,
    stop: life.stop,
    capability: (name, handler, options = {}) => {
      const { phase } = life.status;
      if (!CAPABILITY_PATTERN.test(name))
        throw new AgentError(
          Code.InvalidArgument,
          `capability ${JSON.stringify(name)} has to be lower-case letters, digits and ._-, at most 63`,
        );
      if (life.capabilities.has(name) || name === PING)
        throw new AgentError(
          Code.AlreadyExists,
          `capability ${name} has a handler already: give each name one`,
        );
      if (phase !== "stopped" && phase !== "failed")
        throw new AgentError(
          Code.FailedPrecondition,
          `the agent is ${phase}: add capability ${name} before it starts`,
        );
      life.capabilities.set(name, { ...options, handler });
    },
    onMessage: (handler) => {
      life.handlers.message = handler;
    },
    onConfiguration: (handler) => {
      life.handlers.configuration = handler;
    },
    ...createSending(life),
    subscribe: async (source, options) => {
      // Before that nobody would answer.
      life.messaging();
      return await life.subscriptions.subscribe(source, options);
    },
    call: async (...args) => await lastAnswer(callStream(...args)),
    callStream,
    gather: (selector, capability, data, options) => {
      const { transport, meshId } = life.rpc();
      return gatherReplies(transport, { meshId, selector, capability }, data, options);
    },
    mesh: (): IMesh => createMesh({ ...life.rpc(), clock: runtime.clock, random: runtime.random }),
    on: life.events.on,
  };
  return { agent, life };
}

function messagingLimits({
  deliveriesMax = DELIVERIES_MAX_DEFAULT,
  deliveryBytesMax = DELIVERY_BYTES_MAX_DEFAULT,
  concurrency = deliveriesMax,
  outbox = {},
}: AgentConfig): MessagingLimits {
  return {
    deliveriesMax,
    deliveryBytesMax,
    concurrency,
    outboxMessagesMax: outbox.maxMessages ?? OUTBOX_MESSAGES_MAX_DEFAULT,
    outboxBytesMax: outbox.maxBytes ?? OUTBOX_BYTES_MAX_DEFAULT,
  };
}
