import { setImmediate } from "node:timers/promises";
import { type Agent, type AgentSelector, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { PAGE_RECORDS_MAX, type Rec, type Store } from "../../store/store.ts";
import { agentMessage, labelsOf } from "../agents/agent-message.ts";
import { agentKey, agentKind, type AgentRecord } from "../agents/agent-record.ts";
import type { Clock } from "../clock.ts";
import { type DomainError, invalidField } from "../errors.ts";
import { EXPRESSION_SLICE_MS, EXPRESSION_TIME_MAX_MS } from "./limits.ts";
import { createExpressions } from "./selector-expression.ts";

/** An agent that a selector names. */
export interface SelectedAgent {
  readonly uid: string;
  readonly meshUid: string;
  readonly agentId: string;
  readonly capabilities: readonly string[];
}

/** Finds the agents that a selector names. */
export interface Selectors {
  /**
   * Those on record now, by id, connected or not; not those that have ended. `field` is where the
   * selector stands in the request. Throws INVALID_REQUEST for an expression that is none, or that
   * takes too long.
   */
  select(
    meshUid: string,
    selector: AgentSelector | undefined,
    field: string,
  ): Promise<readonly SelectedAgent[]>;
}

export function createSelectors({ store, clock }: { store: Store; clock: Clock }): Selectors {
  const expressions = createExpressions();
  return {
    select: async (meshUid, selector, field) => {
      const text = selector?.expression ?? "";
      const condition =
        text === "" ? undefined : timed(clock, expressions, `${field}.expression`, text);
      const fits = selector === undefined ? () => true : plainCondition(selector);
      const found: SelectedAgent[] = [];
      for await (const recs of candidates(store, meshUid, selector?.agentIds ?? [])) {
        for (const rec of recs) {
          if (rec.doc.state === AgentState.TERMINATED || !fits(rec.doc)) continue;
          if (condition !== undefined && !(await condition(rec))) continue;
          const { uid, agentId, capabilities } = rec.doc;
          found.push({ uid, meshUid, agentId, capabilities });
        }
        // Pages are read in one go; others get their turn between them.
        await setImmediate();
      }
      return found;
    },
  };
}

/** The agents named, or all of the mesh, in pages by id. */
async function* candidates(
  store: Store,
  meshUid: string,
  agentIds: readonly string[],
): AsyncGenerator<readonly Rec<AgentRecord>[]> {
  if (agentIds.length > 0) {
    const ids = [...new Set(agentIds)].sort();
    for (let from = 0; from < ids.length; from += PAGE_RECORDS_MAX) {
      const keys = ids
        .slice(from, from + PAGE_RECORDS_MAX)
        .map((agentId) => agentKey(meshUid, agentId));
      const recs = await store.getMany(agentKind, keys);
      yield recs.filter((rec) => rec !== undefined);
    }
    return;
  }
  let after: string | undefined;
  do {
    const page = await store.list(agentKind, {
      eq: { meshUid },
      order: { field: "agentId" },
      limit: PAGE_RECORDS_MAX,
      ...(after !== undefined && { after }),
    });
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}

/** All of the selector but ids and expression. */
function plainCondition({
  roles,
  capabilities,
  matchLabels,
}: AgentSelector): (doc: AgentRecord) => boolean {
  const labels = Object.entries(matchLabels);
  return (doc) => {
    if (roles.length > 0 && !roles.includes(doc.role)) return false;
    if (!capabilities.every((one) => doc.capabilities.includes(one))) return false;
    if (labels.length === 0) return true;
    const own = labelsOf(doc);
    return labels.every(([name, value]) => own[name] === value);
  };
}

/** Evaluates the expression, in slices, and not for longer than it may take in all. */
function timed(
  clock: Clock,
  expressions: ReturnType<typeof createExpressions>,
  field: string,
  text: string,
): (rec: Rec<AgentRecord>) => boolean | Promise<boolean> {
  const condition = expressions.compile(field, text);
  let usedMs = 0;
  let sliceMs = 0;
  return (rec) => {
    const startMs = clock.monotonic();
    const isTrue = condition(withoutStatus(rec));
    const tookMs = clock.monotonic() - startMs;
    usedMs += tookMs;
    sliceMs += tookMs;
    if (usedMs > EXPRESSION_TIME_MAX_MS) throw tooCostly(field);
    if (sliceMs < EXPRESSION_SLICE_MS) return isTrue;
    sliceMs = 0;
    return setImmediate(isTrue);
  };
}

function withoutStatus(rec: Rec<AgentRecord>): Agent {
  const agent = agentMessage(rec, undefined, undefined);
  delete agent.status;
  return agent;
}

function tooCostly(field: string): DomainError {
  return invalidField(
    field,
    `took more than ${EXPRESSION_TIME_MAX_MS} ms over the agents of the mesh: make it simpler, or name roles, capabilities or labels beside it`,
    { limit_ms: String(EXPRESSION_TIME_MAX_MS) },
  );
}
