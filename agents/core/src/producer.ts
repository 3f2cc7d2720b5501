// At-least-once messages on their way out: numbered, kept, and sent until the server has confirmed them.
import { toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { Published, Welcome } from "@meshwork/gen/mesh/v1/link";
import { AgentMessageSchema, type AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { AgentError, agentErrorOf, agentErrorOfStatus } from "./agent-error.ts";
import type { AgentEvents } from "./agent.ts";
import type { Clock } from "./clock.ts";
import type { Emitter } from "./emitter.ts";
import type { PacedLink } from "./frames.ts";
import { FRAME_BYTES_MAX, PUBLISH_OVERHEAD_BYTES } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import { createMessageWaiter, type MessageWaiter, type PendingMessage } from "./pending-message.ts";
import type { WaitOptions } from "./pending-message.ts";
import { createPublishPump } from "./publish-pump.ts";

export interface Producer {
  /** Messages that are not confirmed, and their bytes. */
  readonly size: number;
  readonly bytes: number;
  /** Reads the outbox; messages given before that wait for it. Rejects with AgentError. */
  readonly open: () => Promise<void>;
  readonly send: (message: AgentMessage, options: WaitOptions) => PendingMessage;
  /** What hello says of it; undefined when a damaged outbox could not be put right. */
  hello(): { readonly producerId: string; readonly knownThrough: bigint } | undefined;
  connected(welcome: Welcome): void;
  readonly disconnected: () => void;
  published(published: Published): void;
  /** Resolves when every message is confirmed. */
  idle(): Promise<void>;
  /** Lets go of the outbox; who still waits hears that their messages stay in it. */
  close(): Promise<void>;
}

export interface ProducerDeps {
  readonly clock: Clock;
  readonly events: Emitter<AgentEvents>;
  readonly outbox: Outbox;
  readonly messagesMax: number;
  readonly bytesMax: number;
  readonly link: PacedLink & {
    /** Ends the session and opens another. */
    reconnect(why: AgentError): void;
  };
}

/** A message of the outbox. */
export interface Unconfirmed {
  readonly message: Uint8Array;
  readonly subject: string;
  /** Absent for one of an earlier run. */
  readonly waiter?: MessageWaiter;
}

export function createProducer(deps: ProducerDeps): Producer {
  const { clock, events, outbox, link } = deps;
  /** By rising sequence; in the outbox. */
  let unconfirmed = new Map<number, Unconfirmed>();
  /** Not in the outbox yet, and without number. */
  let gathered: Unconfirmed[] = [];
  let count = 0;
  let bytes = 0;
  let producerId = "";
  let lastSequence = 0;
  let knownThrough = 0;
  /** Highest sequence of which an outcome is known; the server's mark is never below it. */
  let judgedThrough = 0;
  /** Highest sequence that this producer can have sent; the server's mark is never above it. */
  let sentThrough = 0;
  let phase: "new" | "open" | "renewing" | "closed" = "new";
  let opening: Promise<void> | undefined;
  let broken: AgentError | undefined;
  /** The outbox takes one thing at a time. */
  let last: Promise<void> = Promise.resolve();
  let idle: (() => void)[] = [];
  const pump = createPublishPump({
    link,
    messageOf: (sequence) => unconfirmed.get(sequence)?.message,
    lastSequence: () => lastSequence,
    knownThrough: () => knownThrough,
    sent: (sequence) => {
      sentThrough = Math.max(sentThrough, sequence);
    },
  });

  async function open(): Promise<void> {
    const contents = await outbox.open();
    ({ producerId, lastSequence, knownThrough } = contents);
    judgedThrough = knownThrough;
    sentThrough = lastSequence;
    for (const { sequence, message } of contents.entries) {
      unconfirmed.set(sequence, { message, subject: `${sequence} of an earlier run` });
      count += 1;
      bytes += message.length;
    }
    phase = "open";
    if (contents.damage !== undefined) await renew(contents.damage);
    flush();
  }

  function send(message: AgentMessage, options: WaitOptions): PendingMessage {
    const waiter = createMessageWaiter(clock, message.subject, options);
    const encoded = toBinary(AgentMessageSchema, message);
    const refused = refusalOf(encoded.length);
    if (refused !== undefined) {
      waiter.failed(refused);
      return waiter.pending;
    }
    count += 1;
    bytes += encoded.length;
    gathered.push({ message: encoded, subject: message.subject, waiter });
    // All that this tick gives, and all that comes while the disk is busy, is written as one.
    if (gathered.length === 1) flush();
    return waiter.pending;
  }

  function refusalOf(size: number): AgentError | undefined {
    if (phase === "closed")
      return new AgentError(Code.FailedPrecondition, "the agent is stopped: start it first");
    if (broken !== undefined) return broken;
    const sizeMax = FRAME_BYTES_MAX - PUBLISH_OVERHEAD_BYTES;
    if (size > sizeMax)
      return new AgentError(
        Code.OutOfRange,
        `the message's ${size} bytes are more than the ${sizeMax} that fit: send it in parts`,
        { metadata: { limit: String(sizeMax) } },
      );
    if (count < deps.messagesMax && bytes + size <= deps.bytesMax) return undefined;
    const message =
      `the outbox holds ${count} messages of ${bytes} bytes that the server has not confirmed, ` +
      `at most ${deps.messagesMax} and ${deps.bytesMax}: wait for some, or allow more`;
    return new AgentError(Code.ResourceExhausted, message, { reason: "OUTBOX_FULL" });
  }

  function flush(): void {
    last = last.then(write);
  }

  async function write(): Promise<void> {
    if (phase !== "open" || gathered.length === 0) return;
    const batch = gathered;
    gathered = [];
    const entries = batch.map(({ message }, index) => ({
      sequence: lastSequence + 1 + index,
      message,
    }));
    try {
      await outbox.append(entries);
    } catch (thrown) {
      const error = agentErrorOf(thrown);
      for (const message of batch) forget(message, (waiter) => waiter.failed(error));
      return;
    }
    for (const [index, { sequence }] of entries.entries()) {
      unconfirmed.set(sequence, batch[index]!);
      batch[index]!.waiter?.stored();
    }
    lastSequence += batch.length;
    pump.run();
  }

  function forget(message: Unconfirmed, tell: (waiter: MessageWaiter) => void): void {
    count -= 1;
    bytes -= message.message.length;
    if (message.waiter !== undefined) tell(message.waiter);
    if (count > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  function published({ outcomes }: Published): void {
    for (const { sequence: wide, messageId, status } of outcomes) {
      const sequence = Number(wide);
      const error = status === undefined ? undefined : agentErrorOfStatus(status);
      if (error?.reason === "SEQUENCE_GAP") {
        // A frame got lost on its way out of here. The next session begins with the oldest message.
        link.reconnect(error);
        break;
      }
      pump.judged(sequence);
      const message = unconfirmed.get(sequence);
      if (message === undefined) continue;
      unconfirmed.delete(sequence);
      judgedThrough = Math.max(judgedThrough, sequence);
      if (error === undefined) forget(message, (waiter) => waiter.accepted(messageId));
      else {
        if (message.waiter === undefined && error.reason !== "SEQUENCE_FORGOTTEN")
          events.emit("error", refusedEarlier(message, error));
        forget(message, (waiter) => waiter.failed(error));
      }
    }
    const before = knownThrough;
    while (knownThrough < judgedThrough && !unconfirmed.has(knownThrough + 1)) knownThrough += 1;
    if (knownThrough > before) outbox.confirm(knownThrough);
    pump.run();
  }

  function connected({ limits, producerSequence }: Welcome): void {
    if (phase !== "open") return;
    const mark = Number(producerSequence);
    if (mark > sentThrough || mark < judgedThrough) {
      const why =
        mark > sentThrough
          ? `the server has judged message ${mark}, and this outbox sent none above ${sentThrough}`
          : `the server has judged no message above ${mark}, and once told the outcome of ${judgedThrough}`;
      last = last.then(() => renew(why)).then(() => link.reconnect(renewedError(why)));
      return;
    }
    pump.connected(limits);
  }

  /** Numbers what is left from 1 on under a new id: nobody can say any more what the old numbers mean. */
  async function renew(why: string): Promise<void> {
    phase = "renewing";
    pump.disconnected();
    const messages = [...unconfirmed.values()];
    const entries = messages.map(({ message }, index) => ({ sequence: index + 1, message }));
    const renewed = { producerId: crypto.randomUUID(), lastSequence: entries.length };
    try {
      await outbox.renew({ ...renewed, knownThrough: 0, entries });
    } catch (thrown) {
      const error = (broken = agentErrorOf(thrown));
      events.emit("error", error);
      for (const message of gathered.splice(0)) forget(message, (waiter) => waiter.failed(error));
      return;
    }
    ({ producerId, lastSequence } = renewed);
    unconfirmed = new Map(messages.map((message, index) => [index + 1, message]));
    knownThrough = judgedThrough = sentThrough = 0;
    phase = "open";
    const message = `outbox ${outbox.place} has a new producer: ${why}; its ${messages.length} messages are sent anew`;
    events.emit("notice", { kind: "OUTBOX_RENEWED", count: messages.length, message });
    flush();
  }

  async function close(): Promise<void> {
    const opened = await opening?.then(
      () => true,
      () => false,
    );
    await last;
    phase = "closed";
    pump.disconnected();
    const kept = new AgentError(
      Code.Unavailable,
      `the agent stopped before the server confirmed the message; it stays in outbox ${outbox.place}`,
      { reason: "OUTCOME_UNKNOWN" },
    );
    for (const { waiter } of unconfirmed.values()) waiter?.failed(kept);
    const lost = new AgentError(Code.Unavailable, "the agent stopped before it kept the message", {
      reason: "NOT_SENT",
    });
    for (const { waiter } of gathered) waiter?.failed(lost);
    if (opened !== true) return;
    try {
      await outbox.close();
    } catch (error) {
      events.emit("error", agentErrorOf(error));
    }
  }

  return {
    get size() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    open: () => (opening = open()),
    send,
    hello: () =>
      broken === undefined ? { producerId, knownThrough: BigInt(knownThrough) } : undefined,
    connected,
    disconnected: pump.disconnected,
    published,
    idle: async () => {
      if (count > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
    close,
  };
}

function refusedEarlier({ subject }: Unconfirmed, cause: AgentError): AgentError {
  const { code, reason, metadata } = cause;
  const message = `the server refused message ${subject}: ${cause.message}`;
  return new AgentError(code, message, { reason, metadata: { ...metadata }, cause });
}

function renewedError(why: string): AgentError {
  return new AgentError(Code.Aborted, `the outbox has a new producer, since ${why}`);
}
