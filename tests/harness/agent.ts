import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Home, RunOptions, Running } from "./home.ts";

/** Puts an agent of the mesh `demo` on record; its join token is kept in the home. */
export async function provisionedAgent(
  home: Home,
  agentId: string,
  args: readonly string[] = [],
): Promise<string> {
  const { joinToken } = (await home.json(["agents", "provision", agentId, ...args])) as {
    joinToken: string;
  };
  const file = joinTokenFile(home, agentId);
  writeFileSync(file, joinToken, { mode: 0o600 });
  return file;
}

/**
 * Starts an agent under this name, with its join token if it has not joined yet; the built-in one unless
 * `args` name a module.
 */
export function startAgent(
  home: Home,
  endpoint: string,
  agentId: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Running {
  const run = [
    ...["agent", "run", "--agent", agentId, "--endpoint", endpoint],
    ...["--join-token-file", joinTokenFile(home, agentId)],
    ...["--credential-file", credentialFile(home, agentId)],
    ...args,
  ];
  return home.start(run, options);
}

/** Where the agent keeps its credential. */
export function credentialFile(home: Home, agentId: string): string {
  return join(home.folder, `${agentId}.credential.json`);
}

function joinTokenFile(home: Home, agentId: string): string {
  return join(home.folder, `${agentId}.join-token`);
}
