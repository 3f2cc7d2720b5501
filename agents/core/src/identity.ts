// How an agent comes by its identity: from its store, or by joining with a token.
import { Code, type Transport } from "@connectrpc/connect";
import { AgentError, agentErrorOf, type Reason } from "./agent-error.ts";
import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import {
  createKey,
  joinMesh,
  type AgentCredential,
  type AgentIdentity,
  type CredentialStore,
} from "./credential.ts";
import { pause } from "./resumed-watch.ts";

export interface KnownAgent {
  readonly credential: AgentCredential;
  readonly identity: AgentIdentity;
  /** Whether the identity was made just now, with the token. */
  readonly joined: boolean;
}

export interface IdentityDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly store: CredentialStore;
  /** Without any credential: joining is how one gets the first. */
  readonly transport: Transport;
  readonly agentId: string | undefined;
  readonly joinToken: string | undefined;
  readonly retrying: (error: AgentError, retryInMs: number) => void;
}

/** Failures that a later try may not meet. */
const TRANSIENT: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Aborted,
]);
/** Refusals for which it makes no difference that the token is good. */
const FINAL: ReadonlySet<Reason> = new Set<Reason>(["QUOTA_EXCEEDED", "STORE_FULL"]);

/**
 * Answers who the agent is. `anew` leaves a stored identity aside and joins with a new key. Keeps trying
 * while no server answers, until the signal fires. Throws AgentError: FailedPrecondition when there is
 * neither credential nor token, or the credential is another agent's; what JoinMesh refuses for good.
 */
export async function knowIdentity(
  deps: IdentityDeps,
  signal: AbortSignal,
  anew = false,
): Promise<KnownAgent> {
  const { store, agentId, joinToken } = deps;
  const stored = anew ? undefined : await store.load();
  if (stored?.identity !== undefined) {
    const { identity } = stored;
    if (agentId === undefined || identity.agentId === agentId)
      return { credential: stored, identity, joined: false };
    throw new AgentError(
      Code.FailedPrecondition,
      `the credential in ${store.place} is of agent ${identity.agentId}, not ${agentId}: name another place for it`,
    );
  }
  if (joinToken === undefined)
    throw new AgentError(
      Code.FailedPrecondition,
      `there is no credential in ${store.place} and no join token: make one with \`mesh agents provision ${agentId ?? ""}`.trimEnd() +
        "`",
    );
  const key = stored ?? (await createKey(store.keysExtractable));
  // Saved before the token is spent: a join that was cut short is repeated with the same key.
  if (stored === undefined) await store.save(key);
  const identity = await join(deps, key, joinToken, signal);
  const credential = { ...key, identity };
  await store.save(credential);
  return { credential, identity, joined: true };
}

async function join(
  { clock, random, transport, agentId, retrying }: IdentityDeps,
  key: AgentCredential,
  joinToken: string,
  signal: AbortSignal,
): Promise<AgentIdentity> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await joinMesh(transport, key, { joinToken, agentId }, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = agentErrorOf(thrown);
      if (!TRANSIENT.has(error.code) || (error.reason !== "" && FINAL.has(error.reason)))
        throw error;
      const waitMs = backoffMs(failures, undefined, random);
      retrying(error, waitMs);
      await pause(clock, waitMs, signal);
    }
  }
}
