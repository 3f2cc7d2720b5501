// Secrets must not stand in the arguments, whichever argument it is.
import { usageError } from "./cli-error.ts";

/** Admin tokens, join tokens and API keys, whole or cut off; not the paths of files called like them. */
const secret = /(?<![\w@./-])(?:mesh(?:admin|join)_\w+|mesh_[\w-]+_\w+)(?![\w./-])/;

/** Throws a usage error, which does not repeat it, where an argument holds what looks like a secret. */
export function checkNoSecrets(argv: readonly string[]): void {
  if (!argv.some((each) => secret.test(each))) return;
  const isLogin = argv[0] === "login";
  throw usageError(
    "an argument looks like a secret: secrets must not stand in the arguments, where every user of the machine can read them",
    isLogin
      ? "leave it out and type it at the prompt, or pipe it: mesh login < key.txt"
      : "give a secret as @FILE or - (stdin), set MESH_TOKEN, or sign in with mesh login",
    "it may be in your shell's history now: revoke it if others can read that",
  );
}
