// Generated code with a defect put into it, to see that tests find it.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { repository } from "./image.ts";

/** What a piece of code is replaced by, everywhere. */
export interface Defect {
  readonly file: string;
  readonly code: string;
  readonly replacement: string;
}

/**
 * The exports of files of gen/codec, each of which may use those before it and the libraries. Throws if
 * the code that the defect replaces is not there.
 */
export function loadGenerated(
  files: readonly string[],
  libraries: Readonly<Record<string, unknown>>,
  defect?: Defect,
): Readonly<Record<string, unknown>> {
  let known = libraries;
  for (const file of files) {
    let text = readFileSync(join(repository, "gen", "codec", "src", file), "utf8");
    if (file === defect?.file) {
      const { code, replacement } = defect;
      if (!text.includes(code)) throw new Error(`${file} has no ${code}`);
      text = text.replaceAll(code, replacement);
    }
    known = { ...known, ...runGenerated(text, known) };
  }
  return known;
}

/**
 * The exports of generated code, whose imports are what is known. It runs in the realm of the test:
 * classes of another one would differ by themselves.
 */
export function runGenerated(
  text: string,
  known: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const script = stripTypeScriptTypes(text)
    .replaceAll(/^import\s[^;]*;$/gm, "")
    .replaceAll(/^export \{\s*\};$/gm, "");
  const names = [...script.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
  const body = `${script.replaceAll(/^export /gm, "")}\nreturn { ${names.join(", ")} };`;
  const make = globalThis.eval(`(function ({ ${Object.keys(known).join(", ")} }) {${body}\n})`) as (
    known: Readonly<Record<string, unknown>>,
  ) => Record<string, unknown>;
  return make(known);
}
