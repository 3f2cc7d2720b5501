// Writes data to stdout, as slowly as its reader takes it.
import { once } from "node:events";

/** Writes text to stdout and waits where the reader is behind. */
export async function out(text: string): Promise<void> {
  if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
}

/** Writes a line of talk to stderr. */
export function talk(line: string): void {
  process.stderr.write(`${line}\n`);
}
