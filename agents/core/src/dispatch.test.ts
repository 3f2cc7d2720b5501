// Tasks are worked through by those who live: nothing is lost, nothing is done by more than the bound at
// once, and what a dying worker had goes to another.
import { create } from "@bufbuild/protobuf";
import { expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { AgentLiveness, AgentSchema, type Agent } from "@meshwork/gen/mesh/v1/agent";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import { AgentError, type Reason } from "./agent-error.ts";
import {
  dispatch,
  type DispatchDeps,
  type DispatchOptions,
  type DispatchResult,
} from "./dispatch.ts";
import { contentOf, type Content } from "./payload.ts";

type Handler = (task: number, signal: AbortSignal) => Promise<string>;

function worldOf(handlers: Record<string, Handler>) {
  const clock = createFakeClock();
  const listeners = new Set<() => void>();
  const workers = new Map<string, Agent>();
  const inFlight = new Map<string, number>();
  const most = new Map<string, number>();
  const change = (): void => {
    for (const listener of listeners) listener();
  };
  const arrive = (agentId: string): void => {
    workers.set(
      agentId,
      create(AgentSchema, {
        agentId,
        capabilities: ["work"],
        status: { liveness: AgentLiveness.ALIVE },
      }),
    );
    change();
  };
  const deps: DispatchDeps = {
    clock,
    random: () => 0.5,
    view: {
      ready: () => Promise.resolve(),
      list: () => [...workers.values()],
      able: () => [...workers.values()],
      get: (id) => workers.get(id),
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    call: async (agentId, _capability, data, { signal }): Promise<Content> => {
      const now = (inFlight.get(agentId) ?? 0) + 1;
      inFlight.set(agentId, now);
      most.set(agentId, Math.max(now, most.get(agentId) ?? 0));
      try {
        await new Promise((resolve) => setImmediate(resolve));
        return contentOf(
          new TextEncoder().encode(await handlers[agentId]!(data as number, signal)),
          "",
        );
      } finally {
        inFlight.set(agentId, now - 1);
      }
    },
  };
  return {
    clock,
    deps,
    arrive,
    leave: (id: string) => {
      workers.delete(id);
      change();
    },
    most,
    listeners,
  };
}

const refuse = (code: Code, reason: Reason | "") => (): Promise<never> =>
  Promise.reject(new AgentError(code, "no", { reason }));
const tasks = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const options: DispatchOptions<number> = { capability: "work" };

async function drained(
  world: ReturnType<typeof worldOf>,
  results: AsyncIterable<DispatchResult<number>>,
): Promise<DispatchResult<number>[]> {
  const found: DispatchResult<number>[] = [];
  let over = false;
  const reading = (async () => {
    for await (const result of results) found.push(result);
  })().finally(() => (over = true));
  reading.catch(() => undefined);
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set by the reader
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(50);
  }
  await reading;
  return found;
}

test("every task once, spread over the workers, at most so many each", async () => {
  const world = worldOf({
    a: (task) => Promise.resolve(`a${task}`),
    b: (task) => Promise.resolve(`b${task}`),
  });
  world.arrive("a");
  world.arrive("b");
  const results = await drained(
    world,
    dispatch(world.deps, tasks(50), { ...options, perWorkerMax: 3 }),
  );
  expect(results.map(({ index }) => index).sort((x, y) => x - y)).toEqual(tasks(50));
  for (const { answer, workerId, task, attempts } of results)
    expect([answer!.text(), attempts]).toEqual([`${workerId!}${task}`, 1]);
  expect(Object.fromEntries(world.most)).toEqual({ a: 3, b: 3 });
  expect([world.listeners.size, world.clock.pending]).toEqual([0, 0]);
});

test.each([
  [Code.Unavailable, "OUTCOME_UNKNOWN", 2],
  [Code.DeadlineExceeded, "DEADLINE_EXCEEDED", 2],
  [Code.FailedPrecondition, "NO_RECEIVER", 1],
  [Code.ResourceExhausted, "CALLS_IN_FLIGHT", 1],
  [Code.Unavailable, "CAPABILITY_FAILED", 2],
] as const)(
  "code %p, %s of a worker: its tasks go to the other",
  async (code, reason, attempts) => {
    const world = worldOf({ a: refuse(code, reason), b: (task) => Promise.resolve(`b${task}`) });
    world.arrive("a");
    world.arrive("b");
    const results = await drained(world, dispatch(world.deps, tasks(20), options));
    expect(results).toHaveLength(20);
    expect(results.every(({ answer, workerId }) => answer !== undefined && workerId === "b")).toBe(
      true,
    );
    expect(Math.max(...results.map((result) => result.attempts))).toBe(attempts);
  },
);

test("a failing handler is the task's result; a task that no worker survives is given up", async () => {
  const world = worldOf({
    a: (task) =>
      task === 1
        ? refuse(Code.InvalidArgument, "CAPABILITY_FAILED")()
        : task === 2
          ? refuse(Code.Unavailable, "OUTCOME_UNKNOWN")()
          : Promise.resolve("ok"),
  });
  world.arrive("a");
  const results = await drained(
    world,
    dispatch(world.deps, tasks(4), { ...options, attemptsMax: 3 }),
  );
  const byIndex = Object.fromEntries(
    results.map(({ index, error, attempts }) => [index, [error?.code, attempts]]),
  );
  expect(byIndex).toEqual({
    0: [undefined, 1],
    1: [Code.InvalidArgument, 1],
    2: [Code.Unavailable, 3],
    3: [undefined, 1],
  });
});

test("with no worker there it waits, until one comes or the signal fires", async () => {
  const world = worldOf({ a: () => Promise.resolve("ok") });
  const first = dispatch(world.deps, tasks(1), options).next();
  await new Promise((resolve) => setImmediate(resolve));
  world.arrive("a");
  expect((await first).value).toMatchObject({ workerId: "a" });

  world.leave("a");
  const controller = new AbortController();
  const second = dispatch(world.deps, tasks(1), { ...options, signal: controller.signal }).next();
  await new Promise((resolve) => setImmediate(resolve));
  controller.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
});

test("leaving the loop cancels what is in flight and closes the source", async () => {
  let cancelled = 0;
  let closed = false;
  const world = worldOf({
    a: async (task, signal) => {
      if (task === 0) return "first";
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      cancelled += 1;
      throw new Error("cancelled");
    },
  });
  world.arrive("a");
  function* source(): Generator<number> {
    try {
      for (let n = 0; ; n += 1) yield n;
    } finally {
      closed = true;
    }
  }
  for await (const { task } of dispatch(world.deps, source(), options)) {
    expect(task).toBe(0);
    break;
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect([cancelled, closed, world.listeners.size]).toEqual([4, true, 0]);
});
