import { fromBinary } from "@bufbuild/protobuf";
import {
  type AgentMessage,
  AgentMessageSchema,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import { DomainError } from "../errors.ts";
import { DELIVER_BYTES_MAX, DELIVER_MESSAGES_MAX } from "./mail-limits.ts";
import type { MailRecord } from "./mail-record.ts";
import {
  claimOf,
  type MailSessionDeps,
  mailAgain,
  placeOf,
  type SessionState,
} from "./mail-session-state.ts";
import { claimed, returned } from "./mail-verdicts.ts";
import type { Weight } from "./mail-window.ts";
import type { Rewritten } from "./mail-writes.ts";
import type { Mail, Mailbox } from "./mailbox.ts";

/** A message that goes out. */
interface Outgoing {
  readonly mailbox: Mailbox;
  readonly message: AgentMessage;
  readonly attempt: number;
}

/** A message that has its place in the session's window while its delivery is put on record. */
interface Reserved {
  readonly mail: Mail;
  readonly weight: Weight;
}

/** Takes what the session has room for, from its mailbox and its groups, and hands it over. */
export function createMailDelivery(deps: MailSessionDeps, session: SessionState): () => void {
  const { clock, room, writes, rules, traces, counts } = deps;
  const { window, consumer, own, groups } = session;
  let turn = 0;

  function pump(): void {
    if (!session.isOpen || session.isPaused) return;
    const nowMs = clock.now();
    const frame: Outgoing[] = [];
    const reserved = new Map<Mailbox, Reserved[]>();
    const shares = sharesOfGroups();
    for (let next = choose(nowMs, shares); next !== undefined; next = choose(nowMs, shares)) {
      const { mailbox, mail } = next;
      const weight = { bytes: mail.bytes, isAlone: window.isAlone(mail.deaths) };
      if (!window.fits(weight)) break;
      window.add(weight);
      if (mail.message !== undefined) {
        launch(mailbox, mail, weight, 1);
        frame.push({ mailbox, message: mail.message, attempt: 1 });
        continue;
      }
      mailbox.hold(mail.messageId);
      const others = reserved.get(mailbox);
      if (others === undefined) reserved.set(mailbox, [{ mail, weight }]);
      else others.push({ mail, weight });
      const share = shares.get(mailbox);
      if (share !== undefined) shares.set(mailbox, share - 1);
      mailbox.goLast(session);
    }
    send(frame);
    for (const [mailbox, mails] of reserved) void record(mailbox, mails);
    if (own.needsHead) room.stir(own);
    for (const group of shares.keys()) if (group.needsHead) room.stir(group);
    // What was left to the other members of a group may be more than they take.
    for (const [group, share] of shares)
      if (share === 0 && group.waiting > 0 && window.messages < consumer.deliveriesMax)
        room.wake(session);
  }

  /** Of what waits for a group each member takes its part at one time. */
  function sharesOfGroups(): Map<Mailbox, number> {
    const shares = new Map<Mailbox, number>();
    for (const group of groups.values())
      // What is in flight of a group that it has left stays so, but nothing more comes from it.
      if (group.takers.has(session))
        shares.set(group, Math.ceil(group.waiting / group.takers.size));
    return shares;
  }

  function choose(
    nowMs: number,
    shares: ReadonlyMap<Mailbox, number>,
  ): { readonly mailbox: Mailbox; readonly mail: Mail } | undefined {
    if (shares.size === 0) {
      const mail = own.next(nowMs);
      return mail && { mailbox: own, mail };
    }
    const found = [own, ...shares.keys()].flatMap((mailbox) => {
      const mail = shares.get(mailbox) === 0 ? undefined : mailbox.next(nowMs);
      return mail === undefined ? [] : [{ mailbox, mail }];
    });
    // What has to go out alone would never get its turn beside what does not.
    const alone = found.find(({ mail }) => window.isAlone(mail.deaths));
    if (alone !== undefined || found.length === 0) return alone;
    turn += 1;
    return found[turn % found.length];
  }

  function launch(mailbox: Mailbox, mail: Mail, weight: Weight, attempt: number): void {
    const { messageId, isParked, deaths } = mail;
    const deadlineMs = clock.monotonic() + rules.ackWaitMs;
    const { agentUid } = session;
    mailbox.launch({
      ...weight,
      ...{ messageId, isParked, deaths, attempt, agentUid, deadlineMs, taker: session },
    });
    room.arm(mailbox, deadlineMs);
  }

  function send(outgoing: readonly Outgoing[]): void {
    let frame: AgentMessage[] = [];
    let bytes = 0;
    const redelivered = new Map<string, number>();
    const flush = (): void => {
      if (frame.length > 0) consumer.deliver(frame);
      frame = [];
      bytes = 0;
    };
    for (const { mailbox, message, attempt } of outgoing) {
      const { address } = mailbox;
      const isFull =
        frame.length >= DELIVER_MESSAGES_MAX || bytes + message.payload.length > DELIVER_BYTES_MAX;
      if (isFull) flush();
      frame.push({ ...message, attempt });
      bytes += message.payload.length;
      const { agentId } = session;
      const kind = MessageStep_Kind.DELIVERED;
      traces.note(message.messageId, {
        ...{ kind, address, attempt },
        ...(address.isGroup && { agentId }),
      });
      const { meshUid } = address;
      if (attempt > 1) redelivered.set(meshUid, (redelivered.get(meshUid) ?? 0) + 1);
    }
    flush();
    for (const [meshUid, messages] of redelivered) counts.redelivered(meshUid, messages);
  }

  /** A redelivery, and any delivery of a group's, is on disk before it goes out. */
  async function record(mailbox: Mailbox, reserved: readonly Reserved[]): Promise<void> {
    const places = reserved.map(({ mail }) => placeOf(mailbox, mail));
    const claim = claimOf(session, deps);
    let results: readonly (Rewritten | undefined)[];
    const messages: (AgentMessage | undefined)[] = [];
    try {
      const judge = (doc: MailRecord) => claimed(doc, claim, clock.now(), rules);
      results = await writes.rewrite(places, judge, consumer.fence);
      for (const result of results) messages.push(await contentOf(result));
    } catch (error) {
      giveUp(mailbox, reserved, error);
      return;
    }
    const frame: Outgoing[] = [];
    for (const [index, { mail, weight }] of reserved.entries()) {
      const { messageId } = mail;
      const doc = results[index]?.doc;
      const message = messages[index];
      const isWanted = session.isOpen && !mailbox.isDoomed(messageId);
      if (doc !== undefined && message !== undefined && isWanted) {
        const attempt = doc.attempts ?? 1;
        launch(mailbox, mail, weight, attempt);
        mailbox.release(messageId);
        frame.push({ mailbox, message, attempt });
        continue;
      }
      window.remove(weight);
      if (doc !== undefined && !session.isOpen) void giveBack(mailbox, mail);
      else mailbox.release(messageId);
    }
    send(frame);
    room.stir(mailbox);
    room.wake(session);
  }

  async function contentOf(result: Rewritten | undefined): Promise<AgentMessage | undefined> {
    if (result?.doc === undefined) return undefined;
    const { body, messageId } = result.doc;
    return body === undefined ? deps.bodies.get(messageId) : fromBinary(AgentMessageSchema, body);
  }

  function giveUp(mailbox: Mailbox, reserved: readonly Reserved[], error: unknown): void {
    for (const { mail, weight } of reserved) {
      window.remove(weight);
      mailbox.release(mail.messageId);
    }
    const isReplaced = error instanceof DomainError && error.reason === "SESSION_SUPERSEDED";
    if (!isReplaced) deps.report("a redelivery could not be put on record", error);
    room.doubt(mailbox);
  }

  /** It was put on record and never went out, since the session ended meanwhile. */
  async function giveBack(mailbox: Mailbox, mail: Mail): Promise<void> {
    const { agentUid, epoch } = session;
    try {
      const [result] = await writes.rewrite([placeOf(mailbox, mail)], (doc) =>
        returned(doc, agentUid, epoch),
      );
      const doc = result?.doc;
      mailbox.release(mail.messageId, doc && mailAgain({ ...result, doc }, mail.bytes));
      room.stir(mailbox);
    } catch (error) {
      deps.report("a message could not be given back, its claim runs out", error);
      mailbox.release(mail.messageId);
      room.doubt(mailbox);
    }
  }

  return pump;
}
