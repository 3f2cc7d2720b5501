import type { Principal } from "../security/principal.ts";
import { openPageToken, sealPageToken } from "../security/page-token.ts";
import { type Kind, put, type Store } from "../store/store.ts";
import type { Call } from "./call.ts";
import type { Committer } from "./commit.ts";
import { DomainError } from "./errors.ts";
import type { Ids } from "./ids.ts";

/** Items of a page when the caller does not say. */
export const pageSizeDefault = 50;
/** Items of a page at most; what is asked beyond counts as this. */
export const pageSizeMax = 1_000;

interface InstallationKey {
  readonly key: Uint8Array;
}

/** Secrets that one installation shares among its processes and keeps over restarts. */
export const installationKind: Kind<InstallationKey> = {
  name: "installation",
  watched: false,
  schema: 1,
  delete: "erase",
};

/** Page tokens that only open for the list, filters and reach that they were made for. */
export interface PageTokens {
  seal(call: Call, filters: unknown, position: string): Promise<string>;
  /** Undefined for an empty token: the first page. Fails with INVALID_PAGE_TOKEN. */
  open(call: Call, filters: unknown, token: string): Promise<string | undefined>;
}

interface PageTokenParts {
  readonly store: Store;
  readonly committer: Committer;
  readonly ids: Ids;
}

/**
 * The key, once for the whole installation; made where there is none. A server asks for it at its start,
 * so that no list has to write: a full disk refuses that.
 */
export function pageTokenKey({ store, committer, ids }: PageTokenParts): Promise<Uint8Array> {
  return committer.runSystem(async () => {
    const found = await store.get(installationKind, "page-tokens");
    if (found !== undefined) return { changes: [], reply: found.doc.key };
    const key = ids.bytes(32);
    return { changes: [put(installationKind, "page-tokens", { key }, "absent")], reply: key };
  });
}

export function createPageTokens(parts: PageTokenParts): PageTokens {
  let known: Uint8Array | undefined;
  const keyOf = async (): Promise<Uint8Array> => (known ??= await pageTokenKey(parts));

  return {
    seal: async (call, filters, position) =>
      sealPageToken(await keyOf(), bindingOf(call, filters), position),
    open: async (call, filters, token) => {
      if (token === "") return undefined;
      const position = openPageToken(await keyOf(), bindingOf(call, filters), token);
      if (position !== undefined) return position;
      throw new DomainError(
        "INVALID_PAGE_TOKEN",
        "the page token was not made for this list, these filters and this caller, or was changed; begin with the first page",
      );
    },
  };
}

/** How many items a page shall have. */
export function pageSizeOf(asked: number): number {
  return asked === 0 ? pageSizeDefault : Math.min(asked, pageSizeMax);
}

function bindingOf(call: Call, filters: unknown): string {
  return JSON.stringify([call.operation, reachOf(call.principal), filters]);
}

function reachOf({ scope }: Principal): string {
  return scope === "all" ? "" : scope.meshUid;
}
