import { toBinary } from "@bufbuild/protobuf";
import { AgentMessageSchema, MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import {
  type Change,
  type Kind,
  put,
  type Rec,
  type Require,
  type Store,
} from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { DomainError } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { deadLetterKind, type DeadLetterRecord } from "./dead-letter-record.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import type { MailCounts, MessageTraces } from "./mail.ts";
import type { MailDepths } from "./mail-depths.ts";
import {
  DEAD_LETTER_KEPT_MS,
  RECORD_BYTES_EACH,
  REWRITE_BYTES_MAX,
  REWRITES_MAX,
} from "./mail-limits.ts";
import {
  addressOf,
  mailKey,
  mailKind,
  type MailRecord,
  parkedKind,
  type ParkedRecord,
} from "./mail-record.ts";
import type { Verdict } from "./mail-verdicts.ts";

/** Where the record of a message lies. */
export interface MailPlace {
  readonly mailboxKey: string;
  readonly messageId: string;
  readonly isParked: boolean;
}

/** What became of a record: `doc` is as it is now, absent where it is no mail any more. */
export interface Rewritten {
  readonly verdict: Verdict["to"];
  readonly doc?: MailRecord;
  readonly isParked: boolean;
  readonly dueMs: number;
}

export type Judge = (doc: MailRecord, place: MailPlace) => Verdict;

/** As many rewrites as fit into one commit. */
export interface RewritePlan {
  readonly changes: readonly Change[];
  /** For the first so many places; undefined where the record was gone. */
  readonly results: readonly (Rewritten | undefined)[];
  /** To be run once it is on disk. */
  landed(): void;
}

/** Changes the records of messages, as many as there are, in bounded commits. */
export interface MailWrites {
  /** Reads the places and judges each by what is on record now. */
  plan(places: readonly MailPlace[], judge: Judge): Promise<RewritePlan>;
  /**
   * One result a place. With a fence nothing is written for a session that was replaced: it fails with
   * SESSION_SUPERSEDED. Where it fails, a part may have been written.
   */
  rewrite(
    places: readonly MailPlace[],
    judge: Judge,
    fence?: Require,
  ): Promise<readonly (Rewritten | undefined)[]>;
}

export interface MailWritesDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bodies: Pick<FanOutBodies, "get">;
  readonly depths: MailDepths;
  readonly traces: MessageTraces;
  readonly counts: MailCounts;
}

export function createMailWrites(deps: MailWritesDeps): MailWrites {
  const { store, committer, clock, ids, depths, traces, counts } = deps;

  async function read(places: readonly MailPlace[]): Promise<(Rec<MailRecord> | undefined)[]> {
    const idsOf = (isParked: boolean): string[] =>
      places
        .filter((place) => place.isParked === isParked)
        .map(({ mailboxKey, messageId }) => mailKey(mailboxKey, messageId));
    const [mailIds, parkedIds] = [idsOf(false), idsOf(true)];
    const mail = mailIds.length > 0 ? await store.getMany(mailKind, mailIds) : [];
    const parked = parkedIds.length > 0 ? await store.getMany(parkedKind, parkedIds) : [];
    const [mailLeft, parkedLeft] = [mail.values(), parked.values()];
    return places.map(({ isParked }) => (isParked ? parkedLeft : mailLeft).next().value);
  }

  async function plan(places: readonly MailPlace[], judge: Judge): Promise<RewritePlan> {
    const asked = places.slice(0, REWRITES_MAX);
    const changes: Change[] = [];
    const results: (Rewritten | undefined)[] = [];
    const effects: (() => void)[] = [];
    let bytes = 0;
    for (const [index, rec] of (await read(asked)).entries()) {
      if (bytes > REWRITE_BYTES_MAX) break;
      const place = asked[index]!;
      if (rec === undefined) {
        results.push(undefined);
        continue;
      }
      const verdict = judge(rec.doc, place);
      const written = await write(place, rec, verdict);
      bytes += written.bytes;
      changes.push(...written.changes);
      if (written.effect !== undefined) effects.push(written.effect);
      results.push(written.result);
    }
    return { changes, results, landed: () => effects.forEach((effect) => effect()) };
  }

  async function write(place: MailPlace, rec: Rec<MailRecord>, verdict: Verdict) {
    const { mailboxKey, isParked } = place;
    const { id, version: expect, doc } = rec;
    const kind = isParked ? parkedKind : mailKind;
    const bytes = RECORD_BYTES_EACH + (doc.body?.length ?? 0);
    const deletion: Change = { delete: kind, id, expect };
    const dueMs = isParked ? (doc as ParkedRecord).dueTime.getTime() : 0;
    const result = { verdict: verdict.to, isParked, dueMs };
    switch (verdict.to) {
      case "unchanged":
        return { changes: [], bytes: 0, result: { ...result, doc } };
      case "same": {
        const change: Change = { put: kind, id, doc: verdict.doc, expect };
        return { changes: [change], bytes, result: { ...result, doc: verdict.doc } };
      }
      case "parked": {
        const dueTime = new Date(verdict.dueMs);
        const parked = { ...verdict.doc, mailboxKey, dueTime };
        const changes = isParked
          ? [put(parkedKind, id, parked, expect)]
          : [deletion, put(parkedKind, id, parked, "absent")];
        const now = { isParked: true, dueMs: verdict.dueMs, doc: verdict.doc };
        return { changes, bytes, result: { ...result, ...now } };
      }
      case "dead": {
        const dead = await deadLetterOf(mailboxKey, doc, verdict);
        const changes = [deletion, put(deadLetterKind, ids.uuid(), dead, "absent")];
        const effect = () => died(mailboxKey, doc, verdict);
        return { changes, bytes: RECORD_BYTES_EACH + (dead.body?.length ?? 0), result, effect };
      }
      case "nowhere": {
        const effect = () => depths.changed(mailboxKey, -1);
        return { changes: [deletion], bytes, result, effect };
      }
    }
  }

  async function deadLetterOf(
    mailboxKey: string,
    doc: MailRecord,
    { reason, detail, attempts }: Verdict & { to: "dead" },
  ): Promise<DeadLetterRecord> {
    const { messageId, meshUid, name } = doc;
    const { isGroup } = addressOf(mailboxKey, doc);
    // It outlives the record that its body lies in.
    const message = doc.body === undefined ? await deps.bodies.get(messageId) : undefined;
    const body = doc.body ?? (message && toBinary(AgentMessageSchema, message));
    const nowMs = clock.now();
    return {
      messageId,
      meshUid,
      mailboxKey,
      agentId: isGroup ? "" : name,
      group: isGroup ? name : "",
      reason,
      detail,
      attempts,
      ...(body && { body }),
      deadTime: new Date(nowMs),
      expireTime: new Date(nowMs + DEAD_LETTER_KEPT_MS),
    };
  }

  function died(mailboxKey: string, doc: MailRecord, verdict: Verdict & { to: "dead" }): void {
    depths.changed(mailboxKey, -1);
    counts.deadLettered(doc.meshUid, 1);
    const address = addressOf(mailboxKey, doc);
    const { attempts: attempt, detail } = verdict;
    traces.note(doc.messageId, { kind: MessageStep_Kind.DEAD_LETTERED, address, attempt, detail });
  }

  return {
    plan,
    rewrite: async (places, judge, fence) => {
      const results: (Rewritten | undefined)[] = [];
      while (results.length < places.length) {
        const rest = places.slice(results.length);
        let tries = 0;
        const part = await committer.runSystem(async () => {
          tries += 1;
          if (tries > 1 && fence !== undefined) await checkFence(store, fence);
          const planned = await plan(rest, judge);
          return {
            changes: planned.changes,
            ...(fence && { require: [fence] }),
            reply: planned.results,
            effects: [() => planned.landed()],
          };
        });
        results.push(...part);
      }
      return results;
    },
  };
}

/** Fails with SESSION_SUPERSEDED when the record is another than the session's. */
export async function checkFence(store: Store, { kind, id, version }: Require): Promise<void> {
  const rec = await store.get(kind as Kind<object>, id);
  if (rec?.version === version) return;
  throw new DomainError(
    "SESSION_SUPERSEDED",
    "a newer session of the agent took over, or it was cut off: nothing was written",
    { metadata: { agent_uid: id } },
  );
}
