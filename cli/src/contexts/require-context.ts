// Looks up a context that a person named.
import { configError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import type { Context, Contexts } from "./contexts-file.ts";

/** The context of that name. Throws a config error with a suggestion where there is none. */
export function requireContext({ contexts }: Contexts, name: string): Context {
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context !== undefined) return context;
  const names = Object.keys(contexts);
  throw configError(
    `there is no context ${JSON.stringify(name)}`,
    ...suggestion(name, names),
    names.length === 0
      ? "make one: mesh login, or mesh context add NAME --endpoint URL"
      : `there are ${names.join(", ")}`,
  );
}
