// Hands tasks out to workers, so many each, and gives what a dying worker had to another.
import { Code } from "@connectrpc/connect";
import type { Agent } from "@meshwork/gen/mesh/v1/agent";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import { backoffMs } from "./backoff.ts";
import type { Clock, Timer } from "./clock.ts";
import type { Content, Data } from "./payload.ts";
import type { WorkersView } from "./workers-view.ts";

export interface DispatchOptions<T> {
  /** What the workers are called for. */
  readonly capability: string;
  /** The argument for a task; default: the task itself, which has to be text, bytes or JSON. */
  readonly data?: (task: T) => Data;
  /** Tasks that one worker works on at once: default 4. */
  readonly perWorkerMax?: number;
  /** How long one attempt may take; default 30 s. */
  readonly timeoutMs?: number;
  /** Attempts that may have reached a worker, before a task is given up: default 5. */
  readonly attemptsMax?: number;
  /** Ends the whole; what is in flight is cancelled. */
  readonly signal?: AbortSignal;
}

/** How one task went: with an answer, or with the error that ended it. */
export interface DispatchResult<T> {
  readonly task: T;
  /** Place of the task among the tasks, from 0. */
  readonly index: number;
  readonly attempts: number;
  /** Who answered; absent when the task failed before any worker had it. */
  readonly workerId?: string;
  readonly answer?: Content;
  readonly error?: AgentError;
}

export interface DispatchDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly view: WorkersView;
  call(
    agentId: string,
    capability: string,
    data: Data,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<Content>;
}

/** Results that may wait to be taken; beyond that no new task is begun. */
const RESULTS_WAITING_MAX = 64;
const PER_WORKER_DEFAULT = 4;
const TIMEOUT_DEFAULT_MS = 30_000;
const ATTEMPTS_DEFAULT = 5;

/** Failures that say that the task did not reach a handler, so that they count as no attempt. */
const NOT_REACHED = new Set([
  "NO_RECEIVER",
  "NOT_SENT",
  "CALLS_IN_FLIGHT",
  "CAPABILITY_UNKNOWN",
  "RATE_LIMITED",
]);
/** Failures of a worker rather than of the task. */
const WORKER_FAILED: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Aborted,
]);

interface Pending<T> {
  readonly task: T;
  readonly index: number;
  attempts: number;
  lastWorker?: string;
}

/**
 * Works through the tasks and yields results as they come, in any order. A task whose worker dies, is
 * full, or does not answer in time goes to another worker; so a handler may run more than once for a
 * task. A task whose handler fails is yielded with that error. With no worker there it waits. Throws the
 * signal's reason when it fires, and AgentError when workers may not be watched.
 */
export async function* dispatch<T>(
  deps: DispatchDeps,
  tasks: Iterable<T> | AsyncIterable<T>,
  options: DispatchOptions<T>,
): AsyncGenerator<DispatchResult<T>, void, undefined> {
  const { capability, perWorkerMax = PER_WORKER_DEFAULT, attemptsMax = ATTEMPTS_DEFAULT } = options;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_DEFAULT_MS;
  const left = new AbortController();
  const signal =
    options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
  const source = tasksOf(tasks);
  const again: Pending<T>[] = [];
  const results: DispatchResult<T>[] = [];
  const bench = createBench(deps, perWorkerMax, () => wake());
  let wake: () => void = () => undefined;
  const progress = { inFlight: 0, next: 0, exhausted: false };

  async function work(pending: Pending<T>, worker: Agent): Promise<void> {
    const { task, index } = pending;
    const { agentId } = worker;
    pending.lastWorker = agentId;
    try {
      const data = options.data === undefined ? (task as Data) : options.data(task);
      const answer = await deps.call(agentId, capability, data, { timeoutMs, signal });
      bench.succeeded(agentId);
      results.push({ task, index, attempts: pending.attempts + 1, workerId: agentId, answer });
    } catch (thrown) {
      if (!signal.aborted) failed(pending, agentId, agentErrorOf(thrown));
    } finally {
      bench.release(agentId);
      progress.inFlight -= 1;
      wake();
    }
  }

  function failed(pending: Pending<T>, agentId: string, error: AgentError): void {
    const reached = !NOT_REACHED.has(error.reason);
    if (reached) pending.attempts += 1;
    const movable = !reached || WORKER_FAILED.has(error.code);
    if (movable) bench.failed(agentId);
    if (movable && pending.attempts < attemptsMax) again.push(pending);
    else {
      const { task, index, attempts } = pending;
      results.push({ task, index, attempts, workerId: agentId, error });
    }
  }

  async function begin(): Promise<void> {
    while (!signal.aborted && results.length < RESULTS_WAITING_MAX) {
      const worker = bench.pick(capability, again[0]?.lastWorker);
      if (worker === undefined) return;
      const pending = again.shift() ?? (await fresh());
      if (pending === undefined) return;
      progress.inFlight += 1;
      bench.take(worker.agentId);
      void work(pending, worker);
    }
  }

  async function fresh(): Promise<Pending<T> | undefined> {
    if (progress.exhausted) return undefined;
    const { done, value } = await source.next();
    if (done === true) progress.exhausted = true;
    return done === true ? undefined : { task: value, index: progress.next++, attempts: 0 };
  }

  const stopWatching = deps.view.onChange(() => {
    wake();
  });
  const onAbort = (): void => {
    wake();
  };
  signal.addEventListener("abort", onAbort);
  try {
    await deps.view.ready();
    for (;;) {
      signal.throwIfAborted();
      const woken = new Promise<void>((resolve) => (wake = resolve));
      await begin();
      for (let result = results.shift(); result !== undefined; result = results.shift()) {
        yield result;
        await begin();
      }
      if (
        progress.exhausted &&
        progress.inFlight === 0 &&
        again.length === 0 &&
        results.length === 0
      )
        return;
      await woken;
    }
  } finally {
    stopWatching();
    signal.removeEventListener("abort", onAbort);
    bench.close();
    left.abort(new AgentError(Code.Canceled, "the dispatch was left"));
    await source.return();
  }
}

/** Who has room: the least busy first; one that failed sits out for a while. */
function createBench(
  { clock, random, view }: DispatchDeps,
  perWorkerMax: number,
  changed: () => void,
): {
  pick(capability: string, avoid: string | undefined): Agent | undefined;
  take(agentId: string): void;
  release(agentId: string): void;
  succeeded(agentId: string): void;
  failed(agentId: string): void;
  close(): void;
} {
  const busy = new Map<string, number>();
  const failures = new Map<string, number>();
  const out = new Map<string, Timer>();
  const count = (agentId: string): number => busy.get(agentId) ?? 0;

  return {
    pick: (capability, avoid) => {
      const free = view
        .able(capability)
        .filter(({ agentId }) => count(agentId) < perWorkerMax && !out.has(agentId))
        .sort((a, b) => count(a.agentId) - count(b.agentId));
      return free.find(({ agentId }) => agentId !== avoid) ?? free[0];
    },
    take: (agentId) => busy.set(agentId, count(agentId) + 1),
    release: (agentId) => busy.set(agentId, count(agentId) - 1),
    succeeded: (agentId) => void failures.delete(agentId),
    failed: (agentId) => {
      const times = failures.get(agentId) ?? 0;
      failures.set(agentId, times + 1);
      if (out.has(agentId)) return;
      const back = (): void => {
        out.delete(agentId);
        changed();
      };
      out.set(agentId, clock.after(backoffMs(times, undefined, random), back));
    },
    close: () => {
      for (const timer of out.values()) timer.cancel();
    },
  };
}

async function* tasksOf<T>(
  tasks: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield* tasks;
}
