// A token that was good is not checked twice, and counts no longer or wider for that.
import { beforeAll, expect, test } from "@jest/globals";
import { SignJWT } from "jose";
import { type AgentKey, verifyAgentToken } from "../../security/agent-token.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";

const agentUid = "01900000-0000-7000-8000-000000000001";
const meshUid = "01900000-0000-7000-8000-000000000002";
const nowMs = Date.UTC(2026, 0, 1);

let pair: { readonly privateKey: AgentKey; readonly publicKey: AgentKey };
let other: typeof pair;
const newPair = async (): Promise<typeof pair> =>
  (await crypto.subtle.generateKey({ name: "Ed25519" }, false, [
    "sign",
    "verify",
  ])) as unknown as typeof pair;
beforeAll(async () => {
  pair = await newPair();
  other = await newPair();
});

const sign = (seconds = nowMs / 1000): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
    .setSubject(agentUid)
    .setAudience(meshUid)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .sign(pair.privateKey);
const expected = (more: object = {}) => ({
  ...{ key: pair.publicKey, agentUid, meshUid, nowMs },
  ...more,
});

test("answers as the check of the signature does, first and again", async () => {
  const tokens = createVerifiedTokens();
  const token = await sign();
  const cases = [
    expected(),
    expected(),
    expected({ nowMs: nowMs + 59_000 }),
    expected({ nowMs: nowMs + 64_999 }),
    expected({ nowMs: nowMs + 65_000 }),
    expected({ nowMs: nowMs - 60_000 }),
    expected({ key: other.publicKey }),
    expected({ agentUid: meshUid }),
    expected({ meshUid: agentUid }),
    expected(),
  ];
  for (const one of cases)
    expect(await tokens.verify(token, one)).toBe(await verifyAgentToken(token, one));
  expect(await tokens.verify(token, expected())).toBe(nowMs + 60_000);
  const broken = `${token.slice(0, -8)}AAAAAAAA`;
  expect(await tokens.verify(broken, expected())).toBeUndefined();
  expect(await tokens.verify(broken, expected())).toBeUndefined();
  expect(tokens.claimedAgent(token)).toBe(agentUid);
  expect(tokens.claimedAgent("nothing")).toBeUndefined();
});

test("knows a good one without its signature, and so many at most", async () => {
  const tokens = createVerifiedTokens(2);
  const all = [await sign(), await sign(nowMs / 1000 + 1), await sign(nowMs / 1000 + 2)];
  for (const token of all) await tokens.verify(token, expected());
  let checks = 0;
  const verify = crypto.subtle.verify.bind(crypto.subtle);
  crypto.subtle.verify = (...args: Parameters<typeof verify>) => {
    checks += 1;
    return verify(...args);
  };
  try {
    for (const token of all.slice(1)) await tokens.verify(token, expected());
    expect(checks).toBe(0);
    await tokens.verify(all[0]!, expected());
    expect(checks).toBe(1);
  } finally {
    crypto.subtle.verify = verify;
  }
});
