// What leaves through logs and metrics: no secrets, no forged lines, names as Prometheus wants them.
import { describe, expect, test } from "@jest/globals";
import { createHealth } from "./health.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

describe("log", () => {
  const written = (write: (log: ReturnType<typeof createLog>) => void): string[] => {
    const lines: string[] = [];
    write(createLog({ destination: { write: (line) => void lines.push(line) } }));
    return lines;
  };

  test("one JSON object a line, with time and level by name", () => {
    const [line] = written((log) => {
      log.info({ callId: "a" }, "call");
    });
    expect(JSON.parse(line!)).toMatchObject({ level: "info", callId: "a", msg: "call" });
    expect(Date.parse((JSON.parse(line!) as { time: string }).time)).not.toBeNaN();
  });

  test("control characters cannot forge a line", () => {
    const [line, ...more] = written((log) => {
      log.info({ meshId: 'x\n{"level":"error"}\r\u001b[31m' }, "a\nb");
    });
    expect(more).toEqual([]);
    const controls = [...Buffer.from(line!.trimEnd())].filter((byte) => byte < 0x20);
    expect(controls).toEqual([]);
  });

  test("fields that carry credentials are left out", () => {
    const canary = "mesh_k1_canary";
    const lines = written((log) => {
      log.info({ authorization: canary, credential: canary, secret: canary, token: canary }, "x");
      log.info({ request: { authorization: canary, token: canary } }, "x");
    });
    expect(lines.join("")).not.toContain(canary);
  });

  test("silent is silent", () => {
    const lines: string[] = [];
    createLog({ level: "silent", destination: { write: (line) => void lines.push(line) } }).fatal(
      "x",
    );
    expect(lines).toEqual([]);
  });
});

describe("metrics", () => {
  test("names have the prefix and their unit, counters end in _total", async () => {
    const text = await createMetrics().render();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name!,
      type!,
    ]);
    expect(types.length).toBeGreaterThan(10);
    for (const [name, type] of types) {
      expect(name).toMatch(/^meshwork_[a-z0-9_]+$/);
      expect([name, name!.endsWith("_total")]).toEqual([name, type === "counter"]);
      if (type === "histogram") expect(name).toMatch(/_seconds$/);
    }
  });

  test("two servers in one process do not mix", async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.messagesDelivered.inc(7);
    expect(await one.render()).toContain("meshwork_messages_delivered_total 7");
    expect(await two.render()).toContain("meshwork_messages_delivered_total 0");
  });
});

describe("health", () => {
  test("ready once every part has said so, and only as long as it says so", () => {
    const health = createHealth(["store", "listener"]);
    expect([health.ready(), health.waitingFor()]).toEqual([false, ["store", "listener"]]);
    health.report("store", true);
    health.report("listener", true);
    expect(health.ready()).toBe(true);
    health.report("store", false);
    expect([health.ready(), health.waitingFor()]).toEqual([false, ["store"]]);
  });
});
