// Loads a module that says what an agent can do.
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import type { Capability, IAgent } from "@meshwork/agents-core";
import { usageError } from "../errors/cli-error.ts";

/** What a module gives an agent. */
export interface AgentModule {
  readonly capabilities: Readonly<Record<string, Capability>>;
  /** Sets the agent up before it starts. */
  readonly setUp: ((agent: IAgent) => void | Promise<void>) | undefined;
}

/** Loads a module by its path from the working directory. Throws a usage error for one that gives nothing. */
export async function loadAgentModule(path: string): Promise<AgentModule> {
  const file = resolve(path);
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const missing = (error as { code?: string }).code === "ERR_MODULE_NOT_FOUND";
    throw usageError(
      `the module ${JSON.stringify(path)} cannot be loaded: ${(error as Error).message}`,
      missing ? `give a path from ${process.cwd()}` : "--debug tells where it failed",
    );
  }
  const { capabilities, setUp } = exported;
  if (capabilities === undefined && setUp === undefined) {
    throw usageError(
      `the module ${JSON.stringify(path)} exports neither \`capabilities\` nor \`setUp\``,
      "for example: export const capabilities = { hello: (call) => `hello ${call.text()}` }",
    );
  }
  if (setUp !== undefined && typeof setUp !== "function") {
    throw usageError(`what ${JSON.stringify(path)} exports as setUp is no function`);
  }
  // What the capabilities are is checked with the rest of the agent's configuration.
  return {
    capabilities: (capabilities ?? {}) as AgentModule["capabilities"],
    setUp: setUp as AgentModule["setUp"],
  };
}
