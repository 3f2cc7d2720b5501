// Proves what is shown of a mesh and its agents, and how a terminal is taken and given back.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { AgentLiveness, AgentRole, AgentSchema, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { MeshStatus_Health, MeshStatusSchema } from "@meshwork/gen/mesh/v1/mesh";
import { EventEmitter } from "node:events";
import { humanBytes } from "../output/human.ts";
import { cutTo } from "../output/table.ts";
import { statusLines } from "../rpc/specials/meshes-status.ts";
import { openScreen, type Terminal } from "./screen.ts";
import { topLines } from "./top-lines.ts";

const nowMs = Date.parse("2026-01-31T12:00:00Z");
const style = {
  format: "table",
  columns: undefined,
  sortBy: undefined,
  headers: true,
  time: "relative",
  nowMs,
} as const;
const status = create(MeshStatusSchema, {
  meshId: "demo",
  health: MeshStatus_Health.DEGRADED,
  reason: "1 of 2 agents is alive",
  agents: 2,
  byLiveness: [
    { liveness: AgentLiveness.ALIVE, agents: 1 },
    { liveness: AgentLiveness.LOST, agents: 1 },
  ],
  callsInFlight: 2,
  traffic: {
    messagesPerSecond: 12.34,
    callsPerSecond: 0.5,
    messagesDelivered: 100n,
    messagesRedelivered: 3n,
  },
  mail: { waiting: 5n, scheduled: 1n, inFlight: 4n, deadLetters: 6n },
});
const agents = [
  create(AgentSchema, {
    agentId: "w1",
    role: AgentRole.WORKER,
    status: {
      liveness: AgentLiveness.ALIVE,
      state: AgentState.RUNNING,
      lastSeenTime: timestampFromMs(nowMs - 2_000),
      load: { cpuCores: 0.256, memoryBytes: 90_280_000n, callsInFlight: 2 },
    },
  }),
  create(AgentSchema, { agentId: "w2" }),
];

test("a mesh reads as its facts, and a line for each agent", () => {
  expect(topLines({ status, agents }, style)).toEqual([
    "Mesh      demo, degraded: 1 of 2 agents is alive",
    "Agents    2: 1 alive, 1 lost",
    "Messages  12.3/s, 4 in flight, 3 redelivered, 6 dead letters",
    "Backlog   5 waiting, 1 scheduled",
    "Calls     0.5/s, 2 in flight",
    "",
    "AGENT  ROLE    LIVENESS  STATE    CPU  MEMORY    CALLS  LAST SEEN",
    "w1     worker  alive     running  26%  86.1 MiB  2      2s ago",
    "w2     -       -         -        -    -         -      -",
  ]);
});

test("its status tells of messages too", () => {
  const lines = statusLines(status, style);
  expect(lines).toContain("Messages            12.3/s, 100 delivered, 3 redelivered, 0 dropped");
  expect(lines).toContain("Backlog             5 waiting, 1 scheduled");
  expect(lines).toContain("Messages in flight  4");
  expect(lines).toContain("Dead letters        6");
});

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_024, "1 KiB"],
  [90_280_000, "86.1 MiB"],
  [2 ** 50, "1024 TiB"],
])("%d bytes read as %s", (count, text) => {
  expect(humanBytes(count)).toBe(text);
});

test("a line is cut where the terminal ends, wide characters whole", () => {
  expect([cutTo("abc", 2), cutTo("日本", 3), cutTo("é", 1)]).toEqual(["ab", "日", "é"]);
});

describe("a screen", () => {
  function terminal(rows: number, columns: number) {
    const written: string[] = [];
    const modes: boolean[] = [];
    const keys = new EventEmitter();
    const sizes = new EventEmitter();
    const self = {
      stdin: Object.assign(keys, {
        setRawMode: (raw: boolean) => modes.push(raw),
        setEncoding: () => undefined,
        resume: () => undefined,
        pause: () => undefined,
      }),
      stdout: Object.assign(sizes, {
        rows,
        columns,
        write: (text: string) => written.push(text) > 0,
      }),
    };
    return { self: self as unknown as Terminal, keys, sizes, written, modes };
  }
  const noKeys = { quit: () => undefined, interrupt: () => undefined };

  test("shows what fits, again when its size changes, and is given back", () => {
    const { self, sizes, written, modes } = terminal(2, 3);
    const screen = openScreen(noKeys, self);
    screen.draw(() => ["abcdef", "g", "h"]);
    expect(written.at(-1)).toBe("\u001b[Habc\u001b[K\r\ng\u001b[K\u001b[J");
    Object.assign(sizes, { rows: 1, columns: 5 });
    sizes.emit("resize");
    expect(written.at(-1)).toBe("\u001b[Habcde\u001b[K\u001b[J");
    expect(screen.rows()).toBe(1);
    screen.close();
    expect(written.at(-1)).toBe("\u001b[?25h\u001b[?1049l");
    expect(modes).toEqual([true, false]);
    const drawn = written.length;
    sizes.emit("resize");
    expect(written).toHaveLength(drawn);
  });

  test.each([
    ["q", "quit"],
    ["\u001b", "quit"],
    ["\u0003", "interrupt"],
    ["x", undefined],
    ["\u001b[A", undefined],
  ])("knows the key %j", (key, wanted) => {
    const { self, keys } = terminal(1, 1);
    const asked: string[] = [];
    const screen = openScreen(
      { quit: () => asked.push("quit"), interrupt: () => asked.push("interrupt") },
      self,
    );
    keys.emit("data", key);
    expect(asked).toEqual(wanted === undefined ? [] : [wanted]);
    screen.close();
    expect(keys.listenerCount("data")).toBe(0);
  });
});
