// The life of an agent: start, work, stop, and the ways to end that are not its own choice.
import { Code, type Transport } from "@connectrpc/connect";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Welcome } from "@meshwork/gen/mesh/v1/link";
import { bearer } from "@meshwork/wire/bearer";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import { drainRun, type Run } from "./agent-run.ts";
import { createAgentSession, stopReasons } from "./agent-session.ts";
import type { AgentEvents, AgentPhase, AgentStatusView } from "./agent.ts";
import { createCapabilityCalls } from "./capability-calls.ts";
import type { Capability } from "./capability.ts";
import type { ConfigurationHandler, HealthProbe } from "./configuration.ts";
import { signToken } from "./credential.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import { agentFrame } from "./frames.ts";
import { createHealth } from "./health.ts";
import { knowIdentity, type KnownAgent } from "./identity.ts";
import { explained } from "./hard-end.ts";
import { helloOf, loadOf } from "./hello.ts";
import { launchWay } from "./launch-way.ts";
import type { Launcher } from "./launch.ts";
import { REASON_CHARACTERS_MAX } from "./limits.ts";
import { createLinkKeeper } from "./link-keeper.ts";
import { createMessaging, type Messaging, type MessagingLimits } from "./messaging.ts";
import { createParkedReplies } from "./parked-replies.ts";
import { answerPing, PING } from "./ping.ts";
import type { MessageHandler } from "./received-message.ts";
import type { AgentRuntime } from "./runtime.ts";
import { createServerClock } from "./server-clock.ts";
import { createSubscriptions, type Subscriptions } from "./subscriptions.ts";

export interface LifeConfig {
  readonly agentId: string | undefined;
  readonly joinToken: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: Readonly<Record<string, HealthProbe>>;
  readonly callsMax: number;
  readonly drainGraceMs: number;
  readonly messaging: MessagingLimits;
  readonly launcher: Launcher | undefined;
}

export interface AgentLife {
  readonly status: AgentStatusView;
  readonly events: Emitter<AgentEvents>;
  readonly capabilities: Map<string, Capability>;
  readonly handlers: {
    message: MessageHandler | undefined;
    configuration: ConfigurationHandler | undefined;
  };
  readonly subscriptions: Subscriptions;
  /** Throws AgentError (FailedPrecondition) unless the agent is started. */
  messaging(): Messaging;
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

export function createAgentLife(config: LifeConfig, runtime: AgentRuntime): AgentLife {
  const { clock, random } = runtime;
  const events = createEmitter<AgentEvents>();
  const capabilities = new Map<string, Capability>();
  const handlers: AgentLife["handlers"] = { message: undefined, configuration: undefined };
  // Kept from one start to the next, as is what the mesh has shown itself to know.
  const serverClock = createServerClock(clock);
  const subscriptions = createSubscriptions({
    send: (frame) => run?.keeper?.send(frame) ?? false,
    lost: (lost) => events.emit("error", lost),
  });
  let provenUid: string | undefined;
  let phase: AgentPhase = "stopped";
  let run: Run | undefined;
  let error: AgentError | undefined;
  let fenced = false;
  let lastToken:
    | { readonly seconds: number; readonly known: KnownAgent; readonly signed: Promise<string> }
    | undefined;
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
      capability: (name) => (name === PING ? answerPing : capabilities.get(name)),
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
      messaging: createMessaging({
        clock,
        events,
        subscriptions,
        outbox: runtime.outbox,
        limits: config.messaging,
        handler: () => handlers.message,
        link: {
          send: (frame) => current.keeper?.send(frame) ?? false,
          room: async () => {
            await current.keeper?.room();
          },
          reconnect: (why) => current.keeper?.reconnect(why),
        },
      }),
      over: new AbortController(),
      parked: createParkedReplies(),
    };
    return current;
  }

  async function identify(current: Run, anew: boolean): Promise<void> {
    if (!anew) await current.messaging.open();
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
    const transport = current.connection.rpc(bearer(() => tokenOf(known)));
    current.transport = transport;
    if (current.launch !== undefined || config.launcher === undefined) return;
    current.launch = await config.launcher.open(
      launchWay({
        meshId: known.identity.meshId,
        transport,
        send: (frame) => void current.keeper?.send(frame),
        failed: (error) => events.emit("error", error),
      }),
    );
    // Stopped while it was opened: nobody else will close it.
    if (run !== current) await current.launch.close();
  }

  /** The same for all calls of a second: a signature costs more than most calls. */
  function tokenOf(known: KnownAgent): Promise<string> {
    const seconds = Math.floor(serverClock.now() / 1000);
    if (lastToken?.seconds !== seconds || lastToken.known !== known) {
      const { credential, identity } = known;
      const signed = signToken(credential.privateKey, identity, seconds * 1000);
      lastToken = { seconds, known, signed };
    }
    return lastToken.signed;
  }

  function link(current: Run): void {
    const known = current.known!;
    const health = createHealth(config.health);
    const keeper = createLinkKeeper({
      clock,
      random,
      link: current.connection.link,
      token: () => tokenOf(known),
      hello: (resuming) => {
        const about = current.messaging.hello(resuming);
        return helloOf(config, [...capabilities.keys()], runtime.info, about);
      },
      vitals: () => ({
        load: loadOf(current.load.sample(), current.calls.size),
        health: health.results(),
      }),
      connected: (welcome) => connected(current, welcome),
      frame: createAgentSession({
        calls: current.calls,
        events,
        messaging: current.messaging,
        handlers,
        send: (frame) => void keeper.send(frame),
        children: (children) => current.launch?.children(children),
        terminate: (graceMs) => void terminate(current, graceMs),
      }),
      disconnected: (lost, retryInMs) => {
        current.messaging.disconnected();
        disconnected(lost, retryInMs);
      },
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

  function connected(current: Run, welcome: Welcome): void {
    const { sessionId, epoch, resumed } = welcome;
    fenced = false;
    error = undefined;
    provenUid = current.known!.identity.agentUid;
    current.messaging.welcomed(welcome);
    const parked = current.parked.take();
    // A fresh session knows none of the calls that the last one began.
    if (!resumed) current.calls.abortAll(stopReasons.sessionLost());
    const state = phase === "draining" ? AgentState.DRAINING : AgentState.RUNNING;
    current.keeper!.send(agentFrame({ case: "stateUpdate", value: { state } }));
    if (resumed) for (const frame of parked) current.keeper!.send(frame);
    current.launch?.connected();
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
    void release(current);
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

  /** Resolves when the outbox is let go of; all else is released at once. */
  async function release(current: Run): Promise<void> {
    if (run === current) run = undefined;
    current.over.abort(new AgentError(Code.Canceled, "the agent was stopped"));
    void current.launch?.close();
    current.keeper?.stop();
    current.load.close();
    current.connection.close();
    await current.messaging.close();
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
      enter("draining");
      const said = reason.slice(0, REASON_CHARACTERS_MAX).toWellFormed();
      await drainRun(current, { clock, graceMs, reason: said });
      await release(current);
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
            void release(current);
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
        ...run?.messaging.status,
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
    subscriptions,
    messaging: () => {
      if (run !== undefined) return run.messaging;
      throw new AgentError(Code.FailedPrecondition, `the agent is ${phase}: start it first`);
    },
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
