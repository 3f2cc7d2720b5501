import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { Rec, Store } from "../../store/store.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import { agentKind, type AgentRecord } from "../agents/agent-record.ts";
import type { Clock, Timer } from "../clock.ts";
import { meshKind } from "../meshes/mesh-record.ts";
import { TTL_DEFAULT_MS } from "./limits.ts";
import {
  REWRITES_MAX,
  SWEEP_INTERVAL_MS,
  SWEEP_MAILBOXES_MAX,
  SWEEP_PAGES_MAX,
} from "./mail-limits.ts";
import {
  addressOf,
  mailboxIds,
  mailboxKeyOf,
  mailExpiryKind,
  mailKind,
  type MailRecord,
  parkedKind,
} from "./mail-record.ts";
import { expired, receiverGone, unchanged, type Verdict } from "./mail-verdicts.ts";
import type { MailPlace } from "./mail-writes.ts";
import type { MailboxServer } from "./mailboxes.ts";

/** Makes dead letters of mail whose time has run out, or whose receiver has ended. */
export interface MailSweeper {
  start(): void;
  /** Resolves when no sweep is under way. */
  stop(): Promise<void>;
  /** One sweep; for tests. */
  sweep(): Promise<void>;
}

export interface MailSweeperDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailboxes: Pick<MailboxServer, "writes" | "withdraw">;
  readonly report: (message: string, error?: unknown) => void;
}

export function createMailSweeper(deps: MailSweeperDeps): MailSweeper {
  const { store, clock, mailboxes, report } = deps;
  const stopping = new AbortController();
  /** Agents that have ended since the last sweep. */
  const ended = new Set<string>();
  /** Up to where mail with the default ttl was looked at, by message id. */
  let agedPosition = "";
  const walks = { mail: "", parked: "" };
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();

  /** Those that stay, since somebody has them in his hands. */
  async function rewrite(
    recs: readonly Rec<MailRecord>[],
    isParked: boolean,
    judge: (doc: MailRecord) => Verdict,
  ): Promise<ReadonlySet<string>> {
    const inFlight = new Set<string>();
    const free: { readonly place: MailPlace; readonly release: (isGone: boolean) => void }[] = [];
    for (const { id, doc } of recs) {
      const { messageId } = doc;
      const mailboxKey = mailboxKeyOf(id);
      const release = mailboxes.withdraw(addressOf(mailboxKey, doc), messageId);
      if (release === undefined) inFlight.add(messageId);
      else free.push({ place: { mailboxKey, messageId, isParked }, release });
    }
    let done = 0;
    try {
      const results = await mailboxes.writes.rewrite(
        free.map(({ place }) => place),
        judge,
      );
      for (const [index, { release }] of free.entries()) {
        done += 1;
        release(results[index]?.doc === undefined);
      }
    } finally {
      for (const { release } of free.slice(done)) release(false);
    }
    return inFlight;
  }

  const ifExpired = (doc: MailRecord): Verdict =>
    doc.expireTime.getTime() <= clock.now() ? expired(doc) : unchanged;

  async function sweepExpiries(): Promise<void> {
    await forEachPage(
      (limit, after) =>
        store.list(mailExpiryKind, {
          range: { field: "expireTime", to: new Date(clock.now() + 1) },
          order: { field: "expireTime" },
          ...{ limit, ...after },
        }),
      async (items) => {
        const ids = items.map(({ id }) => id);
        const found = await store.getMany(mailKind, ids);
        const recs = found.filter((rec) => rec !== undefined);
        const inFlight = await rewrite(recs, false, ifExpired);
        const over = ids.filter((_, index) => {
          const rec = found[index];
          return rec === undefined || !inFlight.has(rec.doc.messageId);
        });
        await store.eraseMany(mailExpiryKind, over);
      },
    );
  }

  async function sweepParked(): Promise<void> {
    await forEachPage(
      (limit, after) =>
        store.list(parkedKind, {
          range: { field: "expireTime", to: new Date(clock.now() + 1) },
          order: { field: "expireTime" },
          ...{ limit, ...after },
        }),
      async (items) => {
        await rewrite(items, true, ifExpired);
      },
    );
  }

  /** Mail with the default ttl runs out in the order of its ids; that with a longer one is passed over. */
  async function sweepAged(): Promise<void> {
    const to = firstIdOf(clock.now() - TTL_DEFAULT_MS + 1);
    let left: string | undefined;
    await forEachPage(
      (limit, after) =>
        store.list(mailKind, {
          range: { field: "messageId", ...(agedPosition !== "" && { from: agedPosition }), to },
          order: { field: "messageId" },
          ...{ limit, ...after },
        }),
      async (items) => {
        const over = items.filter(({ doc }) => doc.expireTime.getTime() <= clock.now());
        const inFlight = await rewrite(over, false, ifExpired);
        left ??= items.find(({ doc }) => inFlight.has(doc.messageId))?.doc.messageId;
        agedPosition = left ?? items.at(-1)!.doc.messageId;
      },
    );
  }

  async function sweepEnded(): Promise<void> {
    for (const agentUid of [...ended]) {
      await empty(agentUid, "its receiver was terminated");
      ended.delete(agentUid);
    }
  }

  /** Goes round all mailboxes by and by, for what ended while no server looked. */
  async function walk(): Promise<void> {
    for (let looked = 0; looked < SWEEP_MAILBOXES_MAX; looked += 1) {
      const page = await store.list(mailKind, { ids: { from: walks.mail }, limit: 1 });
      const rec = page.items[0];
      walks.mail = rec === undefined ? "" : mailboxIds(mailboxKeyOf(rec.id)).to;
      if (rec === undefined) break;
      await emptyIfGone(rec);
    }
    for (let looked = 0; looked < SWEEP_MAILBOXES_MAX; looked += 1) {
      const page = await store.list(parkedKind, {
        range: { field: "mailboxKey", from: walks.parked },
        order: { field: "mailboxKey" },
        limit: 1,
      });
      const rec = page.items[0];
      walks.parked = rec === undefined ? "" : `${rec.doc.mailboxKey}/`;
      if (rec === undefined) break;
      await emptyIfGone(rec);
    }
  }

  async function emptyIfGone({ id, doc }: Rec<MailRecord>): Promise<void> {
    const key = mailboxKeyOf(id);
    if (key.startsWith("g~")) {
      const mesh = await store.list(meshKind, { eq: { uid: doc.meshUid }, limit: 1 });
      if (mesh.items.length === 0) await empty(key, "its mesh was deleted");
      return;
    }
    const agent = await agentByUid(store, key);
    if (agent === undefined) await empty(key, "its receiver was deleted");
    else if (agent.doc.state === AgentState.TERMINATED)
      await empty(key, "its receiver was terminated");
  }

  async function empty(mailboxKey: string, detail: string): Promise<void> {
    const judge = (doc: MailRecord): Verdict => receiverGone(doc, detail);
    await forEachPage(
      (limit, after) =>
        store.list(mailKind, { ids: mailboxIds(mailboxKey), ...{ limit, ...after } }),
      async (items) => {
        await rewrite(items, false, judge);
      },
    );
    await forEachPage(
      (limit, after) => store.list(parkedKind, { eq: { mailboxKey }, ...{ limit, ...after } }),
      async (items) => {
        await rewrite(items, true, judge);
      },
    );
  }

  async function forEachPage<T>(
    list: (
      limit: number,
      after: { after?: string },
    ) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
    work: (items: readonly T[]) => Promise<void>,
  ): Promise<void> {
    let after: string | undefined;
    for (let pages = 0; pages < SWEEP_PAGES_MAX && !stopping.signal.aborted; pages += 1) {
      const { items, next } = await list(REWRITES_MAX, after === undefined ? {} : { after });
      if (items.length > 0) await work(items);
      if (next === undefined) return;
      after = next;
    }
  }

  async function sweep(): Promise<void> {
    for (const part of [sweepExpiries, sweepParked, sweepAged, sweepEnded, walk])
      try {
        await part();
      } catch (error) {
        report("mail past its time could not be swept, will be tried again", error);
      }
  }

  function schedule(): void {
    if (stopping.signal.aborted) return;
    timer = clock.after(SWEEP_INTERVAL_MS, () => {
      running = sweep().then(schedule);
    });
  }

  async function watchAgents(): Promise<void> {
    const { signal } = stopping;
    const where = ({ doc }: { readonly doc?: object }): boolean =>
      (doc as AgentRecord | undefined)?.state === AgentState.TERMINATED;
    while (!signal.aborted)
      try {
        for await (const { events } of store.watch({
          kinds: [agentKind],
          from: "now",
          ...{ where, signal },
        }))
          for (const { doc } of events) ended.add((doc as AgentRecord).uid);
        return;
      } catch (error) {
        // What is missed meanwhile is found by going round.
        report("ends of agents are not watched for a while", error);
        await new Promise<void>((resolve) => {
          clock.after(SWEEP_INTERVAL_MS, resolve);
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
  }

  return {
    start: () => {
      schedule();
      void watchAgents();
    },
    stop: async () => {
      stopping.abort();
      timer?.cancel();
      await running;
    },
    sweep,
  };
}

/** No id of that time or a later one is below it. */
function firstIdOf(ms: number): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
