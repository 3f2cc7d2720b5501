import { AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import type { Hello } from "@meshwork/gen/mesh/v1/link";
import type { Principal } from "../../security/principal.ts";
import { DomainError } from "../errors.ts";
import { drainingError } from "./draining-error.ts";
import { epochKind } from "./epoch-record.ts";
import { heartbeatTiming } from "./heartbeat-timing.ts";
import { CALLS_MAX_DEFAULT, FRAMES_PER_SECOND_MAX } from "./limits.ts";
import { createLaunchReports } from "./launch-reports.ts";
import { cancelFrame, createLinkCalls, type LinkCalls } from "./link-calls.ts";
import type { LinksDeps } from "./links-deps.ts";
import type { Timing } from "./liveness.ts";
import type { Member, Members } from "./members.ts";
import { mailWindow } from "./mail-window.ts";
import type { LinkedMesh, MeshBook } from "./mesh-book.ts";
import type { SeenTransition } from "./presence-writes.ts";
import { configFrame, welcomeFrame } from "./server-frames.ts";
import {
  agentTerminated,
  cutInput,
  notSent,
  outcomeUnknown,
  superseded,
} from "./session-errors.ts";
import { openSessionMail, type SessionMail } from "./session-mail.ts";
import { openOnRecord, type Opening } from "./session-opening.ts";
import { createSession, type Session } from "./session.ts";
import { createStateUpdates } from "./state-updates.ts";
import type { Stream, StreamEnd } from "./stream.ts";
import { terminate } from "./terminate.ts";
import type { Terminations } from "./terminations.ts";

/** The open sessions: how they begin, replace one another and end. */
export interface Sessions {
  /** Begins a session on the stream, or ends the stream with the reason. */
  begin(stream: Stream, principal: Principal, hello: Hello, peerAddress: string): Promise<void>;
  /** Ends the agent's session and those that are being set up; liveness stays as it is. */
  cut(agentUid: string, error: DomainError): void;
  /** Puts on record that the agent has ended for good, and lets it not back in meanwhile. */
  endForGood(member: Member, reason: string, transition: SeenTransition): Promise<void>;
  /** The stream of a session ended by itself. */
  streamEnded(stream: Stream, end: StreamEnd): void;
  /** The server ends the session; liveness stays as it is. */
  close(session: Session, error: DomainError, reconnectAfterMs?: number): void;
  /** The agent was lost while its stream is open: nobody waits for it, nothing is sent to it. */
  lost(member: Member): void;
  /** It was heard again. */
  back(member: Member): void;
  of(agentUid: string): Session | undefined;
  all(): IterableIterator<Session>;
  readonly size: number;
  /** Sessions that are being put on record. */
  readonly attaching: number;
}

export interface SessionsDeps extends LinksDeps {
  readonly members: Members;
  readonly meshes: MeshBook;
  readonly terminations: Terminations;
  accepting(): boolean;
  /** A child has left the care of the launcher. */
  released(launcherUid: string): void;
}

interface Open {
  readonly session: Session;
  readonly member: Member;
  readonly mesh: LinkedMesh;
}

/**
 * How resuming and calls fit together: a stream that ends without goodbye ends its calls at once with
 * OUTCOME_UNKNOWN, so that whoever hands out the work can do so anew without waiting for lost-after. An
 * agent that comes back in time keeps its session's id and is sent `cancel_call` for those calls. One
 * that comes back while its old stream still looks open (the usual case after a change of networks)
 * takes the calls in flight over: their callers notice nothing. Either way the epoch rises, and
 * nothing is sent twice.
 */
export function createSessions(deps: SessionsDeps): Sessions {
  const { clock, members, metrics, receivers, terminations, nodeId } = deps;
  const byStream = new Map<Stream, Open>();
  const attaching = new Set<Attaching>();
  let calls = 0;

  /** Tells how the agent has to beat now. */
  function timingOf(mesh: LinkedMesh): Timing {
    return heartbeatTiming(mesh.timing, byStream.size);
  }

  async function begin(
    stream: Stream,
    principal: Principal,
    hello: Hello,
    peerAddress: string,
  ): Promise<void> {
    const entry: Attaching = { agentUid: principal.agent?.uid ?? "", stream };
    attaching.add(entry);
    try {
      const opening = await openOnRecord(deps, principal, hello);
      const member = start({ ...opening, stream, peerAddress });
      if (entry.cut !== undefined) void members.feed(member, cutInput(entry.cut));
    } catch (error) {
      if (!(error instanceof DomainError))
        deps.log.error({ err: error }, "a session could not begin");
      stream.end(error instanceof DomainError ? error : notSent(error));
    } finally {
      attaching.delete(entry);
    }
  }

  /** Runs in one go, so that no frame finds a session half begun. */
  function start(begun: Begun): Member {
    const { stream, attached, mesh, hello } = begun;
    const { sessionId } = attached;
    const { uid, meshUid, agentId } = attached.agent.doc;
    const member = members.obtain({ uid, meshUid, agentId }, mesh.timing);
    if (member.epoch > attached.epoch) {
      begun.subscriptions.close();
      stream.end(superseded(agentId));
      return member;
    }
    const callsMax = hello.window?.callsMax ?? 0;
    const kept = replaceOlder(member, sessionId, agentId);
    const links = kept ?? newCalls(mesh, agentId);
    links.rebind((frame) => stream.out.send(frame), callsMax === 0 ? CALLS_MAX_DEFAULT : callsMax);
    member.epoch = attached.epoch;
    member.epochVersion = attached.epochVersion;
    const session = openSession(begun, member, links);
    byStream.set(stream, { session, member, mesh });
    mesh.sessions += 1;
    member.session = session;
    member.timing = session.timing;
    members.started(member, { kind: "started", sessionId, epoch: attached.epoch });
    terminations.look(attached.agent.doc);
    const isSame = member.before?.sessionId === sessionId;
    greet(begun, session, isSame ? (member.before?.callIds ?? []) : []);
    member.before = undefined;
    receivers.attach(session.receiver);
    if (hello.subscriptions.length > 0) session.mail.subscribe(hello.subscriptions);
    stream.attached((frame) => {
      if (member.liveness.liveness !== AgentLiveness.ALIVE)
        void members.feed(member, { kind: "frame" });
      session.receive(frame);
    });
    // It may have ended while the session was being written.
    if (stream.over && !deps.accepting()) close(session, drainingError());
    else if (stream.over) streamEnded(stream, stream.endedBy ?? { reason: "closed" });
    return member;
  }

  function greet(
    { stream, attached, desk, children }: Begun,
    session: Session,
    givenUp: readonly string[],
  ): void {
    const { framesPerSecondMax = FRAMES_PER_SECOND_MAX } = deps;
    const nowMs = clock.now();
    stream.out.send(
      welcomeFrame(session, attached, {
        framesPerSecondMax,
        nowMs,
        nodeId,
        producerSequence: desk?.highest ?? 0,
      }),
    );
    stream.out.send(configFrame(attached.agent, children, nowMs));
    // Their callers heard OUTCOME_UNKNOWN when the stream ended; the agent may still work on them.
    for (const callId of givenUp) stream.out.send(cancelFrame(callId, "OUTCOME_UNKNOWN"));
  }

  function openSession(begun: Begun, member: Member, links: LinkCalls): Session {
    const { stream, attached, mesh, peerAddress } = begun;
    const { agent, epoch, sessionId } = attached;
    const session: Session = createSession({
      id: sessionId,
      epoch,
      epochVersion: attached.epochVersion,
      agent: member.agent,
      mesh,
      stream,
      calls: links,
      capabilities: new Set(agent.doc.capabilities),
      state: agent.doc.state,
      nodeId,
      peerAddress,
      clock,
      metrics,
      mail: openMail(begun, member, (error) => close(session, error)),
      timing: () => timingOf(mesh),
      retimed: () => members.retime(member),
      accepting: () => deps.accepting(),
      stateUpdate: createStateUpdates(deps, member, (error) => stream.violate(error)),
      launched: createLaunchReports(deps, member, (uid) => deps.released(uid)),
      goodbye: (reason) => void goodbye(stream, reason),
    });
    return session;
  }

  function openMail(
    { stream, mesh, hello, attached, desk, subscriptions }: Begun,
    { agent }: Member,
    interrupt: (error: DomainError) => void,
  ): SessionMail {
    const { before, epoch, epochVersion } = attached;
    return openSessionMail({
      ...deps,
      agent,
      mesh,
      stream,
      desk,
      subscriptions,
      interrupt,
      consumer: {
        epoch,
        fence: { kind: epochKind, id: agent.uid, version: epochVersion },
        ...mailWindow(hello),
        before,
      },
    });
  }

  function newCalls(mesh: LinkedMesh, agentId: string): LinkCalls {
    return createLinkCalls({
      agentId,
      nextCallId: () => (calls += 1).toString(36),
      started: (call) => {
        mesh.callsInFlight += 1;
        mesh.traffic.callStarted(call.caller, agentId);
      },
      ended: (ok) => {
        mesh.callsInFlight -= 1;
        mesh.traffic.callEnded(ok);
        metrics.callEnded(ok);
      },
    });
  }

  /** The newest session wins; the calls go over to it if it is the older one's continuation. */
  function replaceOlder(member: Member, sessionId: string, agentId: string): LinkCalls | undefined {
    const { session } = member;
    if (session === undefined) return undefined;
    const resumes = session.id === sessionId;
    release(session, false);
    if (!resumes) session.calls.endAll(outcomeUnknown(agentId, "a newer session took over"));
    session.stream.end(superseded(agentId));
    return resumes ? session.calls : undefined;
  }

  /** Takes the session out of all tables; answers its member. */
  function release(session: Session, politely: boolean): Open {
    const open = byStream.get(session.stream)!;
    byStream.delete(session.stream);
    open.mesh.sessions -= 1;
    receivers.detach(session.receiver);
    session.mail.end(politely);
    open.member.session = undefined;
    return open;
  }

  /** As `release`, for a session that nothing continues at once. */
  function giveUp(session: Session, why: string, politely: boolean): Open {
    const lastSeenMs = session.stream.lastFrameMs;
    const open = release(session, politely);
    const { member } = open;
    member.liveness = {
      ...member.liveness,
      lastSeenMs: Math.max(lastSeenMs, member.liveness.lastSeenMs),
    };
    const callIds = session.calls.endAll(outcomeUnknown(member.agent.agentId, why));
    member.before = {
      sessionId: session.id,
      callIds: [...(member.before?.callIds ?? []), ...callIds],
    };
    return open;
  }

  /** The frame that broke a rule was a sign of life too. */
  function heardLast({ member, session }: Open): void {
    const silent = member.liveness.liveness !== AgentLiveness.ALIVE;
    if (silent && session.stream.lastFrameMs > member.liveness.lastSeenMs)
      void members.feed(member, { kind: "frame" });
  }

  function streamEnded(stream: Stream, end: StreamEnd): void {
    const open = byStream.get(stream);
    if (open === undefined) return;
    heardLast(open);
    giveUp(open.session, "its stream ended", false);
    metrics.sessionEnded(end.reason === "closed" ? "closed" : end.error.reason);
    const violation = end.reason === "violation" ? { violation: end.error.message } : {};
    void members.feed(open.member, { kind: "ended", ...violation });
  }

  function close(session: Session, error: DomainError, reconnectAfterMs?: number): void {
    // That the server ends it is nothing that its messages have done.
    const { member } = giveUp(session, "the server ended its session", true);
    metrics.sessionEnded(error.reason);
    session.stream.end(error, reconnectAfterMs);
    if (error.reason === "SERVER_DRAINING") members.retire(member);
  }

  async function goodbye(stream: Stream, reason: string): Promise<void> {
    const open = byStream.get(stream);
    if (open === undefined) return;
    const { member } = giveUp(open.session, "it said goodbye", true);
    const { uid } = member.agent;
    stream.leave();
    member.before = undefined;
    metrics.sessionEnded("goodbye");
    const ends = terminations.has(uid);
    const text = reason === "" ? "terminated as asked" : reason;
    // Whoever sees the stream end after its goodbye finds it on record.
    await members.feed(
      member,
      { kind: "goodbye", reason },
      ends ? (transition) => endForGood(member, text, transition) : undefined,
    );
    stream.finish();
  }

  async function endForGood(
    { agent }: Member,
    reason: string,
    transition: SeenTransition,
  ): Promise<void> {
    await terminate(deps, agent.uid, reason, transition);
    terminations.forget(agent.uid);
    void deps.subscriptions.agentGone(agent.uid);
    // It may have come back while that was being written.
    const error = agentTerminated(agent.agentId);
    const member = members.get(agent.uid);
    const isBack = member?.session !== undefined;
    cut(agent.uid, error);
    if (isBack) void members.feed(member, cutInput(error));
  }

  function cut(agentUid: string, error: DomainError): void {
    const session = members.get(agentUid)?.session;
    if (session !== undefined) close(session, error);
    for (const entry of attaching) {
      if (entry.agentUid !== agentUid) continue;
      entry.cut = error;
      entry.stream.end(error);
    }
  }

  return {
    begin,
    endForGood,
    cut,
    streamEnded,
    close,
    lost: ({ session, agent }) => {
      if (session === undefined) return;
      receivers.detach(session.receiver);
      session.mail.pause();
      const callIds = session.calls.endAll(outcomeUnknown(agent.agentId, "it is lost"));
      for (const callId of callIds) session.stream.out.send(cancelFrame(callId, "OUTCOME_UNKNOWN"));
    },
    back: ({ session }) => {
      if (session === undefined) return;
      receivers.attach(session.receiver);
      session.mail.resume();
    },
    of: (agentUid) => members.get(agentUid)?.session,
    *all() {
      for (const { session } of byStream.values()) yield session;
    },
    get size() {
      return byStream.size;
    },
    get attaching() {
      return attaching.size;
    },
  };
}

interface Attaching {
  readonly agentUid: string;
  readonly stream: Stream;
  /** What cut the agent off meanwhile; the stream has ended with it. */
  cut?: DomainError;
}

interface Begun extends Opening {
  readonly stream: Stream;
  readonly peerAddress: string;
}
