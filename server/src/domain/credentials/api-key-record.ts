import type { Role } from "@meshwork/gen/mesh/v1/credential";
import type { Kind } from "../../store/store.ts";

/** A key with which a person or a program calls the API. */
export interface ApiKeyRecord {
  readonly keyId: string;
  readonly secretHash: Uint8Array;
  readonly displayName: string;
  readonly role: Role;
  /** The one mesh it is good for; both empty for all. */
  readonly meshUid: string;
  readonly meshId: string;
  readonly creator: string;
  readonly createTime: Date;
  readonly expireTime?: Date;
  /** To the minute. */
  readonly lastUseTime?: Date;
  readonly revokeTime?: Date;
  readonly sweepTime?: Date;
}

/** Id: the key's id, so that the order of ids is the order of creation. */
export const apiKeyKind: Kind<ApiKeyRecord> = {
  name: "api_keys",
  watched: true,
  schema: 1,
  indexes: [["meshUid"]],
  delete: { tombstoneSeconds: 60 * 60 },
  expireAt: "sweepTime",
};
