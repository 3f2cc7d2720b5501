// Where a CPU profile's time went, by the part of the program.
import { readFileSync } from "node:fs";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface ProfilePart {
  readonly part: string;
  /** Of the time in which the process did anything, 0 to 1. */
  readonly share: number;
}

/** Self time by package, folder or room, the largest first; parts below half a percent are left out. */
export function profileParts(file: string): ProfilePart[] {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as Profile;
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  const spent = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const part = parts.get(id)!;
    const delta = timeDeltas[index]!;
    // The profiler's own work, done in the process, is none of the server's.
    if (part === "(idle)" || part === "node:inspector") return;
    total += delta;
    spent.set(part, (spent.get(part) ?? 0) + delta);
  });
  return [...spent]
    .map(([part, time]) => ({ part, share: time / total }))
    .filter(({ share }) => share >= 0.005)
    .sort((a, b) => b.share - a.share);
}

function partOf({ functionName, url }: Profile["nodes"][number]["callFrame"]): string {
  if (url === "")
    return /^\((idle|program|garbage collector)\)$/.test(functionName) ? functionName : "(native)";
  if (url.startsWith("node:")) return url.replace(/^node:internal\//, "node:").split("/")[0]!;
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  return (
    /\/(server\/src\/(?:[a-z]+\/){1,2}|wire\/|gen\/)[^/]*/.exec(url)?.[1]?.replace(/\/$/, "") ?? url
  );
}
