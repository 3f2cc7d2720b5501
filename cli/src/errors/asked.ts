// The command line that met an error, as far as what is told about the error needs it.
import { currentTarget } from "../connect.ts";
import { rowOf, wordsOf } from "../help/known-command.ts";
import type { Asked } from "./hints.ts";

/** Deadline of a call that is given none, as people type it. */
const timeoutDefault = "30s";

/** Reads it; the endpoint is left out where contexts cannot be read. Never throws. */
export async function askedOf(argv: readonly string[]): Promise<Asked> {
  const target = await currentTarget({
    endpoint: flagIn(argv, "--endpoint"),
    context: flagIn(argv, "--context"),
  }).catch(() => undefined);
  const row = rowOf(argv);
  const repeat =
    row?.readOnly === true ? "reads" : row?.requestId === true ? "request-id" : undefined;
  const calls = row?.kind === "unary" || wordsOf(argv)[0] === "send";
  return {
    endpoint: target?.endpoint.value,
    command: wordsOf(argv).slice(0, 2).join(" "),
    timeout: flagIn(argv, "--timeout") ?? (calls ? timeoutDefault : undefined),
    repeat,
  };
}

function flagIn(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((each) => each === name || each.startsWith(`${name}=`));
  if (at < 0) return undefined;
  return argv[at]?.startsWith(`${name}=`) === true ? argv[at].slice(name.length + 1) : argv[at + 1];
}
