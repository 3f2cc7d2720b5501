import { expect } from "@jest/globals";
import { DeadLetterReasonSchema } from "@meshwork/gen/mesh/v1/message";
import { type Kind, PAGE_RECORDS_MAX, type Store } from "../../../store/store.ts";
import { deadLetterKind } from "../dead-letter-record.ts";
import { mailKind, type MailRecord, parkedKind } from "../mail-record.ts";
import type { MailModel } from "./mail-model.ts";

/** Fails unless the store holds what the model says and nothing else; answers how many dead letters. */
export async function auditStore(store: Store, model: MailModel): Promise<number> {
  for (const isParkedRow of [false, true]) {
    const kind = (isParkedRow ? parkedKind : mailKind) as Kind<MailRecord>;
    const { items } = await store.list(kind, { limit: PAGE_RECORDS_MAX });
    const found = items.map(({ doc }) => [doc.messageId, doc.attempts ?? 0, doc.deaths ?? 0]);
    const wanted = model
      .where((one) => one.isParkedRow === isParkedRow)
      .map(({ id, attempts, deaths }) => [id, attempts, deaths]);
    expect(found.sort(byFirst)).toEqual(wanted.sort(byFirst));
  }
  const dead = await deadLetters(store);
  const wanted = [...model.ended.values()]
    .filter(({ outcome }) => outcome !== "acked" && outcome !== "cancelled")
    .map(({ id, outcome }) => `${id} ${outcome}`);
  expect(dead.sort()).toEqual(wanted.sort());
  return dead.length;
}

/** Message and reason of each. */
async function deadLetters(store: Store): Promise<string[]> {
  const dead: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.list(deadLetterKind, {
      limit: PAGE_RECORDS_MAX,
      ...(after !== undefined && { after }),
    });
    for (const { doc } of page.items)
      dead.push(`${doc.messageId} ${DeadLetterReasonSchema.value[doc.reason]!.localName}`);
    after = page.next;
  } while (after !== undefined);
  return dead;
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
