// The judge of the soak is judged: a good history passes, and each bad one fails for its own reason.
import { expect, test } from "@jest/globals";
import { check, type ProcessHistory } from "./checker.ts";
import type { MessageName, SoakEvent } from "./history.ts";

const one: MessageName = { sender: "a", target: "b", number: 1 };
const two: MessageName = { sender: "a", target: "b", number: 2 };

const accepted = (message: MessageName, atMs: number, receivers = 1): SoakEvent => ({
  kind: "accepted",
  atMs,
  message,
  receivers,
});
const handled = (message: MessageName, atMs: number, attempt = 1, agent = "b"): SoakEvent => ({
  kind: "handled",
  atMs,
  agent,
  message,
  attempt,
});
const acknowledged = (message: MessageName, atMs: number, agent = "b"): SoakEvent => ({
  kind: "acknowledged",
  atMs,
  agent,
  message,
});
const killed = (atMs: number, ...stored: MessageName[]): SoakEvent => ({
  kind: "server killed",
  atMs,
  restartMs: atMs + 5,
  stored: stored.map((message) => ({ message, receiver: message.target })),
});

const sender: ProcessHistory = [accepted(one, 1), accepted(two, 2)];

function promises(...histories: ProcessHistory[]): string[] {
  return [...new Set(check(histories).map(({ promise }) => promise))];
}

test("a good history: redelivered after a kill, acknowledged, in order", () => {
  const receiver = [
    handled(one, 3),
    handled(two, 4),
    acknowledged(one, 5),
    handled(two, 20, 2),
    acknowledged(two, 21),
  ];
  expect(check([sender, receiver, [killed(10, two)]])).toEqual([]);
});

test("a dead letter is not lost; a later first delivery after a redelivery is no disorder", () => {
  const receiver = [handled(two, 3, 1), handled(one, 4, 2), acknowledged(two, 5)];
  const dead: SoakEvent = { kind: "dead", message: one, receiver: "b" };
  expect(check([sender, receiver, [dead]])).toEqual([]);
});

test("lost: accepted and never settled", () => {
  const receiver = [handled(one, 3), acknowledged(one, 4), handled(two, 5)];
  expect(promises(sender, receiver)).toEqual(["lost"]);
});

test("an acknowledgement that was under way at a kill may have counted; a mere handling may not", () => {
  const under: SoakEvent = { kind: "acknowledging", atMs: 6, agent: "b", message: two };
  const receiver = [handled(one, 3), acknowledged(one, 4), handled(two, 5), under];
  expect(check([sender, receiver])).toEqual([]);
});

test("lost: one of two receivers of a topic never got it", () => {
  const message = { sender: "a", target: "topic:t", number: 1 };
  const receiver = [handled(message, 2, 1, "b"), acknowledged(message, 3, "b")];
  expect(promises([accepted(message, 1, 2)], receiver)).toEqual(["lost"]);
  const other = [handled(message, 2, 1, "c"), acknowledged(message, 3, "c")];
  expect(promises([accepted(message, 1, 2)], receiver, other)).toEqual([]);
});

test("doubled: handled again after its acknowledgement was confirmed", () => {
  const receiver = [
    handled(one, 3),
    acknowledged(one, 4),
    handled(two, 5),
    acknowledged(two, 6),
    handled(one, 7, 2),
  ];
  expect(promises(sender, receiver)).toEqual(["doubled"]);
});

test("doubled: another member of the group handled it long after its acknowledgement", () => {
  const message = { sender: "a", target: "group:g", number: 1 };
  const first = [handled(message, 2, 1, "b"), acknowledged(message, 3, "b")];
  expect(promises([accepted(message, 1)], first, [handled(message, 900, 2, "c")])).toEqual([]);
  expect(promises([accepted(message, 1)], first, [handled(message, 3_000, 2, "c")])).toEqual([
    "doubled",
  ]);
});

test("reordered: first deliveries out of the sender's order", () => {
  const receiver = [handled(two, 3), handled(one, 4), acknowledged(two, 5), acknowledged(one, 6)];
  expect(promises(sender, receiver)).toEqual(["reordered"]);
});

test("confirmed before stored: not on disk when the server was killed", () => {
  const receiver = [handled(one, 3), acknowledged(one, 4), handled(two, 30), acknowledged(two, 31)];
  expect(promises(sender, receiver, [killed(10)])).toEqual(["confirmed before stored"]);
  expect(promises(sender, receiver, [killed(10, two)])).toEqual([]);
});
