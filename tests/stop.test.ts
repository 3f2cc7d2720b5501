// A server that is told to stop ends cleanly, also at the moment in which its last agent is gone.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { provisionedAgent, startAgent } from "./harness/agent.ts";
import { createHome, type Home } from "./harness/home.ts";
import { type ServerProcess, startSignedInServer } from "./harness/server.ts";

let home: Home;
let server: ServerProcess;
beforeAll(async () => {
  home = createHome();
  server = await startSignedInServer(home);
}, 60_000);
afterAll(() => home.close());

test("SIGTERM right after the last agent was killed: exit 0, and all is closed", async () => {
  await provisionedAgent(home, "w1");
  const agent = startAgent(home, server.url, "w1");
  await agent.until(/connected \(epoch/);
  agent.child.kill("SIGKILL");
  await agent.ended;
  server.running.child.kill("SIGTERM");
  expect(await server.running.ended).toMatchObject({ status: 0, signal: null });
}, 60_000);
