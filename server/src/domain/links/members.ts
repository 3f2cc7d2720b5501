import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { createAgentWriter, type AgentWriter } from "./agent-writer.ts";
import { DEAF_GRACE_MS, TICK_LATE_MS } from "./limits.ts";
import type { LinksDeps } from "./links-deps.ts";
import {
  joining,
  nextCheckMs,
  step,
  type LivenessInput,
  type LivenessState,
  type Timing,
} from "./liveness.ts";
import { writePresence, type SeenTransition } from "./presence-writes.ts";
import type { LinkedAgent, Session } from "./session.ts";
import type { TimingWheel, WheelEntry } from "./timing-wheel.ts";

/** What this process remembers of an agent that is, or was a moment ago, linked to it. */
export interface Member {
  readonly agent: LinkedAgent;
  readonly writer: AgentWriter;
  liveness: LivenessState;
  timing: Timing;
  /** Highest epoch seen, and the version of its record. */
  epoch: number;
  epochVersion: number | undefined;
  session: Session | undefined;
  /** The session before, while the agent may still go on with it, and its calls that were given up. */
  before: { readonly sessionId: string; readonly callIds: readonly string[] } | undefined;
  check: WheelEntry | undefined;
  /** Its liveness is no longer this process's to tell. */
  retired: boolean;
}

/** Puts a transition on record in another way than alone. */
export type Recorder = (transition: SeenTransition) => Promise<void>;

/** The agents that liveness is kept of: the linked ones, and those that may come back. */
export interface Members {
  get(agentUid: string): Member | undefined;
  /** Takes the agent up as JOINING, or as what `liveness` says, where it is not known. */
  obtain(agent: LinkedAgent, timing: Timing, liveness?: LivenessState): Member;
  /** Runs the state machine; changes go on record in their order. Resolves when they are. */
  feed(member: Member, input: LivenessInput, record?: Recorder): Promise<void>;
  /** A session is on record already; nothing is written. */
  started(member: Member, input: LivenessInput & { kind: "started" }): void;
  /** The session's timing is another one. */
  retime(member: Member): void;
  /** Its session ended because this process does: what is on record stays, what waits is written. */
  retire(member: Member): void;
  /** Drops the member with all that waits, whatever its state. */
  forget(member: Member): void;
  /** Drops the member if nothing can come of it any more. */
  settle(member: Member): void;
  all(): IterableIterator<Member>;
  readonly size: number;
  /** Writes that wait. */
  readonly writes: number;
  /** Drops all; resolves when no write is under way. What is on record stays as it is. */
  stop(): Promise<void>;
}

export interface MembersDeps extends Pick<
  LinksDeps,
  "store" | "committer" | "clock" | "nodeId" | "log" | "metrics"
> {
  readonly wheel: TimingWheel;
  /** After each change of liveness, before it is on record. */
  changed(member: Member, liveness: AgentLiveness, cause: LivenessCause): void;
}

/** Keeps the liveness of agents: in memory at each frame, on record at each transition. */
export function createMembers(deps: MembersDeps): Members {
  const { clock, wheel, log, metrics } = deps;
  const members = new Map<string, Member>();
  let stopped = false;

  function obtain(
    agent: LinkedAgent,
    timing: Timing,
    liveness = joining(clock.monotonic()),
  ): Member {
    const known = members.get(agent.uid);
    if (known !== undefined) return known;
    const member: Member = {
      agent,
      liveness,
      timing,
      epoch: 0,
      epochVersion: undefined,
      session: undefined,
      before: undefined,
      check: undefined,
      retired: false,
      writer: createAgentWriter({
        clock,
        wheel,
        failed: (error) =>
          log.warn({ agentUid: agent.uid, err: error }, "a write of a session failed"),
        idle: () => settle(member),
      }),
    };
    members.set(agent.uid, member);
    watch(member);
    return member;
  }

  /** Frames only note their time; the state machine learns of it here. */
  function heard(member: Member): void {
    const { session, liveness } = member;
    if (session === undefined) return;
    member.timing = session.timing;
    if (session.stream.lastFrameMs > liveness.lastSeenMs)
      member.liveness = { ...liveness, lastSeenMs: session.stream.lastFrameMs };
  }

  function watch(member: Member): void {
    member.check?.cancel();
    member.check = undefined;
    const due = nextCheckMs(member.liveness, member.timing);
    if (due === undefined || stopped || member.retired) return;
    member.check = wheel.arm(due, (nowMs, lateMs) => {
      // While the process stood still nothing was read: first hear what came in meanwhile.
      if (lateMs > TICK_LATE_MS) return nowMs + DEAF_GRACE_MS;
      heard(member);
      const next = nextCheckMs(member.liveness, member.timing);
      if (next !== undefined && nowMs < next) return next;
      member.check = undefined;
      void feed(member, { kind: "check" });
      return undefined;
    });
  }

  async function feed(
    member: Member,
    input: LivenessInput,
    record: Recorder = alone(member),
  ): Promise<void> {
    // A frame's own step says for how long there was silence.
    if (input.kind !== "frame") heard(member);
    const lastSeenMs = member.liveness.lastSeenMs;
    const now = clock.monotonic();
    const [liveness, transitions] = step(member.liveness, input, now, member.timing);
    member.liveness = liveness;
    watch(member);
    const written = transitions.map((transition) => {
      const changeTime = new Date(clock.now());
      const silentMs = now - (input.kind === "frame" ? now : lastSeenMs);
      const lastSeenTime = new Date(changeTime.getTime() - silentMs);
      metrics.livenessChanged(transition.liveness, transition.cause);
      deps.changed(member, transition.liveness, transition.cause);
      return member.writer.add(() => record({ ...transition, changeTime, lastSeenTime }));
    });
    settle(member);
    await Promise.all(written);
  }

  function alone(member: Member): Recorder {
    const { epochVersion } = member;
    return (transition) =>
      stopped ? Promise.resolve() : writePresence(deps, member.agent.uid, epochVersion, transition);
  }

  function settle(member: Member): void {
    const mayComeBack =
      !member.retired && nextCheckMs(member.liveness, member.timing) !== undefined;
    if (member.session === undefined && !mayComeBack && member.writer.size === 0) forget(member);
  }

  function forget(member: Member): void {
    member.check?.cancel();
    member.check = undefined;
    void member.writer.stop();
    if (members.get(member.agent.uid) === member) members.delete(member.agent.uid);
  }

  return {
    get: (agentUid) => members.get(agentUid),
    obtain,
    feed,
    started: (member, input) => {
      [member.liveness] = step(member.liveness, input, clock.monotonic(), member.timing);
      metrics.livenessChanged(AgentLiveness.ALIVE, LivenessCause.SESSION_STARTED);
      watch(member);
    },
    retire: (member) => {
      member.retired = true;
      watch(member);
      settle(member);
    },
    retime: (member) => {
      heard(member);
      watch(member);
    },
    forget,
    settle,
    all: () => members.values(),
    get size() {
      return members.size;
    },
    get writes() {
      let writes = 0;
      for (const member of members.values()) writes += member.writer.size;
      return writes;
    },
    stop: async () => {
      stopped = true;
      const stopping = [...members.values()].map((member) => member.writer.stop());
      for (const member of [...members.values()]) forget(member);
      await Promise.all(stopping);
    },
  };
}
