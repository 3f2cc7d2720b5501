import { AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import { PAGE_RECORDS_MAX, type Rec, type Store } from "../../store/store.ts";
import { presenceKind, type PresenceRecord } from "../agents/presence-record.ts";
import type { Clock } from "../clock.ts";
import { epochKind, type EpochRecord } from "./epoch-record.ts";
import { past } from "./liveness.ts";
import type { Members } from "./members.ts";
import type { MeshBook } from "./mesh-book.ts";

const THERE = [AgentLiveness.JOINING, AgentLiveness.ALIVE, AgentLiveness.SUSPECT];

/**
 * Takes up the agents that were there when an earlier process ended: each has its mesh's lost-after
 * from now to come back, then it is LOST with SERVER_RESTARTED.
 */
export async function loadPast(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly members: Members;
  readonly meshes: MeshBook;
}): Promise<void> {
  const { store, clock, members, meshes } = deps;
  const startMs = clock.monotonic();

  async function takeUp(
    { doc }: Rec<PresenceRecord>,
    epoch: Rec<EpochRecord> | undefined,
  ): Promise<void> {
    const mesh = await meshes.load(doc.meshUid);
    // One without mesh or epoch is about to be deleted, and one that is known has come back.
    if (mesh === undefined || epoch === undefined || members.get(doc.agentUid) !== undefined)
      return;
    const agent = { uid: doc.agentUid, meshUid: doc.meshUid, agentId: doc.agentId };
    const member = members.obtain(agent, mesh.timing, past(doc.liveness, doc.cause, startMs));
    member.epoch = epoch.doc.epoch;
    member.epochVersion = epoch.version;
  }

  for (const liveness of THERE) {
    let after: string | undefined;
    do {
      const page = await store.list(presenceKind, {
        eq: { liveness },
        limit: PAGE_RECORDS_MAX,
        ...(after !== undefined && { after }),
      });
      const uids = page.items.map(({ doc }) => doc.agentUid);
      const epochs = uids.length === 0 ? [] : await store.getMany(epochKind, uids);
      for (const [index, presence] of page.items.entries()) await takeUp(presence, epochs[index]);
      after = page.next;
    } while (after !== undefined);
  }
}
