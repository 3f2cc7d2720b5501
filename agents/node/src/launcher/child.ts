// One child: what the mesh wants of it, what its process does, and what the mesh is told.
import { ProcessState } from "@meshwork/gen/mesh/v1/agent";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  type AgentError,
  agentErrorOf,
  type Clock,
  type LaunchedReport,
  type LaunchWay,
  type Timer,
} from "@meshwork/agents-core";
import type { ChildFolder, KeptChild } from "./child-folder.ts";
import {
  adoptProcess,
  childEnvironment,
  type ProcessEnd,
  type RunningProcess,
  startProcess,
} from "./child-process.ts";
import { filledIn } from "./placeholders.ts";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";
import { createRestartHistory } from "./restart-history.ts";
import { systemCode } from "../system-error.ts";
import type { LaunchTemplate } from "./template.ts";

export interface Child {
  readonly agentUid: string;
  readonly said: LaunchedReport;
  /** Nothing runs, and nothing is about to. */
  readonly over: boolean;
  /** Keeps it running, from now on. */
  run(): void;
  /** Ends it for good, by itself within the grace; a later call may only shorten that. */
  end(graceMs: number): void;
  /** Ends it, unless its template keeps it, since the launcher ends. */
  close(): Promise<void>;
}

export interface ChildDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly env: NodeJS.ProcessEnv;
  readonly endpoint: string;
  readonly way: LaunchWay;
  readonly folder: ChildFolder;
  /** It is otherwise than it was said to be. */
  readonly changed: (child: Child) => void;
}

/** Characters of a reason; the contract's limit. */
const REASON_CHARACTERS_MAX = 256;
/** How long after SIGKILL a process is waited for when the launcher ends. */
const CLOSE_MARGIN_MS = 2_000;
/** Exit codes of a shell that cannot become the program. */
const NOT_EXECUTED = [126, 127];

/** `kept` is what an earlier launcher knew of it: what runs still is taken over. */
export function createChild(
  deps: ChildDeps,
  spec: { readonly agentId: string; readonly agentUid: string },
  template: LaunchTemplate,
  kept?: KeptChild,
): Child {
  const { clock, folder, way } = deps;
  const { agentId, agentUid } = spec;
  const history = createRestartHistory(template.restart, deps.random, kept?.restarts);
  let wanted: "run" | "end" | "nothing" = "nothing";
  let closing = false;
  let preparing: Promise<void> | undefined;
  let running: { readonly process: RunningProcess; readonly sinceMs: number } | undefined;
  let waiting: Timer | undefined;
  let tokenFailures = 0;
  /** When it is asked to end, and what comes next of that. */
  let stopMs = Infinity;
  let stopping: Timer | undefined;
  let last: { exitCode: number; signal: string } = { exitCode: -1, signal: "" };
  let said: LaunchedReport = { agentUid, exitCode: -1 };

  function say(state: ProcessState, reason: string, waitMs?: number): void {
    said = {
      ...last,
      agentUid,
      state,
      processId: running?.process.identity.pid ?? 0,
      restarts: history.restarts,
      reason: reason.slice(0, REASON_CHARACTERS_MAX).toWellFormed(),
      ...(waitMs !== undefined && { nextStart: durationFromMs(waitMs) }),
    };
    deps.changed(child);
  }

  function keep(process?: ProcessIdentity): void {
    const { restarts } = history;
    const base = { agentId, agentUid, template: template.name, restarts };
    folder.save({ ...base, ...(process && { process }) });
  }

  /** A record that stays behind does no harm: it names a process that is no more. */
  function keepNone(): void {
    try {
      keep();
    } catch (thrown) {
      way.failed(agentErrorOf(thrown));
    }
  }

  function begin(): void {
    waiting = undefined;
    if (template.argv.length === 0) {
      say(ProcessState.FAILED, `its launcher has no template "${template.name}"`);
      return;
    }
    say(ProcessState.STARTING, "");
    const prepared = prepare().finally(() => {
      if (preparing === prepared) preparing = undefined;
    });
    preparing = prepared;
  }

  async function prepare(): Promise<void> {
    try {
      if (!folder.hasCredential()) folder.saveJoinToken(await way.joinToken(agentId));
      tokenFailures = 0;
    } catch (thrown) {
      noToken(agentErrorOf(thrown));
      return;
    }
    if (isOver()) return;
    const { credentialFile, joinTokenFile } = folder;
    const values = {
      ...{ agentId, credentialFile, joinTokenFile },
      meshId: way.meshId,
      endpoint: deps.endpoint,
    };
    const env = Object.entries(template.env).map(([name, text]) => [name, filledIn(text, values)]);
    const [program = "", ...args] = template.argv;
    try {
      const process = await startProcess({
        template,
        argv: [program, ...args.map((text) => filledIn(text, values))],
        env: childEnvironment(deps.env, Object.fromEntries(env) as Record<string, string>),
        folder: folder.path,
        outputFile: folder.outputFile,
        record: keep,
      });
      attend(process);
    } catch (error) {
      again(0, `cannot be started (${systemCode(error) || String(error)})`);
      return;
    }
    if (wanted === "run") say(ProcessState.RUNNING, "");
    else armStop();
  }

  /** Whether it was called off while it was being prepared; then it is said to be gone. */
  function isOver(): boolean {
    if (wanted === "run" && !closing) return false;
    say(ProcessState.GONE, closing ? "its launcher ended" : "");
    return true;
  }

  function attend(process: RunningProcess): void {
    const attended = { process, sinceMs: clock.monotonic() };
    running = attended;
    void process.ended.then((end) => {
      if (running === attended) ended(end, clock.monotonic() - attended.sinceMs);
    });
  }

  function ended(end: ProcessEnd, ranMs: number): void {
    running = undefined;
    const wasStopped = stopMs < Infinity;
    stopMs = Infinity;
    stopping?.cancel();
    last = { exitCode: end.exitCode ?? -1, signal: end.signal ?? "" };
    const how = howEnded(end);
    keepNone();
    if (closing || wanted !== "run") {
      say(ProcessState.GONE, closing ? `${how}; its launcher ended` : how);
    } else if (wasStopped) {
      // What an earlier launcher left behind is out of the way.
      begin();
    } else again(ranMs, how);
  }

  function again(ranMs: number, how: string): void {
    const waitMs = history.ended(clock.monotonic(), ranMs);
    keepNone();
    if (isOver()) return;
    if (waitMs === undefined) {
      const { restartsMax, windowMs } = template.restart;
      const often = `started anew ${restartsMax} times within ${windowMs / 1_000} s`;
      say(ProcessState.FAILED, `${how}; given up after it was ${often}`);
      return;
    }
    say(ProcessState.STARTING, how, waitMs);
    waiting = clock.after(waitMs, begin);
  }

  /** Is no end of a process, so that it does not count as one. */
  function noToken(error: AgentError): void {
    if (isOver()) return;
    const { backoffMinMs, backoffMaxMs } = template.restart;
    const waitMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(tokenFailures, 30));
    tokenFailures += 1;
    say(ProcessState.STARTING, `has no join token: ${error.message}`, waitMs);
    waiting = clock.after(waitMs, begin);
  }

  function stop(dueMs: number): void {
    if (dueMs >= stopMs) return;
    stopMs = dueMs;
    if (running !== undefined) armStop();
  }

  function armStop(): void {
    if (said.state !== ProcessState.STOPPING) say(ProcessState.STOPPING, "");
    stopping?.cancel();
    stopping = clock.after(Math.max(0, stopMs - clock.monotonic()), () => {
      running?.process.signal(template.stopSignal);
      stopping = clock.after(template.killAfterMs, () => running?.process.signal("SIGKILL"));
    });
  }

  /** Does not wait for a process that not even SIGKILL ends. */
  async function untilEnded({ ended: end }: RunningProcess): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = clock.after(template.killAfterMs + CLOSE_MARGIN_MS, resolve);
      void end.then(() => {
        late.cancel();
        resolve();
      });
    });
  }

  function takeOver(process: NonNullable<KeptChild["process"]>): void {
    attend(adoptProcess(process, clock));
    // Its guard is at work, or was ended too.
    if (template.onLauncherDeath === "stop") stop(clock.monotonic());
    else {
      wanted = "run";
      say(ProcessState.RUNNING, "taken over from an earlier process of its launcher");
    }
  }

  const child: Child = {
    agentUid,
    get said() {
      return said;
    },
    get over() {
      const { state } = said;
      return state === undefined || state === ProcessState.GONE || state === ProcessState.FAILED;
    },
    run: () => {
      if (closing || wanted === "run") return;
      wanted = "run";
      // What is being stopped is started anew when it is gone.
      if (child.over) begin();
    },
    end: (graceMs) => {
      wanted = "end";
      if (running !== undefined || preparing !== undefined) {
        stop(clock.monotonic() + graceMs);
        return;
      }
      waiting?.cancel();
      waiting = undefined;
      const how = said.state === ProcessState.GONE ? said.reason : "";
      say(ProcessState.GONE, how ?? "");
    },
    close: async () => {
      closing = true;
      await preparing;
      if (running !== undefined && template.onLauncherDeath === "keep" && wanted === "run") {
        running.process.release();
        running = undefined;
        return;
      }
      if (running !== undefined) {
        stop(clock.monotonic());
        await untilEnded(running.process);
        return;
      }
      if (waiting === undefined) return;
      waiting.cancel();
      waiting = undefined;
      say(ProcessState.GONE, "its launcher ended");
    },
  };

  if (kept?.process !== undefined) {
    if (isRunning(kept.process)) takeOver(kept.process);
    else {
      keepNone();
      say(ProcessState.GONE, "it ended while its launcher was away; how is not known");
    }
  }
  return child;
}

function howEnded({ exitCode, signal, unseen }: ProcessEnd): string {
  if (unseen) return "ended; how is not known, since its launcher took it over";
  if (signal !== undefined) return `ended by ${signal}`;
  const code = `exited with code ${exitCode ?? "?"}`;
  return NOT_EXECUTED.includes(exitCode ?? 0) ? `${code}: see its output` : code;
}
