import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { type Kind, type Rec } from "../../store/store.ts";
import type { Call } from "../call.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import { REWRITES_MAX } from "./mail-limits.ts";
import {
  addressOf,
  isClaimed,
  mailboxKeyOf,
  mailKind,
  type MailRecord,
  parkedKind,
} from "./mail-record.ts";
import { unchanged, type Verdict } from "./mail-verdicts.ts";
import type { Judge, MailPlace } from "./mail-writes.ts";
import type { MessageName, MessageQueriesDeps } from "./message-queries.ts";

interface Cancelled {
  readonly cancelled: number;
  readonly inFlight: number;
}

/** A record that nobody is delivered while it is being deleted. */
interface Withdrawn {
  readonly place: MailPlace;
  readonly rec: Rec<MailRecord>;
  readonly release: (isGone: boolean) => void;
}

/** Takes a message back from all who do not have it in their hands, in bounded commits. */
export async function cancelMail(
  deps: MessageQueriesDeps,
  call: Call,
  name: MessageName,
): Promise<Cancelled> {
  const { store, fanOuts } = deps;
  const { doc: mesh } = await meshOf(store, call.principal, name.meshId);
  const { messageId } = name;
  let cancelled = await fanOuts.cancel(messageId);
  let inFlight = 0;
  for (const isParked of [false, true]) {
    const kind = (isParked ? parkedKind : mailKind) as Kind<MailRecord>;
    let after: string | undefined;
    do {
      const page = await store.list(kind, {
        ...{ eq: { messageId }, limit: REWRITES_MAX },
        ...(after !== undefined && { after }),
      });
      const recs = page.items.filter(({ doc }) => doc.meshUid === mesh.uid);
      const free = withdrawn(deps, recs, isParked);
      const deleted = await deleteAll(deps, call, name, free);
      inFlight += recs.length - free.length + deleted.inFlight;
      cancelled += deleted.cancelled;
      after = page.next;
    } while (after !== undefined);
  }
  return { cancelled, inFlight };
}

function withdrawn(
  { mailboxes, clock }: MessageQueriesDeps,
  recs: readonly Rec<MailRecord>[],
  isParked: boolean,
): Withdrawn[] {
  return recs.flatMap((rec) => {
    const { messageId } = rec.doc;
    const mailboxKey = mailboxKeyOf(rec.id);
    if (isClaimed(rec.doc, clock.now()) || mailboxes.isInFlight(mailboxKey, messageId)) return [];
    const release = mailboxes.withdraw(addressOf(mailboxKey, rec.doc), messageId);
    return release === undefined
      ? []
      : [{ place: { mailboxKey, messageId, isParked }, rec, release }];
  });
}

async function deleteAll(
  deps: MessageQueriesDeps,
  call: Call,
  name: MessageName,
  all: readonly Withdrawn[],
): Promise<Cancelled> {
  let cancelled = 0;
  let inFlight = 0;
  let left = all;
  try {
    while (left.length > 0) {
      const verdicts = await deleteSome(deps, call, name, left);
      for (const [index, verdict] of verdicts.entries()) {
        left[index]!.release(verdict !== "unchanged");
        if (verdict === "nowhere") cancelled += 1;
        if (verdict === "unchanged") inFlight += 1;
      }
      left = left.slice(verdicts.length);
    }
  } finally {
    for (const { release } of left) release(false);
  }
  return { cancelled, inFlight };
}

/** As many as fit into one commit; "unchanged" is one that somebody got meanwhile, undefined one that is gone. */
function deleteSome(
  { committer, mailboxes, traces, clock }: MessageQueriesDeps,
  call: Call,
  { meshId, messageId }: MessageName,
  left: readonly Withdrawn[],
): Promise<readonly (Verdict["to"] | undefined)[]> {
  const judge: Judge = (doc) => (isClaimed(doc, clock.now()) ? unchanged : { to: "nowhere" });
  return committer.run(call, async () => {
    const plan = await mailboxes.writes.plan(
      left.map(({ place }) => place),
      judge,
    );
    const gone = left.filter((_, index) => plan.results[index]?.verdict === "nowhere");
    return {
      changes: plan.changes,
      reply: plan.results.map((result) => result?.verdict),
      effects: [
        () => plan.landed(),
        () => {
          for (const { place, rec } of gone) {
            const address = addressOf(place.mailboxKey, rec.doc);
            traces.note(messageId, { kind: MessageStep_Kind.CANCELLED, address });
          }
        },
      ],
      audit: {
        action: "messages.cancel",
        resource: `messages/${meshId}/${messageId}`,
        meshUid: left[0]!.rec.doc.meshUid,
        details: { receivers: String(gone.length) },
      },
    };
  });
}
