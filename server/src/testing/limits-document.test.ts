// Every named limit stands in docs/limits.md: an operator finds there what a refusal names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../../..");
const files = [
  ..."agents credentials links meshes messages"
    .split(" ")
    .map((room) => `domain/${room}/limits.ts`),
  "domain/messages/mail-limits.ts",
  "store/sqlite/limits.ts",
].map((file) => `server/src/${file}`);

test.each([...files, "agents/core/src/limits.ts", "wire/src/limits.ts"])("%s", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const names = [...text.matchAll(/^export const (\w+)(?:: number)? = [\d(]/gm)].map(
    ([, name]) => name!,
  );
  const document = readFileSync(join(root, "docs/limits.md"), "utf8");
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
});
