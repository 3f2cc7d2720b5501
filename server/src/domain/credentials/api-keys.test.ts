// API keys and the first of them: whom they let in, how far, and until when.
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import type { Principal } from "../../security/principal.ts";
import { mintSecretToken } from "../../security/secret-token.ts";
import {
  admin,
  type Domain,
  eventually,
  invalid,
  openDomain,
  refusalOf,
  verdictOf,
} from "../../testing/domain-fixture.ts";
import { auditKind } from "../audit/audit-record.ts";
import { apiKeyKind } from "./api-key-record.ts";

let domain: Domain;
let meshUid: string;
beforeEach(async () => {
  domain = await openDomain();
  meshUid = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!.uid;
});
afterEach(() => domain.close());

const authenticate = (credential: string): Promise<Principal> =>
  domain.authenticator.authenticate(credential);
const refused = (credential: string): Promise<string> => verdictOf(domain, credential);

describe("API keys", () => {
  test("a key lets in who holds it, in its role and mesh, until it runs out", async () => {
    const { apiKey, secret } = await domain.credentialClient.createApiKey({
      role: Role.VIEWER,
      keyMeshId: "m",
      displayName: "dash",
      ttl: { seconds: 60n },
    });
    const principal = await authenticate(secret);
    expect(principal).toMatchObject({
      kind: AuthContext_PrincipalKind.API_KEY,
      id: apiKey!.keyId,
      role: Role.VIEWER,
      scope: { meshId: "m", meshUid },
    });
    const { authContext } = await domain.as(principal)(AuthService).whoAmI({});
    expect(authContext).toMatchObject({ principalId: apiKey!.keyId, meshId: "m", role: 3 });
    domain.clock.advance(59_999);
    expect(domain.authenticator.stillValid(principal)).toBe(true);
    domain.clock.advance(1);
    expect(domain.authenticator.stillValid(principal)).toBe(false);
    expect(await refused(secret)).toBe(invalid);
  });

  test("whatever is wrong, the answer is the same, and a megabyte is no work", async () => {
    const { secret } = await domain.credentialClient.createApiKey({ role: Role.VIEWER });
    const [prefix, id, rest] = secret.split("_") as [string, string, string];
    const other = (await domain.credentialClient.createApiKey({ role: Role.VIEWER })).secret;
    const otherRest = other.split("_")[2]!;
    for (const bad of [
      `${prefix}_${id}_${otherRest}`,
      `${prefix}_${id}_${rest.slice(0, -1)}0`,
      secret.toUpperCase(),
      `${secret} `,
      secret.replace("mesh_", "meshjoin_"),
      `mesh_${"0".repeat(36)}_${rest}`,
      "mesh_",
      "meshadmin_x",
      "",
      "a.b.c",
      `mesh_${"x".repeat(1_000_000)}`,
      `${"e30.".repeat(250_000)}e30`,
      JSON.stringify({ $gt: "" }),
    ]) {
      expect(await refused(bad)).toBe(invalid);
    }
    // Not by the checksum alone: a well-formed key with a foreign secret is looked up and refused.
    expect(await refused(mintSecretToken("mesh", id, randomBytes(20)).text)).toBe(invalid);
    expect(await refused(secret)).toBe("let in");
  });

  test("a revoked key is refused by the next call, and known as void on open streams", async () => {
    const { apiKey, secret } = await domain.credentialClient.createApiKey({ role: Role.VIEWER });
    const principal = await authenticate(secret);
    const { keyId } = apiKey!;
    const bystander = await authenticate(
      (await domain.credentialClient.createApiKey({ role: Role.VIEWER })).secret,
    );
    await domain.credentialClient.revokeApiKey({ keyId });
    expect(await refused(secret)).toBe(invalid);
    await eventually(() => !domain.authenticator.stillValid(principal));
    expect(domain.authenticator.stillValid(bystander)).toBe(true);
    const first = (await domain.credentialClient.revokeApiKey({ keyId })).apiKey!;
    domain.clock.advance(60_000);
    expect((await domain.credentialClient.revokeApiKey({ keyId })).apiKey).toEqual(first);
    const events = await domain.store.list(auditKind, { limit: 50 });
    const revocations = events.items.filter(({ doc }) => doc.action === "api_keys.revoke");
    expect(revocations).toHaveLength(1);
  });

  test("the last use is kept to the minute, once a minute", async () => {
    const { apiKey, secret } = await domain.credentialClient.createApiKey({ role: Role.VIEWER });
    const kept = async () => (await domain.store.get(apiKeyKind, apiKey!.keyId))!;
    domain.clock.advance(90_000);
    const minute = new Date(Math.floor(domain.clock.now() / 60_000) * 60_000);
    for (let use = 0; use < 5; use += 1) await authenticate(secret);
    await eventually(async () => (await kept()).doc.lastUseTime !== undefined);
    expect(await kept()).toMatchObject({ version: 2, doc: { lastUseTime: minute } });
    domain.clock.advance(60_000);
    await authenticate(secret);
    await eventually(async () => (await kept()).version === 3);
    expect((await kept()).doc.lastUseTime).toEqual(new Date(minute.getTime() + 60_000));
  });

  test("a repeated creation tells the id, not the secret", async () => {
    const request = { role: Role.VIEWER, requestId: "r1" };
    const { apiKey } = await domain.credentialClient.createApiKey(request);
    expect(await refusalOf(domain.credentialClient.createApiKey(request))).toMatchObject({
      reason: "SECRET_NOT_REPLAYED",
      metadata: { id: apiKey!.keyId },
    });
    expect((await domain.credentialClient.listApiKeys({})).apiKeys).toHaveLength(1);
  });

  test("who is bound to a mesh neither sees nor makes nor revokes keys beyond it", async () => {
    const { apiKey } = await domain.credentialClient.createApiKey({ role: Role.ADMIN });
    const bound = domain.as({ ...admin, scope: { meshId: "m", meshUid } })(CredentialService);
    expect((await bound.listApiKeys({})).apiKeys).toEqual([]);
    expect(await refusalOf(bound.revokeApiKey({ keyId: apiKey!.keyId }))).toMatchObject({
      reason: "RESOURCE_NOT_FOUND",
    });
    expect(await refusalOf(bound.createApiKey({ role: Role.ADMIN }))).toMatchObject({
      reason: "PERMISSION_MISSING",
    });
    await bound.createApiKey({ role: Role.ADMIN, keyMeshId: "m" });
    expect((await bound.listApiKeys({})).apiKeys).toHaveLength(1);
  });

  test("a key issued without a caller works and is audited as the system's", async () => {
    const { secret } = await domain.apiKeys.issueKey({ role: Role.ADMIN, displayName: "dev" });
    expect(await authenticate(secret)).toMatchObject({ role: Role.ADMIN, scope: "all" });
    const { items } = await domain.store.list(auditKind, { limit: 50 });
    expect(items.at(-1)?.doc).toMatchObject({ actorKind: "SYSTEM", action: "api_keys.create" });
  });
});

describe("the first key", () => {
  test("20 calls at once with one token buy exactly one key", async () => {
    const { token } = await domain.bootstrap.issue();
    const principal = await authenticate(token);
    expect(principal).toMatchObject({ kind: AuthContext_PrincipalKind.BOOTSTRAP, id: "bootstrap" });
    const client = domain.as(principal)(CredentialService);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => client.createApiKey({ role: Role.ADMIN })),
    );
    const bought = results.filter((result) => result.status === "fulfilled");
    expect(bought).toHaveLength(1);
    expect((await domain.credentialClient.listApiKeys({})).apiKeys).toHaveLength(1);
    expect(await refused(bought[0]!.value.secret)).toBe("let in");
    expect(await refusalOf(client.createApiKey({ role: Role.ADMIN }))).toMatchObject({
      reason: "CREDENTIAL_INVALID",
    });
    expect(await refused(token)).toBe(invalid);
  });

  test("a token is good for 15 minutes, and only the newest one", async () => {
    const first = (await domain.bootstrap.issue()).token;
    const { token, expireTime } = await domain.bootstrap.issue();
    expect(expireTime.getTime() - domain.clock.now()).toBe(15 * 60_000);
    expect(await refused(first)).toBe(invalid);
    domain.clock.advance(15 * 60_000 - 1);
    expect(await refused(token)).toBe("let in");
    domain.clock.advance(1);
    expect(await refused(token)).toBe(invalid);
  });

  test("a purchase that is refused leaves the token good", async () => {
    const { token } = await domain.bootstrap.issue();
    const client = domain.as(await authenticate(token))(CredentialService);
    const nowhere = client.createApiKey({ role: Role.ADMIN, keyMeshId: "x" });
    expect(await refusalOf(nowhere)).toMatchObject({ reason: "RESOURCE_NOT_FOUND" });
    expect(await refused(token)).toBe("let in");
  });
});
