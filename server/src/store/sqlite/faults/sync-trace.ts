// Reads a trace of system calls (strace -f -y) and finds acknowledgements that came too early.

export interface SyncFindings {
  readonly acknowledged: number;
  /** One sentence for each acknowledgement that something was missing before. */
  readonly violations: readonly string[];
}

/**
 * Before each line "acknowledged …" that the process prints, its commit must have been written to the
 * write-ahead log, then that file synced, then the stamp written. It holds for one writer that waits
 * for each answer. A call counts from its beginning as a write, and from its end as a sync.
 */
export function checkSyncTrace(trace: string): SyncFindings {
  const violations: string[] = [];
  let acknowledged = 0;
  let written = false;
  let synced = false;
  let stamped = false;
  for (const { call, file, text, phase } of readCalls(trace)) {
    if (file.endsWith("-wal") && call.includes("write") && phase !== "end") {
      written = true;
      synced = false;
      stamped = false;
    } else if (file.endsWith("-wal") && call.endsWith("sync") && phase !== "begin") {
      synced = true;
    } else if (file.endsWith(".stamp") && call.includes("write") && phase !== "begin") {
      // a stamp ahead of its sync could outlive the commit that it vouches for
      stamped = synced;
    } else if (text.includes('"acknowledged ') && phase !== "end") {
      acknowledged++;
      const missing = [
        ...(written ? [] : ["write of the log"]),
        ...(synced ? [] : ["sync of the log"]),
        ...(stamped ? [] : ["stamp after the sync"]),
      ];
      if (missing.length > 0)
        violations.push(`acknowledgement ${acknowledged}: no ${missing.join(", no ")}`);
      written = false;
    }
  }
  return { acknowledged, violations };
}

interface Call {
  readonly call: string;
  /** The path of the file descriptor. */
  readonly file: string;
  readonly text: string;
  readonly phase: "begin" | "end" | "whole";
}

function* readCalls(trace: string): Generator<Call> {
  /** Calls of other threads that have begun, by thread. */
  const begun = new Map<string, Call>();
  for (const line of trace.split("\n")) {
    const resumed = /^(\d+) +<\.\.\. \w+ resumed>/.exec(line);
    if (resumed !== null) {
      const call = begun.get(resumed[1]!);
      begun.delete(resumed[1]!);
      if (call !== undefined) yield { ...call, phase: "end" };
      continue;
    }
    const match = /^(\d+) +(\w+)\(\d+<([^>]*)>(.*)$/.exec(line);
    if (match === null) continue;
    const [, thread = "", call = "", file = "", text = ""] = match;
    const unfinished = text.endsWith("<unfinished ...>");
    const found: Call = { call, file, text, phase: unfinished ? "begin" : "whole" };
    if (unfinished) begun.set(thread, found);
    yield found;
  }
}
