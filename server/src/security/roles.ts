import { Role } from "@meshwork/gen/mesh/v1/credential";
import { Permission } from "@meshwork/gen/mesh/options/v1/access";

const reads = [
  Permission.MESHES_GET,
  Permission.MESHES_LIST,
  Permission.MESHES_WATCH,
  Permission.AGENTS_GET,
  Permission.AGENTS_LIST,
  Permission.AGENTS_WATCH,
  Permission.MESSAGES_GET,
  Permission.DEAD_LETTERS_GET,
  Permission.DEAD_LETTERS_LIST,
] as const;

// Operators run what is there. The walls between meshes (creating and deleting one) and API keys stay
// with admins: with either, an operator could reach further than the key that was handed to it.
const operations = [
  ...reads,
  Permission.MESHES_UPDATE,
  Permission.AGENTS_PROVISION,
  Permission.AGENTS_UPDATE,
  Permission.AGENTS_TERMINATE,
  Permission.AGENTS_DELETE,
  Permission.AGENTS_CALL,
  Permission.MESSAGES_SEND,
  Permission.MESSAGES_CANCEL,
  Permission.MESSAGES_SUBSCRIBE,
  Permission.DEAD_LETTERS_REPLAY,
  Permission.DEAD_LETTERS_PURGE,
  Permission.JOIN_TOKENS_CREATE,
  Permission.JOIN_TOKENS_LIST,
  Permission.JOIN_TOKENS_REVOKE,
  Permission.AGENT_CREDENTIALS_REVOKE,
] as const;

// Holding a link or launching is nothing that a key could do: both belong to the agent that calls.
const administration = [
  ...operations,
  Permission.MESHES_CREATE,
  Permission.MESHES_DELETE,
  Permission.API_KEYS_CREATE,
  Permission.API_KEYS_LIST,
  Permission.API_KEYS_REVOKE,
] as const;

const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  [Role.UNSPECIFIED]: new Set(),
  [Role.ADMIN]: new Set(administration),
  [Role.OPERATOR]: new Set(operations),
  [Role.VIEWER]: new Set(reads),
  [Role.AGENT]: new Set([
    Permission.LINKS_CONNECT,
    Permission.MESHES_GET,
    Permission.MESHES_WATCH,
    Permission.AGENTS_GET,
    Permission.AGENTS_LIST,
    Permission.AGENTS_WATCH,
    Permission.AGENTS_CALL,
    Permission.AGENTS_LAUNCH,
    Permission.MESSAGES_SEND,
  ]),
};

/** What a role may do within its scope. A role that is not known may do nothing. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return granted[role] ?? granted[Role.UNSPECIFIED];
}
