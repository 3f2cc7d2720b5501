// Proves what each format shows of the same messages, and how times, durations and enums read.
import { create } from "@bufbuild/protobuf";
import { DurationSchema, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { commands } from "@meshwork/gen-cli/commands";
import {
  AgentLiveness,
  AgentRole,
  AgentSchema,
  AgentState,
  LivenessCause,
} from "@meshwork/gen/mesh/v1/agent";
import {
  MeshChangeSchema,
  MeshTopologySchema,
  TopologyEdge_Kind,
  TopologyNode_Kind,
} from "@meshwork/gen/mesh/v1/mesh";
import fc from "fast-check";
import { parse } from "yaml";
import { CliError } from "../errors/cli-error.ts";
import { changeLine } from "../rpc/specials/meshes-watch.ts";
import { topologyLines } from "../rpc/specials/meshes-topology.ts";
import type { OutputStyle } from "./format-names.ts";
import { formatted } from "./format.ts";
import { humanDuration, humanTime } from "./human.ts";

const nowMs = Date.parse("2026-01-31T12:00:00Z");
const style: OutputStyle = {
  format: "table",
  columns: undefined,
  sortBy: undefined,
  headers: true,
  time: "relative",
  nowMs,
};
const row = commands.find(({ topic, verb }) => topic === "agents" && verb === "list")!;

const messages = [
  create(AgentSchema, {
    agentId: "w2",
    role: AgentRole.WORKER,
    labels: { zone: "eu" },
    capabilities: ["echo", "file.digest"],
    status: {
      liveness: AgentLiveness.ALIVE,
      livenessCause: LivenessCause.FRAME_RECEIVED,
      state: AgentState.RUNNING,
      lastSeenTime: timestampFromDate(new Date(nowMs - 4_200)),
    },
  }),
  create(AgentSchema, { agentId: "w10", displayName: "a\nb\u001b[2J" }),
];
const shown = { desc: AgentSchema, messages, list: true };
const show = (more: Partial<OutputStyle>, what = shown) =>
  formatted(row, what, { ...style, ...more });

describe("a table", () => {
  test("has the contract's columns, enums in short, times for people", async () => {
    expect(await show({})).toBe(
      [
        "AGENT ID  ROLE    LIVENESS  LIVENESS CAUSE  STATE    LAST SEEN TIME  CAPABILITIES",
        "w2        worker  alive     frame-received  running  4s ago          echo,file.digest",
        "w10       -       -         -               -        -               -\n",
      ].join("\n"),
    );
  });

  test("has the columns that are asked for, by either name, and no headings where none are wanted", async () => {
    expect(
      await show({
        columns: ["agentId", "status.last_seen_time", "labels"],
        headers: false,
        time: "iso",
      }),
    ).toBe("w2   2026-01-31T11:59:55.800Z  zone=eu\nw10  -                         -\n");
    const wrong = await show({ columns: ["status.livenes"] }).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(CliError);
    expect((wrong as CliError).next).toContain("did you mean `status.liveness`?");
  });

  test("keeps control characters out of its rows", async () => {
    expect(await show({ columns: ["display_name"], headers: false })).toBe("-\na\\nb\\u001b[2J\n");
  });

  test("is wide on demand", async () => {
    const [heading = ""] = (await show({ format: "wide" })).split("\n");
    for (const name of ["AGENT ID", "UID", "LABELS", "ETAG", "CREATE TIME"])
      expect(heading).toContain(name);
    expect(heading.match(/AGENT ID/g)).toHaveLength(1);
  });

  test("is ordered by what is asked for, the absent last", async () => {
    const order = async (sortBy: string) =>
      (await show({ sortBy, format: "name" })).trimEnd().split("\n");
    expect(await order("agent_id")).toEqual(["w10", "w2"]);
    expect(await order("-agent_id")).toEqual(["w2", "w10"]);
    expect(await order("status.last_seen_time")).toEqual(["w2", "w10"]);
  });
});

describe("other formats", () => {
  test("hold the same messages", async () => {
    const json = JSON.parse(await show({ format: "json" })) as { agentId: string }[];
    expect(json.map(({ agentId }) => agentId)).toEqual(["w2", "w10"]);
    const lines = (await show({ format: "jsonl" })).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(json);
    expect(parse(await show({ format: "yaml" }))).toEqual(json);
    expect(await show({ format: "name" })).toBe("w2\nw10\n");
  });

  test("show one record as one, and an empty list as one", async () => {
    const one = { ...shown, messages: messages.slice(0, 1), list: false };
    expect(JSON.parse(await show({ format: "json" }, one))).toMatchObject({ agentId: "w2" });
    expect(JSON.parse(await show({ format: "json" }, { ...shown, messages: [] }))).toEqual([]);
    expect(await show({ format: "jsonl" }, { ...shown, messages: [] })).toBe("");
  });
});

test.each([
  [0n, 0, "0s"],
  [0n, 1_500_000, "1.5ms"],
  [1n, 500_000_000, "1.5s"],
  [10n, 0, "10s"],
  [90n, 0, "1m30s"],
  [3_600n, 0, "1h"],
  [200_000n, 0, "2d7h"],
])("%d s and %d ns read as %s", (seconds, nanos, text) => {
  expect(humanDuration(create(DurationSchema, { seconds, nanos }))).toBe(text);
});

test("every duration reads as at most two units", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 315_360_000 }),
      fc.integer({ min: 0, max: 999_999_999 }),
      (seconds, nanos) => {
        expect(humanDuration(create(DurationSchema, { seconds: BigInt(seconds), nanos }))).toMatch(
          /^[\d.e-]+(ms|s|m|h|d)(\d+(s|m|h))?$/,
        );
      },
    ),
  );
});

test("times read from now", () => {
  const at = (ms: number) => humanTime(timestampFromDate(new Date(nowMs + ms)), "relative", nowMs);
  expect([at(0), at(-999), at(-1_000), at(-90_000), at(7_200_000)]).toEqual([
    "now",
    "now",
    "1s ago",
    "1m30s ago",
    "in 2h",
  ]);
});

test("each event of a mesh reads as one line", () => {
  const time = timestampFromDate(new Date(nowMs));
  const line = (change: Parameters<typeof create<typeof MeshChangeSchema>>[1]) =>
    changeLine(create(MeshChangeSchema, { time, ...change }), style);
  expect(
    line({
      change: {
        case: "liveness",
        value: {
          agentId: "w1",
          previous: AgentLiveness.ALIVE,
          liveness: AgentLiveness.SUSPECT,
          cause: LivenessCause.STREAM_ENDED,
          evidence: "reset",
        },
      },
    }),
  ).toBe("12:00:00.000  w1  ALIVE → SUSPECT  stream-ended  (reset)");
  expect(
    line({ change: { case: "liveness", value: { agentId: "w1", liveness: AgentLiveness.LEFT } } }),
  ).toBe("12:00:00.000  w1  LEFT");
  expect(line({ change: { case: "deletedAgentId", value: "w1" } })).toBe(
    "12:00:00.000  w1  agent deleted",
  );
  expect(line({ change: { case: "mesh", value: { meshId: "demo", state: 1 } } })).toBe(
    "12:00:00.000  demo  mesh is active",
  );
  expect(
    line({
      change: {
        case: "agent",
        value: {
          agentId: "w1",
          role: AgentRole.WORKER,
          status: { state: AgentState.FAILED, reason: "disk" },
        },
      },
    }),
  ).toBe("12:00:00.000  w1  worker is failed  (disk)");
});

test("a topology reads as servers with their agents, the loose ones, and the flows", () => {
  const agent = (nodeId: string) => ({
    nodeId,
    kind: TopologyNode_Kind.AGENT,
    role: AgentRole.WORKER,
    liveness: AgentLiveness.ALIVE,
    state: AgentState.RUNNING,
  });
  const topology = create(MeshTopologySchema, {
    nodes: [
      { nodeId: "n1", kind: TopologyNode_Kind.SERVER },
      agent("w1"),
      agent("w2"),
      agent("w3"),
    ],
    edges: [
      {
        fromNodeId: "n1",
        toNodeId: "w1",
        kind: TopologyEdge_Kind.LINK,
        roundTripDuration: { nanos: 2_000_000 },
      },
      { fromNodeId: "w2", toNodeId: "n1", kind: TopologyEdge_Kind.LINK },
      { fromNodeId: "w1", toNodeId: "w2", kind: TopologyEdge_Kind.FLOW, messages: 3n, calls: 1n },
    ],
  });
  expect(topologyLines(topology)).toEqual([
    "server n1",
    "├─ w1  worker  alive  running  -  2ms",
    "└─ w2  worker  alive  running  -",
    "not linked",
    "└─ w3  worker  alive  running  -",
    "flows",
    "└─ w1 → w2  3 messages  1 calls",
  ]);
  expect(topologyLines(create(MeshTopologySchema))).toEqual(["nothing there"]);
});
