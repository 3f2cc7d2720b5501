import { type Producer, type Publish, type PublishOutcome } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { type Change, put, type Require, type Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer, SystemPlan } from "../commit.ts";
import { DomainError, invalidField } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { statusOf } from "./error-status.ts";
import { isAtLeastOnce } from "./guarantee.ts";
import type { Acceptance, Accepting } from "./mail.ts";
import {
  PUBLISH_BYTES_MAX,
  PUBLISH_CHANGES_MAX,
  RECORD_BYTES_EACH,
  UNCONFIRMED_MESSAGES_MAX,
} from "./mail-limits.ts";
import { checkFence } from "./mail-writes.ts";
import { nextMessageId } from "./message-ids.ts";
import {
  add,
  answerOf,
  draftOf,
  noOutcomes,
  type ProducerOutcomes,
  readOutcomes,
  trim,
  writeOutcomes,
} from "./producer-outcomes.ts";
import { producerKey, producerKind } from "./producer-record.ts";
import type { DeskSession, Producers, PublishDesk } from "./session-desks.ts";
import { orUnsure } from "./unsure.ts";

export interface ProducersDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly accepting: Accepting;
}

/** A message with the sequence that its producer gave it. */
interface Numbered {
  readonly sequence: number;
  readonly message: AgentMessage;
}

/** A frame that waits for its outcomes. */
interface Waiting {
  readonly messages: readonly Numbered[];
  readonly knownThrough: number;
  readonly resolve: (outcomes: readonly PublishOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What is on record of a producer, as this session knows it. */
interface Known {
  readonly version: number | undefined;
  readonly outcomes: ProducerOutcomes;
}

/** A message that was accepted and is not on disk yet. */
interface Carried {
  readonly sequence: number;
  readonly messageId: string;
  readonly acceptance: Acceptance;
}

/** Part of some frames' messages, and what is known once it is on disk. */
interface Judged {
  readonly known: ProducerOutcomes;
  readonly outcomes: readonly PublishOutcome[];
}

type Judgement = SystemPlan<Judged> & { readonly accepted: readonly Acceptance[] };

export function createProducers(deps: ProducersDeps): Producers {
  const { store } = deps;
  return {
    open: async (session, producer) => {
      const known = await readKnown(store, session, producer);
      return createPublishDesk(deps, session, producer, known);
    },
  };
}

async function readKnown(
  store: Store,
  { agent }: DeskSession,
  { producerId }: Producer,
): Promise<Known> {
  const rec = await store.get(producerKind, producerKey(agent.uid, producerId));
  return {
    version: rec?.version,
    outcomes: rec === undefined ? noOutcomes : readOutcomes(rec.doc),
  };
}

/** Judges one frame after the other; those that came while the disk was busy go in one commit. */
function createPublishDesk(
  deps: ProducersDeps,
  session: DeskSession,
  producer: Producer,
  found: Known,
): PublishDesk {
  const { store, committer, clock, ids, accepting } = deps;
  const { agent, fence } = session;
  const sender = { meshUid: agent.meshUid, name: agent.agentId };
  let known = found;
  let waiting: Waiting[] = [];
  let unconfirmed = 0;
  let isBusy = false;
  /** What ended it: a later frame would only find a gap. */
  let broken: Error | undefined;
  /** A message that did not fit into the commit before. */
  let carried: Carried | undefined;

  async function work(): Promise<void> {
    isBusy = true;
    while (waiting.length > 0) {
      const frames = waiting;
      waiting = [];
      await judgeAll(frames);
    }
    isBusy = false;
  }

  async function judgeAll(frames: readonly Waiting[]): Promise<void> {
    const messages = frames.flatMap((frame) => frame.messages);
    const knownThrough = Math.max(...frames.map((frame) => frame.knownThrough));
    const outcomes: PublishOutcome[] = [];
    try {
      while (outcomes.length < messages.length && broken === undefined)
        outcomes.push(...(await commitSome(messages.slice(outcomes.length), knownThrough)));
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
    }
    let from = 0;
    for (const { messages: asked, resolve, reject } of frames) {
      const to = from + asked.length;
      unconfirmed -= asked.length;
      if (to <= outcomes.length) resolve(outcomes.slice(from, to));
      else reject(broken);
      from = to;
    }
  }

  /** As many as fit into one commit. */
  async function commitSome(
    messages: readonly Numbered[],
    knownThrough: number,
  ): Promise<readonly PublishOutcome[]> {
    let tries = 0;
    let { version } = known;
    let accepted: readonly Acceptance[] = [];
    const committing = committer.runSystem(async () => {
      tries += 1;
      if (tries > 1) {
        await checkFence(store, fence);
        known = await readKnown(store, session, producer);
        version = known.version;
      }
      const plan = await judge(messages, knownThrough);
      accepted = plan.accepted;
      const committed = ({ versions }: { readonly versions: readonly number[] }): void => {
        version = versions[0];
      };
      return { ...plan, committed };
    });
    const done = await orUnsure(committing, () => accepted.forEach((one) => one.unsure()));
    known = { version, outcomes: done.known };
    return done.outcomes;
  }

  async function judge(messages: readonly Numbered[], knownThrough: number): Promise<Judgement> {
    const draft = draftOf(known.outcomes, knownThrough);
    const before = draft.highest;
    const changes: Change[] = [];
    const require = new Map<string, Require>();
    const accepted: Acceptance[] = [];
    const outcomes: PublishOutcome[] = [];
    let bytes = 0;
    for (const { sequence, message } of messages) {
      if (sequence === draft.highest + 1) {
        const judged = await accept(sequence, message, draft.lastMessageId);
        if (judged instanceof DomainError) add(draft, statusOf(judged));
        else {
          const { acceptance, messageId } = judged;
          const size = bytesOf(acceptance.changes);
          const isFull =
            changes.length + acceptance.changes.length > PUBLISH_CHANGES_MAX ||
            bytes + size > PUBLISH_BYTES_MAX;
          if (isFull && outcomes.length > 0) {
            carried = judged;
            break;
          }
          bytes += size;
          changes.push(...acceptance.changes);
          for (const one of acceptance.require) require.set(`${one.kind.name}/${one.id}`, one);
          accepted.push(acceptance);
          add(draft, messageId);
        }
      }
      outcomes.push(answerOf(draft, sequence));
    }
    const reply = { known: draft, outcomes };
    if (draft.highest === before) return { changes: [], reply, accepted };
    const id = producerKey(agent.uid, producer.producerId);
    trim(draft, knownThrough);
    return {
      changes: [
        put(producerKind, id, writeOutcomes(draft, clock.now()), known.version ?? "absent"),
        ...changes,
      ],
      require: [fence, ...require.values()],
      reply,
      accepted,
      effects: accepted.map((one) => () => one.landed()),
    };
  }

  /** Refused for good, or accepted; whatever else it fails with leaves it unjudged. */
  async function accept(
    sequence: number,
    message: AgentMessage,
    lastMessageId: string,
  ): Promise<Carried | DomainError> {
    const before = carried;
    carried = undefined;
    if (before?.sequence === sequence) return before;
    const messageId = nextMessageId(ids, lastMessageId);
    try {
      const acceptance = await accepting.accept(sender, message, messageId);
      return { sequence, messageId, acceptance };
    } catch (error) {
      if (error instanceof DomainError && !unjudged.has(error.reason)) return error;
      throw error;
    }
  }

  return {
    get highest() {
      return known.outcomes.highest;
    },
    publish: (frame) => {
      const messages = numbered(frame);
      if (messages.length === 0) return Promise.resolve([]);
      if (broken !== undefined) return Promise.reject(broken);
      if (frame.firstSequence < 1n) return Promise.reject(unnumbered());
      if (unconfirmed + messages.length > UNCONFIRMED_MESSAGES_MAX)
        return Promise.reject(creditExceeded(unconfirmed + messages.length));
      unconfirmed += messages.length;
      const { knownThrough: fromTheStart } = producer;
      const knownThrough = Number(
        frame.knownThrough > fromTheStart ? frame.knownThrough : fromTheStart,
      );
      const outcomes = new Promise<readonly PublishOutcome[]>((resolve, reject) => {
        waiting.push({ messages, knownThrough, resolve, reject });
      });
      if (!isBusy) void work();
      return outcomes;
    },
  };
}

/** Says nothing of the message, only of the moment. */
const unjudged: ReadonlySet<string> = new Set([
  "NOT_SENT",
  "OUTCOME_UNKNOWN",
  "STORE_FULL",
  "CONTENDED",
  "INTERNAL",
  "CANCELLED",
  "DEADLINE_EXCEEDED",
]);

function numbered({ messages, firstSequence }: Publish): Numbered[] {
  const first = Number(firstSequence);
  return messages
    .filter(isAtLeastOnce)
    .map((message, index) => ({ sequence: first + index, message }));
}

function bytesOf(changes: readonly Change[]): number {
  let bytes = 0;
  for (const change of changes) {
    bytes += RECORD_BYTES_EACH;
    if (!("put" in change)) continue;
    for (const value of Object.values(change.doc)) {
      if (value instanceof Uint8Array || typeof value === "string") bytes += value.length;
    }
  }
  return bytes;
}

function creditExceeded(messages: number): DomainError {
  return new DomainError(
    "CREDIT_EXCEEDED",
    `${messages} messages of the agent would be unconfirmed, at most ${UNCONFIRMED_MESSAGES_MAX}: wait for their outcomes`,
    { metadata: { limit: String(UNCONFIRMED_MESSAGES_MAX) } },
  );
}

function unnumbered(): DomainError {
  return invalidField(
    "publish.first_sequence",
    "is missing: at-least-once messages are numbered from 1",
  );
}
