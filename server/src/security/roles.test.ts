// Roles: the whole table, so that no right comes or goes unnoticed.
import { expect, test } from "@jest/globals";
import { Permission, PermissionSchema } from "@meshwork/gen/mesh/options/v1/access";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { permissionsOf } from "./roles.ts";

/** A: admin, O: operator, V: viewer, a: agent. */
const table: Record<string, string> = {
  MESHES_CREATE: "A",
  MESHES_GET: "AOVa",
  MESHES_LIST: "AOV",
  MESHES_UPDATE: "AO",
  MESHES_DELETE: "A",
  MESHES_WATCH: "AOVa",
  AGENTS_PROVISION: "AO",
  AGENTS_GET: "AOVa",
  AGENTS_LIST: "AOVa",
  AGENTS_UPDATE: "AO",
  AGENTS_TERMINATE: "AO",
  AGENTS_DELETE: "AO",
  AGENTS_WATCH: "AOVa",
  AGENTS_CALL: "AOa",
  AGENTS_LAUNCH: "a",
  LINKS_CONNECT: "a",
  MESSAGES_SEND: "AOa",
  MESSAGES_GET: "AOV",
  MESSAGES_CANCEL: "AO",
  MESSAGES_SUBSCRIBE: "AO",
  DEAD_LETTERS_GET: "AOV",
  DEAD_LETTERS_LIST: "AOV",
  DEAD_LETTERS_REPLAY: "AO",
  DEAD_LETTERS_PURGE: "AO",
  API_KEYS_CREATE: "A",
  API_KEYS_LIST: "A",
  API_KEYS_REVOKE: "A",
  JOIN_TOKENS_CREATE: "AO",
  JOIN_TOKENS_LIST: "AO",
  JOIN_TOKENS_REVOKE: "AO",
  AGENT_CREDENTIALS_REVOKE: "AO",
};
const roles: [string, Role][] = [
  ["A", Role.ADMIN],
  ["O", Role.OPERATOR],
  ["V", Role.VIEWER],
  ["a", Role.AGENT],
];

test("every permission is in the table, and granted to the roles that it names only", () => {
  const named = PermissionSchema.values.filter(({ number }) => number >= 10);
  const granted = Object.fromEntries(
    named.map(({ number, localName }) => [
      localName,
      roles
        .map(([letter, role]) => (permissionsOf(role).has(number as Permission) ? letter : ""))
        .join(""),
    ]),
  );
  expect(granted).toEqual(table);
});

test("PUBLIC and SELF are nothing to be granted, and an unknown role has nothing", () => {
  for (const [, role] of roles) {
    for (const permission of [Permission.UNSPECIFIED, Permission.PUBLIC, Permission.SELF]) {
      expect(permissionsOf(role).has(permission)).toBe(false);
    }
  }
  expect(permissionsOf(Role.UNSPECIFIED).size).toBe(0);
  expect(permissionsOf(99 as Role).size).toBe(0);
});
