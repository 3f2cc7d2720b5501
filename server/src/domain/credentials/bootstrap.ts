import {
  mintSecretToken,
  parseSecretToken,
  SECRET_BYTES,
  secretMatches,
} from "../../security/secret-token.ts";
import { type Change, type Kind, put, type Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import type { Ids } from "../ids.ts";
import { credentialInvalid } from "./credential-invalid.ts";
import { bootstrapMsMax } from "./limits.ts";

/** The one-time admin token of an installation; there is at most one. */
export interface BootstrapRecord {
  readonly secretHash: Uint8Array;
  readonly expireTime: Date;
  readonly useTime?: Date;
}

/** Id: `bootstrap`. */
export const bootstrapKind: Kind<BootstrapRecord> = {
  name: "bootstrap",
  watched: false,
  schema: 1,
  delete: "erase",
};

const bootstrapId = "bootstrap";

/** The one-time token that buys the first API key. */
export interface Bootstrap {
  /** Makes a token, which voids the one before. It is good for 15 minutes and for one key. */
  issue(): Promise<{ readonly token: string; readonly expireTime: Date }>;
  /** When the token runs out; undefined if it is not the one that is good now. */
  check(text: string): Promise<Date | undefined>;
  /** The change that uses the token up; fails with CREDENTIAL_INVALID when there is none to use. */
  consumption(): Promise<Change>;
}

export function createBootstrap(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
}): Bootstrap {
  const { store, committer, clock, ids } = options;
  const good = (doc: BootstrapRecord): boolean =>
    doc.useTime === undefined && doc.expireTime.getTime() > clock.now();

  return {
    issue: () =>
      committer.runSystem(() => {
        const { text, hash } = mintSecretToken("meshadmin", "", ids.bytes(SECRET_BYTES));
        const expireTime = new Date(clock.now() + bootstrapMsMax);
        const doc = { secretHash: hash, expireTime };
        return Promise.resolve({
          changes: [put(bootstrapKind, bootstrapId, doc, "any")],
          reply: { token: text, expireTime },
          audit: { action: "bootstrap.issue", resource: "bootstrap" },
        });
      }),
    check: async (text) => {
      const token = parseSecretToken("meshadmin", text);
      if (token === undefined) return undefined;
      const found = await store.get(bootstrapKind, bootstrapId);
      const matches = secretMatches(token, found?.doc.secretHash);
      return matches && found && good(found.doc) ? found.doc.expireTime : undefined;
    },
    consumption: async () => {
      const found = await store.get(bootstrapKind, bootstrapId);
      if (found === undefined || !good(found.doc)) throw credentialInvalid();
      const used = { ...found.doc, useTime: new Date(clock.now()) };
      return put(bootstrapKind, bootstrapId, used, found.version);
    },
  };
}
