// Proves how the text of flags becomes a request, and what is refused.
import { describe, expect, test } from "@jest/globals";
import { commands } from "@meshwork/gen-cli/commands";
import type { CommandRow, FieldRow } from "@meshwork/gen-cli/types";
import { AgentSchema, AgentStatusSchema } from "@meshwork/gen/mesh/v1/agent";
import { CreateMeshRequestSchema } from "@meshwork/gen/mesh/v1/mesh_service";
import { SendMessageRequestSchema } from "@meshwork/gen/mesh/v1/message_service";
import fc from "fast-check";
import { CliError } from "../errors/cli-error.ts";
import { globalFlags, outputFlags } from "../mesh-command.ts";
import { durationJson, parseDuration } from "./durations.ts";
import { withDurations } from "./json-durations.ts";
import { requestOf, type Typed } from "./request.ts";
import type { Sources } from "./sources.ts";
import { valueOf, type Json } from "./values.ts";

const sources: Sources = {
  file: (path) => {
    if (path === "key.txt") return Promise.resolve(Buffer.from(" s3cret\n"));
    if (path === "a.bin") return Promise.resolve(Buffer.from([0, 255]));
    if (path === "a.json") return Promise.resolve(Buffer.from('{"a":[1]}'));
    return Promise.reject(new Error("no such file"));
  },
  stdin: () => Promise.resolve(Buffer.from("from stdin\n")),
  prompt: undefined,
};

function field(kind: FieldRow["kind"], more: Partial<FieldRow> = {}): FieldRow {
  return { field: "x", json: "x", flag: "x", kind, help: "", ...more };
}

function row(command: string): CommandRow {
  const found = commands.find(({ topic, verb }) => `${topic} ${verb}` === command);
  if (found === undefined) throw new Error(`there is no ${command}`);
  return found;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CliError)) throw new Error(`was not refused: ${String(error)}`);
  expect(error.exit).toBe(2);
  return [error.message, ...error.next].join("\n");
}

const role = { type: "t", prefix: "AGENT_ROLE_", values: ["worker", "manager", "side-kick"] };

describe("a value", () => {
  test.each([
    [field("string"), ["a,b=@c"], "a,b=@c"],
    [field("string"), [""], ""],
    [field("bool"), ["true"], true],
    [field("integer"), ["-12"], -12],
    [field("integer64"), ["9007199254740993"], "9007199254740993"],
    [field("number"), ["1.5e3"], 1500],
    [field("duration"), ["10s"], "10s"],
    [field("duration"), ["1m30s"], "90s"],
    [field("duration"), ["2h"], "7200s"],
    [field("duration"), ["1.5s"], "1.5s"],
    [field("duration"), ["250ms"], "0.25s"],
    [field("duration"), ["0"], "0s"],
    [field("timestamp"), ["2026-01-31T12:00:00+02:00"], "2026-01-31T10:00:00.000Z"],
    [field("timestamp"), ["2026-01-31"], "2026-01-31T00:00:00.000Z"],
    [field("enum", { enum: role }), ["Manager"], "AGENT_ROLE_MANAGER"],
    [field("enum", { enum: role }), ["side-kick"], "AGENT_ROLE_SIDE_KICK"],
    [field("enum", { enum: role }), ["AGENT_ROLE_WORKER"], "AGENT_ROLE_WORKER"],
    [
      field("enum", { enum: role, repeated: true }),
      ["worker,manager", "worker"],
      ["AGENT_ROLE_WORKER", "AGENT_ROLE_MANAGER", "AGENT_ROLE_WORKER"],
    ],
    [field("string", { map: true }), ["a=b,c=d=e", "f="], { a: "b", c: "d=e", f: "" }],
    [field("string", { map: true }), ["a=x\\,y"], { a: "x,y" }],
    [field("string", { map: true }), [""], {}],
    [field("bytes"), ["aGk="], "aGk="],
    [field("bytes"), ["_-8"], "/+8="],
    [field("bytes"), ["@a.bin"], "AP8="],
    [field("bytes"), ["-"], "ZnJvbSBzdGRpbgo="],
    [field("json"), ['{"a":1}'], { a: 1 }],
    [field("json"), ["@a.json"], { a: [1] }],
    [field("string", { sensitivity: "secret" }), ["@key.txt"], "s3cret"],
    [field("string", { sensitivity: "secret" }), ["-"], "from stdin"],
  ] as const)("%j from %j is %j", async (row, texts, value) => {
    expect(await valueOf(row, texts, "--x", sources)).toEqual(value);
  });

  test.each([
    [field("bool"), "yes", "--x takes true or false"],
    [field("integer"), "1.5", "--x takes a whole number"],
    [field("integer"), "", "--x takes a whole number"],
    [field("number"), "NaN", "--x takes a number"],
    [field("duration"), "10", '--x takes a duration, not "10"'],
    [field("duration"), "10 s", "--x takes a duration"],
    [field("duration"), "s", "--x takes a duration"],
    [field("duration"), "1m30", "--x takes a duration"],
    [field("timestamp"), "tomorrow", "--x takes a time"],
    [field("timestamp"), "2026-13-01", "--x takes a time"],
    [field("enum", { enum: role }), "managr", "did you mean `manager`?"],
    [field("enum", { enum: role }), "unspecified", "it takes worker, manager, side-kick"],
    [field("string", { map: true }), "ab", "--x takes pairs such as a=b"],
    [field("string", { map: true }), "=b", "--x takes pairs"],
    [field("bytes"), "a b", "--x takes base64 or @FILE"],
    [field("bytes"), "aaaaa", "--x takes base64 or @FILE"],
    [field("bytes"), "@nowhere", 'cannot read the file "nowhere"'],
    [field("json"), "{a:1}", "--x takes JSON"],
    [field("string", { sensitivity: "secret" }), "s3cret", "must not stand in the arguments"],
  ] as const)("%j from %j is refused", async (row, text, message) => {
    const told = await refusal(valueOf(row, [text], "--x", sources));
    expect(told).toContain(message);
    expect(told).not.toContain("s3cret");
  });

  test("that is secret and left out is asked for, or refused where nobody can be asked", async () => {
    const secret = field("string", { sensitivity: "secret" });
    const asked = {
      ...sources,
      prompt: (question: string) => Promise.resolve(`answer to ${question}`),
    };
    expect(await valueOf(secret, [], "--x", asked)).toBe("answer to --x");
    expect(await refusal(valueOf(secret, [], "--x", sources))).toContain("give --x @FILE");
  });

  test("that is a duration keeps every nanosecond", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (nanos) => {
        const json = durationJson(nanos);
        expect(json).toMatch(/^\d+(\.\d{1,9})?s$/);
        expect(parseDuration(json, "x")).toBe(nanos);
      }),
    );
  });
});

describe("JSON of a message", () => {
  const inMesh = (settings: Json) =>
    withDurations(CreateMeshRequestSchema, { meshId: "m", settings });

  test.each([
    [{ heartbeatInterval: "250ms" }, { heartbeatInterval: "0.25s" }],
    [
      { heartbeat_interval: "1m30s", lostAfter: "3s" },
      { heartbeat_interval: "90s", lostAfter: "3s" },
    ],
    [
      { heartbeatInterval: 5, nope: "1m" },
      { heartbeatInterval: 5, nope: "1m" },
    ],
    [null, null],
    [["250ms"], ["250ms"]],
  ])("%j has the durations of proto3 in it: %j", (typed, settings) => {
    expect(inMesh(typed)).toEqual({ meshId: "m", settings });
  });

  test("has them in messages in lists too, and nothing else is touched", () => {
    const message = { ttl: "1h", subject: "250ms", headers: { a: "1s" } };
    expect(withDurations(SendMessageRequestSchema, { message })).toEqual({
      message: { ...message, ttl: "3600s" },
    });
    const configuration = { desiredConfiguration: { ttl: "250ms" } };
    expect(withDurations(AgentSchema, configuration)).toEqual(configuration);
    const checks = { health: [{ name: "250ms" }], load: { loopDelayDuration: "20ms" } };
    expect(withDurations(AgentStatusSchema, checks)).toEqual({
      ...checks,
      load: { loopDelayDuration: "0.02s" },
    });
  });

  test("that is no duration is refused by its path", async () => {
    const wrong = Promise.resolve().then(() => inMesh({ heartbeatInterval: "10" }));
    expect(await refusal(wrong)).toContain('settings.heartbeatInterval takes a duration, not "10"');
  });
});

describe("a request", () => {
  const world = { mesh: "demo", sources, uuid: () => "fresh" };
  const typed = (more: Partial<Typed> = {}): Typed => ({
    args: {},
    flags: {},
    dryRun: false,
    ...more,
  });

  test("takes its mesh from outside where it is not the resource", async () => {
    expect(
      await requestOf(row("agents get"), typed({ args: { "agent-id": "w1" } }), world),
    ).toEqual({ agentId: "w1", meshId: "demo" });
    const none = requestOf(row("agents get"), typed({ args: { "agent-id": "w1" } }), {
      ...world,
      mesh: undefined,
    });
    expect(await refusal(none)).toContain("no mesh is given");
  });

  test("reads the mesh of the context, and changes only one that is named", async () => {
    expect(await requestOf(row("meshes get"), typed(), world)).toEqual({ meshId: "demo" });
    expect(await refusal(requestOf(row("meshes delete"), typed(), world))).toContain(
      "MESH is required",
    );
  });

  test("masks what is given: members of our messages, the whole of others, never etag", async () => {
    const update = typed({
      args: { "mesh-id": "demo" },
      flags: { settings: '{"heartbeat_interval":"5s"}', "display-name": "", etag: "e1" },
    });
    expect(await requestOf(row("meshes update"), update, world)).toEqual({
      meshId: "demo",
      displayName: "",
      settings: { heartbeat_interval: "5s" },
      etag: "e1",
      updateMask: "displayName,settings.heartbeatInterval",
    });
    const whole = typed({
      args: { "agent-id": "w1" },
      flags: { "desired-configuration": '{"a":{"b":1}}' },
    });
    expect((await requestOf(row("agents update"), whole, world))["updateMask"]).toBe(
      "desiredConfiguration",
    );
    const nothing = typed({ args: { "agent-id": "w1" }, flags: { etag: "e1" } });
    expect(await refusal(requestOf(row("agents update"), nothing, world))).toContain(
      "nothing to update",
    );
  });

  test("has a request id of its own unless one is given, and asks for a dry run only where it is wanted", async () => {
    expect(await requestOf(row("agents provision"), typed(), world)).toEqual({
      meshId: "demo",
      requestId: "fresh",
    });
    const given = typed({ flags: { "request-id": "mine" }, dryRun: true });
    expect(await requestOf(row("agents provision"), given, world)).toEqual({
      meshId: "demo",
      requestId: "mine",
      validateOnly: true,
    });
  });

  test("lacks nothing that is required", async () => {
    expect(await refusal(requestOf(row("api-keys create"), typed(), world))).toContain(
      "--role is required",
    );
    expect(await refusal(requestOf(row("links join"), typed(), world))).toContain("--join-token");
  });
});

test("no field's flag is one that every command has", () => {
  for (const { flags, topic, verb } of commands) {
    const shared = { ...globalFlags, ...outputFlags };
    const own = new Set([...Object.keys(shared), "limit", "watch", "dry-run", "yes", "wait"]);
    const names = flags.map(({ flag }) => flag);
    expect([topic, verb, names.filter((name) => own.has(name))]).toEqual([topic, verb, []]);
    expect(new Set(names).size).toBe(names.length);
  }
});
