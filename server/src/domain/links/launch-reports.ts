import type { Launched } from "@meshwork/gen/mesh/v1/link";
import { recordLaunched } from "../agents/launch-report.ts";
import type { LinksDeps } from "./links-deps.ts";
import { REPORTS_WAITING_MAX } from "./limits.ts";
import type { Member } from "./members.ts";

/**
 * Puts on record what a launcher says of its children, in order and under its epoch. While the store is
 * behind, the newest report of a child replaces the one that waits. `released` hears of a launcher that
 * is to be told anew which children are in its care.
 */
export function createLaunchReports(
  deps: Pick<LinksDeps, "store" | "committer" | "clock" | "log">,
  member: Member,
  released: (launcherUid: string) => void,
): (report: Launched) => void {
  const { uid } = member.agent;
  const { epochVersion } = member;
  const waiting = new Map<string, Launched>();

  async function writeAll(): Promise<void> {
    for (const report of [...waiting.values()]) {
      await write(report);
      if (waiting.get(report.agentUid) === report) waiting.delete(report.agentUid);
    }
    if (waiting.size > 0) await writeAll();
  }

  async function write(report: Launched): Promise<void> {
    const { agentUid } = report;
    const outcome = await deps.committer.runSystem(() =>
      recordLaunched(
        deps.store,
        { uid, epochVersion },
        report,
        new Date(deps.clock.now()),
        released,
      ),
    );
    if (outcome === "stranger")
      deps.log.warn({ launcherUid: uid, agentUid }, "a launcher told of an agent not its own");
  }

  return (report) => {
    const isFirst = waiting.size === 0;
    if (waiting.size >= REPORTS_WAITING_MAX && !waiting.has(report.agentUid)) return;
    waiting.set(report.agentUid, report);
    if (isFirst) void member.writer.add(writeAll);
  };
}
