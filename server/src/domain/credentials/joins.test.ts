// Joining: a token becomes an agent's own credential, once, however often and by whom it is tried.
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mintSecretToken } from "../../security/secret-token.ts";
import {
  agentIdentity,
  type Domain,
  failureIn,
  invalid,
  openDomain,
  refusalOf,
} from "../../testing/domain-fixture.ts";
import { joinTokenKind } from "./join-token-record.ts";

let domain: Domain;
let meshUid: string;
beforeEach(async () => {
  domain = await openDomain();
  meshUid = (await domain.meshClient.createMesh({ meshId: "m" })).mesh!.uid;
});
afterEach(() => domain.close());

describe("joining", () => {
  test("the same token and key get the same answer, also when nothing is left of the token", async () => {
    const { joinToken, agent } = await domain.agentClient.provisionAgent({
      meshId: "m",
      agentId: "a",
    });
    const { publicKey } = agentIdentity();
    const join = () => domain.linkClient.joinMesh({ joinToken, publicKey });
    const answers = await Promise.all(Array.from({ length: 10 }, join));
    for (const answer of answers) {
      expect(answer).toMatchObject({ meshUid, agent: { agentId: "a", uid: agent!.uid } });
    }
    expect(await join()).toEqual(answers[0]);
    const thief = agentIdentity().publicKey;
    expect(
      await refusalOf(domain.linkClient.joinMesh({ joinToken, publicKey: thief })),
    ).toMatchObject({ reason: "JOIN_TOKEN_USED" });
    const { joinTokens } = await domain.credentialClient.listJoinTokens({ meshId: "m" });
    expect(joinTokens).toMatchObject([{ uses: 1, usesMax: 1 }]);
  });

  test("of 20 agents that come at once with a token for 5, exactly 5 get in", async () => {
    const { secret, joinToken } = await domain.credentialClient.createJoinToken({
      meshId: "m",
      usesMax: 5,
      labels: { zone: "eu" },
    });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        domain.linkClient.joinMesh({ joinToken: secret, publicKey: agentIdentity().publicKey }),
      ),
    );
    const joined = results.filter((result) => result.status === "fulfilled");
    expect(joined).toHaveLength(5);
    expect(new Set(joined.map(({ value }) => value.agent!.uid)).size).toBe(5);
    const { agents } = await domain.agentClient.listAgents({ meshId: "m" });
    expect(agents).toHaveLength(5);
    expect(agents[0]?.labels).toEqual({ zone: "eu" });
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      expect(failureIn(result.reason).reason).toBe("JOIN_TOKEN_USED");
    }
    const kept = await domain.store.get(joinTokenKind, joinToken!.tokenId);
    expect(kept?.doc.uses).toBe(5);
  });

  test("names: given, made up, taken, and not to be chosen for a token of one agent", async () => {
    const { secret } = await domain.credentialClient.createJoinToken({ meshId: "m", usesMax: 9 });
    const join = (joinToken: string, agentId: string) =>
      domain.linkClient.joinMesh({ joinToken, agentId, publicKey: agentIdentity().publicKey });
    expect((await join(secret, "w7")).agent?.agentId).toBe("w7");
    expect((await join(secret, "")).agent?.agentId).toMatch(/^agent-[a-z0-9]{8}$/);
    expect(await refusalOf(join(secret, "w7"))).toMatchObject({ reason: "RESOURCE_EXISTS" });
    const { joinToken } = await domain.agentClient.provisionAgent({ meshId: "m", agentId: "a" });
    expect(await refusalOf(join(joinToken, "b"))).toMatchObject({ reason: "INVALID_REQUEST" });
    expect((await join(joinToken, "a")).agent?.agentId).toBe("a");
  });

  test("expired, revoked and made-up tokens get one answer", async () => {
    const { publicKey } = agentIdentity();
    const make = () =>
      domain.credentialClient.createJoinToken({ meshId: "m", ttl: { seconds: 9n } });
    const expired = (await make()).secret;
    domain.clock.advance(9_000);
    const revoked = await make();
    const { tokenId } = revoked.joinToken!;
    await domain.credentialClient.revokeJoinToken({ meshId: "m", tokenId });
    const good = (await make()).joinToken!.tokenId;
    const forged = mintSecretToken("meshjoin", good, randomBytes(20)).text;
    for (const joinToken of [
      expired,
      revoked.secret,
      forged,
      "meshjoin_x",
      "x".repeat(1_000_000),
    ]) {
      const { reason, message } = await refusalOf(
        domain.linkClient.joinMesh({ joinToken, publicKey }),
      );
      expect(`${reason}: ${message}`).toBe(invalid);
    }
    await domain.meshClient.createMesh({ meshId: "n" });
    expect(
      await refusalOf(domain.credentialClient.revokeJoinToken({ meshId: "n", tokenId: good })),
    ).toMatchObject({ reason: "RESOURCE_NOT_FOUND" });
  });
});
