// Proves which texts are lists and which are conditions, and what is refused.
import { describe, expect, test } from "@jest/globals";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import fc from "fast-check";
import { CliError } from "../errors/cli-error.ts";
import { selectorOf } from "./selector-text.ts";

const none = { roles: [], agentIds: [], capabilities: [], matchLabels: {} };

describe("a selector", () => {
  test.each([
    ["role=worker", { ...none, roles: [AgentRole.WORKER] }],
    ["role=Manager,role=worker", { ...none, roles: [AgentRole.MANAGER, AgentRole.WORKER] }],
    ["agent=w1,agent=w2", { ...none, agentIds: ["w1", "w2"] }],
    [
      "role=worker, zone=eu,capability=echo",
      { ...none, roles: [AgentRole.WORKER], capabilities: ["echo"], matchLabels: { zone: "eu" } },
    ],
    [
      "example.com/zone=a=b,empty=",
      { ...none, matchLabels: { "example.com/zone": "a=b", empty: "" } },
    ],
    ["names=a\\,b", { ...none, matchLabels: { names: "a,b" } }],
    ["cost=<3&>1", { ...none, matchLabels: { cost: "<3&>1" } }],
  ])("%s is a list", (text, selector) => {
    expect(selectorOf(text, "--selector")).toEqual(selector);
  });

  test.each([
    "true",
    'agent.labels.zone == "eu"',
    "agent.role==1",
    'agent.labels["a"]=="b","c"',
    "size(agent.capabilities)>2",
    "zone=eu west",
    "role=worker,true",
    "role=worker,",
    "Zone=eu",
    "role!=worker",
  ])("%s is a condition", (text) => {
    expect(selectorOf(text, "--selector")).toEqual({ expression: text });
  });

  test.each([
    ["", "--selector is empty"],
    ["  ", "the condition `true` selects all"],
    ["role=workr", 'has no role "workr": it takes worker, manager\ndid you mean `role=worker`?'],
    ["role=", 'has no role ""'],
    ["zone=a,zone=b", "names the label zone twice"],
  ])("%j is refused", (text, told) => {
    let thrown: unknown;
    try {
      selectorOf(text, "--selector");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CliError);
    const { exit, message, next } = thrown as CliError;
    expect(exit).toBe(2);
    expect([message, ...next].join("\n")).toContain(told);
  });

  test("gives every label as it was typed", () => {
    const key = fc.stringMatching(/^[a-z]([a-z0-9._/-]{0,20}[a-z0-9])?$/);
    const value = fc.stringMatching(/^([^=\s"'(),\\][^\s"'(),\\]{0,20})?$/);
    const reserved = ["role", "agent", "capability"];
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true }), (labels) => {
        fc.pre(!reserved.some((each) => each in labels));
        const text = Object.entries(labels)
          .map(([name, each]) => `${name}=${each}`)
          .join(",");
        expect(selectorOf(text, "SELECTOR")).toEqual({ ...none, matchLabels: labels });
      }),
    );
  });
});
