import { parseArgs } from "node:util";

/** The k6 scripts that there are, in `loadtests/k6`. */
export const scripts = ["unary", "beats"] as const;
export type Script = (typeof scripts)[number];

/** What the command line asks for. */
export interface LoadArguments {
  /** In the order of the list. */
  readonly scripts: readonly Script[];
  /** Of each script. */
  readonly durationMs: number;
  /** Virtual users of k6, and agents on record. */
  readonly vus: number;
}

const DURATION_MS_DEFAULT = 10_000;
/** Shorter ones k6 refuses. */
const DURATION_MS_MIN = 1_000;
/** Longest run of one script. */
export const DURATION_MS_MAX = 300_000;
const VUS_DEFAULT = 8;
const VUS_MAX = 200;

/** Reads the arguments. Throws TypeError, with the cure, for those that make no sense. */
export function readArguments(argv: readonly string[]): LoadArguments {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { script: { type: "string", multiple: true }, duration: text, vus: text },
  });
  const asked: readonly string[] = values.script ?? scripts;
  for (const name of asked)
    if (!scripts.some((script) => script === name))
      throw new TypeError(`--script ${name} is none; there are ${scripts.join(", ")}`);
  return {
    scripts: scripts.filter((script) => asked.includes(script)),
    durationMs: values.duration === undefined ? DURATION_MS_DEFAULT : milliseconds(values.duration),
    vus: values.vus === undefined ? VUS_DEFAULT : users(values.vus),
  };
}

function milliseconds(text: string): number {
  const [, digits, unit] = /^(\d{1,6})(s|m)$/.exec(text) ?? [];
  const ms = Number(digits) * { s: 1_000, m: 60_000 }[unit as "s" | "m"];
  if (!(ms >= DURATION_MS_MIN && ms <= DURATION_MS_MAX))
    throw new TypeError(
      `--duration ${text} is not between ${DURATION_MS_MIN / 1_000}s and ${DURATION_MS_MAX / 1_000}s; write 10s or 2m`,
    );
  return ms;
}

function users(text: string): number {
  const vus = Number(text);
  if (!(Number.isInteger(vus) && vus >= 1 && vus <= VUS_MAX))
    throw new TypeError(`--vus ${text} is no whole number from 1 to ${VUS_MAX}`);
  return vus;
}
