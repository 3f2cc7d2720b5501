// Every RPC of the contract on a whole server, with its real services: default deny, and a handler
// behind each. The number of RPCs tried equals the golden table's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, type DescMethod, type DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { startWholeServer, type WholeServer } from "@meshwork/server/testing/whole-server";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { root } from "./harness/home.ts";

const services: readonly DescService[] = [
  MeshService,
  AgentService,
  AgentLinkService,
  MessageService,
  CredentialService,
  AuthService,
];
const methods = services.flatMap((service) => service.methods);
const golden = readFileSync(join(root, "codegen/golden/operations.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"));

/** Permissions that an admin has and each of these lacks, by the wording of the golden table. */
const viewerMay = /_(GET|LIST|WATCH)$/;
const adminOnly = /^PERMISSION_(MESHES_(CREATE|DELETE)|API_KEYS_.*)$/;
/** What is an agent's own. */
const agentOnly = /^PERMISSION_(LINKS_CONNECT|AGENTS_LAUNCH)$/;

let server: WholeServer;
let transport: Transport & { close(): void };
const keys: Record<string, string> = {};

beforeAll(async () => {
  server = await startWholeServer();
  transport = createGrpcTransport({ endpoint: server.url });
  for (const [name, role] of [
    ["admin", Role.ADMIN],
    ["operator", Role.OPERATOR],
    ["viewer", Role.VIEWER],
  ] as const) {
    keys[name] = await server.issueKey({ role, displayName: name });
  }
  await createClient(MeshService, transport).createMesh(
    { meshId: "demo" },
    { headers: bearer(keys["admin"]) },
  );
});
afterAll(async () => {
  transport.close();
  await server.remove();
});

function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** Calls an RPC with a request that names mesh and agent, and answers the error's code and reason. */
async function outcome(
  method: DescMethod,
  key: string | undefined,
): Promise<{ code?: Code; reason?: string }> {
  const names: Record<string, string> = { meshId: "demo", agentId: "nobody", keyMeshId: "" };
  const init = Object.fromEntries(
    method.input.fields
      .filter(({ localName }) => localName in names)
      .map(({ localName }) => [localName, names[localName]]),
  );
  const message = create(method.input, init);
  const options = { headers: bearer(key), timeoutMs: 700 };
  const client = createClient(method.parent, transport) as unknown as Record<
    string,
    (input: unknown, options: object) => unknown
  >;
  try {
    const call = client[method.localName]!;
    if (method.methodKind === "unary") await call(message, options);
    else {
      const input = method.methodKind === "bidi_streaming" ? once(message) : message;
      for await (const _ of call(input, options) as AsyncIterable<unknown>) return {};
    }
    return {};
  } catch (error) {
    const { code } = ConnectError.from(error);
    const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
    return { code, reason: info?.reason ?? "" };
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of one request
async function* once<T>(message: T): AsyncGenerator<T> {
  yield message;
}

test("the golden table has every RPC of the descriptors, and no other", () => {
  expect(golden.map(([name]) => name).sort()).toEqual(
    methods.map((method) => `${method.parent.typeName}/${method.name}`).sort(),
  );
});

describe.each(golden.map(([name, permission]) => [name!, permission!] as const))(
  "%s",
  (name, permission) => {
    const method = methods.find((each) => `${each.parent.typeName}/${each.name}` === name)!;

    test("is refused without a credential, and with a wrong one", async () => {
      if (permission === "PERMISSION_PUBLIC") {
        // Gets as far as its own rules.
        expect(await outcome(method, undefined)).toMatchObject({ reason: "INVALID_REQUEST" });
        return;
      }
      expect(await outcome(method, undefined)).toEqual({
        code: Code.Unauthenticated,
        reason: "CREDENTIAL_MISSING",
      });
      expect(await outcome(method, "mesh_nonsense")).toEqual({
        code: Code.Unauthenticated,
        reason: "CREDENTIAL_INVALID",
      });
    });

    test.each(["admin", "operator", "viewer"])("as %s", async (role) => {
      const { code, reason } = await outcome(method, keys[role]);
      const free = ["PERMISSION_PUBLIC", "PERMISSION_SELF"].includes(permission);
      const allowed =
        free ||
        (!agentOnly.test(permission) &&
          (role === "admin" ||
            (role === "operator" && !adminOnly.test(permission)) ||
            (role === "viewer" &&
              viewerMay.test(permission) &&
              !adminOnly.test(permission) &&
              !permission.includes("JOIN_TOKENS"))));
      if (allowed) {
        expect([
          Code.PermissionDenied,
          Code.Unauthenticated,
          Code.Unimplemented,
          Code.Internal,
          Code.Unknown,
        ]).not.toContain(code);
      } else {
        expect({ code, reason }).toEqual({
          code: Code.PermissionDenied,
          reason: "PERMISSION_MISSING",
        });
      }
    });
  },
);
