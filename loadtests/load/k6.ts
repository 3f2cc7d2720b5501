// Runs one k6 script to its end. k6 talks to the server only: no usage report, no fetching of extensions,
// no port of its own, none of the user's settings.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watch } from "../bench/processes/children.ts";
import type { Script } from "./arguments.ts";
import type { Summary } from "./summary.ts";

const loadtests = join(import.meta.dirname, "..");
const protoFolders = ["proto", "third_party/proto"].map((folder) => join(loadtests, "..", folder));
/** k6's exit code for thresholds that do not hold; everything else but 0 means that it did not run. */
const THRESHOLDS_CROSSED = 99;
const OUTPUT_CHARACTERS_MAX = 4_000;

/** What a script has to know; `given.js` reads it. */
export interface Given {
  /** host:port of the server. */
  readonly address: string;
  readonly meshId: string;
  /** An admin's API key. */
  readonly key: string;
  readonly agents: readonly { readonly agentId: string; readonly token: string }[];
  readonly vus: number;
  readonly durationMs: number;
}

/**
 * Settles with k6's summary, whether or not its thresholds hold. Throws Error with k6's own words where
 * it could not run the script. `folder` is for its files and removed by whoever made it.
 */
export async function runScript(
  k6: string,
  script: Script,
  given: Given,
  folder: string,
): Promise<{ readonly summary: Summary; readonly output: string }> {
  const givenFile = join(folder, `${script}.json`);
  const summaryFile = join(folder, `${script}-summary.json`);
  writeFileSync(givenFile, JSON.stringify({ ...given, protoFolders, summaryFile }), {
    mode: 0o600,
  });
  const child = spawn(
    k6,
    [
      "run",
      "--quiet",
      "--no-color",
      "--no-usage-report",
      "--address=",
      join(loadtests, "k6", `${script}.js`),
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: environment(folder, givenFile) },
  );
  watch(child);
  let output = "";
  const take = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0 && status !== THRESHOLDS_CROSSED)
    throw new Error(`k6 run ${script}.js: exit ${status ?? "unknown"}\n${output}`);
  return { summary: JSON.parse(readFileSync(summaryFile, "utf8")) as Summary, output };
}

function environment(folder: string, givenFile: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("K6_"));
  return {
    ...Object.fromEntries(inherited),
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    K6_AUTO_EXTENSION_RESOLUTION: "false",
    MESHWORK_GIVEN: givenFile,
  };
}
