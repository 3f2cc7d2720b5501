// Agents: provisioning, lists that are narrowed and paged, updates, the way to their end.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Agent,
  AgentDesiredState,
  AgentLiveness,
  AgentRole,
  AgentState,
} from "@meshwork/gen/mesh/v1/agent";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { put } from "../../store/store.ts";
import {
  admin,
  agentIdentity,
  type Domain,
  openDomain,
  refusalOf,
  seeLiveness,
} from "../../testing/domain-fixture.ts";
import { auditKind } from "../audit/audit-record.ts";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { joinTokenKind } from "../credentials/join-token-record.ts";
import { stateUpdateWrite, terminatedWrite } from "./agent-changes.ts";
import { agentByUid } from "./agent-queries.ts";
import { agentKey, agentKind } from "./agent-record.ts";
import { presenceKind } from "./presence-record.ts";

let domain: Domain;
let meshUid: string;
beforeEach(async () => {
  domain = await openDomain({ agentsMax: 30 });
  meshUid = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!.uid;
});
afterEach(() => domain.close());

const provision = async (agentId: string, more: { labels?: Record<string, string> } = {}) =>
  (await domain.agentClient.provisionAgent({ meshId: "m", agentId, ...more })).agent!;
const get = async (agentId: string): Promise<Agent> =>
  (await domain.agentClient.getAgent({ meshId: "m", agentId })).agent!;
/** Has the agent's record changed, as its link would. */
const running = async (uid: string): Promise<void> => {
  const rec = (await agentByUid(domain.store, uid))!;
  const update = { state: AgentState.RUNNING, reason: "" } as Parameters<
    typeof stateUpdateWrite
  >[1];
  const { changes } = stateUpdateWrite(rec, update, new Date(domain.clock.now()));
  await domain.store.commit({ writeId: domain.ids.uuid(), changes });
};
const ended = async (uid: string): Promise<void> => {
  const rec = (await agentByUid(domain.store, uid))!;
  const { changes } = terminatedWrite(rec, "gone", new Date(domain.clock.now()));
  await domain.store.commit({ writeId: domain.ids.uuid(), changes });
};

describe("provisioning", () => {
  test("makes agent and token; only a hash of the token is kept", async () => {
    const made = await domain.agentClient.provisionAgent({ meshId: "m", agentId: "a" });
    expect(made.agent).toMatchObject({
      agentId: "a",
      role: AgentRole.WORKER,
      desiredState: AgentDesiredState.RUNNING,
      status: { state: AgentState.PROVISIONED, liveness: AgentLiveness.UNSPECIFIED },
    });
    expect(made.joinToken).toMatch(/^meshjoin_[0-9a-f-]{36}_[0-9a-f]{48}$/);
    const kept = (await domain.store.get(joinTokenKind, made.joinTokenId))!.doc;
    const secret = made.joinToken.split("_")[2]!.slice(0, 40);
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(Buffer.from(kept.secretHash).toString("hex")).not.toBe(secret);
    expect(await get("a")).toMatchObject({ etag: made.agent!.etag, uid: made.agent!.uid });
  });

  test("says whether it would work, and leaves nothing behind", async () => {
    const request = { meshId: "m", agentId: "a", validateOnly: true };
    const { joinToken, agent } = await domain.agentClient.provisionAgent(request);
    expect({ joinToken, agentId: agent?.agentId }).toEqual({ joinToken: "", agentId: "a" });
    expect((await domain.agentClient.listAgents({ meshId: "m" })).agents).toEqual([]);
    await provision("a");
    expect(await refusalOf(domain.agentClient.provisionAgent(request))).toMatchObject({
      reason: "RESOURCE_EXISTS",
    });
  });

  test("a repetition makes no second agent and shows no secret again", async () => {
    const request = { meshId: "m", requestId: "r1" };
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => domain.agentClient.provisionAgent(request)),
    );
    const made = results.filter(({ status }) => status === "fulfilled");
    expect(made).toHaveLength(1);
    const { agents } = await domain.agentClient.listAgents({ meshId: "m" });
    expect(agents).toHaveLength(1);
    expect(await refusalOf(domain.agentClient.provisionAgent(request))).toMatchObject({
      reason: "SECRET_NOT_REPLAYED",
      metadata: { id: agents[0]!.agentId },
    });
    // Within a mesh of another name, or a later one of the same name, the id is a new one.
    await domain.meshClient.createMesh({ meshId: "n" });
    await domain.agentClient.provisionAgent({ ...request, meshId: "n" });
  });

  test("a mesh that is full says so, and has room again after a deletion", async () => {
    for (let index = 0; index < 30; index += 1) await provision(`a${index}`);
    expect(await refusalOf(provision("b"))).toMatchObject({
      reason: "QUOTA_EXCEEDED",
      metadata: { limit: "agentsPerMeshMax", max: "30" },
    });
    await domain.agentClient.terminateAgent({ meshId: "m", agentId: "a0" });
    await domain.agentClient.deleteAgent({ meshId: "m", agentId: "a0" });
    await provision("b");
  });

  test("a configuration that is too large is refused with both figures", async () => {
    const desiredConfiguration = { text: "x".repeat(64 * 1024) };
    expect(
      await refusalOf(domain.agentClient.provisionAgent({ meshId: "m", desiredConfiguration })),
    ).toMatchObject({ reason: "INVALID_REQUEST", metadata: { max: "65536", bytes: "65547" } });
  });
});

describe("lists", () => {
  test("pages of any size hold every agent that passes once, in order, also while others come", async () => {
    const uids: Record<string, string> = {};
    for (let index = 0; index < 25; index += 1) {
      // Names of which one is the beginning of the other sort next to each other.
      const agentId = index % 2 ? `a-${index}` : `a${index}`;
      uids[agentId] = (await provision(agentId, { labels: { odd: String(index % 2) } })).uid;
    }
    await seeLiveness(domain, { uid: uids["a-3"]!, meshUid, agentId: "a-3" }, AgentLiveness.ALIVE);
    const all = Object.keys(uids).sort();
    const pages = async (pageSize: number, filter: object) => {
      const seen: string[] = [];
      let pageToken = "";
      for (let turn = 0; turn === 0 || pageToken !== ""; turn += 1) {
        const request = { meshId: "m", pageSize, pageToken, ...filter };
        const page = await domain.agentClient.listAgents(request);
        seen.push(...page.agents.map(({ agentId }) => agentId));
        pageToken = page.nextPageToken;
      }
      return seen;
    };
    for (const size of [1, 2, 7, 24, 25, 26]) expect(await pages(size, {})).toEqual(all);
    const odd = all.filter((id) => id.includes("-"));
    for (const size of [1, 5, 12]) {
      expect(await pages(size, { matchLabels: { odd: "1" } })).toEqual(odd);
    }
    expect(await pages(1, { liveness: [AgentLiveness.ALIVE] })).toEqual(["a-3"]);
    expect(await pages(9, { liveness: [AgentLiveness.UNSPECIFIED] })).toHaveLength(24);
    expect(await pages(1, { role: AgentRole.MANAGER })).toEqual([]);
    expect(await pages(3, { states: [AgentState.PROVISIONED] })).toEqual(all);
  });

  test("a token only goes on with the list that it was made for", async () => {
    for (const id of ["a", "b", "c"]) await provision(id);
    const request = { meshId: "m", pageSize: 1, states: [AgentState.PROVISIONED] };
    const { nextPageToken: pageToken } = await domain.agentClient.listAgents(request);
    await domain.agentClient.listAgents({ ...request, pageSize: 2, pageToken });
    await domain.meshClient.createMesh({ meshId: "n" });
    const bound = { ...admin, scope: { meshId: "m", meshUid } };
    const refused = [
      domain.agentClient.listAgents({ ...request, states: [], pageToken }),
      domain.agentClient.listAgents({ ...request, role: 1, pageToken }),
      domain.agentClient.listAgents({ ...request, meshId: "n", pageToken }),
      domain
        .as(bound)(AgentService)
        .listAgents({ ...request, pageToken }),
    ];
    for (const call of refused) {
      expect(await refusalOf(call)).toMatchObject({ reason: "INVALID_PAGE_TOKEN" });
    }
  });
});

test("an update writes the named fields only, tells the link, and liveness leaves the etag alone", async () => {
  const agent = await provision("a", { labels: { zone: "eu" } });
  await seeLiveness(domain, { uid: agent.uid, meshUid, agentId: "a" }, AgentLiveness.ALIVE);
  expect(await get("a")).toMatchObject({ etag: agent.etag, status: { liveness: 2 } });
  const updated = await domain.agentClient.updateAgent({
    meshId: "m",
    agentId: "a",
    displayName: "ignored",
    labels: { tier: "gold" },
    desiredConfiguration: { verbose: true },
    updateMask: { paths: ["labels", "desired_configuration"] },
    etag: agent.etag,
  });
  expect(updated.agent).toMatchObject({
    displayName: "",
    labels: { tier: "gold" },
    desiredConfiguration: { verbose: true },
  });
  expect(updated.agent?.labels).not.toHaveProperty("zone");
  expect(domain.links.told).toEqual([`changed ${agent.uid}`]);
  expect(
    await refusalOf(
      domain.agentClient.updateAgent({
        meshId: "m",
        agentId: "a",
        updateMask: { paths: ["display_name"] },
        etag: agent.etag,
      }),
    ),
  ).toMatchObject({ reason: "ETAG_MISMATCH" });
});

describe("the end", () => {
  test("an agent that never came is terminated at once, with its token and key", async () => {
    const { joinToken, agent } = await domain.agentClient.provisionAgent({
      meshId: "m",
      agentId: "a",
    });
    const { publicKey } = agentIdentity();
    await domain.linkClient.joinMesh({ joinToken, publicKey });
    const terminated = await domain.agentClient.terminateAgent({ meshId: "m", agentId: "a" });
    expect(terminated.agent?.status?.state).toBe(AgentState.TERMINATED);
    const credential = await domain.store.get(agentCredentialKind, agent!.uid);
    expect(credential?.doc.revokeTime).toEqual(new Date(domain.clock.now()));
    expect(await refusalOf(domain.linkClient.joinMesh({ joinToken, publicKey }))).toMatchObject({
      reason: "AGENT_TERMINATED",
    });
  });

  test("the wish is on record with its time, which may only come nearer", async () => {
    const { uid } = await provision("a");
    await running(uid);
    const terminate = async (seconds: number, more = {}) =>
      (
        await domain.agentClient.terminateAgent({
          meshId: "m",
          agentId: "a",
          grace: { seconds: BigInt(seconds) },
          ...more,
        })
      ).agent!;
    const due = (agent: Agent) => Number(agent.terminateTime!.seconds) * 1000;
    const nowMs = domain.clock.now();
    expect(due(await terminate(60, { validateOnly: true }))).toBe(nowMs + 60_000);
    expect((await get("a")).desiredState).toBe(AgentDesiredState.RUNNING);

    const first = await terminate(60, { reason: "moving" });
    expect(first.status).toMatchObject({ state: AgentState.RUNNING, reason: "moving" });
    expect(due(await terminate(90))).toBe(nowMs + 60_000);
    expect((await get("a")).etag).toBe(first.etag);
    expect(due(await terminate(5))).toBe(nowMs + 5_000);
    expect((await domain.store.get(agentKind, agentKey(meshUid, "a")))?.doc).toMatchObject({
      desiredState: AgentDesiredState.TERMINATED,
      terminateTime: new Date(nowMs + 5_000),
    });
    // Each time, so that a repetition mends what a lost answer left undone.
    expect(domain.links.told).toEqual([`changed ${uid}`, `changed ${uid}`, `changed ${uid}`]);
  });

  test("only a terminated agent can be deleted; all of it goes, and the name is free", async () => {
    const agent = await provision("a");
    await running(agent.uid);
    await seeLiveness(domain, { uid: agent.uid, meshUid, agentId: "a" }, AgentLiveness.LOST);
    const refusal = await refusalOf(domain.agentClient.deleteAgent({ meshId: "m", agentId: "a" }));
    expect(refusal).toMatchObject({
      reason: "AGENT_NOT_TERMINATED",
      metadata: { state: "RUNNING" },
    });
    await ended(agent.uid);
    await domain.agentClient.deleteAgent({ meshId: "m", agentId: "a", validateOnly: true });
    await domain.agentClient.deleteAgent({ meshId: "m", agentId: "a" });
    expect(await domain.store.get(presenceKind, agent.uid)).toBeUndefined();
    const tokens = await domain.store.list(joinTokenKind, { eq: { meshUid }, limit: 10 });
    expect(tokens.items).toEqual([]);
    expect(domain.links.told).toEqual([`deleted ${agent.uid}`]);
    const again = await provision("a");
    expect(again.uid).not.toBe(agent.uid);
    expect(again.etag).not.toBe(agent.etag);
    const actions = (await domain.store.list(auditKind, { limit: 50 })).items.map(
      ({ doc }) => doc.action,
    );
    expect(actions.filter((action) => action === "agents.delete")).toHaveLength(1);
  });

  test("an agent that attaches while it is terminated is not called gone", async () => {
    const { uid } = await provision("a");
    // The link writes between the look at the record and the commit of the command.
    const attach = running(uid);
    const [{ agent }] = await Promise.all([
      domain.agentClient.terminateAgent({ meshId: "m", agentId: "a" }),
      attach.catch(() => undefined),
    ]);
    const kept = await get("a");
    expect(kept.desiredState).toBe(AgentDesiredState.TERMINATED);
    expect(kept.status?.state).toBe(agent?.status?.state);
  });
});

test("a change of nothing keeps the commit away, but not the check of the record", async () => {
  const { uid } = await provision("a");
  await running(uid);
  const rec = (await agentByUid(domain.store, uid))!;
  const same = { state: AgentState.RUNNING, reason: "" } as Parameters<typeof stateUpdateWrite>[1];
  const write = stateUpdateWrite(rec, same, new Date(domain.clock.now() + 1000));
  expect(write).toMatchObject({ changes: [], require: [{ version: rec.version }] });
  expect(write.doc).toEqual(rec.doc);
  const other = put(agentKind, rec.id, { ...rec.doc, displayName: "x" }, rec.version);
  await domain.store.commit({ writeId: domain.ids.uuid(), changes: [other] });
  await expect(
    domain.store.commit({
      writeId: domain.ids.uuid(),
      changes: [put(presenceKind, "x", {} as never, "any")],
      require: write.require,
    }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
});
