// An agent without a module, as someone tries messages with: it prints them, and takes each once.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { provisionedAgent, startAgent } from "./harness/agent.ts";
import { createHome, eventually, type Home } from "./harness/home.ts";
import { type ServerProcess, startSignedInServer } from "./harness/server.ts";

let home: Home;
let server: ServerProcess;
beforeAll(async () => {
  home = createHome();
  server = await startSignedInServer(home);
}, 60_000);
afterAll(() => home.close());

test("prints what is sent to it, to its group and to its topic, and acknowledges it", async () => {
  await provisionedAgent(home, "w1");
  const flags = ["--group", "crew", "--topic", "orders.>"];
  const agent = startAgent(home, server.url, "w1", flags);
  await agent.until(/receives from group crew/);
  await agent.until(/receives from orders\.>/);
  const guarantee = ["--guarantee", "at-least-once"];
  await home.json(["send", "w1", "--subject", "note", "--data", "one\u001b[2J", ...guarantee]);
  await home.json(["send", "--group", "crew", "--subject", "job", "--data", "two"]);
  await home.json(["send", "--topic", "orders.eu", "--data", "three", ...guarantee]);
  // Control characters do not reach the terminal.
  await agent.until(/^w1 message from key:\S+: note \(7 bytes of text\/plain\)$/m);
  await agent.until(/^w1 message from key:\S+ by group crew: job two$/m);
  await agent.until(/^w1 message from key:\S+ by topic orders\.eu: orders\.eu three$/m);
  const acknowledged = await eventually(async () => {
    const { traffic } = (await home.json(["meshes", "status"])) as {
      traffic: { messagesAcknowledged?: string };
    };
    return traffic.messagesAcknowledged === "3";
  });
  expect(acknowledged).toBe(true);
}, 60_000);

test("--topic and --group are refused beside a module", async () => {
  const run = await home.mesh(["agent", "run", "./some.ts", "--topic", "orders.>"]);
  expect(run).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("for an agent without a module"),
  });
}, 30_000);
