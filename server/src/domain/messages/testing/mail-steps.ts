// What tests of mailboxes say in one word.
import { expect } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import { HeldDeliverySchema } from "@meshwork/gen/mesh/v1/link";
import type { MailAgent, MailWorld } from "./mail-world.ts";

/** Letters m1, m2, … */
export const names = (count: number, from = 1): { subject: string }[] =>
  Array.from({ length: count }, (_, index) => ({ subject: `m${from + index}` }));

/** Waits until the agent was handed so many in all; fails where it gets more. */
export async function deliveredTo(world: MailWorld, to: MailAgent, count: number): Promise<void> {
  await world.until(() => to.deliveries.length >= count, `${count} deliveries`);
  await world.quiet();
  expect(to.deliveries).toHaveLength(count);
}

/** The session before ended without a goodbye. */
export const died = { kind: "died", deliveriesMax: 64 } as const;

/** The agent comes back and still has the last deliveries of these subjects. */
export const heldOf = (of: MailAgent, ...subjects: string[]) =>
  ({
    kind: "resumed",
    held: subjects.map((subject) => {
      const { messageId, attempt } = of.last(subject);
      return create(HeldDeliverySchema, { messageId, attempt });
    }),
  }) as const;
