// Watches: what is there first, then every commit once, in order, without gap, also over resumptions.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { toBinary } from "@bufbuild/protobuf";
import { type Agent, AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import {
  type WatchAgentsResponse,
  WatchAgentsResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_service";
import type { WatchMeshResponse } from "@meshwork/gen/mesh/v1/mesh_service";
import { WatchPhase } from "@meshwork/gen/mesh/v1/watch";
import { put } from "../store/store.ts";
import {
  admin,
  type Domain,
  openDomain,
  refusalOf,
  seeLiveness,
} from "../testing/domain-fixture.ts";
import { newAgent } from "./agents/agent-provisioning.ts";
import { agentKey, agentKind, type AgentRecord } from "./agents/agent-record.ts";
import { meshKind } from "./meshes/mesh-record.ts";

let domain: Domain;
let stop: AbortController;
beforeEach(async () => {
  stop = new AbortController();
  domain = await openDomain();
  await domain.meshClient.createMesh({ meshId: "m" });
});
afterEach(async () => {
  stop.abort();
  await domain.close();
});

const provision = async (agentId: string, meshId = "m"): Promise<Agent> =>
  (await domain.agentClient.provisionAgent({ meshId, agentId })).agent!;
const rename = (agentId: string, displayName: string, meshId = "m") =>
  domain.agentClient.updateAgent({
    meshId,
    agentId,
    displayName,
    updateMask: { paths: ["display_name"] },
  });
const meshUid = async () => (await domain.store.get(meshKind, "m"))!.doc.uid;

/** Takes responses until `enough`, then goes away. */
async function take<Response>(
  open: (options: { signal: AbortSignal }) => AsyncIterable<Response>,
  enough: (response: Response, all: readonly Response[]) => boolean,
): Promise<Response[]> {
  const stop = new AbortController();
  const all: Response[] = [];
  for await (const response of open({ signal: stop.signal })) {
    all.push(response);
    if (enough(response, all)) break;
  }
  stop.abort();
  return all;
}
const watchAgents = (cursor = "", meshId = "m") => {
  return (options: { signal: AbortSignal }) =>
    domain.agentClient.watchAgents({ meshId, cursor }, options);
};
const watchMesh = (cursor = "") => {
  return (options: { signal: AbortSignal }) =>
    domain.meshClient.watchMesh({ meshId: "m", cursor }, options);
};
const isLive = ({ phase }: { phase: WatchPhase }) => phase === WatchPhase.LIVE;
const told = (responses: readonly WatchAgentsResponse[]): string[] =>
  responses.flatMap(({ changes }) =>
    changes.map(({ change }) =>
      change.case === "agent"
        ? `${change.value.agentId}=${change.value.displayName}`
        : `-${String(change.value)}`,
    ),
  );

type Change = WatchAgentsResponse["changes"][number] | WatchMeshResponse["changes"][number];
const callOf = () => domain.callFor("", admin, stop.signal);
/** Reads on by hand, so that the test decides what happens between two responses. */
async function pull(
  feed: AsyncIterable<{ readonly changes: readonly Change[] }>,
  responses: number,
): Promise<Change[]> {
  const iterator = feed[Symbol.asyncIterator]();
  const changes: Change[] = [];
  for (let taken = 0; taken < responses; taken += 1) {
    const next = await iterator.next();
    if (next.done !== true) changes.push(...next.value.changes);
  }
  return changes;
}
const lastName = (changes: readonly Change[]): string | undefined => {
  const change = changes.at(-1)?.change;
  return change?.case === "agent" ? change.value.displayName : undefined;
};

/** Puts many agents on record in one commit. */
async function populate(count: number, more: Partial<AgentRecord> = {}): Promise<void> {
  const mesh = (await domain.store.get(meshKind, "m"))!.doc;
  const changes = Array.from({ length: count }, (_, index) => {
    const agentId = `p${String(index).padStart(3, "0")}`;
    const given = { agentId, role: 1, displayName: "", labels: {}, ...more } as const;
    const doc = newAgent(mesh, domain.ids.uuid(), new Date(domain.clock.now()), given);
    return put(agentKind, agentKey(mesh.uid, agentId), doc, "absent");
  });
  await domain.store.commit({ writeId: domain.ids.uuid(), changes });
}

describe("the snapshot", () => {
  test("comes in pages; only its end has a cursor, from which nothing is told again", async () => {
    await populate(450);
    const responses = await take(watchAgents(), isLive);
    const snapshot = responses.filter((response) => !isLive(response));
    expect(
      snapshot.map(({ changes, more, cursor }) => [changes.length, more, cursor === ""]),
    ).toEqual([
      [200, true, true],
      [200, true, true],
      [50, false, false],
    ]);
    expect(new Set(told(responses)).size).toBe(450);
    const resumed = take(watchAgents(snapshot.at(-1)!.cursor), (_, all) => told(all).length > 0);
    await rename("p007", "x");
    expect(told(await resumed)).toEqual(["p007=x"]);
  });

  test("of an empty mesh is one empty response with a cursor", async () => {
    const [first] = await take(watchAgents(), () => true);
    expect(first).toMatchObject({ changes: [], phase: WatchPhase.SNAPSHOT, more: false });
    expect(first?.cursor).not.toBe("");
  });

  test("what changes while it is read is told once: in it, or afterwards", async () => {
    await populate(450);
    const agents = domain.agents.watch(callOf(), { meshId: "m", cursor: "" });
    const mesh = domain.meshes.watch(callOf(), { meshId: "m", cursor: "" });
    const agentChanges = await pull(agents, 1);
    const meshChanges = await pull(mesh, 1);
    // One that was told, two on either side of the end of the page, one that was not read yet.
    const ids = ["p000", "p199", "p200", "p449"];
    for (const id of ids) await rename(id, "new");
    const isNew = ({ change }: Change) =>
      change.case === "agent" && change.value.displayName === "new";
    for (const [feed, changes] of [
      [agents, agentChanges],
      [mesh, meshChanges],
    ] as const) {
      while (changes.filter(isNew).length < 4) changes.push(...(await pull(feed, 1)));
      await rename("p100", "last");
      while (lastName(changes) !== "last") changes.push(...(await pull(feed, 1)));
      await rename("p100", "");
      const seen = changes.filter(isNew).map(({ change }) => (change.value as Agent).agentId);
      expect(seen.sort()).toEqual(ids);
    }
  });
});

describe("the news", () => {
  test("every change of a record once and in order, over many resumptions, under load", async () => {
    const agents = await Promise.all(["a", "b", "c"].map((id) => provision(id)));
    const uid = await meshUid();
    const rounds = 40;
    const load = agents.map(async ({ agentId, uid: agentUid }) => {
      for (let round = 1; round <= rounds; round += 1) {
        await rename(agentId, String(round));
        const liveness = round % 2 ? AgentLiveness.ALIVE : AgentLiveness.SUSPECT;
        await seeLiveness(domain, { uid: agentUid, meshUid: uid, agentId }, liveness);
      }
    });
    const names = new Map<string, number[]>();
    const transitions = new Map<string, number[]>();
    const done = () =>
      [...transitions.values()].filter((seen) => seen.at(-1) === rounds).length === 3;
    let cursor = "";
    for (let connection = 0; !done(); connection += 1) {
      const responses = await take(watchMesh(cursor), (response, all) => {
        record(response);
        // Never within a commit or the snapshot, from where one begins again.
        return response.cursor !== "" && !response.more && (all.length > connection % 5 || done());
      });
      cursor = responses.at(-1)!.cursor;
    }
    await Promise.all(load);
    for (const { agentId } of agents) {
      expectSteps(names.get(agentId)!, rounds);
      expectSteps(transitions.get(agentId)!, rounds);
    }

    function record({ changes }: WatchMeshResponse): void {
      for (const { change } of changes) {
        if (change.case === "agent") note(names, change.value.agentId, change.value.displayName);
        if (change.case === "liveness") {
          note(transitions, change.value.agentId, change.value.evidence.split(" ")[1]!);
        }
      }
    }
  });

  test("an agent's change carries its newest liveness, which never goes back", async () => {
    const { uid: agentUid } = await provision("a");
    const uid = await meshUid();
    const rounds = 40;
    const load = (async () => {
      for (let round = 1; round <= rounds; round += 1) {
        const seen = seeLiveness(
          domain,
          { uid: agentUid, meshUid: uid, agentId: "a" },
          AgentLiveness.ALIVE,
        );
        await Promise.all([rename("a", String(round)), seen]);
      }
    })();
    const names: number[] = [];
    const evidence: number[] = [];
    await take(watchAgents(), ({ changes }) => {
      for (const { change } of changes) {
        if (change.case !== "agent") continue;
        names.push(Number(change.value.displayName));
        evidence.push(Number(change.value.status!.livenessEvidence.split(" ")[1] ?? 0));
      }
      return names.at(-1) === rounds && evidence.at(-1) === rounds;
    });
    await load;
    expect(evidence).toEqual([...evidence].sort((a, b) => a - b));
    expect(names).toEqual([...names].sort((a, b) => a - b));
    // Every rename is seen, though a transition may be told together with the next.
    expectSteps([...new Set(names)], rounds);
    // Nothing is told twice.
    const pairs = names.map((name, index) => `${name}/${evidence[index]!}`);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  test("a transition does not run ahead of the changes of the record before it", async () => {
    const { uid } = await provision("a");
    const feed = domain.agents.watch(callOf(), { meshId: "m", cursor: "" });
    await pull(feed, 2);
    // All of it lands before the watcher reads on.
    const who = { uid, meshUid: await meshUid(), agentId: "a" };
    await seeLiveness(domain, who, AgentLiveness.ALIVE);
    for (const name of ["1", "2"]) await rename("a", name);
    const changes: Change[] = [];
    while (lastName(changes) !== "2") changes.push(...(await pull(feed, 1)));
    expect(changes.map(({ change }) => change)).toMatchObject([
      { case: "agent", value: { displayName: "1", status: { liveness: AgentLiveness.ALIVE } } },
      { case: "agent", value: { displayName: "2", status: { liveness: AgentLiveness.ALIVE } } },
    ]);
  });

  test("a transition has what it was, what it is, why and when", async () => {
    const agent = await provision("a");
    const who = { uid: agent.uid, meshUid: await meshUid(), agentId: "a" };
    await seeLiveness(domain, who, AgentLiveness.ALIVE);
    const watching = take(watchMesh(), (response, all) => {
      if (isLive(response) && all.length === 2) void seeLiveness(domain, who, AgentLiveness.LOST);
      return isLive(response) && response.changes.length > 0;
    });
    const changes = (await watching).flatMap((response) => response.changes);
    const liveness = changes.flatMap(({ change }) =>
      change.case === "liveness" ? [change.value] : [],
    );
    expect(liveness).toMatchObject([
      { previous: AgentLiveness.UNSPECIFIED, liveness: AgentLiveness.ALIVE },
      {
        agentId: "a",
        agentUid: agent.uid,
        previous: AgentLiveness.ALIVE,
        liveness: AgentLiveness.LOST,
        evidence: "transition 2",
        time: { seconds: BigInt(domain.clock.now() / 1000) },
      },
    ]);
    expect(changes.map(({ change }) => change.case)).toEqual([
      "mesh",
      "agent",
      "liveness",
      "liveness",
    ]);
  });

  test("deletions are told, and the watch ends with its mesh", async () => {
    await provision("a");
    const agents: WatchAgentsResponse[] = [];
    const agentsWatched = take(watchAgents(), (response) => {
      agents.push(response);
      return false;
    });
    const meshWatched = take(watchMesh(), (response, all) => {
      if (isLive(response) && all.length === 2) void end();
      return false;
    });
    const end = async () => {
      await domain.agentClient.terminateAgent({ meshId: "m", agentId: "a" });
      await domain.agentClient.deleteAgent({ meshId: "m", agentId: "a" });
      await domain.meshClient.deleteMesh({ meshId: "m" });
    };
    const mesh = await meshWatched;
    await agentsWatched;
    expect(told(agents).at(-1)).toBe("-a");
    const last = mesh.flatMap(({ changes }) => changes).slice(-3);
    expect(last.map(({ change }) => change)).toMatchObject([
      { case: "deletedAgentId", value: "a" },
      { case: "mesh", value: { state: 2 } },
      { case: "deletedMeshId", value: "m" },
    ]);
  });

  test("what happens in another mesh is neither told nor counted as silence", async () => {
    await domain.meshClient.createMesh({ meshId: "n" });
    await provision("a", "n");
    const watching = take(watchAgents(), (response, all) => {
      if (isLive(response) && all.length === 2) {
        void rename("a", "secret", "n").then(() => provision("mine"));
      }
      return isLive(response) && response.changes.length > 0;
    });
    expect(told(await watching)).toEqual(["mine="]);
  });

  test("30 s of silence end in a bookmark that can be resumed from", async () => {
    const responses = await take(watchAgents(), (response, all) => {
      if (all.length === 2) {
        // Half a minute on, the watch waits for its timer.
        setImmediate(() => {
          domain.clock.advance(29_999);
          setImmediate(() => {
            domain.clock.advance(1);
          });
        });
      }
      return all.length === 3;
    });
    expect(responses.map(({ phase, changes }) => [phase, changes.length])).toEqual([
      [WatchPhase.SNAPSHOT, 0],
      [WatchPhase.LIVE, 0],
      [WatchPhase.LIVE, 0],
    ]);
    const resumed = take(watchAgents(responses[2]!.cursor), (_, all) => told(all).length > 0);
    await provision("a");
    expect(told(await resumed)).toEqual(["a="]);
    // Nobody waits for a timer once the watches are gone.
    expect(domain.clock.pending).toBe(0);
  });

  test("a commit above 1 MiB comes in parts; who leaves between them gets all of it", async () => {
    const [{ cursor } = { cursor: "" }] = await take(watchAgents(), () => true);
    // Numbers take more room on the wire than in JSON.
    const desiredConfiguration = { list: Array.from({ length: 20_000 }, () => 1) };
    await populate(12, { desiredConfiguration });
    const parts = await take(
      watchAgents(cursor),
      ({ changes, more }) => changes.length > 0 && !more,
    );
    expect(parts.length).toBeGreaterThan(2);
    expect(told(parts)).toHaveLength(12);
    for (const part of parts) {
      expect(toBinary(WatchAgentsResponseSchema, part).length).toBeLessThanOrEqual(1024 * 1024);
    }
    expect(parts.map(({ more }) => more)).toEqual(
      parts.map((_, index) => index < parts.length - 1),
    );
    const again = await take(
      watchAgents(parts[0]!.cursor),
      ({ changes, more }) => changes.length > 0 && !more,
    );
    expect(told(again)).toHaveLength(12);
  });
});

test("a cursor of nowhere, of another mesh, or of an earlier mesh of the name is refused", async () => {
  await domain.meshClient.createMesh({ meshId: "n" });
  const [{ cursor } = { cursor: "" }] = await take(watchAgents(), () => true);
  const attempt = (text: string, meshId = "m") =>
    refusalOf(take(watchAgents(text, meshId), () => true));
  for (const refusal of [
    await attempt("nonsense"),
    await attempt(`${cursor.split(".")[0]!}.nonsense`),
    await attempt(cursor, "n"),
  ]) {
    expect(refusal).toMatchObject({ reason: "CURSOR_TOO_OLD" });
  }
  await domain.meshClient.deleteMesh({ meshId: "m" });
  await domain.meshClient.createMesh({ meshId: "m" });
  expect(await attempt(cursor)).toMatchObject({ reason: "CURSOR_TOO_OLD" });
});

function note(seen: Map<string, number[]>, agentId: string, value: string): void {
  seen.set(agentId, [...(seen.get(agentId) ?? []), Number(value)]);
}

/** From wherever the snapshot was, one by one up to the last. */
function expectSteps(seen: readonly number[], last: number): void {
  const first = seen[0]!;
  expect(seen).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
