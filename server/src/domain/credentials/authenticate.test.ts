// Agents prove who they are with tokens that they sign themselves; attacks all get one answer.
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import type { Principal } from "../../security/principal.ts";
import {
  agentIdentity,
  type Domain,
  eventually,
  invalid,
  openDomain,
  verdictOf,
} from "../../testing/domain-fixture.ts";
import { terminatedWrite } from "../agents/agent-changes.ts";
import { agentByUid } from "../agents/agent-queries.ts";

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

describe("an agent's own tokens", () => {
  const seconds = () => Math.floor(domain.clock.now() / 1000);
  const joined = async () => {
    const { joinToken } = await domain.agentClient.provisionAgent({ meshId: "m", agentId: "a" });
    const identity = agentIdentity();
    const { agent } = await domain.linkClient.joinMesh({
      joinToken,
      publicKey: identity.publicKey,
    });
    const claims = (more: object = {}) => ({
      sub: agent!.uid,
      aud: meshUid,
      iat: seconds(),
      exp: seconds() + 60,
      ...more,
    });
    return { identity, uid: agent!.uid, claims };
  };

  test("a good one opens streams until it runs out, and they outlive it", async () => {
    const { identity, uid, claims } = await joined();
    const principal = await authenticate(identity.token(claims()));
    expect(principal).toEqual({
      kind: AuthContext_PrincipalKind.AGENT,
      id: uid,
      displayName: "a",
      role: Role.AGENT,
      scope: { meshId: "m", meshUid },
      expireTimeMs: (seconds() + 60) * 1000,
      agent: { uid, agentId: "a" },
    });
    const token = identity.token(claims());
    domain.clock.advance(3_600_000);
    expect(domain.authenticator.stillValid(principal)).toBe(true);
    expect(await refused(token)).toBe(invalid);
  });

  test("attacks get one answer", async () => {
    const { identity, uid, claims } = await joined();
    const other = agentIdentity();
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${part({ alg: "none" })}.${part(claims())}.`;
    const body = `${part({ alg: "HS256" })}.${part(claims())}`;
    const hmac = createHmac("sha256", identity.publicKey).update(body).digest("base64url");
    const good = identity.token(claims());
    const [head, , signature] = good.split(".") as [string, string, string];
    const foreign = other.publicKey;
    const bad = {
      none: unsigned,
      "the other name of the algorithm": identity.token(claims(), { alg: "Ed25519" }),
      hs256: `${body}.${hmac}`,
      "foreign key": other.token(claims()),
      "key in the header": other.token(claims(), {
        jwk: { kty: "OKP", crv: "Ed25519", x: Buffer.from(foreign).toString("base64url") },
      }),
      "path as kid": other.token(claims(), { kid: "../../../../dev/null" }),
      "payload exchanged": `${head}.${part(claims({ exp: seconds() + 59 }))}.${signature}`,
      "unknown critical header": identity.token(claims(), { crit: ["x"], x: 1 }),
      "unencoded payload": identity.token(claims(), { b64: false, crit: ["b64"] }),
      "another agent": identity.token(claims({ sub: domain.ids.uuid() })),
      "subject is a path": identity.token(claims({ sub: "../agents" })),
      "another mesh": identity.token(claims({ aud: domain.ids.uuid() })),
      "two audiences": identity.token(claims({ aud: [meshUid, "x"] })),
      "no audience": identity.token(claims({ aud: undefined })),
      "lives too long": identity.token(claims({ exp: seconds() + 61 })),
      "never ends": identity.token(claims({ exp: undefined })),
      "no birth": identity.token(claims({ iat: undefined })),
      "born tomorrow": identity.token(claims({ iat: seconds() + 6, exp: seconds() + 50 })),
      "ends before birth": identity.token(claims({ iat: seconds() + 4, exp: seconds() + 3 })),
      "not yet": identity.token(claims({ nbf: seconds() + 6 })),
      expired: identity.token(claims({ iat: seconds() - 60, exp: seconds() - 5 })),
      "times as text": identity.token(claims({ exp: String(seconds() + 60) })),
    };
    for (const [attack, token] of Object.entries(bad)) {
      expect({ attack, answer: await refused(token) }).toEqual({ attack, answer: invalid });
    }
    // Within the skew of two clocks, and whatever the key is called.
    const fine = { iat: seconds() + 4, exp: seconds() + 60, nbf: seconds() + 4 };
    expect(await refused(identity.token(claims(fine), { kid: "../x" }))).toBe("let in");
    expect(uid).toBe((await authenticate(good)).id);
  });

  test("a revoked credential ends at once, its session is told, and it never comes back", async () => {
    const { identity, uid, claims } = await joined();
    const token = identity.token(claims());
    const principal = await authenticate(token);
    const revoke = () =>
      domain.credentialClient.revokeAgentCredential({ meshId: "m", agentId: "a", reason: "lost" });
    await revoke();
    expect(await refused(token)).toBe(invalid);
    expect(domain.links.told).toEqual([`revoked ${uid}`]);
    await eventually(() => !domain.authenticator.stillValid(principal));
    await revoke();
    expect(await refused(token)).toBe(invalid);
  });

  test("an agent that its link has called terminated is out, though nobody revoked its key", async () => {
    const { identity, uid, claims } = await joined();
    const token = identity.token(claims());
    const principal = await authenticate(token);
    const rec = (await agentByUid(domain.store, uid))!;
    const { changes } = terminatedWrite(rec, "gone", new Date(domain.clock.now()));
    await domain.store.commit({ writeId: domain.ids.uuid(), changes });
    expect(await refused(token)).toBe(invalid);
    await eventually(() => !domain.authenticator.stillValid(principal));
  });

  test("a terminated or deleted agent is not let in, nor is its successor's name of use", async () => {
    const { identity, claims } = await joined();
    const token = identity.token(claims());
    const principal = await authenticate(token);
    await domain.agentClient.terminateAgent({ meshId: "m", agentId: "a" });
    expect(await refused(token)).toBe(invalid);
    await eventually(() => !domain.authenticator.stillValid(principal));
    await domain.agentClient.deleteAgent({ meshId: "m", agentId: "a" });
    await joined();
    expect(await refused(token)).toBe(invalid);
  });
});
