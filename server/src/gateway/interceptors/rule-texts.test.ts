// Every pattern of the contract has its meaning in words, and no word stands for a pattern that is gone.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { explainedPatterns, ruleText } from "./rule-texts.ts";

const folder = join(import.meta.dirname, "../../../../proto/mesh/v1");

test("the texts are of exactly the contract's patterns", () => {
  const patterns = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/pattern[ =:]*("(?:[^"\\]|\\.)*")/g)].map(
      ([, quoted]) => JSON.parse(quoted!) as string,
    );
  });
  expect(patterns.length).toBeGreaterThan(30);
  expect(new Set(explainedPatterns)).toEqual(new Set(patterns));
});

test("other rules keep their own text, or their name", () => {
  expect(ruleText("must be at most 3 characters", "string.max_len")).toBe(
    "must be at most 3 characters",
  );
  expect(ruleText("", "string.max_len")).toBe("string.max_len");
  expect(ruleText("does not match regex pattern `^x$`", "string.pattern")).toContain("^x$");
});
