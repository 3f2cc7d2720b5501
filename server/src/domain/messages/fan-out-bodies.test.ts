// Bodies of messages to many: read once however many ask, and kept within their bytes.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { createFanOutBodies } from "./fan-out-bodies.ts";
import { fanOutKind } from "./fan-out-record.ts";
import { createSendingWorld, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
let reads: number;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision([{ agentId: "w1" }]);
  reads = 0;
  world.beforeRead = (kind) => {
    if (kind === fanOutKind) reads += 1;
    return undefined;
  };
});
afterEach(() => world.close());

const accept = (byte: number): Promise<string> =>
  world.accept({
    target: { case: "broadcast", value: true },
    guarantee: DeliveryGuarantee.AT_LEAST_ONCE,
    payload: new Uint8Array(1_000).fill(byte),
  });

test("a message is read once for all that ask at the same time, and as it was accepted", async () => {
  const id = await accept(1);
  const bodies = createFanOutBodies(world.store);
  const asked = await Promise.all(Array.from({ length: 100 }, () => bodies.get(id)));
  expect(new Set(asked).size).toBe(1);
  expect(reads).toBe(1);
  expect(asked[0]).toMatchObject({
    messageId: id,
    sender: "sender",
    attempt: 0,
    payload: new Uint8Array(1_000).fill(1),
  });
  expect(await bodies.get(id)).toBe(asked[0]);
  expect(reads).toBe(1);
});

test("one that is not on record is undefined, and asked for again", async () => {
  const bodies = createFanOutBodies(world.store);
  expect(await bodies.get("none")).toBeUndefined();
  expect(await bodies.get("none")).toBeUndefined();
  expect(reads).toBe(2);
});

test("those used last are kept, within the bytes that they may take", async () => {
  const ids = [await accept(1), await accept(2), await accept(3)];
  // Two fit.
  const bodies = createFanOutBodies(world.store, 3_500);
  await bodies.get(ids[0]!);
  await bodies.get(ids[1]!);
  await bodies.get(ids[0]!);
  await bodies.get(ids[2]!);
  expect(reads).toBe(3);
  expect(bodies.bytes).toBeLessThanOrEqual(3_500);
  await bodies.get(ids[0]!);
  expect(reads).toBe(3);
  await bodies.get(ids[1]!);
  expect(reads).toBe(4);
});
