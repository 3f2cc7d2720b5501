// Secrets: what is minted is recognised, and nothing else is.
import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { mintSecretToken, parseSecretToken, SECRET_BYTES, secretMatches } from "./secret-token.ts";

const id = "01900000-0000-7000-8000-000000000001";

test("a secret has at least 128 bits, and what is kept of it does not hold it", () => {
  expect(SECRET_BYTES * 8).toBeGreaterThanOrEqual(128);
  const { text, hash } = mintSecretToken("mesh", id, randomBytes(SECRET_BYTES));
  const parsed = parseSecretToken("mesh", text)!;
  expect(parsed.id).toBe(id);
  expect(secretMatches(parsed, hash)).toBe(true);
  expect(text).not.toContain(Buffer.from(hash).toString("hex"));
  const other = mintSecretToken("mesh", id, randomBytes(SECRET_BYTES));
  expect(secretMatches(parsed, other.hash)).toBe(false);
  expect(secretMatches(parsed, undefined)).toBe(false);
});

test("any single character exchanged is noticed without asking the store", () => {
  for (const [prefix, owner] of [
    ["mesh", id],
    ["meshjoin", id],
    ["meshadmin", ""],
  ] as const) {
    const { text } = mintSecretToken(prefix, owner, randomBytes(SECRET_BYTES));
    expect(parseSecretToken(prefix, text)).toBeDefined();
    for (let index = 0; index < text.length; index += 1) {
      const changed = text[index] === "a" ? "b" : "a";
      const typo = text.slice(0, index) + changed + text.slice(index + 1);
      expect(parseSecretToken(prefix, typo)).toBeUndefined();
    }
    for (const typo of [text.slice(1), text.slice(0, -1), `${text}a`, ` ${text}`, `${text}\n`]) {
      expect(parseSecretToken(prefix, typo)).toBeUndefined();
    }
  }
});
