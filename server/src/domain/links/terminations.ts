import { AgentDesiredState, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { PAGE_RECORDS_MAX, type Store } from "../../store/store.ts";
import { agentKind, type AgentRecord } from "../agents/agent-record.ts";
import type { Clock } from "../clock.ts";
import type { TimingWheel, WheelEntry } from "./timing-wheel.ts";

/** The agents that shall terminate, and until when they have time to do it themselves. */
export interface Terminations {
  /** Arms or disarms the agent's deadline, as its record says. */
  look(agent: AgentRecord): void;
  /** Whether the agent shall terminate. */
  has(agentUid: string): boolean;
  forget(agentUid: string): void;
  /** Arms the deadlines that an earlier process left. */
  load(store: Store): Promise<void>;
  readonly size: number;
  stop(): void;
}

/** Calls `due` when an agent's grace is over; it stays here until it is forgotten. */
export function createTerminations(deps: {
  readonly clock: Clock;
  readonly wheel: TimingWheel;
  due(agent: AgentRecord): void;
}): Terminations {
  const { clock, wheel } = deps;
  const armed = new Map<string, { readonly terminateMs: number; readonly entry: WheelEntry }>();

  function forget(agentUid: string): void {
    armed.get(agentUid)?.entry.cancel();
    armed.delete(agentUid);
  }

  function look(agent: AgentRecord): void {
    const { uid, terminateTime } = agent;
    const wanted = agent.desiredState === AgentDesiredState.TERMINATED;
    if (!wanted || agent.state === AgentState.TERMINATED || terminateTime === undefined) {
      forget(uid);
      return;
    }
    const terminateMs = terminateTime.getTime();
    if (armed.get(uid)?.terminateMs === terminateMs) return;
    forget(uid);
    // On the monotonic clock from here on: a jump of the wall clock cuts nobody's grace.
    const dueMs = clock.monotonic() + Math.max(0, terminateMs - clock.now());
    const entry = wheel.arm(dueMs, () => {
      deps.due(agent);
      return undefined;
    });
    armed.set(uid, { terminateMs, entry });
  }

  return {
    look,
    has: (agentUid) => armed.has(agentUid),
    forget,
    load: async (store) => {
      let after: string | undefined;
      do {
        const page = await store.list(agentKind, {
          range: { field: "terminateTime", from: new Date(0) },
          order: { field: "terminateTime" },
          limit: PAGE_RECORDS_MAX,
          ...(after !== undefined && { after }),
        });
        for (const { doc } of page.items) look(doc);
        after = page.next;
      } while (after !== undefined);
    },
    get size() {
      return armed.size;
    },
    stop: () => {
      for (const agentUid of [...armed.keys()]) forget(agentUid);
    },
  };
}
