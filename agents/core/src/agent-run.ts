// What exists from an agent's start to its stop.
import type { Transport } from "@connectrpc/connect";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { stopReasons } from "./agent-session.ts";
import type { CapabilityCalls } from "./capability-calls.ts";
import type { Clock } from "./clock.ts";
import { agentFrame } from "./frames.ts";
import type { KnownAgent } from "./identity.ts";
import type { LaunchRun } from "./launch.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import type { Messaging } from "./messaging.ts";
import type { ParkedReplies } from "./parked-replies.ts";
import { pause } from "./resumed-watch.ts";
import type { Connection, LoadSampler } from "./runtime.ts";

export interface Run {
  readonly connection: Connection;
  readonly load: LoadSampler;
  readonly calls: CapabilityCalls;
  readonly messaging: Messaging;
  /** Fires when the run is over. */
  readonly over: AbortController;
  keeper?: LinkKeeper;
  known?: KnownAgent;
  transport?: Transport;
  launch?: LaunchRun;
  /** Replies that wait for the session to be resumed. */
  readonly parked: ParkedReplies;
}

/** Finishes what is in hand and sends what is kept, within the grace, and says goodbye. */
export async function drainRun(
  { calls, keeper, messaging, launch }: Run,
  { clock, graceMs, reason }: { clock: Clock; graceMs: number; reason: string },
): Promise<void> {
  calls.refuse(stopReasons.draining());
  const value = { state: AgentState.DRAINING, reason };
  keeper?.send(agentFrame({ case: "stateUpdate", value }));
  const isConnected = (): boolean => keeper?.facts.connected === true;
  // Without a link nobody waits for the answers of calls.
  const answered = isConnected() ? calls.idle() : Promise.resolve();
  const finished = Promise.all([messaging.drain(), answered]).then(() =>
    messaging.flushed(isConnected()),
  );
  const done = new AbortController();
  await Promise.race([finished, pause(clock, graceMs, done.signal)]);
  done.abort();
  calls.abortAll(stopReasons.graceOver(graceMs));
  // Before goodbye, so that the mesh is told how they ended.
  await launch?.close();
  await keeper?.leave(reason);
}
