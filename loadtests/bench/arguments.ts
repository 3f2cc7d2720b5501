import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface BenchArguments {
  /** Names of benchmarks, in the order of the list. */
  readonly only: readonly string[];
  /** Length of each measurement. */
  readonly seconds: number;
  readonly json: string | undefined;
  readonly compare: string | undefined;
  readonly profile: string | undefined;
}

const SECONDS_DEFAULT = 1.5;
const SECONDS_MAX = 3;

/** Reads the arguments. Throws TypeError, with the cure, for those that make no sense. */
export function readArguments(argv: readonly string[], names: readonly string[]): BenchArguments {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string", multiple: true },
      seconds: text,
      json: text,
      compare: text,
      profile: text,
    },
  });
  const asked = values.only ?? names;
  for (const name of asked)
    if (!names.includes(name))
      throw new TypeError(`--only ${name} is no benchmark; there are ${names.join(", ")}`);
  const seconds = Number(values.seconds ?? SECONDS_DEFAULT);
  if (!(seconds > 0 && seconds <= SECONDS_MAX))
    throw new TypeError(
      `--seconds ${values.seconds!} is not between 0 and ${SECONDS_MAX}: the whole run has to stay short`,
    );
  const { json, compare, profile } = values;
  return { only: names.filter((name) => asked.includes(name)), seconds, json, compare, profile };
}
