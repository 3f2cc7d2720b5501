import {
  type Change,
  type Commit,
  type Committed,
  type Replay,
  type Require,
  type Store,
  StoreError,
} from "../store/store.ts";
import { createAuditBatch } from "./audit/audit-batch.ts";
import {
  type AuditEntry,
  type AuditSource,
  auditChange,
  systemSource,
} from "./audit/audit-event.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { DomainError } from "./errors.ts";
import { type Idempotency, idempotencyKey, keep, replayed } from "./idempotency.ts";
import type { Ids } from "./ids.ts";

export type { AuditEntry } from "./audit/audit-event.ts";

/** What a command decided: the writes, the answer, and what to do once they are durable. */
export interface Plan<Reply> {
  /** Empty: nothing is written, whatever else the plan holds. */
  readonly changes: readonly Change[];
  readonly require?: readonly Require[];
  readonly reply: Reply;
  /** Run after the commit, in order; they cannot fail the call. */
  readonly effects?: readonly (() => void)[];
  /** What the audit event says; absent where nothing of interest to an auditor happened. */
  readonly audit?: AuditEntry;
}

/**
 * The only place that commits: adds request hash, reply and audit event to a plan, and has the
 * command decide anew when a record changed under it, within the call's deadline.
 *
 * Fails with what `decide` throws, CONTENDED, NOT_SENT, OUTCOME_UNKNOWN, STORE_FULL, CANCELLED or
 * DEADLINE_EXCEEDED.
 */
export interface Committer {
  /** `decide` gets the write id, which is the etag of what it writes. It may run several times. */
  run<Reply>(call: Call, decide: (writeId: string) => Promise<Plan<Reply>>): Promise<Reply>;
  /** As `run`, with protection against repetition. */
  runOnce<Reply>(
    call: Call,
    idempotency: Idempotency<Reply>,
    decide: (writeId: string) => Promise<Plan<Reply>>,
  ): Promise<Reply>;
  /** For what the server does by itself (liveness, epochs, deadlines); no call stands behind it. */
  runSystem<Reply>(decide: (writeId: string) => Promise<SystemPlan<Reply>>): Promise<Reply>;
  /** Hands refusals and ALWAYS-audited calls to the audit log; batched, never throws. */
  audit(source: AuditSource, entry: AuditEntry & { readonly outcome: string }): void;
  /** Writes the audit events that wait. */
  flush(): Promise<void>;
}

export type SystemPlan<Reply> = Plan<Reply> & {
  /** Called before the effects, with the versions of the changes in order. */
  readonly committed?: (committed: Committed) => void;
};

/** Longest wait for the store in one attempt, milliseconds. */
export const commitWaitMsMax = 30_000;
/** Attempts of one command; more mean a defect, not contention. */
export const commitAttemptsMax = 1_000;

/** What the promise settles with, or UNKNOWN_OUTCOME when it takes longer; it goes on all the same. */
function within<T>(clock: Clock, promise: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(limitMs, () => {
      const text = `the disk has not answered within ${Math.ceil(limitMs)} ms`;
      reject(new StoreError("UNKNOWN_OUTCOME", text));
    });
    const settled = (): void => timer.cancel();
    promise.then(resolve, reject);
    promise.then(settled, settled);
  });
}

/** `report` tells the operator of what no caller learns. */
export function createCommitter(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (message: string, error?: unknown) => void;
}): Committer {
  const { store, clock, ids, report } = options;
  const auditOf = (source: AuditSource, entry: AuditEntry & { outcome: string }): Change =>
    auditChange(ids.uuid(), new Date(clock.now()), source, entry);
  const batch = createAuditBatch({
    clock,
    commit: (changes) => store.commit({ writeId: ids.uuid(), changes }),
    report,
  });

  const attempt = async <Reply>(
    writeId: string,
    plan: SystemPlan<Reply>,
    by: Behind<Reply>,
    conflict: DomainError | undefined,
  ): Promise<Reply> => {
    if (plan.changes.length > 0) {
      const { audit, changes, require } = plan;
      const event = audit && auditOf(by.source, { ...audit, outcome: "OK" });
      const commit: Commit = {
        writeId,
        changes: event === undefined ? changes : [...changes, event],
        ...(require && { require }),
        ...(by.once && { idempotency: { ...by.once.keep(plan.reply), key: by.once.key } }),
      };
      const leftMs = by.left(conflict);
      // What lands takes effect, also when the caller has stopped waiting for it meanwhile.
      const landing = store.commit(commit).then((committed) => {
        if (committed.replayed === undefined) takeEffect(plan, committed);
        return committed;
      });
      const { replayed } = await within(clock, landing, leftMs);
      if (replayed && by.once) return by.once.open(replayed);
    } else {
      takeEffect(plan);
    }
    return plan.reply;
  };

  const takeEffect = (plan: SystemPlan<unknown>, committed?: Committed): void => {
    if (committed) plan.committed?.(committed);
    for (const effect of plan.effects ?? []) {
      try {
        effect();
      } catch (error) {
        report("an effect failed after its commit", error);
      }
    }
  };

  const settle = async <Reply>(
    by: Behind<Reply>,
    decide: (writeId: string) => Promise<SystemPlan<Reply>>,
  ): Promise<Reply> => {
    let conflict: DomainError | undefined;
    for (let attempts = 1; ; attempts += 1) {
      by.left(conflict);
      const writeId = ids.uuid();
      let plan: SystemPlan<Reply>;
      try {
        const known = await by.once?.find();
        if (known) return known.reply;
        plan = await decide(writeId);
      } catch (error) {
        // A twin of this call may have won since the look-up; then what it made is in our way.
        const twin = error instanceof DomainError ? await by.once?.find() : undefined;
        if (twin) return twin.reply;
        throw readError(error);
      }
      try {
        return await attempt(writeId, plan, by, conflict);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.code !== "CONFLICT") throw writeError(error);
        conflict = contended(error, attempts);
        if (attempts >= commitAttemptsMax) throw conflict;
      }
    }
  };

  const behind = <Reply>(call: Call, once?: Once<Reply>): Behind<Reply> => ({
    source: call,
    once,
    left: (conflict) => {
      if (call.signal.aborted)
        throw new DomainError("CANCELLED", "the caller went away; nothing was done");
      const leftMs = call.deadlineMs - clock.monotonic();
      if (leftMs <= 0)
        throw (
          conflict ?? new DomainError("DEADLINE_EXCEEDED", "the deadline passed; nothing was done")
        );
      return Math.min(leftMs, commitWaitMsMax);
    },
  });

  return {
    run: (call, decide) => settle(behind(call), decide),
    runOnce: (call, idempotency, decide) => {
      if (idempotency.requestId === "") return settle(behind(call), decide);
      return settle(behind(call, onceOf(store, call, idempotency)), decide);
    },
    runSystem: (decide) =>
      settle(
        {
          source: systemSource,
          once: undefined,
          left: () => commitWaitMsMax,
        },
        decide,
      ),
    audit: (source, entry) => {
      batch.add(auditOf(source, entry));
    },
    flush: () => batch.flush(),
  };
}

/** Who wants a commit, and how long it may take. */
interface Behind<Reply> {
  readonly source: AuditSource;
  readonly once: Once<Reply> | undefined;
  /** Milliseconds; when there are none it throws, namely what stood in the way so far. */
  readonly left: (conflict: DomainError | undefined) => number;
}

interface Once<Reply> {
  readonly key: string;
  /** The outcome of the first time, if there was one. */
  readonly find: () => Promise<{ readonly reply: Reply } | undefined>;
  readonly keep: (reply: Reply) => Replay;
  readonly open: (kept: Replay) => Reply;
}

function onceOf<Reply>(store: Store, call: Call, idempotency: Idempotency<Reply>): Once<Reply> {
  const key = idempotencyKey(call, idempotency);
  return {
    key,
    find: async () => {
      const kept = await store.replay(key);
      return kept && { reply: replayed(idempotency, kept) };
    },
    keep: (reply) => keep(idempotency, reply),
    open: (kept) => replayed(idempotency, kept),
  };
}

/** Nothing can have happened while a command was still reading. */
function readError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  if (error.code === "INVALID" || error.code === "OUT_OF_RANGE") return internal(error);
  return new DomainError("NOT_SENT", "the store does not answer; nothing was done, try again", {
    cause: error,
  });
}

function writeError(error: StoreError): unknown {
  switch (error.code) {
    case "UNAVAILABLE":
      return new DomainError("NOT_SENT", "the store does not answer; nothing was done, try again", {
        cause: error,
      });
    case "UNKNOWN_OUTCOME":
      return new DomainError(
        "OUTCOME_UNKNOWN",
        "the store did not confirm: it may have been done or not; repeat it with the same request id only",
        { cause: error },
      );
    case "EXHAUSTED":
      return new DomainError(
        "STORE_FULL",
        "the store has no room for writes; nothing was done, free disk space",
        { cause: error },
      );
    default:
      return internal(error);
  }
}

function internal(cause: StoreError): DomainError {
  return new DomainError("INTERNAL", "the server broke a rule of its store", { cause });
}

function contended(cause: StoreError, attempts: number): DomainError {
  const record = `${cause.record?.kind ?? "record"}/${cause.record?.id ?? ""}`;
  return new DomainError(
    "CONTENDED",
    `others kept changing ${record} in ${attempts} attempts; nothing was done, try again`,
    { metadata: { record, attempts: String(attempts) }, cause },
  );
}
