// What a server has answered is on disk: a trace of its system calls shows, for each answer on the
// socket, the write of the record to the log and its sync before. The judge is tried on bad traces.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { tokenOf } from "./harness/api.ts";
import { createHome } from "./harness/home.ts";
import { startSignedInServer } from "./harness/server.ts";
import { canRun, testWith } from "./harness/tools.ts";

/** Whether this user may trace: containers often forbid it. */
const traceable = canRun("strace") && spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

/** A system call that ended, in the order in which calls ended. */
interface Step {
  readonly what: "log written" | "synced" | "answered";
  /** Names found in the bytes. */
  readonly names: readonly string[];
}

const namePattern = /fsync-\d+/g;

/** The steps that matter, of what `strace -f -yy` wrote. */
function stepsOf(trace: string): readonly Step[] {
  const unfinished = new Map<string, string>();
  return trace.split("\n").flatMap((line): Step[] => {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith("<unfinished ...>")) {
      unfinished.set(pid, rest);
      return [];
    }
    const whole = rest.startsWith("<...") ? `${unfinished.get(pid) ?? ""}${rest}` : rest;
    const names = whole.match(namePattern) ?? [];
    if (/^pwrite64\(\d+<[^>]*-wal>/.test(whole)) return [{ what: "log written", names }];
    if (/^(fsync|fdatasync)\(\d+<[^>]*-wal>.* = 0$/.test(whole))
      return [{ what: "synced", names: [] }];
    // An answer, on the socket of the caller.
    if (/^(write|writev|sendto|sendmsg)\(\d+<(TCP|socket)/.test(whole) && names.length > 0)
      return [{ what: "answered", names }];
    return [];
  });
}

/** The names that were answered before their record was written and synced after that. */
function answeredTooEarly(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step, at) => {
    if (step.what !== "answered") return [];
    return step.names.filter((name) => {
      const before = steps.slice(0, at);
      const written = before.findIndex(
        ({ what, names }) => what === "log written" && names.includes(name),
      );
      return written < 0 || !before.slice(written).some(({ what }) => what === "synced");
    });
  });
}

describe("a judge of traces", () => {
  const good: readonly Step[] = [
    { what: "log written", names: ["fsync-1"] },
    { what: "synced", names: [] },
    { what: "answered", names: ["fsync-1"] },
  ];

  test("passes a good one", () => {
    expect(answeredTooEarly(good)).toEqual([]);
  });

  test.each([
    ["without the sync", good.filter(({ what }) => what !== "synced")],
    ["without the write", good.filter(({ what }) => what !== "log written")],
    ["with the sync before the write", [good[1]!, good[0]!, good[2]!]],
    ["with the answer before the sync", [good[0]!, good[2]!, good[1]!]],
  ])("fails one %s", (_name, steps) => {
    expect(answeredTooEarly(steps)).toEqual(["fsync-1"]);
  });
});

testWith(traceable, "strace and the right to trace")(
  "no answer before its sync",
  async () => {
    const home = createHome();
    try {
      const server = await startSignedInServer(home);
      const file = join(home.folder, "trace");
      const calls = "pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg";
      const tracer = home.spawn("strace", [
        "-f",
        "-yy",
        "-s",
        "65536",
        "-e",
        `trace=${calls}`,
        "-o",
        file,
        "-p",
        String(server.running.pid),
      ]);
      await tracer.until(/attached/);
      const names = Array.from({ length: 20 }, (_, number) => `fsync-${number}`);
      for (const meshId of names) {
        const answer = await fetch(`${server.url}/mesh.v1.MeshService/CreateMesh`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${tokenOf(home)}` },
          body: JSON.stringify({ meshId }),
        });
        expect(answer.status).toBe(200);
        await answer.text();
      }
      tracer.child.kill("SIGINT");
      await tracer.ended;
      const steps = stepsOf(readFileSync(file, "utf8"));
      const answered = steps
        .filter(({ what }) => what === "answered")
        .flatMap((step) => step.names);
      expect(new Set(answered)).toEqual(new Set(names));
      expect(answeredTooEarly(steps)).toEqual([]);
      // The same trace without its syncs is a bad one.
      expect(new Set(answeredTooEarly(steps.filter(({ what }) => what !== "synced")))).toEqual(
        new Set(names),
      );
    } finally {
      await home.close();
    }
  },
  60_000,
);
