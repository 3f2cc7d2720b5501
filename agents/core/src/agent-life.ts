// The life of an agent: start, work, stop, and the ways to end that are not its own choice.
import { Code, type Transport } from "@connectrpc/connect";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Welcome } from "@meshwork/gen/mesh/v1/link";
import { bearer } from "@meshwork/wire/bearer";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import { createAgentSession, stopReasons } from "./agent-session.ts";
import type { AgentEvents, AgentPhase, AgentStatusView } from "./agent.ts";
import { createCapabilityCalls, type CapabilityCalls } from "./capability-calls.ts";
import type { Capability } from "./capability.ts";
import type { ConfigurationHandler, HealthProbe } from "./configuration.ts";
import { signToken } from "./credential.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import { agentFrame } from "./frames.ts";
import { createHealth } from "./health.ts";
import { knowIdentity, type KnownAgent } from "./identity.ts";
import { explained } from "./hard-end.ts";
import { helloOf, loadOf } from "./hello.ts";
import { REASON_CHARACTERS_MAX } from "./limits.ts";
import { createLinkKeeper, type LinkKeeper } from "./link-keeper.ts";
import { createMessageQueue, type MessageHandler, type MessageQueue } from "./message-queue.ts";
import { createParkedReplies, type ParkedReplies } from "./parked-replies.ts";
import { pause } from "./resumed-watch.ts";
import type { AgentRuntime, Connection, LoadSampler } from "./runtime.ts";
import { createServerClock } from "./server-clock.ts";

export interface LifeConfig {
  readonly agentId: string | undefined;
  readonly joinToken: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: Readonly<Record<string, HealthProbe>>;
  readonly callsMax: number;
  readonly drainGraceMs: number;
}

export interface AgentLife {
  readonly status: AgentStatusView;
  readonly events: Emitter<AgentEvents>;
  readonly capabilities: Map<string, Capability>;
  readonly handlers: {
    message: MessageHandler | undefined;
    configuration: ConfigurationHandler | undefined;
  };
  readonly start: (options?: { readonly signal?: AbortSignal }) => Promise<void>;
  readonly stop: (options?: {
    readonly graceMs?: number;
    readonly reason?: string;
  }) => Promise<void>;
  /** False when not connected. */
  send(frame: ConnectRequest): boolean;
  bufferedBytes(): number;
  /** A transport as this agent. Throws AgentError (FailedPrecondition) before it has joined, or stopped. */
  rpc(): { readonly transport: Transport; readonly meshId: string };
}

/** What exists from start to stop. */
interface Run {
  readonly connection: Connection;
  readonly load: LoadSampler;
  readonly calls: CapabilityCalls;
  readonly messages: MessageQueue;
  /** Fires when the run is over. */
  readonly over: AbortController;
  keeper?: LinkKeeper;
  known?: KnownAgent;
  transport?: Transport;
  /** Replies that wait for the session to be resumed. */
  readonly parked: ParkedReplies;
}

export function createAgentLife(config: LifeConfig, runtime: AgentRuntime): AgentLife {
  const { clock, random } = runtime;
  const events = createEmitter<AgentEvents>();
  const capabilities = new Map<string, Capability>();
  const handlers: AgentLife["handlers"] = { message: undefined, configuration: undefined };
  // Kept from one start to the next, as is what the mesh has shown itself to know.
  const serverClock = createServerClock(clock);
  let provenUid: string | undefined;
  let phase: AgentPhase = "stopped";
  let run: Run | undefined;
  let error: AgentError | undefined;
  let fenced = false;
  let stopping: Promise<void> | undefined;
  let started: { resolve(): void; reject(error: unknown): void } | undefined;

  function enter(next: AgentPhase): void {
    if (phase === next) return;
    phase = next;
    events.emit("phase", next);
  }

  function open(): Run {
    const calls = createCapabilityCalls({
      clock,
      callsMax: config.callsMax,
      capability: (name) => capabilities.get(name),
      send: (frame) => {
        if (current.keeper?.send(frame) !== true) current.parked.keep(frame);
      },
      room: async () => {
        await current.keeper?.room();
      },
    });
    const current: Run = {
      connection: runtime.connect(),
      load: runtime.sampleLoad(),
      calls,
      messages: createMessageQueue({ events, handler: () => handlers.message }),
      over: new AbortController(),
      parked: createParkedReplies(),
    };
    return current;
  }

  async function identify(current: Run, anew: boolean): Promise<void> {
    const anonymous = current.connection.rpc({});
    const { agentId, joinToken } = config;
    const deps = {
      clock,
      random,
      store: runtime.credentials,
      transport: anonymous,
      agentId,
      joinToken,
    };
    const retrying = (lost: AgentError, retryInMs: number): void => disconnected(lost, retryInMs);
    const known = await knowIdentity({ ...deps, retrying }, current.over.signal, anew);
    current.known = known;
    current.transport = current.connection.rpc(bearer(() => tokenOf(known)));
  }

  async function tokenOf({ credential, identity }: KnownAgent): Promise<string> {
    return await signToken(credential.privateKey, identity, serverClock.now());
  }

  function link(current: Run): void {
    const known = current.known!;
    const health = createHealth(config.health);
    const keeper = createLinkKeeper({
      clock,
      random,
      link: current.connection.link,
      token: () => tokenOf(known),
      hello: () => helloOf(config, [...capabilities.keys()], runtime.info),
      vitals: () => ({
        load: loadOf(current.load.sample(), current.calls.size),
        health: health.results(),
      }),
      connected: (welcome) => connected(current, welcome),
      frame: createAgentSession({
        calls: current.calls,
        events,
        messages: current.messages,
        handlers,
        send: (frame) => void keeper.send(frame),
        terminate: (graceMs) => void terminate(current, graceMs),
      }),
      disconnected,
      fenced: (silentMs) => {
        fenced = true;
        current.calls.abortAll(stopReasons.fenced(silentMs), "fencedOnly");
        events.emit("fenced", { silentMs });
      },
      serverTime: serverClock.heard,
      frameDropped: (dropped) => events.emit("error", dropped),
      proven: () => provenUid === known.identity.agentUid,
      doubted: serverClock.refused,
      ended: (reason) => void ended(current, reason),
    });
    current.keeper = keeper;
    keeper.start();
  }

  function connected(current: Run, { sessionId, epoch, resumed }: Welcome): void {
    fenced = false;
    error = undefined;
    provenUid = current.known!.identity.agentUid;
    const parked = current.parked.take();
    // A fresh session knows none of the calls that the last one began.
    if (!resumed) current.calls.abortAll(stopReasons.sessionLost());
    const state = phase === "draining" ? AgentState.DRAINING : AgentState.RUNNING;
    current.keeper!.send(agentFrame({ case: "stateUpdate", value: { state } }));
    if (resumed) for (const frame of parked) current.keeper!.send(frame);
    if (phase === "starting") enter("running");
    events.emit("connected", { sessionId, epoch, resumed });
    started?.resolve();
  }

  function disconnected(lost: AgentError, retryInMs: number): void {
    error = lost;
    events.emit("disconnected", { error: lost, retryInMs });
  }

  /** The server ended the session for good. */
  async function ended(current: Run, reason: AgentError): Promise<void> {
    const refused = reason.reason === "CREDENTIAL_INVALID" && phase === "starting";
    if (refused && config.joinToken !== undefined && !current.known!.joined) {
      // The mesh of the stored credential is gone; the token may open the one that is there now.
      try {
        await identify(current, true);
        if (run === current) link(current);
        return;
      } catch {
        // The first refusal says more than that the token did not help either.
      }
    }
    if (run !== current || phase === "draining") return;
    const failure = explained(
      reason,
      current.known?.identity.agentId ?? "",
      runtime.credentials.place,
    );
    current.calls.abortAll(stopReasons.sessionLost());
    release(current);
    fail(failure);
  }

  function fail(failure: AgentError): void {
    error = failure;
    provenUid = undefined;
    const terminated = failure.reason === "AGENT_TERMINATED";
    enter(terminated ? "terminated" : "failed");
    if (terminated) events.emit("terminated", { reason: failure.message });
    else events.emit("error", failure);
    started?.reject(failure);
  }

  async function terminate(current: Run, graceMs: number): Promise<void> {
    if (run !== current || phase === "draining") return;
    await stop({ graceMs, reason: "terminated by the mesh" }, "terminated");
    events.emit("terminated", { reason: "the mesh asked for it" });
  }

  async function drain(current: Run, graceMs: number, reason: string): Promise<void> {
    const { calls, keeper, messages } = current;
    enter("draining");
    calls.refuse(stopReasons.draining());
    const value = { state: AgentState.DRAINING, reason };
    keeper?.send(agentFrame({ case: "stateUpdate", value }));
    const answerable = calls.size > 0 && keeper?.facts.connected === true;
    if (answerable || messages.size > 0) {
      const done = new AbortController();
      const finished = Promise.all([messages.idle(), ...(answerable ? [calls.idle()] : [])]);
      await Promise.race([finished, pause(clock, graceMs, done.signal)]);
      done.abort();
    }
    calls.abortAll(stopReasons.graceOver(graceMs));
    await keeper?.leave(reason);
  }

  function release(current: Run): void {
    if (run === current) run = undefined;
    current.over.abort(new AgentError(Code.Canceled, "the agent was stopped"));
    current.keeper?.stop();
    current.messages.close();
    current.load.close();
    current.connection.close();
  }

  async function stop(
    {
      graceMs = config.drainGraceMs,
      reason = "stopped",
    }: { graceMs?: number; reason?: string } = {},
    last: AgentPhase = "stopped",
  ): Promise<void> {
    const current = run;
    if (current === undefined) {
      if (stopping === undefined && phase === "failed") enter("stopped");
      return await stopping;
    }
    stopping ??= (async () => {
      await drain(current, graceMs, reason.slice(0, REASON_CHARACTERS_MAX).toWellFormed());
      release(current);
      stopping = undefined;
      enter(last);
      started?.reject(new AgentError(Code.Canceled, "the agent was stopped while it started"));
    })();
    await stopping;
  }

  async function start({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (phase !== "stopped" && phase !== "failed")
      throw new AgentError(
        Code.FailedPrecondition,
        `the agent is ${phase}: it starts only when stopped`,
      );
    const onAbort = (): void => void stop({ graceMs: 0 });
    error = undefined;
    enter("starting");
    const current = (run = open());
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        started = { resolve, reject };
        identify(current, false).then(
          () => {
            if (run === current && phase === "starting") link(current);
          },
          (thrown: unknown) => {
            if (run !== current || stopping !== undefined) return;
            release(current);
            fail(agentErrorOf(thrown));
          },
        );
      });
    } catch (thrown) {
      signal?.throwIfAborted();
      throw thrown;
    } finally {
      started = undefined;
      signal?.removeEventListener("abort", onAbort);
    }
  }

  return {
    get status() {
      const { identity } = run?.known ?? {};
      const facts = run?.keeper?.facts ?? { connected: false, failures: 0 };
      return {
        phase,
        fenced,
        callsInFlight: run?.calls.size ?? 0,
        credentialPlace: runtime.credentials.place,
        ...facts,
        ...(identity && {
          meshId: identity.meshId,
          agentId: identity.agentId,
          agentUid: identity.agentUid,
        }),
        ...(error && { error }),
      };
    },
    events,
    capabilities,
    handlers,
    start,
    stop: (options) => stop(options),
    send: (frame) => run?.keeper?.send(frame) ?? false,
    bufferedBytes: () => run?.keeper?.bufferedBytes() ?? 0,
    rpc: () => {
      if (run?.transport === undefined || run.known === undefined)
        throw new AgentError(
          Code.FailedPrecondition,
          `the agent is ${phase} and has not joined a mesh: start it first`,
        );
      return { transport: run.transport, meshId: run.known.identity.meshId };
    },
  };
}
