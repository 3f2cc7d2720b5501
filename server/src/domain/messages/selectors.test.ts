// Selectors: who fulfils all that is given; expressions that are wrong or too costly say where and why.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AgentRole, AgentSelectorSchema, AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { Clock } from "../clock.ts";
import { createExpressions } from "./selector-expression.ts";
import { createSelectors } from "./selectors.ts";
import { createSendingWorld, MESH_UID, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision([
    { agentId: "w1", labels: { zone: "eu" }, ownLabels: { zone: "us" }, capabilities: ["echo"] },
    { agentId: "w2", ownLabels: { zone: "us", "a.b/c": "1" }, capabilities: ["echo", "dance"] },
    { agentId: "m1", role: AgentRole.MANAGER, labels: { zone: "eu" } },
    { agentId: "gone", labels: { zone: "eu" }, state: AgentState.TERMINATED },
  ]);
});
afterEach(() => world.close());

const selectorOf = (init: MessageInitShape<typeof AgentSelectorSchema>) =>
  create(AgentSelectorSchema, init);
const select = async (
  init: MessageInitShape<typeof AgentSelectorSchema> | undefined,
  clock: Clock = world.clock,
): Promise<string[]> => {
  const selectors = createSelectors({ store: world.store, clock });
  const selector = init === undefined ? undefined : selectorOf(init);
  return (await selectors.select(MESH_UID, selector, "selector")).map(({ agentId }) => agentId);
};

describe("select", () => {
  const cases: [MessageInitShape<typeof AgentSelectorSchema> | undefined, string[]][] = [
    [undefined, ["m1", "w1", "w2"]],
    [{}, ["m1", "w1", "w2"]],
    [{ agentIds: ["w2", "nobody", "gone", "w1", "w2"] }, ["w1", "w2"]],
    [{ roles: [AgentRole.MANAGER] }, ["m1"]],
    [{ roles: [AgentRole.MANAGER, AgentRole.WORKER] }, ["m1", "w1", "w2"]],
    [{ capabilities: ["echo"] }, ["w1", "w2"]],
    [{ capabilities: ["echo", "dance"] }, ["w2"]],
    // The label that people set beats the agent's own.
    [{ matchLabels: { zone: "eu" } }, ["m1", "w1"]],
    [{ matchLabels: { zone: "us" } }, ["w2"]],
    [{ matchLabels: { zone: "eu" }, roles: [AgentRole.WORKER] }, ["w1"]],
    [{ expression: 'agent.labels.zone == "eu" && "echo" in agent.capabilities' }, ["w1"]],
    [{ expression: 'agent.labels["a.b/c"] == "1"' }, ["w2"]],
    [{ expression: 'has(agent.labels.zone) && agent.labels.zone.startsWith("u")' }, ["w2"]],
    [{ expression: "agent.role == mesh.v1.AgentRole.AGENT_ROLE_MANAGER" }, ["m1"]],
    [{ expression: 'agent.capabilities.exists(one, one.matches("^d"))' }, ["w2"]],
    [{ expression: "size(agent.capabilities) > 1 || agent.agent_id == 'm1'" }, ["m1", "w2"]],
    [{ expression: "true", agentIds: ["m1"] }, ["m1"]],
    // It fails for agents without the label, is no truth for others: neither fulfils it.
    [{ expression: 'agent.labels.none != "x"' }, []],
    [{ expression: "agent.agent_id" }, []],
  ];
  test.each(cases)("%j: %j", async (selector, expected) => {
    expect(await select(selector)).toEqual(expected);
  });

  test("of 2,500 agents finds all, by id", async () => {
    const agentIds = Array.from(
      { length: 2_500 },
      (_, index) => `a${String(index).padStart(4, "0")}`,
    );
    await world.provision(agentIds.map((agentId) => ({ agentId })));
    expect(await select({ expression: 'agent.agent_id.startsWith("a")' })).toEqual(agentIds);
    expect(await select({})).toHaveLength(2_503);
  });
});

describe("an expression", () => {
  const refusals: [string, RegExp][] = [
    ['agent.labels.zone == "eu', /^selector\.expression: at character 19: /],
    ["1 +", /at character 3: /],
    ["", /expected|expecting/],
    ["zone == 1", /at character 1: there is no zone here/],
    ['agent.agentId == "w1"', /at character 6: an agent has no field agentId.*like agent_id/],
    ["agent.status.liveness == 2", /status cannot be selected by/],
    ["agent.agent_id == 'a' && foo(1)", /there is no function foo/],
    ["agent.capabilities.all(a, agent.capabilities.all(b, a != b))", /one loop .* within another/],
    ["agent.capabilities.filter(a, true).exists(b, true)", /one loop/],
    ["mesh.v1.Agent{agent_id: 'x'} == agent", /messages cannot be made here/],
    [`${"(".repeat(500)}1${")".repeat(500)}`, /nested too deeply/],
    [`${"[".repeat(200)}1${"]".repeat(200)}`, /nested deeper than|nested too deeply/],
    [`${"1+".repeat(511)}1`, /nested deeper|more than 512 parts/],
  ];
  const compile = (text: string): unknown =>
    createExpressions().compile("selector.expression", text);
  test.each(refusals)("%s is refused", (text, message) => {
    expect(() => compile(text)).toThrow(message);
  });

  test("of one list with 600 numbers has too many parts", () => {
    expect(() => compile(`agent.role in [${"1,".repeat(600)}1]`)).toThrow(/more than 512 parts/);
  });

  test("is refused as INVALID_REQUEST with field and place", async () => {
    const error: unknown = await select({ expression: "zone" }).catch((one: unknown) => one);
    expect(error).toMatchObject({
      reason: "INVALID_REQUEST",
      details: { violations: [{ field: "selector.expression" }], metadata: { offset: "0" } },
    });
  });

  test("as long as allowed, of the worst kind, is parsed in no time", () => {
    const startMs = performance.now();
    for (const [open, close] of ["()", "[]", "{}"].map((pair) => [pair[0]!, pair[1]!]))
      for (const depth of [10, 50, 100]) {
        const text = `${open!.repeat(depth)}${close!.repeat(depth)}`;
        try {
          compile(text);
        } catch {
          // How long it took is what counts.
        }
      }
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  test("that takes too long over all agents is refused", async () => {
    await world.provision(Array.from({ length: 100 }, (_, index) => ({ agentId: `a${index}` })));
    // Each look at the clock is 15 ms later than the one before.
    let nowMs = 0;
    const slow: Clock = { ...world.clock, monotonic: () => (nowMs += 15) };
    expect(await select({ expression: "true" }, slow)).toHaveLength(103);
    await world.provision(Array.from({ length: 100 }, (_, index) => ({ agentId: `b${index}` })));
    await expect(select({ expression: "true" }, slow)).rejects.toThrow(/took more than 2000 ms/);
  });

  test("lets others have their turn after some milliseconds", async () => {
    await world.provision(Array.from({ length: 100 }, (_, index) => ({ agentId: `a${index}` })));
    let nowMs = 0;
    const slow: Clock = { ...world.clock, monotonic: () => (nowMs += 5) };
    let turns = 0;
    let counts = true;
    const count = (): void => {
      turns += 1;
      if (counts) setImmediate(count);
    };
    count();
    await select({ expression: "true" }, slow);
    counts = false;
    expect(turns).toBeGreaterThanOrEqual(100);
  });
});
