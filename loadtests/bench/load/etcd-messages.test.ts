import { expect, test } from "@jest/globals";
import { keepAlive, leaseGrantRequest, putRequest } from "./etcd-messages.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("messages are encoded field by field as etcd's API numbers them", () => {
  expect(hex(putRequest("k", "vw"))).toBe("0a016b12027677");
  expect(hex(leaseGrantRequest(7n))).toBe("08901c1007");
  expect(hex(keepAlive(300n).frame)).toBe("000000000308ac02");
});

test("an answer to a keep-alive is one that brings its lease back", () => {
  const { answers } = keepAlive(300n);
  const header = "0a0208011801";
  expect(answers(Buffer.from("0a02080110ac02180a", "hex"))).toBe(true);
  expect(answers(Buffer.from("0a02080110ad02180a", "hex"))).toBe(false);
  expect(answers(Buffer.from(header, "hex"))).toBe(false);
});
