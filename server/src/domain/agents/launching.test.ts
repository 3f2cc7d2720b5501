// Agents that a manager launches: who may launch them, what their process is known to be, how they end.
import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Agent,
  AgentDesiredState,
  AgentLiveness,
  AgentRole,
  AgentState,
  ProcessState,
  ProcessStateSchema,
} from "@meshwork/gen/mesh/v1/agent";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { AgentSpecSchema, LaunchedSchema } from "@meshwork/gen/mesh/v1/link";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Principal } from "../../security/principal.ts";
import { put } from "../../store/store.ts";
import {
  agentIdentity,
  type Domain,
  openDomain,
  refusalOf,
  seeLiveness,
} from "../../testing/domain-fixture.ts";
import { auditKind } from "../audit/audit-record.ts";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { joinTokenKind } from "../credentials/join-token-record.ts";
import { epochKind } from "../links/epoch-record.ts";
import { helloWrite, terminatedWrite } from "./agent-changes.ts";
import { agentByUid } from "./agent-queries.ts";
import { childrenOf } from "./launch-children.ts";
import { recordLaunched } from "./launch-report.ts";

let domain: Domain;
let meshUid: string;
let boss: Agent;
beforeEach(async () => {
  domain = await openDomain();
  meshUid = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!.uid;
  boss = await launcher("boss", ["worker"]);
});
afterEach(() => domain.close());

const provision = async (agentId: string, more: object = {}) =>
  domain.agentClient.provisionAgent({ meshId: "m", agentId, ...more });
const launched = async (agentId: string, launcherId = "boss"): Promise<Agent> =>
  (await provision(agentId, { launch: { launcherId, template: "worker" } })).agent!;
const get = async (agentId: string): Promise<Agent> =>
  (await domain.agentClient.getAgent({ meshId: "m", agentId })).agent!;
const terminate = (agentId: string, more: object = {}) =>
  domain.agentClient.terminateAgent({ meshId: "m", agentId, ...more });
const remove = (agentId: string) => domain.agentClient.deleteAgent({ meshId: "m", agentId });
const liveness = (agent: Agent, now: AgentLiveness) =>
  seeLiveness(domain, { uid: agent.uid, meshUid, agentId: agent.agentId }, now);
const principal = ({ uid, agentId }: Agent): Principal => ({
  kind: AuthContext_PrincipalKind.AGENT,
  id: uid,
  displayName: agentId,
  role: Role.AGENT,
  scope: { meshId: "m", meshUid },
  agent: { uid, agentId },
});

/** A manager that has said hello with these templates, and is alive. */
async function launcher(agentId: string, launchTemplates: string[]): Promise<Agent> {
  const { agent } = await provision(agentId, { role: AgentRole.MANAGER });
  const rec = (await agentByUid(domain.store, agent!.uid))!;
  const spec = create(AgentSpecSchema, { capabilities: ["launch"], launchTemplates });
  const { changes } = helloWrite(rec, spec, new Date(domain.clock.now()));
  const epoch = { epoch: 1, sessionId: "s", nodeId: "node-1" };
  const attach = put(epochKind, agent!.uid, epoch, "absent");
  await domain.store.commit({ writeId: domain.ids.uuid(), changes: [...changes, attach] });
  await liveness(agent!, AgentLiveness.ALIVE);
  domain.links.told.length = 0;
  return await get(agentId);
}

/** What a launcher's link would do with a report. */
function report(
  by: Agent,
  said: MessageInitShape<typeof LaunchedSchema>,
  epochVersion: number | undefined = 1,
) {
  return domain.committer.runSystem(() =>
    recordLaunched(
      domain.store,
      { uid: by.uid, epochVersion },
      create(LaunchedSchema, { exitCode: -1, ...said }),
      new Date(domain.clock.now()),
      (uid) => void domain.links.told.push(`released ${uid}`),
    ),
  );
}

/** Ends an agent as its link would after the grace. */
async function cutOff({ uid }: Agent): Promise<void> {
  const rec = (await agentByUid(domain.store, uid))!;
  const { changes } = terminatedWrite(rec, "cut", new Date(domain.clock.now()));
  await domain.store.commit({ writeId: domain.ids.uuid(), changes });
}

const children = () => childrenOf(domain.store, boss, domain.clock.now());

describe("provisioning", () => {
  test("gives no token, tells the launcher, and says that nothing is known yet", async () => {
    const request = { launch: { launcherId: "boss", template: "worker" }, requestId: "r" };
    const made = await provision("w", request);
    expect(made).toMatchObject({ joinToken: "", joinTokenId: "" });
    expect(made.agent).toMatchObject({ launch: request.launch });
    expect(domain.links.told).toEqual([`changed ${boss.uid}`]);
    expect((await get("w")).status?.process).toMatchObject({ state: ProcessState.STARTING });
    const tokens = await domain.store.list(joinTokenKind, { limit: 9 });
    expect(tokens.items.map(({ doc }) => doc.agentId)).toEqual(["boss"]);
    expect(await children()).toMatchObject([
      { agentId: "w", template: "worker", desiredState: AgentDesiredState.RUNNING },
    ]);
    // There is no secret, so a repetition is answered as the first time.
    expect((await provision("w", request)).agent).toEqual(made.agent);
    expect((await get("boss")).launchTemplates).toEqual(["worker"]);
  });

  test("a launcher that is not fit is refused with all that it lacks", async () => {
    await provision("w1");
    const launch = (launcherId: string, template = "worker") =>
      refusalOf(provision("w", { launch: { launcherId, template } }));
    expect(await launch("w1")).toMatchObject({
      reason: "LAUNCHER_UNFIT",
      metadata: {
        lacks:
          'it is no manager; it lacks the capability "launch"; it has no template "worker"; its templates: none',
      },
    });
    expect((await launch("nobody")).metadata["lacks"]).toBe("it does not exist");
    expect((await launch("boss", "other")).message).toContain("its templates: worker");
    await terminate("boss");
    expect((await launch("boss")).metadata["lacks"]).toBe("it is terminated or about to be");
  });
});

describe("tokens", () => {
  const tokenAs = (by: Principal, agentId: string) =>
    domain.as(by)(CredentialService).createLaunchToken({ meshId: "m", agentId });

  test("only the launcher gets them, for an agent that shall run", async () => {
    const w = await launched("w");
    const other = await launcher("other", ["worker"]);
    const good = await tokenAs(principal(boss), "w");
    expect(Number(good.expireTime!.seconds) * 1000).toBe(domain.clock.now() + 300_000);
    expect(await refusalOf(tokenAs(principal(other), "w"))).toMatchObject({
      reason: "PERMISSION_MISSING",
    });
    expect(await refusalOf(tokenAs(principal(boss), "boss"))).toMatchObject({
      reason: "PERMISSION_MISSING",
    });
    expect(await refusalOf(tokenAs(principal(boss), "x"))).toMatchObject({
      reason: "RESOURCE_NOT_FOUND",
    });
    const { publicKey } = agentIdentity();
    const joined = await domain.linkClient.joinMesh({ joinToken: good.joinToken, publicKey });
    expect(joined.agent?.uid).toBe(w.uid);
    await terminate("w");
    expect(await refusalOf(tokenAs(principal(boss), "w"))).toMatchObject({
      reason: "AGENT_TERMINATED",
    });
    const { items } = await domain.store.list(auditKind, { limit: 50 });
    expect(items.map(({ doc }) => doc.action)).toContain("join_tokens.create_launch");
  });

  test("the next one voids the last, and its key takes the place of the last key", async () => {
    const w = await launched("w");
    const join = (joinToken: string) =>
      domain.linkClient.joinMesh({ joinToken, publicKey: agentIdentity().publicKey });
    const unused = (await tokenAs(principal(boss), "w")).joinToken;
    const first = (await tokenAs(principal(boss), "w")).joinToken;
    expect(await refusalOf(join(unused))).toMatchObject({ reason: "CREDENTIAL_INVALID" });
    await join(first);
    const keyOf = async () => (await domain.store.get(agentCredentialKind, w.uid))!.doc.publicKey;
    const before = await keyOf();
    expect(await refusalOf(join(first))).toMatchObject({ reason: "JOIN_TOKEN_USED" });
    await join((await tokenAs(principal(boss), "w")).joinToken);
    expect(await keyOf()).not.toEqual(before);

    const late = (await tokenAs(principal(boss), "w")).joinToken;
    await domain.credentialClient.revokeAgentCredential({ meshId: "m", agentId: "w" });
    expect(await refusalOf(tokenAs(principal(boss), "w"))).toMatchObject({
      reason: "CREDENTIAL_INVALID",
    });
    expect(await refusalOf(join(late))).toMatchObject({ reason: "CREDENTIAL_INVALID" });
  });
});

describe("reports", () => {
  test("are the launcher's alone, under its epoch, and written once", async () => {
    const w = await launched("w");
    const other = await launcher("other", ["worker"]);
    const runs = { agentUid: w.uid, state: ProcessState.RUNNING, processId: 7 };
    expect(await report(other, runs)).toBe("stranger");
    expect(await report(boss, { ...runs, agentUid: "nobody" })).toBe("stranger");
    expect(await report(boss, runs, 2)).toBe("superseded");
    expect((await get("w")).status?.process?.state).toBe(ProcessState.STARTING);
    expect(await report(boss, runs)).toBe("recorded");
    expect(await report(boss, runs)).toBe("known");
    const ended = {
      ...{ agentUid: w.uid, state: ProcessState.STARTING, exitCode: 3, restarts: 1 },
      nextStart: { seconds: 2n },
    };
    expect(await report(boss, ended)).toBe("recorded");
    domain.clock.advance(500);
    expect(await report(boss, { ...ended, nextStart: { seconds: 1n } })).toBe("known");
    expect((await get("w")).status?.process).toMatchObject({
      ...{ state: ProcessState.STARTING, exitCode: 3, restarts: 1, processId: 0 },
      nextStartTime: { seconds: BigInt((domain.clock.now() + 1_500) / 1_000) },
    });
    const audits = (await domain.store.list(auditKind, { limit: 50 })).items;
    const runsSeen = audits.filter(({ doc }) => doc.action === "agents.launched");
    expect(runsSeen).toHaveLength(1);
    expect(runsSeen[0]?.doc.details).toMatchObject({ process_id: "7", state: "RUNNING" });
  });

  test("nobody can tell while the launcher is away, except of what is over", async () => {
    const [w, x] = [await launched("w"), await launched("x")];
    await report(boss, { agentUid: w.uid, state: ProcessState.RUNNING, processId: 7 });
    await report(boss, { agentUid: x.uid, state: ProcessState.FAILED, exitCode: 1 });
    await liveness(boss, AgentLiveness.SUSPECT);
    expect((await get("w")).status?.process?.state).toBe(ProcessState.RUNNING);
    for (const away of [AgentLiveness.LOST, AgentLiveness.LEFT]) {
      await liveness(boss, away);
      const { agents } = await domain.agentClient.listAgents({ meshId: "m" });
      const [, seen, over] = agents.map(({ status }) => status?.process);
      expect(seen).toMatchObject({ state: ProcessState.UNSPECIFIED, processId: 0 });
      expect(seen?.reason).toMatch(/^its launcher boss is (LOST|LEFT) since .*RUNNING, process 7$/);
      expect(over).toMatchObject({ state: ProcessState.FAILED, exitCode: 1 });
    }
    await liveness(boss, AgentLiveness.ALIVE);
    expect((await get("w")).status?.process?.state).toBe(ProcessState.RUNNING);
  });

  test("watches tell of every report once, and of the moment when nobody can tell", async () => {
    const w = await launched("w");
    const stop = new AbortController();
    const seen: string[] = [];
    const meshSeen: string[] = [];
    const note = (list: string[], { agentId, status }: Agent) => {
      if (agentId === "w") list.push(ProcessStateSchema.value[status!.process!.state]!.localName);
    };
    const { signal } = stop;
    const agents = (async () => {
      for await (const { changes } of domain.agentClient.watchAgents({ meshId: "m" }, { signal }))
        for (const { change } of changes) if (change.case === "agent") note(seen, change.value);
    })().catch(() => undefined);
    const mesh = (async () => {
      for await (const { changes } of domain.meshClient.watchMesh({ meshId: "m" }, { signal }))
        for (const { change } of changes) if (change.case === "agent") note(meshSeen, change.value);
    })().catch(() => undefined);
    const until = async (count: number, list: string[]) => {
      for (let turn = 0; list.length < count && turn < 400; turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until(1, seen);
    await until(1, meshSeen);
    const steps = [
      () => report(boss, { agentUid: w.uid, state: ProcessState.RUNNING, processId: 7 }),
      () => report(boss, { agentUid: w.uid, state: ProcessState.RUNNING, processId: 7 }),
      () => liveness(boss, AgentLiveness.SUSPECT),
      () => liveness(boss, AgentLiveness.LOST),
      () => liveness(boss, AgentLiveness.ALIVE),
      () => report(boss, { agentUid: w.uid, state: ProcessState.FAILED, exitCode: 1 }),
      () => liveness(boss, AgentLiveness.LOST),
    ];
    const expected = [1, 2, 2, 2, 3, 4, 5, 5];
    for (const [index, step] of steps.entries()) {
      await step();
      await until(expected[index + 1]!, seen);
    }
    await until(3, meshSeen);
    await domain.agentClient.updateAgent({
      ...{ meshId: "m", agentId: "w", displayName: "x" },
      updateMask: { paths: ["display_name"] },
    });
    await until(6, seen);
    await until(4, meshSeen);
    stop.abort();
    await Promise.all([agents, mesh]);
    expect(seen).toEqual(["STARTING", "RUNNING", "UNSPECIFIED", "RUNNING", "FAILED", "FAILED"]);
    expect(meshSeen).toEqual(["STARTING", "RUNNING", "FAILED", "FAILED"]);
  });
});

describe("the end", () => {
  test("only the launcher's report makes the process gone; until then the record stays", async () => {
    const w = await launched("w");
    await report(boss, { agentUid: w.uid, state: ProcessState.RUNNING, processId: 7 });
    await liveness(w, AgentLiveness.ALIVE);
    domain.links.told.length = 0;
    await terminate("w", { grace: { seconds: 5n } });
    expect(domain.links.told).toEqual([`changed ${w.uid}`, `changed ${boss.uid}`]);
    expect(await children()).toMatchObject([
      { agentId: "w", desiredState: AgentDesiredState.TERMINATED, grace: { seconds: 5n } },
    ]);
    await cutOff(w);
    expect(await children()).toMatchObject([{ agentId: "w", grace: { seconds: 0n } }]);
    expect((await get("w")).status).toMatchObject({
      state: AgentState.TERMINATED,
      process: { state: ProcessState.RUNNING },
    });
    expect(await refusalOf(remove("w"))).toMatchObject({
      reason: "PROCESS_RUNNING",
      metadata: { process_id: "7", launcher_id: "boss" },
    });
    domain.links.told.length = 0;
    expect(
      await report(boss, { agentUid: w.uid, state: ProcessState.GONE, signal: "SIGTERM" }),
    ).toBe("recorded");
    expect(domain.links.told).toEqual([`released ${boss.uid}`]);
    expect(await children()).toEqual([]);
    expect((await get("w")).status?.process).toMatchObject({
      ...{ state: ProcessState.GONE, signal: "SIGTERM", processId: 0 },
    });
    await remove("w");
    expect(await report(boss, { agentUid: w.uid, state: ProcessState.GONE })).toBe("stranger");
    await launched("w");
  });

  test("a process that is gone while its agent shall run stays in the launcher's care", async () => {
    const w = await launched("w");
    await report(boss, { agentUid: w.uid, state: ProcessState.GONE, reason: "launcher stops" });
    expect(await children()).toMatchObject([{ agentId: "w" }]);
    await liveness(boss, AgentLiveness.LEFT);
    expect((await get("w")).status?.process?.state).toBe(ProcessState.GONE);
    await terminate("w");
    expect(await children()).toMatchObject([{ agentId: "w" }]);
    expect(await report(boss, { agentUid: w.uid, state: ProcessState.GONE })).toBe("recorded");
    expect(await children()).toEqual([]);
  });

  test("a launcher may be terminated, but not deleted while its children's processes are unaccounted for", async () => {
    const w = await launched("w");
    await report(boss, { agentUid: w.uid, state: ProcessState.RUNNING, processId: 7 });
    const { agent } = await terminate("boss", { reason: "moving" });
    expect(agent?.status?.reason).toBe(
      "moving; its launched agents are left without a launcher: w",
    );
    await cutOff(boss);
    await liveness(boss, AgentLiveness.LEFT);
    expect(await get("w")).toMatchObject({
      desiredState: AgentDesiredState.RUNNING,
      status: { process: { state: ProcessState.UNSPECIFIED } },
    });
    expect(await refusalOf(remove("boss"))).toMatchObject({
      reason: "PROCESS_RUNNING",
      metadata: { agents: "w", count: "1" },
    });
    await terminate("w");
    await remove("w");
    await remove("boss");
  });
});
