import type { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { mintSecretToken, SECRET_BYTES } from "../../security/secret-token.ts";
import { type Change, type Kind, PAGE_RECORDS_MAX, put, type Store } from "../../store/store.ts";
import type { Ids } from "../ids.ts";
import { endedTokenMsKept } from "./limits.ts";

/** A token with which agents join a mesh. */
export interface JoinTokenRecord {
  readonly tokenId: string;
  readonly secretHash: Uint8Array;
  readonly meshUid: string;
  readonly meshId: string;
  /** The one agent it is for; both empty where whoever brings it names the agent. */
  readonly agentUid: string;
  readonly agentId: string;
  readonly role: AgentRole;
  readonly labels: Readonly<Record<string, string>>;
  readonly usesMax: number;
  readonly uses: number;
  /** Made by the agent's launcher: whoever joins by it takes the place of an earlier key. */
  readonly launch?: true;
  readonly creator: string;
  readonly createTime: Date;
  readonly expireTime: Date;
  readonly revokeTime?: Date;
  readonly sweepTime: Date;
}

/** Id: the token's id, so that the order of ids is the order of creation. */
export const joinTokenKind: Kind<JoinTokenRecord> = {
  name: "join_tokens",
  watched: false,
  schema: 1,
  indexes: [["meshUid"], ["meshUid", "agentUid"]],
  delete: "erase",
  expireAt: "sweepTime",
};

/** Remembers which agent a key became by a token, so that a repetition finds it again. */
export interface JoinUseRecord {
  readonly tokenId: string;
  readonly agentUid: string;
  readonly sweepTime: Date;
}

/** Id: `joinUseKey`. */
export const joinUseKind: Kind<JoinUseRecord> = {
  name: "join_uses",
  watched: false,
  schema: 1,
  delete: "erase",
  expireAt: "sweepTime",
};

/** `<token id>/<public key>` */
export function joinUseKey(tokenId: string, publicKey: Uint8Array): string {
  return `${tokenId}/${Buffer.from(publicKey).toString("base64url")}`;
}

/** Makes a token. The text is shown once; only its hash is on record. */
export function mintJoinToken(
  ids: Ids,
  nowMs: number,
  lifetimeMs: number,
  grant: Pick<
    JoinTokenRecord,
    | "meshUid"
    | "meshId"
    | "agentUid"
    | "agentId"
    | "role"
    | "labels"
    | "usesMax"
    | "creator"
    | "launch"
  >,
): { readonly text: string; readonly doc: JoinTokenRecord; readonly change: Change } {
  const tokenId = ids.uuid();
  const { text, hash } = mintSecretToken("meshjoin", tokenId, ids.bytes(SECRET_BYTES));
  const doc: JoinTokenRecord = {
    ...grant,
    tokenId,
    secretHash: hash,
    uses: 0,
    createTime: new Date(nowMs),
    expireTime: new Date(nowMs + lifetimeMs),
    sweepTime: new Date(nowMs + lifetimeMs + endedTokenMsKept),
  };
  return { text, doc, change: put(joinTokenKind, tokenId, doc, "absent") };
}

/** Changes that void the tokens of one agent that can still be used. */
export async function voidedTokens(
  store: Store,
  agent: { readonly meshUid: string; readonly uid: string },
  now: Date,
): Promise<Change[]> {
  const { items } = await tokensOfAgent(store, agent);
  return items
    .filter(({ doc }) => doc.revokeTime === undefined && doc.uses < doc.usesMax)
    .map(({ id, doc, version }) => put(joinTokenKind, id, { ...doc, revokeTime: now }, version));
}

/** Changes that erase the tokens of one agent. */
export async function erasedTokens(
  store: Store,
  agent: { readonly meshUid: string; readonly uid: string },
): Promise<Change[]> {
  const { items } = await tokensOfAgent(store, agent);
  return items.map(({ id }) => ({ delete: joinTokenKind, id, expect: "any" }));
}

/** An agent has the one token of its provisioning, or the last one of its launcher. */
function tokensOfAgent(store: Store, { meshUid, uid }: { meshUid: string; uid: string }) {
  return store.list(joinTokenKind, { eq: { meshUid, agentUid: uid }, limit: PAGE_RECORDS_MAX });
}
