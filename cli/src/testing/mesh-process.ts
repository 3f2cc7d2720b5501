// Runs `mesh` as people do: a process of its own, with a configuration of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/mesh.js", import.meta.url));

/** What a run gave. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A configuration folder and the commands that use it. */
export interface Sandbox {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs to the end. */
  readonly mesh: (
    args: readonly string[],
    options?: { env?: NodeJS.ProcessEnv; stdin?: string },
  ) => Promise<Ran>;
  /** Starts and returns at once. */
  readonly start: (args: readonly string[]) => ChildProcess;
  readonly remove: () => void;
}

/** A fresh sandbox. Nothing of the real user's configuration is seen. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "mesh-cli-"));
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("MESH_"));
  const env = {
    ...Object.fromEntries(own),
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    NO_COLOR: "1",
  };
  const start = (args: readonly string[], more?: NodeJS.ProcessEnv) => {
    return spawn(process.execPath, [bin, ...args], { env: { ...env, ...more }, stdio: "pipe" });
  };
  return {
    folder,
    env,
    start,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
    mesh: async (args, options = {}) => {
      const child = start(args, options.env);
      child.stdin.end(options.stdin ?? "");
      const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
      });
      return { code, stdout: await stdout, stderr: await stderr };
    },
  };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
