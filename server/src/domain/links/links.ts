import { create } from "@bufbuild/protobuf";
import { AgentLiveness, AgentState, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { MeshTrafficSchema } from "@meshwork/gen/mesh/v1/mesh";
import type { Rec } from "../../store/store.ts";
import type { AgentLinks } from "../agents/agent-links.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import type { AgentRecord } from "../agents/agent-record.ts";
import { childrenOf } from "../agents/launch-children.ts";
import { DomainError } from "../errors.ts";
import { drainSessions } from "./drain.ts";
import { recordPoliteEnds } from "./polite-ends.ts";
import { drainingError } from "./draining-error.ts";
import { epochKind } from "./epoch-record.ts";
import { FRAMES_PER_SECOND_MAX } from "./limits.ts";
import type { Links } from "./link-sink.ts";
import type { LinksDeps } from "./links-deps.ts";
import { past } from "./liveness.ts";
import { createMembers } from "./members.ts";
import { createMeshBook } from "./mesh-book.ts";
import { createRefresher } from "./refresher.ts";
import { loadPast } from "./restart.ts";
import { configFrame } from "./server-frames.ts";
import { agentTerminated, cutInput } from "./session-errors.ts";
import { createSessions } from "./sessions.ts";
import { openStream, type Stream } from "./stream.ts";
import { createTerminations } from "./terminations.ts";
import { createTimingWheel } from "./timing-wheel.ts";

export type { Link, Links, LinkSink } from "./link-sink.ts";

/** The links of this process, for `main.ts`. */
export interface LinkServer extends Links, AgentLinks {
  /**
   * Takes up what an earlier process left: agents that were there have one lost-after to come back,
   * terminating ones their deadline. To be awaited before agents are let in.
   */
  start(): Promise<void>;
  /** Lets no agent in any more and ends all sessions within `graceMs`. */
  drain(graceMs: number): Promise<void>;
  /** Ends what is left at once; resolves when nothing is being written. */
  stop(): Promise<void>;
  /** Everything that is held in memory for agents, by name; for gauges and tests. */
  sizes(): Readonly<Record<string, number>>;
}

/** Makes the links. Nothing happens before `start`. */
export function createLinks(deps: LinksDeps): LinkServer {
  const { store, clock, log, metrics } = deps;
  const { framesPerSecondMax = FRAMES_PER_SECOND_MAX } = deps;
  const wheel = createTimingWheel(clock);
  const streams = new Set<Stream>();
  const beginning = new Set<Promise<void>>();
  const meshes = createMeshBook(deps);
  let draining = false;
  const terminations = createTerminations({ clock, wheel, due: endGrace });
  const members = createMembers({
    ...deps,
    wheel,
    changed: (member, liveness, cause) => {
      if (liveness === AgentLiveness.LOST) sessions.lost(member);
      if (cause === LivenessCause.FRAME_RECEIVED) sessions.back(member);
    },
  });
  const sessions = createSessions({
    ...deps,
    members,
    meshes,
    terminations,
    accepting: () => !draining,
    released: (launcherUid) => refresher.ask(launcherUid),
  });
  const refresher = createRefresher({ clock, wheel, log, refresh });

  /** The agent's record changed. */
  async function refresh(agentUid: string): Promise<void> {
    const agent = await agentByUid(store, agentUid);
    if (agent === undefined) return;
    terminations.look(agent.doc);
    if (agent.doc.state === AgentState.TERMINATED) ended(agent.doc);
    else await tell(agent);
  }

  async function tell(agent: Rec<AgentRecord>): Promise<void> {
    const { uid } = agent.doc;
    if (sessions.of(uid) === undefined) return;
    const children = await childrenOf(store, agent.doc, clock.now());
    sessions.of(uid)?.stream.out.send(configFrame(agent, children, clock.now()));
  }

  /** Others have put on record that the agent is terminated. */
  function ended(agent: AgentRecord): void {
    void deps.subscriptions.agentGone(agent.uid);
    const member = members.get(agent.uid);
    if (member === undefined) return;
    const error = agentTerminated(agent.agentId);
    sessions.cut(agent.uid, error);
    void members.feed(member, cutInput(error));
  }

  /** The agent had time to terminate by itself, and did not. */
  function endGrace(agent: AgentRecord): void {
    const error = agentTerminated(agent.agentId);
    const unknown = past(AgentLiveness.LOST, LivenessCause.UNSPECIFIED, clock.monotonic());
    const member = members.obtain(agent, { intervalMs: 0, lostAfterMs: 0 }, unknown);
    sessions.cut(agent.uid, error);
    const evidence = `cut off: not gone by itself until ${agent.terminateTime!.toISOString()}`;
    void members.feed(
      member,
      { kind: "cut", cause: LivenessCause.TERMINATED, evidence },
      (transition) => sessions.endForGood(member, "cut off after its grace", transition),
    );
  }

  function credentialRevoked(agentUid: string, message: string): void {
    const metadata = { agent_uid: agentUid };
    const error = new DomainError("CREDENTIAL_INVALID", message, { metadata });
    sessions.cut(agentUid, error);
    const member = members.get(agentUid);
    if (member !== undefined) void members.feed(member, cutInput(error));
  }

  function agentDeleted(agentUid: string): void {
    const metadata = { agent_uid: agentUid };
    sessions.cut(
      agentUid,
      new DomainError("CREDENTIAL_INVALID", "the agent was deleted", { metadata }),
    );
    const member = members.get(agentUid);
    if (member !== undefined) members.forget(member);
    terminations.forget(agentUid);
    refresher.forget(agentUid);
    void deps.subscriptions.agentGone(agentUid);
    // Its uid never recurs, so that a record which stays behind after a crash does no harm.
    const erase = { delete: epochKind, id: agentUid, expect: "any" } as const;
    deps.committer
      .runSystem(() => Promise.resolve({ changes: [erase], reply: undefined }))
      .catch((error: unknown) =>
        log.warn({ agentUid, err: error }, "a deleted agent's epoch is still on record"),
      );
  }

  return {
    nodeId: deps.nodeId,
    open: (principal, sink, peerAddress) => {
      const stream: Stream = openStream({
        sink,
        clock,
        wheel,
        framesPerSecondMax,
        received: (frame) => {
          metrics.frameReceived(frame.case ?? "none");
          const { scope } = principal;
          const mesh = scope === "all" ? undefined : meshes.get(scope.meshUid);
          if (mesh !== undefined) mesh.traffic.framesReceived += 1;
        },
        sent: (frame) => {
          metrics.frameSent(frame.case ?? "none");
          const { scope } = principal;
          const mesh = scope === "all" ? undefined : meshes.get(scope.meshUid);
          if (mesh !== undefined) mesh.traffic.framesSent += 1;
        },
        hello: (hello) => {
          const begun = sessions
            .begin(stream, principal, hello, peerAddress)
            .finally(() => beginning.delete(begun));
          beginning.add(begun);
        },
        ended: (end) => sessions.streamEnded(stream, end),
        released: () => streams.delete(stream),
        crashed: (error) => log.error({ err: error }, "a frame crashed its handler"),
      });
      streams.add(stream);
      if (draining) stream.end(drainingError());
      return stream;
    },
    session: (agentUid) => sessions.of(agentUid)?.live,
    agentChanged: (agentUid) => refresher.ask(agentUid),
    meshChanged: (meshUid) => void meshes.refresh(meshUid),
    credentialRevoked,
    agentDeleted,
    mesh: (meshUid) => {
      const mesh = meshes.get(meshUid);
      return {
        sessions: mesh?.sessions ?? 0,
        callsInFlight: mesh?.callsInFlight ?? 0,
        traffic: mesh?.traffic.counts() ?? create(MeshTrafficSchema),
        flows: mesh?.traffic.flows() ?? [],
      };
    },
    start: async () => {
      await terminations.load(store);
      await loadPast({ store, clock, members, meshes });
    },
    drain: async (graceMs) => {
      draining = true;
      for (const stream of streams) if (!isOpen(stream)) stream.end(drainingError());
      const drained = [...sessions.all()].map(({ agentUid, id, epoch, epochVersion }) => ({
        ...{ agentUid, epoch, epochVersion },
        sessionId: id,
      }));
      await drainSessions({ sessions, wheel, clock, graceMs });
      await recordPoliteEnds(deps, drained);
    },
    stop: async () => {
      draining = true;
      for (const session of [...sessions.all()]) sessions.close(session, drainingError());
      for (const stream of [...streams]) stream.end(drainingError());
      terminations.stop();
      refresher.stop();
      await Promise.all(beginning);
      await members.stop();
      wheel.stop();
    },
    sizes: () => ({
      streams: streams.size,
      sessions: sessions.size,
      attaching: sessions.attaching,
      members: members.size,
      writes: members.writes,
      calls: [...sessions.all()].reduce((sum, { calls }) => sum + calls.size, 0),
      terminations: terminations.size,
      refreshes: refresher.size,
      deadlines: wheel.size(),
    }),
  };

  function isOpen(stream: Stream): boolean {
    for (const session of sessions.all()) if (session.stream === stream) return true;
    return false;
  }
}
