import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import * as v from "valibot";
import type { IWorkerAgent } from "./agent.ts";
import { agentConfigEntries, checkedConfiguration, type AgentConfig } from "./configuration.ts";
import { createLocalAgent } from "./local-agent.ts";
import type { AgentRuntime } from "./runtime.ts";

/** What a worker is made of: its configuration and the runtime it lives in. */
export interface WorkerAgentConfig extends AgentConfig {
  readonly runtime: AgentRuntime;
}

/**
 * Makes a worker; nothing is opened before `start`. Throws AgentConfigurationError with everything that
 * is wrong at once.
 */
export function createWorkerAgent({ runtime, ...config }: WorkerAgentConfig): IWorkerAgent {
  checkedConfiguration(v.strictObject(agentConfigEntries), config);
  const { agent, life } = createLocalAgent(AgentRole.WORKER, config, runtime);
  return Object.defineProperties(agent, {
    capabilities: { get: () => life.capabilities, enumerable: true },
  }) as IWorkerAgent;
}
