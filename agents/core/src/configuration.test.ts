// A wrong configuration is told as a whole, before anything is opened, and without secrets.
import { expect, test } from "@jest/globals";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import { AgentConfigurationError, type AgentConfig } from "./configuration.ts";
import { createScriptedServer } from "./testing/scripted-server.ts";
import { createWorkerAgent } from "./worker-agent.ts";

test("every problem at once, each with path, value, limit and cure", () => {
  const { runtime } = createScriptedServer({ clock: createFakeClock(), random: () => 0 });
  const config = {
    agentId: "W 1",
    joinToken: "s".repeat(600),
    capabilities: { Echo: () => "", ok: 5 },
    labels: { zone: 7, "Bad Key": "x" },
    health: { a: "no" },
    callsMax: 5000,
    drainGraceMs: -1,
    onMessage: "no",
    callMax: 3,
  };
  let thrown: unknown;
  try {
    createWorkerAgent({ ...(config as unknown as AgentConfig), runtime });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AgentConfigurationError);
  const { problems, message } = thrown as AgentConfigurationError;
  const byPath = Object.fromEntries(problems.map((problem) => [problem.path, problem]));
  expect(Object.keys(byPath).sort()).toEqual(
    [
      "agentId",
      "callMax",
      "callsMax",
      "capabilities.Echo",
      "capabilities.ok",
      "drainGraceMs",
      "health.a",
      "joinToken",
      'labels["Bad Key"]',
      "labels.zone",
      "onMessage",
    ].sort(),
  );
  expect(byPath["callsMax"]).toEqual({
    path: "callsMax",
    value: "5000",
    limit: "has to be a whole number of calls from 1 to 1024",
    cure: "set it within",
  });
  expect(byPath["callMax"]).toMatchObject({
    limit: "is no known key",
    cure: "remove it, or correct its spelling",
  });
  for (const { path, limit, cure } of problems)
    expect([path, limit.length > 5, cure.length > 3]).toEqual([path, true, true]);
  expect(message).toContain("has 11 problems");
  expect(JSON.stringify(problems) + message).not.toContain("ssss");
});
