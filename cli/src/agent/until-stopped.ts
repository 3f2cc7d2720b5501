// The life of a process that is one agent.
import type { IAgent } from "@meshwork/agents-node";
import { onStopSignals } from "../stop-signals.ts";

/** How it ended: asked to and done, ended by the mesh, or asked twice. */
export type Ending = "stopped" | "terminated" | "forced";

/** What ends an agent besides signals. */
export interface Conditions {
  /** Drain when stdin ends. */
  readonly exitWithStdin: boolean;
  /** Asked at each connection: an error means that the agent must not work here. */
  readonly refuse: () => Error | undefined;
}

/**
 * Starts the agent and waits for its end. The first SIGINT or SIGTERM, or the end of stdin if that is
 * asked for, makes it finish the calls in flight; a second signal does not wait for them. Rejects with
 * what the agent cannot start with, or failed of.
 */
export async function untilStopped(
  agent: IAgent,
  { exitWithStdin, refuse }: Conditions,
): Promise<Ending> {
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  const starting = new AbortController();
  let asked = false;
  const drain = () => {
    if (asked) return;
    asked = true;
    starting.abort(new Error("interrupted"));
    agent.stop({ reason: "the process was asked to stop" }).then(() => {
      resolve("stopped");
    }, reject);
  };
  onStopSignals(drain, () => {
    resolve("forced");
  });
  if (exitWithStdin)
    process.stdin.resume().once("end", drain).once("error", drain).once("close", drain);
  const off = agent.on("phase", (phase) => {
    if (phase === "terminated") resolve("terminated");
    if (phase === "failed") reject(agent.status.error ?? new Error("the agent failed"));
  });
  const unguard = agent.on("connected", () => {
    const problem = refuse();
    if (problem === undefined) return;
    asked = true;
    void agent.stop({ graceMs: 0, reason: problem.message }).then(() => {
      reject(problem);
    });
  });
  try {
    agent.start({ signal: starting.signal }).catch((error: unknown) => {
      if (!asked) reject(error);
    });
    return await promise;
  } finally {
    off();
    unguard();
  }
}
