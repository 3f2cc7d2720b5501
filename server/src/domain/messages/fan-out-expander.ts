import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { PAGE_RECORDS_MAX, put, type Store } from "../../store/store.ts";
import { agentKey, agentKind } from "../agents/agent-record.ts";
import { type Clock, type Timer } from "../clock.ts";
import { type Committer, commitWaitMsMax, type SystemPlan } from "../commit.ts";
import { address, type Addressed, type AddressingDeps } from "./fan-out-addressing.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import {
  fanOutKind,
  fanOutProgressKind,
  isRecipient,
  type Recipient,
  recipientsOf,
} from "./fan-out-record.ts";
import { FAN_OUT_RETRY_MAX_MS, FAN_OUT_ROWS_MAX, FAN_OUT_SENDERS_AT_ONCE } from "./limits.ts";
import { agentAddress, type Letter, type MailboxAddress } from "./mail.ts";
import { orUnsure } from "./unsure.ts";

/**
 * Puts messages to many into the mailboxes of their receivers, in steps of bounded commits: those of one
 * sender one after the other, so that each receiver gets them in order.
 */
export interface FanOutExpander {
  /** Whether a message of the sender is not in all its mailboxes yet. */
  busy(senderKey: string): boolean;
  /** Messages of the sender that are not. */
  waiting(senderKey: string): number;
  /** The message is about to be put on record; `enqueue` follows when it is. */
  expect(senderKey: string, messageId: string): void;
  /** The message is on record with receivers left, or may be; again where it was not known before. */
  enqueue(senderKey: string, messageId: string): void;
  /** Decides nothing about the message while `work` changes it on record. */
  whileHeld<T>(messageId: string, work: () => Promise<T>): Promise<T>;
  /** Goes on with what is on record; before any message comes. */
  start(): Promise<void>;
  /** Resolves when no step is under way; the rest stays on record. */
  stop(): Promise<void>;
  /** Messages that wait. */
  readonly size: number;
}

export interface FanOutExpanderDeps extends AddressingDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly clock: Clock;
  readonly bodies: FanOutBodies;
  readonly report: (message: string, error?: unknown) => void;
}

interface Queue {
  readonly messageIds: string[];
  /** Of the first message. */
  work: Work | undefined;
  failures: number;
}

interface Work {
  readonly letter: Letter;
  readonly recipients: readonly Recipient[];
}

type Step = SystemPlan<boolean> & { readonly part?: Addressed };

export function createFanOutExpander(deps: FanOutExpanderDeps): FanOutExpander {
  const { store, committer, clock, report } = deps;
  const queues = new Map<string, Queue>();
  /** When to stop expecting, by sender and message: what is not on record by then never will be. */
  const expected = new Map<string, Map<string, number>>();
  /** Senders whose turn it is next. */
  const ready: string[] = [];
  const held = new Map<string, Promise<unknown>>();
  const timers = new Set<Timer>();
  const under = new Set<Promise<void>>();
  let stopped = false;

  function pump(): void {
    while (under.size < FAN_OUT_SENDERS_AT_ONCE && !stopped) {
      const senderKey = ready.shift();
      if (senderKey === undefined) break;
      const turn = takeTurn(senderKey).finally(() => {
        under.delete(turn);
        pump();
      });
      under.add(turn);
    }
  }

  async function takeTurn(senderKey: string): Promise<void> {
    const queue = queues.get(senderKey)!;
    try {
      const isDone = await step(queue);
      queue.failures = 0;
      if (isDone) {
        queue.messageIds.shift();
        queue.work = undefined;
      }
    } catch (error) {
      report("a message to many could not be put into mailboxes, will be tried again", error);
      again(senderKey, queue);
      return;
    }
    if (queue.messageIds.length === 0) queues.delete(senderKey);
    else ready.push(senderKey);
  }

  function again(senderKey: string, queue: Queue): void {
    queue.failures += 1;
    const timer = clock.after(
      Math.min(FAN_OUT_RETRY_MAX_MS, 500 * 2 ** Math.min(queue.failures, 10)),
      () => {
        timers.delete(timer);
        ready.push(senderKey);
        pump();
      },
    );
    timers.add(timer);
  }

  /** One commit; true when the first message of the queue is done. */
  async function step(queue: Queue): Promise<boolean> {
    const messageId = queue.messageIds[0]!;
    const work = (queue.work ??= await workOf(messageId));
    let planned: Step | undefined;
    return orUnsure(
      committer.runSystem(async () => (planned = await plan(messageId, work))),
      () => planned?.part?.unsure(),
    );
  }

  async function workOf(messageId: string): Promise<Work | undefined> {
    const rec = await store.get(fanOutKind, messageId);
    const message = rec && (await deps.bodies.get(messageId));
    if (message === undefined) return undefined;
    const { meshUid, acceptTime, endTime: expireTime, dueTime, recipients } = rec!.doc;
    return {
      letter: {
        message,
        meshUid,
        acceptTime,
        expireTime,
        ...(dueTime && { dueTime }),
        isFanOut: true,
      },
      recipients: recipientsOf(recipients),
    };
  }

  async function plan(messageId: string, work: Work | undefined): Promise<Step> {
    await held.get(messageId);
    const progress = await store.get(fanOutProgressKind, messageId);
    // It was taken back.
    if (progress === undefined) return { changes: [], reply: true };
    const { doc, version } = progress;
    const done = { delete: fanOutProgressKind, id: messageId, expect: version };
    if (work === undefined) {
      const detail = "its time had run out before it was in all mailboxes";
      const note = () => deps.traces.note(messageId, { kind: MessageStep_Kind.DROPPED, detail });
      return { changes: [done], reply: true, effects: [note] };
    }
    const { letter, recipients } = work;
    const next = recipients.slice(doc.addressed, doc.addressed + FAN_OUT_ROWS_MAX);
    const part = await address(deps, letter, await addressesOf(store, letter.meshUid, next));
    const addressed = doc.addressed + next.length;
    const isDone = addressed >= recipients.length;
    const change = isDone
      ? done
      : put(fanOutProgressKind, messageId, { ...doc, addressed }, version);
    return {
      changes: [...part.changes, change],
      reply: isDone,
      effects: [() => part.landed()],
      part,
    };
  }

  function enqueue(senderKey: string, messageId: string): void {
    forget(senderKey, messageId);
    const queue = queues.get(senderKey);
    if (queue !== undefined) {
      queue.messageIds.push(messageId);
      return;
    }
    queues.set(senderKey, { messageIds: [messageId], work: undefined, failures: 0 });
    ready.push(senderKey);
    pump();
  }

  function forget(senderKey: string, messageId: string): void {
    const ids = expected.get(senderKey);
    ids?.delete(messageId);
    if (ids?.size === 0) expected.delete(senderKey);
  }

  function expecting(senderKey: string): number {
    for (const [messageId, endMs] of expected.get(senderKey) ?? [])
      if (endMs <= clock.monotonic()) forget(senderKey, messageId);
    return expected.get(senderKey)?.size ?? 0;
  }

  function waiting(senderKey: string): number {
    return (queues.get(senderKey)?.messageIds.length ?? 0) + expecting(senderKey);
  }

  return {
    busy: (senderKey) => waiting(senderKey) > 0,
    waiting,
    expect: (senderKey, messageId) => {
      const ids = expected.get(senderKey) ?? new Map<string, number>();
      expected.set(senderKey, ids);
      ids.set(messageId, clock.monotonic() + commitWaitMsMax);
    },
    enqueue,
    whileHeld: async (messageId, work) => {
      const working = work();
      const settled = working.then(
        () => undefined,
        () => undefined,
      );
      held.set(messageId, settled);
      try {
        return await working;
      } finally {
        if (held.get(messageId) === settled) held.delete(messageId);
      }
    },
    start: async () => {
      let after: string | undefined;
      do {
        // Ids rise with time: by sender they come in their order.
        const page = await store.list(fanOutProgressKind, {
          limit: PAGE_RECORDS_MAX,
          ...(after !== undefined && { after }),
        });
        for (const { id, doc } of page.items) enqueue(doc.senderKey, id);
        after = page.next;
      } while (after !== undefined);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
      await Promise.all(under);
    },
    get size() {
      let size = 0;
      for (const { messageIds } of queues.values()) size += messageIds.length;
      return size;
    },
  };
}

/** Where the agents' mail goes; undefined for one that has ended or is gone. */
async function addressesOf(
  store: Store,
  meshUid: string,
  recipients: readonly Recipient[],
): Promise<(MailboxAddress | undefined)[]> {
  const agents = await store.getMany(
    agentKind,
    recipients.map(({ agentId }) => agentKey(meshUid, agentId)),
  );
  return agents.map((rec, index) => {
    if (rec === undefined || rec.doc.state === AgentState.TERMINATED) return undefined;
    return isRecipient(recipients[index]!, rec.doc) ? agentAddress(rec.doc) : undefined;
  });
}
