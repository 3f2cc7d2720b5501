import {
  AGENT_TOKEN_SKEW_SECONDS,
  claimedAgent,
  verifyAgentToken,
} from "../../security/agent-token.ts";
import { agentTokensKeptMax } from "./limits.ts";

type Expected = Parameters<typeof verifyAgentToken>[1];

/** Verifies the tokens of agents; one that was good is known when it is shown again. */
export interface VerifiedTokens {
  /** As `claimedAgent`. */
  claimedAgent(token: string): string | undefined;
  /** As `verifyAgentToken`. */
  verify(token: string, expected: Expected): Promise<number | undefined>;
}

interface Good extends Expected {
  readonly expireTimeMs: number;
}

/**
 * An agent shows the same token with each call of a second, and checking a signature costs more than all
 * else of a call. What is kept is that the signature was good under that very key; whose it is, whether
 * the credential still counts and the time are looked at each time.
 */
export function createVerifiedTokens(keptMax: number = agentTokensKeptMax): VerifiedTokens {
  const good = new Map<string, Good>();

  function isStillGood(known: Good, { key, agentUid, meshUid, nowMs }: Expected): boolean {
    const isSame = known.key === key && known.agentUid === agentUid && known.meshUid === meshUid;
    // A clock that went back may have come before the token was made.
    const isBorn = nowMs >= known.nowMs;
    return isSame && isBorn && nowMs < known.expireTimeMs + AGENT_TOKEN_SKEW_SECONDS * 1000;
  }

  return {
    claimedAgent: (token) => good.get(token)?.agentUid ?? claimedAgent(token),
    verify: async (token, expected) => {
      const known = good.get(token);
      if (known !== undefined && isStillGood(known, expected)) return known.expireTimeMs;
      const expireTimeMs = await verifyAgentToken(token, expected);
      good.delete(token);
      if (expireTimeMs === undefined) return undefined;
      if (good.size >= keptMax) good.delete(good.keys().next().value!);
      good.set(token, { ...expected, expireTimeMs });
      return expireTimeMs;
    },
  };
}
