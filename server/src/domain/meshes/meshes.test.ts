// Meshes: identity, etags, settings, repetition, deletion against provisioning, pages.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Mesh_State, MeshStatus_Health } from "@meshwork/gen/mesh/v1/mesh";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { put } from "../../store/store.ts";
import { admin, type Domain, openDomain, refusalOf } from "../../testing/domain-fixture.ts";
import { auditKind } from "../audit/audit-record.ts";
import { meshKind } from "./mesh-record.ts";

let domain: Domain;
beforeEach(async () => {
  domain = await openDomain();
});
afterEach(() => domain.close());

const seconds = (count: number) => ({ seconds: BigInt(count) });

test("a mesh gets its defaults, an id where none was given, and an audit event in its commit", async () => {
  const { mesh } = await domain.meshClient.createMesh({});
  expect(mesh?.meshId).toMatch(/^mesh-[a-z0-9]{8}$/);
  expect(mesh?.settings).toMatchObject({
    heartbeatInterval: seconds(10),
    lostAfter: seconds(30),
  });
  const { items } = await domain.store.list(auditKind, { limit: 10 });
  expect(items.map(({ doc }) => doc)).toMatchObject([
    {
      action: "meshes.create",
      resource: `meshes/${mesh!.meshId}`,
      actor: admin.id,
      actorKind: "API_KEY",
      outcome: "OK",
      peerAddress: "127.0.0.1",
    },
  ]);
  // The event and the mesh stand and fall together.
  const kept = await domain.store.get(meshKind, mesh!.meshId);
  expect(items[0]?.writeId).toBe(kept?.writeId);
});

test("lost_after below two intervals is refused by field, value and limit", async () => {
  const refusal = await refusalOf(
    domain.meshClient.createMesh({
      meshId: "m",
      settings: { heartbeatInterval: seconds(10), lostAfter: seconds(19) },
    }),
  );
  expect(refusal).toMatchObject({
    reason: "INVALID_REQUEST",
    metadata: { field: "settings.lost_after", value_ms: "19000", min_ms: "20000" },
  });
  await domain.meshClient.createMesh({
    meshId: "m",
    settings: { heartbeatInterval: seconds(10), lostAfter: seconds(20) },
  });
  // A longer interval alone breaks the rule as well; without a lost_after of its own it does not.
  const longer = { meshId: "m", settings: { heartbeatInterval: seconds(11) } };
  const mask = (...paths: string[]) => ({ updateMask: { paths } });
  expect(
    await refusalOf(
      domain.meshClient.updateMesh({ ...longer, ...mask("settings.heartbeat_interval") }),
    ),
  ).toMatchObject({ reason: "INVALID_REQUEST", metadata: { field: "settings.lost_after" } });
  const { mesh } = await domain.meshClient.updateMesh({ ...longer, ...mask("settings") });
  expect(mesh?.settings?.lostAfter).toMatchObject(seconds(33));
  expect(domain.links.told).toEqual([`mesh ${mesh!.uid}`]);
  expect(
    await refusalOf(domain.meshClient.updateMesh({ ...longer, ...mask("uid") })),
  ).toMatchObject({ reason: "INVALID_REQUEST", metadata: { path: "uid" } });
});

describe("etags", () => {
  test("a stale one is refused with both, and one of a deleted mesh never fits its successor", async () => {
    const first = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!;
    const update = (etag: string, displayName: string) =>
      domain.meshClient.updateMesh({
        meshId: "m",
        displayName,
        etag,
        updateMask: { paths: ["display_name"] },
      });
    const second = (await update(first.etag, "two")).mesh!;
    expect(second).toMatchObject({ displayName: "two", uid: first.uid });
    expect((await domain.meshClient.getMesh({ meshId: "m" })).mesh?.etag).toBe(second.etag);
    expect(await refusalOf(update(first.etag, "three"))).toMatchObject({
      reason: "ETAG_MISMATCH",
      metadata: { etag: first.etag, current_etag: second.etag },
    });

    await domain.meshClient.deleteMesh({ meshId: "m", etag: second.etag });
    await domain.meshClient.createMesh({ meshId: "m" });
    expect(await refusalOf(update(second.etag, "four"))).toMatchObject({ reason: "ETAG_MISMATCH" });
  });

  test("of 20 updates with one etag exactly one lands", async () => {
    const { etag } = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!;
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        domain.meshClient.updateMesh({
          meshId: "m",
          displayName: `n${index}`,
          etag,
          updateMask: { paths: ["display_name"] },
        }),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("repetition", () => {
  test("20 calls at once with one request id make one mesh and one answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        domain.meshClient.createMesh({ requestId: "r1", labels: { a: "1", b: "2" } }),
      ),
    );
    expect(new Set(answers.map(({ mesh }) => mesh!.uid)).size).toBe(1);
    expect(new Set(answers.map(({ mesh }) => mesh!.etag)).size).toBe(1);
    expect((await domain.meshClient.listMeshes({})).meshes).toHaveLength(1);
    // The same content in another order is the same request; an unlucky library may send it so.
    const again = await domain.meshClient.createMesh({
      requestId: "r1",
      labels: { b: "2", a: "1" },
    });
    expect(again.mesh?.uid).toBe(answers[0]?.mesh?.uid);
  });

  test("a named mesh answers its twins instead of RESOURCE_EXISTS", async () => {
    const twins = Array.from({ length: 10 }, () =>
      domain.meshClient.createMesh({ meshId: "m", requestId: "r1" }),
    );
    const uids = (await Promise.all(twins)).map(({ mesh }) => mesh!.uid);
    expect(new Set(uids).size).toBe(1);
    expect(await refusalOf(domain.meshClient.createMesh({ meshId: "m" }))).toMatchObject({
      reason: "RESOURCE_EXISTS",
      metadata: { resource: "meshes/m" },
    });
  });

  test("another request under the same id is refused; another caller has ids of its own", async () => {
    await domain.meshClient.createMesh({ meshId: "a", requestId: "r1" });
    expect(
      await refusalOf(domain.meshClient.createMesh({ meshId: "b", requestId: "r1" })),
    ).toMatchObject({ reason: "REQUEST_ID_REUSED", metadata: { request_id: "r1" } });
    const other = domain.as({ ...admin, id: "other" })(MeshService);
    expect((await other.createMesh({ meshId: "b", requestId: "r1" })).mesh?.meshId).toBe("b");
  });
});

describe("deletion", () => {
  test("a mesh with agents stays as it was, and says how many there are", async () => {
    await domain.meshClient.createMesh({ meshId: "m" });
    await domain.agentClient.provisionAgent({ meshId: "m", agentId: "a" });
    for (const validateOnly of [true, false]) {
      expect(
        await refusalOf(domain.meshClient.deleteMesh({ meshId: "m", validateOnly })),
      ).toMatchObject({ reason: "MESH_NOT_EMPTY", metadata: { agents: "1" } });
    }
    const { mesh } = await domain.meshClient.getMesh({ meshId: "m" });
    expect(mesh?.state).toBe(Mesh_State.ACTIVE);
    await domain.agentClient.provisionAgent({ meshId: "m", agentId: "b" });
  });

  test("tokens and keys of the mesh go with it, those of others stay", async () => {
    for (const meshId of ["m", "n"]) {
      await domain.meshClient.createMesh({ meshId });
      await domain.credentialClient.createApiKey({ role: 3, keyMeshId: meshId });
      await domain.credentialClient.createJoinToken({ meshId });
    }
    await domain.meshClient.deleteMesh({ meshId: "m" });
    const { apiKeys } = await domain.credentialClient.listApiKeys({});
    expect(apiKeys.map(({ meshId }) => meshId)).toEqual(["n"]);
    await domain.meshClient.createMesh({ meshId: "m" });
    expect((await domain.credentialClient.listJoinTokens({ meshId: "m" })).joinTokens).toEqual([]);
    expect((await domain.credentialClient.listJoinTokens({ meshId: "n" })).joinTokens).toHaveLength(
      1,
    );
  });

  test("a deletion that died half-way is refused to newcomers and goes on when repeated", async () => {
    const { etag } = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!;
    const rec = (await domain.store.get(meshKind, "m"))!;
    const doc = { ...rec.doc, state: Mesh_State.DELETING, etagBefore: rec.writeId };
    const changes = [put(meshKind, "m", doc, rec.version)];
    await domain.store.commit({ writeId: domain.ids.uuid(), changes });
    expect(await refusalOf(domain.agentClient.provisionAgent({ meshId: "m" }))).toMatchObject({
      reason: "MESH_DELETING",
    });
    await domain.meshClient.deleteMesh({ meshId: "m", etag });
    expect(await refusalOf(domain.meshClient.getMesh({ meshId: "m" }))).toMatchObject({
      reason: "RESOURCE_NOT_FOUND",
    });
  });

  test("no agent survives a mesh that was deleted while it was provisioned", async () => {
    let deleted = 0;
    for (let round = 0; round < 20; round += 1) {
      const meshId = `m${round}`;
      await domain.meshClient.createMesh({ meshId });
      // How far apart they begin decides who wins; every order has to be sound.
      const provision = async () => {
        for (let turn = 0; turn < round % 7; turn += 1) await Promise.resolve();
        return domain.agentClient.provisionAgent({ meshId, agentId: "a" });
      };
      const [provisioned, deletion] = await Promise.allSettled([
        provision(),
        domain.meshClient.deleteMesh({ meshId }),
      ]);
      const mesh = await domain.store.get(meshKind, meshId);
      expect({ mesh: mesh === undefined, provisioned: provisioned.status }).toEqual({
        mesh: deletion.status === "fulfilled",
        provisioned: deletion.status === "fulfilled" ? "rejected" : provisioned.status,
      });
      if (mesh) expect(mesh.doc.state).toBe(Mesh_State.ACTIVE);
      else deleted += 1;
    }
    expect(deleted).toBeGreaterThan(0);
  });
});

test("pages hold every mesh once, and a token that was changed or moved is refused", async () => {
  for (let index = 0; index < 7; index += 1) {
    await domain.meshClient.createMesh({ meshId: `m${index}` });
  }
  const seen: string[] = [];
  let pageToken = "";
  let tokens: string[] = [];
  do {
    const page = await domain.meshClient.listMeshes({ pageSize: 3, pageToken });
    seen.push(...page.meshes.map(({ meshId }) => meshId));
    pageToken = page.nextPageToken;
    tokens = [...tokens, pageToken];
  } while (pageToken !== "");
  expect(seen).toEqual(["m0", "m1", "m2", "m3", "m4", "m5", "m6"]);

  const token = tokens[0]!;
  const flipped = Buffer.from(token, "base64url");
  flipped[flipped.length - 1]! ^= 1;
  const bad = [
    flipped.toString("base64url"),
    `${token}=`,
    token.slice(0, -1),
    "x",
    "!".repeat(2048),
  ];
  for (const pageToken of bad) {
    expect(await refusalOf(domain.meshClient.listMeshes({ pageToken }))).toMatchObject({
      reason: "INVALID_PAGE_TOKEN",
    });
  }
  // A token of one list opens no other.
  expect(await refusalOf(domain.credentialClient.listApiKeys({ pageToken: token }))).toMatchObject({
    reason: "INVALID_PAGE_TOKEN",
  });
});

test("a caller bound to a mesh sees that one, and not a later one of the same name", async () => {
  const uid = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!.uid;
  await domain.meshClient.createMesh({ meshId: "n" });
  const bound = domain.as({ ...admin, scope: { meshId: "m", meshUid: uid } })(MeshService);
  expect((await bound.listMeshes({})).meshes.map(({ meshId }) => meshId)).toEqual(["m"]);
  const other = await refusalOf(bound.getMesh({ meshId: "n" }));
  const none = await refusalOf(bound.getMesh({ meshId: "x" }));
  expect(other.message.replaceAll("n", "x")).toBe(none.message.replaceAll("n", "x"));

  await domain.meshClient.deleteMesh({ meshId: "m" });
  await domain.meshClient.createMesh({ meshId: "m" });
  expect((await bound.listMeshes({})).meshes).toEqual([]);
  for (const call of [bound.getMesh({ meshId: "m" }), bound.getMeshStatus({ meshId: "m" })]) {
    expect(await refusalOf(call)).toMatchObject({ reason: "RESOURCE_NOT_FOUND" });
  }
});

test("status counts what is on record", async () => {
  await domain.meshClient.createMesh({ meshId: "m" });
  await domain.agentClient.provisionAgent({ meshId: "m", agentId: "a" });
  await domain.agentClient.provisionAgent({ meshId: "m", agentId: "b", role: 2 });
  const { status } = await domain.meshClient.getMeshStatus({ meshId: "m" });
  expect(status).toMatchObject({
    health: MeshStatus_Health.EMPTY,
    agents: 2,
    byRole: [
      { role: 1, agents: 1 },
      { role: 2, agents: 1 },
    ],
    byState: [{ state: 1, agents: 2 }],
  });
  const { topology } = await domain.meshClient.getMeshTopology({ meshId: "m" });
  expect(topology?.nodes.map(({ nodeId }) => nodeId)).toEqual(["node-1", "a", "b"]);
});
