import { create, fromBinary } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AgentMessageSchema,
  type DeadLetter,
  type DeadLetterReason,
  DeadLetterSchema,
} from "@meshwork/gen/mesh/v1/message";
import type {
  GetDeadLetterRequest,
  ListDeadLettersRequest,
  PurgeDeadLettersRequest,
  ReplayDeadLettersRequest,
} from "@meshwork/gen/mesh/v1/message_service";
import type { Query, Rec, Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { invalidField, notFound } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import { createPageTokens, pageSizeOf } from "../page-tokens.ts";
import { deadLetterKind, type DeadLetterRecord } from "./dead-letter-record.ts";
import { planPurge } from "./dead-letter-purge.ts";
import { planReplay } from "./dead-letter-replay.ts";
import type { Mailboxes, MessageTraces } from "./mail.ts";
import {
  COUNT_MAX,
  DEAD_LETTERS_LOOKED_AT_MAX,
  DEAD_LETTERS_PER_CALL_MAX,
  REWRITES_MAX,
} from "./mail-limits.ts";

/** Messages that could not be delivered. Every command checks the caller's reach, not its role. */
export interface DeadLetters {
  /** By time; without the payload of their messages. Fails with RESOURCE_NOT_FOUND, INVALID_PAGE_TOKEN. */
  list(
    call: Call,
    request: ListDeadLettersRequest,
  ): Promise<{ readonly deadLetters: readonly DeadLetter[]; readonly nextPageToken: string }>;
  get(call: Call, request: GetDeadLetterRequest): Promise<DeadLetter>;
  /** Puts them back as new messages. Fails with INVALID_REQUEST, MESH_DELETING, and as a commit does. */
  replay(
    call: Call,
    request: ReplayDeadLettersRequest,
  ): Promise<{ readonly replayed: number; readonly refused: number; readonly remaining: number }>;
  purge(
    call: Call,
    request: PurgeDeadLettersRequest,
  ): Promise<{ readonly purged: number; readonly remaining: number }>;
}

export interface DeadLettersDeps {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly mailboxes: Mailboxes;
  readonly traces: MessageTraces;
}

interface Filter {
  readonly agentId: string;
  readonly group: string;
  readonly reason: DeadLetterReason;
}

type Eq = NonNullable<Query<DeadLetterRecord>["eq"]>;

/** What of some dead letters was done, or would be. */
export interface DeadLettersDone {
  readonly done: number;
  /** Of those that were looked at these have to stay. */
  readonly refused: number;
  /** How many were looked at; the rest did not fit into one commit. */
  readonly lookedAt: number;
}

/** Does it to some, in one commit or less. */
export type DeadLettersStep = (ids: readonly string[]) => Promise<DeadLettersDone>;

export function createDeadLetters(deps: DeadLettersDeps): DeadLetters {
  const { store } = deps;
  const pages = createPageTokens(deps);

  async function page(eq: Eq | undefined, limit: number, after: string | undefined) {
    if (eq === undefined) return { items: [], next: undefined };
    return store.list(deadLetterKind, { eq, limit, ...(after !== undefined && { after }) });
  }

  async function forEach(
    eq: Eq | undefined,
    request: { readonly deadLetterIds: readonly string[]; readonly all: boolean },
    step: DeadLettersStep,
  ): Promise<DeadLettersDone> {
    const sum = { done: 0, refused: 0, lookedAt: 0 };
    const run = async (ids: readonly string[]): Promise<void> => {
      for (let left = ids; left.length > 0;) {
        const { done, refused, lookedAt } = await step(left.slice(0, REWRITES_MAX));
        sum.done += done;
        sum.refused += refused;
        sum.lookedAt += lookedAt;
        left = left.slice(lookedAt);
      }
    };
    if (!request.all) {
      await run(request.deadLetterIds);
      return sum;
    }
    let after: string | undefined;
    do {
      const limit = Math.min(REWRITES_MAX, DEAD_LETTERS_PER_CALL_MAX - sum.done);
      const found = await page(eq, limit, after);
      await run(found.items.map(({ id }) => id));
      after = found.next;
    } while (
      after !== undefined &&
      sum.done < DEAD_LETTERS_PER_CALL_MAX &&
      sum.lookedAt < DEAD_LETTERS_LOOKED_AT_MAX
    );
    return sum;
  }

  /** How many the filters leave that can be gone on with. */
  async function remaining(
    eq: Eq | undefined,
    request: { readonly all: boolean; readonly validateOnly: boolean },
    { done, refused }: DeadLettersDone,
  ): Promise<number> {
    if (!request.all || eq === undefined) return 0;
    const left = await store.count(deadLetterKind, { eq }, COUNT_MAX);
    return Math.max(0, left - refused - (request.validateOnly ? done : 0));
  }

  return {
    list: async (call, request) => {
      const { doc } = await meshOf(store, call.principal, request.meshId);
      const eq = eqOf(doc.uid, request);
      const binding = [doc.uid, request.agentId, request.group, request.reason];
      const after = await pages.open(call, binding, request.pageToken);
      const { items, next } = await page(eq, pageSizeOf(request.pageSize), after);
      return {
        deadLetters: items.map((rec) => deadLetterMessage(rec, false)),
        nextPageToken: next === undefined ? "" : await pages.seal(call, binding, next),
      };
    },
    get: async (call, { meshId, deadLetterId }) => {
      const mesh = await meshOf(store, call.principal, meshId);
      const rec = await store.get(deadLetterKind, deadLetterId);
      if (rec?.doc.meshUid !== mesh.doc.uid)
        throw notFound("deadLetters", `${meshId}/${deadLetterId}`);
      return deadLetterMessage(rec, true);
    },
    replay: async (call, request) => {
      checkNamed(request);
      const { doc } = await meshOf(store, call.principal, request.meshId);
      const eq = eqOf(doc.uid, request);
      const done = await forEach(eq, request, (ids) => planReplay(deps, call, request, ids));
      const { done: replayed, refused } = done;
      return { replayed, refused, remaining: await remaining(eq, request, done) };
    },
    purge: async (call, request) => {
      checkNamed(request);
      const { doc } = await meshOf(store, call.principal, request.meshId);
      const eq = eqOf(doc.uid, request);
      const done = await forEach(eq, request, (ids) => planPurge(deps, call, request, ids));
      return { purged: done.done, remaining: await remaining(eq, request, done) };
    },
  };
}

/** Undefined: nothing can fulfil it. */
function eqOf(meshUid: string, { agentId, group, reason }: Filter): Eq | undefined {
  if (agentId !== "" && group !== "") return undefined;
  return {
    meshUid,
    ...(agentId !== "" && { agentId }),
    ...(group !== "" && { group }),
    ...(reason !== 0 && { reason }),
  };
}

function checkNamed(
  request: Filter & { readonly deadLetterIds: readonly string[]; readonly all: boolean },
): void {
  const { deadLetterIds, all, agentId, group, reason } = request;
  if (all && deadLetterIds.length > 0)
    throw invalidField("dead_letter_ids", "goes without `all`: name some, or take all");
  if (!all && deadLetterIds.length === 0)
    throw invalidField("dead_letter_ids", "is empty: name some, or set `all`");
  if (!all && (agentId !== "" || group !== "" || reason !== 0))
    throw invalidField("all", "is not set, and there are filters: set it, or leave them out");
}

function deadLetterMessage({ id, doc }: Rec<DeadLetterRecord>, withPayload: boolean): DeadLetter {
  const { agentId, group, reason, detail, attempts, body, messageId } = doc;
  const message =
    body === undefined
      ? create(AgentMessageSchema, { messageId })
      : fromBinary(AgentMessageSchema, body);
  if (!withPayload) message.payload = new Uint8Array();
  return create(DeadLetterSchema, {
    ...{ deadLetterId: id, message, reason, detail, attempts },
    receiver: group === "" ? { case: "agentId", value: agentId } : { case: "group", value: group },
    deadTime: timestampFromDate(doc.deadTime),
    expireTime: timestampFromDate(doc.expireTime),
  });
}
