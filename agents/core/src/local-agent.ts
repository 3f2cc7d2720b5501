// What worker and manager have in common.
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { AgentMessageSchema, type AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { AgentError } from "./agent-error.ts";
import { createAgentLife, type AgentLife } from "./agent-life.ts";
import type { IAgent } from "./agent.ts";
import type { AgentConfig } from "./configuration.ts";
import { CAPABILITY_PATTERN } from "./configuration.ts";
import { agentFrame } from "./frames.ts";
import { BUFFERED_BYTES_MAX, CALLS_MAX_DEFAULT, DRAIN_GRACE_DEFAULT_MS } from "./limits.ts";
import { createMesh, type IMesh } from "./mesh.ts";
import { callAgent, lastAnswer, messageOf } from "./outgoing.ts";
import type { AgentRuntime } from "./runtime.ts";

/** Messages of one tick that leave in one frame; the contract's limit. */
const PUBLISH_MESSAGES_MAX = 256;
/** Payload bytes of one frame, so that it stays below the server's limit with all that surrounds them. */
const PUBLISH_BYTES_MAX = 512 * 1024;

/** An agent on a checked configuration. */
export function createLocalAgent(
  role: AgentRole,
  config: AgentConfig,
  runtime: AgentRuntime,
): { agent: IAgent; life: AgentLife } {
  const life = createAgentLife(
    {
      agentId: config.agentId,
      joinToken: config.joinToken,
      labels: config.labels ?? {},
      health: config.health ?? {},
      callsMax: config.callsMax ?? CALLS_MAX_DEFAULT,
      drainGraceMs: config.drainGraceMs ?? DRAIN_GRACE_DEFAULT_MS,
    },
    runtime,
  );
  for (const [name, capability] of Object.entries(config.capabilities ?? {}))
    life.capabilities.set(name, capability);
  life.handlers.message = config.onMessage;
  life.handlers.configuration = config.onConfiguration;
  const publish = createPublisher(life);
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
      if (life.capabilities.has(name))
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
    send: (agentId, message) => publish(create(AgentMessageSchema, messageOf(agentId, message))),
    call: async (...args) => await lastAnswer(callStream(...args)),
    callStream,
    mesh: (): IMesh => createMesh({ ...life.rpc(), clock: runtime.clock, random: runtime.random }),
    on: life.events.on,
  };
  return { agent, life };
}

/** Gathers the messages of one tick into as few frames as fit. */
function createPublisher(life: AgentLife): (message: AgentMessage) => void {
  let batch: AgentMessage[] = [];
  let bytes = 0;

  function flush(): void {
    if (batch.length === 0) return;
    const messages = batch;
    batch = [];
    bytes = 0;
    life.send(agentFrame({ case: "publish", value: { messages } }));
  }

  return (message) => {
    if (!life.status.connected)
      throw new AgentError(
        Code.Unavailable,
        `the agent is not connected, so the message to ${String(message.target.value)} was not sent`,
        { reason: "NOT_SENT" },
      );
    if (life.bufferedBytes() > BUFFERED_BYTES_MAX)
      throw new AgentError(
        Code.ResourceExhausted,
        `more than ${BUFFERED_BYTES_MAX} bytes wait to be sent: slow down`,
        { reason: "NOT_SENT" },
      );
    if (batch.length >= PUBLISH_MESSAGES_MAX || bytes + message.payload.length > PUBLISH_BYTES_MAX)
      flush();
    if (batch.length === 0) queueMicrotask(flush);
    batch.push(message);
    bytes += message.payload.length;
  };
}
