import type { ChildProcess } from "node:child_process";

/** Settles when what it prints matches; fails when it ends before. What it prints later is dropped. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = "";
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match === null) return;
      // Without a reader, a pipe fills and its writer stands still.
      for (const stream of streams) stream.off("data", look).resume();
      resolve(match);
    };
    for (const stream of streams) stream.on("data", look);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`ended before ${pattern.source}:\n${text}`)));
  });
}
