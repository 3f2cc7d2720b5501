// Proves what generated commands do besides their call: requests completed, columns added.
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { commands } from "@meshwork/gen-cli/commands";
import { AgentSchema, ProcessState } from "@meshwork/gen/mesh/v1/agent";
import { MessageStep_Kind, MessageStepSchema } from "@meshwork/gen/mesh/v1/message";
import { MessageService, TraceMessageResponseSchema } from "@meshwork/gen/mesh/v1/message_service";
import type { OutputStyle } from "../output/format-names.ts";
import type { CallContext } from "./call-context.ts";
import { text } from "./run-unary.ts";
import { specials } from "./specials.ts";

const style: OutputStyle = {
  format: "table",
  columns: undefined,
  sortBy: undefined,
  headers: true,
  time: "iso",
  nowMs: 0,
};

async function special(name: string) {
  const entry = specials[`mesh.v1.${name}`];
  if (entry === undefined) throw new Error(`there is no special of ${name}`);
  return entry.load();
}

async function context(name: string, more: Partial<OutputStyle> = {}): Promise<CallContext> {
  const row = commands.find(({ service, method }) => `${service}/${method}` === `mesh.v1.${name}`)!;
  const own = { row, special: await special(name), style: { ...style, ...more } };
  return own as unknown as CallContext;
}

test("each is of an RPC that there is, and stands for flags that it has", () => {
  for (const [name, { without = [] }] of Object.entries(specials)) {
    const row = commands.find(({ service, method }) => `${service}/${method}` === name);
    expect([name, row === undefined]).toEqual([name, false]);
    const flags = row?.flags.map(({ flag }) => flag) ?? [];
    expect(without.filter((each) => !flags.includes(each))).toEqual([]);
  }
});

describe("an agent", () => {
  const typed = (flags: Record<string, string>) => ({ args: {}, flags, dryRun: false });

  test("is provisioned with a launcher and its template, or with neither", async () => {
    const { request } = await special("AgentService/ProvisionAgent");
    const json = { agentId: "w4" };
    expect(request?.(json, typed({}))).toEqual(json);
    expect(request?.(json, typed({ launcher: "boss", template: "worker" }))).toEqual({
      agentId: "w4",
      launch: { launcherId: "boss", template: "worker" },
    });
    expect(() => request?.(json, typed({ launcher: "boss" }))).toThrow("--template is required");
    expect(() => request?.(json, typed({ template: "t" }))).toThrow("--launcher is required");
  });

  test("that is launched is shown with its process", async () => {
    const own = await context("AgentService/GetAgent", { headers: false });
    const shown = (more: object) => ({
      desc: AgentSchema,
      messages: [create(AgentSchema, { agentId: "w4", ...more })],
      list: false,
    });
    const cells = async (more: object) => (await text(own, shown(more))).trim().split(/ {2,}/);
    expect(await cells({})).toHaveLength(own.row.columns.length);
    const launched = {
      launch: { launcherId: "boss", template: "worker" },
      status: { process: { state: ProcessState.RUNNING, restarts: 2 } },
    };
    expect((await cells(launched)).slice(own.row.columns.length)).toEqual(["boss", "running", "2"]);
  });
});

test("a message has a request id only where one was typed", async () => {
  const { request } = await special("MessageService/SendMessage");
  const json = { meshId: "m", requestId: "made-up" };
  expect(request?.(json, { args: {}, flags: {}, dryRun: false })).toEqual({ meshId: "m" });
  const own = { ...json, requestId: "mine" };
  const flags = { "request-id": "mine" };
  expect(request?.(own, { args: {}, flags, dryRun: false })).toEqual(own);
});

test("the columns of a trace are those of its steps, in every format but JSON", async () => {
  const response = create(TraceMessageResponseSchema, {
    steps: [create(MessageStepSchema, { kind: MessageStep_Kind.STORED, nodeId: "n1" })],
  });
  const shown = {
    desc: MessageService.method.traceMessage.output,
    messages: [response],
    list: false,
  };
  const own = await context("MessageService/TraceMessage", { columns: ["kind", "node_id"] });
  expect(await text(own, shown)).toBe("KIND    NODE ID\nstored  n1\n");
  const json = await context("MessageService/TraceMessage", { format: "json" });
  expect(JSON.parse(await text(json, shown))).toEqual({
    steps: [{ kind: "KIND_STORED", nodeId: "n1" }],
  });
});
