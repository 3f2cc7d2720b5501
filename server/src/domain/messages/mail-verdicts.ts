// What becomes of a message on record, decided from its record alone.
import { DeadLetterReason } from "@meshwork/gen/mesh/v1/message";
import type { MailRules } from "./mail-limits.ts";
import type { Claim, MailRecord } from "./mail-record.ts";
import { without } from "../without.ts";

export type Verdict =
  /** Its record changes and stays where it is. */
  | { readonly to: "same"; readonly doc: MailRecord }
  /** It waits until then. */
  | { readonly to: "parked"; readonly doc: MailRecord; readonly dueMs: number }
  | {
      readonly to: "dead";
      readonly reason: DeadLetterReason;
      readonly detail: string;
      readonly attempts: number;
    }
  /** It was taken back. */
  | { readonly to: "nowhere" }
  /** Nothing is written. */
  | { readonly to: "unchanged" };

export const unchanged: Verdict = { to: "unchanged" };

const expiredDetail = "its ttl ran out before it was settled";

/** It is about to be delivered, and that has to be on record. */
export function claimed(doc: MailRecord, claim: Claim, nowMs: number, rules: MailRules): Verdict {
  const attempts = doc.attempts ?? 0;
  if (doc.expireTime.getTime() <= nowMs) return expired(doc);
  if (attempts >= rules.attemptsMax)
    return exhausted(attempts, "it was delivered as often as allowed");
  return { to: "same", doc: { ...doc, attempts: attempts + 1, claim } };
}

/** Its agent goes on with it in another session. */
export function renewed(doc: MailRecord, claim: Claim): Verdict {
  return doc.claim?.agentUid === claim.agentUid
    ? { to: "same", doc: { ...doc, claim } }
    : unchanged;
}

/** Its agent did not get to it, and that is nobody's fault: as if it had never been delivered. */
export function returned(doc: MailRecord, agentUid: string, epoch: number): Verdict {
  if (doc.claim?.agentUid !== agentUid || doc.claim.epoch > epoch) return unchanged;
  const { attempts = 0, ...rest } = unclaimed(doc);
  return { to: "same", doc: { ...rest, ...(attempts > 1 && { attempts: attempts - 1 }) } };
}

/** It was not settled, or is wanted again later. */
export function backedOff(
  doc: MailRecord,
  attempt: number,
  wait: { readonly why: string; readonly askedMs: number; readonly random: number },
  nowMs: number,
  rules: MailRules,
): Verdict {
  const attempts = Math.max(doc.attempts ?? 0, attempt);
  if (attempts >= rules.attemptsMax) return exhausted(attempts, wait.why);
  const backOffMs = Math.min(rules.backOffMaxMs, rules.backOffMs * 2 ** (attempts - 1));
  // A quarter more or less, so that what failed together does not come again together.
  const jitteredMs = backOffMs * (0.75 + wait.random / 2);
  const dueMs = Math.ceil(nowMs + Math.max(wait.askedMs, jitteredMs));
  return { to: "parked", doc: { ...unclaimed(doc), attempts }, dueMs };
}

/** The session died that had it, or may have had it. */
export function bereaved(doc: MailRecord, nowMs: number, rules: MailRules): Verdict {
  const attempts = Math.max(doc.attempts ?? 0, 1);
  const deaths = (doc.deaths ?? 0) + 1;
  const why = `${deaths} sessions of its receiver ended while it was in their hands`;
  if (attempts >= rules.attemptsMax) return exhausted(attempts, why);
  return { to: "parked", doc: { ...unclaimed(doc), attempts, deaths }, dueMs: nowMs };
}

/** Its receiver does not want it. */
export function rejected(doc: MailRecord, attempt: number, why: string): Verdict {
  const attempts = Math.max(doc.attempts ?? 0, attempt);
  return { to: "dead", reason: DeadLetterReason.REJECTED, detail: why, attempts };
}

export function expired(doc: MailRecord): Verdict {
  const attempts = doc.attempts ?? 0;
  return { to: "dead", reason: DeadLetterReason.EXPIRED, detail: expiredDetail, attempts };
}

export function receiverGone(doc: MailRecord, detail: string): Verdict {
  const attempts = doc.attempts ?? 0;
  return { to: "dead", reason: DeadLetterReason.RECEIVER_GONE, detail, attempts };
}

function exhausted(attempts: number, detail: string): Verdict {
  return { to: "dead", reason: DeadLetterReason.ATTEMPTS_EXHAUSTED, detail, attempts };
}

function unclaimed(doc: MailRecord): MailRecord {
  const { claim } = doc;
  return claim === undefined ? doc : { ...without(doc, "claim"), lastAgentUid: claim.agentUid };
}
