// Where the content of a flag comes from: the text itself, a file, stdin or a prompt.
import { readFile } from "node:fs/promises";
import { usageError } from "../errors/cli-error.ts";

/** Reads what flags refer to. A test puts its own in place of the process's. */
export interface Sources {
  readonly file: (path: string) => Promise<Buffer>;
  /** All of stdin. */
  readonly stdin: () => Promise<Buffer>;
  /** Asks a person for a secret; undefined where nobody can be asked. */
  readonly prompt: ((question: string) => Promise<string>) | undefined;
}

/** The sources of the running process. Stdin can be had once. */
export function processSources(): Sources {
  let taken = false;
  return {
    file: (path) => readFile(path),
    stdin: async () => {
      if (taken) throw usageError("only one value can come from stdin");
      taken = true;
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    prompt: process.stdin.isTTY && process.stderr.isTTY ? askSecret : undefined,
  };
}

/** The bytes that `@FILE` or `-` stands for; undefined where the text stands for itself. */
export async function referenced(
  text: string,
  flag: string,
  sources: Sources,
): Promise<Buffer | undefined> {
  if (text === "-") return sources.stdin();
  if (!text.startsWith("@")) return undefined;
  const path = text.slice(1);
  try {
    return await sources.file(path);
  } catch (error) {
    throw usageError(
      `${flag} cannot read the file ${JSON.stringify(path)}: ${(error as Error).message}`,
    );
  }
}

/** A secret out of `@FILE`, stdin or a prompt; one in the arguments is refused. */
export async function secretFrom(
  text: string | undefined,
  flag: string,
  sources: Sources,
): Promise<string> {
  if (text === undefined) {
    if (sources.prompt !== undefined) return sources.prompt(flag);
    throw usageError(
      `${flag} is required`,
      `give ${flag} @FILE, or ${flag} - to read it from stdin`,
    );
  }
  const content = await referenced(text, flag, sources);
  if (content === undefined) {
    throw usageError(
      `${flag} is a secret and must not stand in the arguments, where every user of the machine can read it`,
      `give ${flag} @FILE, ${flag} - to read it from stdin, or leave it out to be asked`,
    );
  }
  return content.toString("utf8").trim();
}

async function askSecret(question: string): Promise<string> {
  const { default: password } = await import("@inquirer/password");
  return password({ message: question, mask: "*" }, { output: process.stderr });
}
