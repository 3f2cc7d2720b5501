// Every RPC of the contract, tried by everybody: without a credential, with each built-in role for the
// installation, for the mesh named, and for another one. The verdict on the wire is what the RPC's
// option and the role's permissions say, and nothing but admitted calls reaches a handler.
import { create, getOption, toBinary, type DescMethod, type DescService } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { access, Permission } from "@meshwork/gen/mesh/options/v1/access";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { permissionsOf } from "../security/roles.ts";
import { callers, startFixture, type Fixture } from "./fixtures/gateway.ts";
import type { Routes } from "./gateway.ts";
import { envelope, grpcOutcome, http2Request } from "./fixtures/raw-client.ts";
import { createRoteLinks, linkPaths } from "./fixtures/rote-links.ts";

const services: readonly DescService[] = [
  AgentLinkService,
  AgentService,
  AuthService,
  CredentialService,
  MeshService,
  MessageService,
];
const methods = services.flatMap((service) => service.methods);
const admitted = new Set<string>();

/** Handlers that only say that they were reached. */
const everything: Routes = (router) => {
  for (const method of methods) {
    const reached = (): object => {
      admitted.add(method.name);
      return {};
    };
    const unary = method.methodKind === "unary";
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream of one answer
    const stream = async function* () {
      yield create(method.output, reached() as never);
    };
    router.rpc(method, (unary ? reached : stream) as never);
  }
};

let fixture: Fixture;

beforeAll(async () => {
  const links = createRoteLinks(() => admitted.add("Connect"));
  fixture = await startFixture({ routes: everything, links });
});

afterAll(() => fixture.gateway.close(0));

/** What the contract says, worked out by other means than the gateway's. */
function verdict(method: DescMethod, credential: string | undefined, meshId: string): string {
  const { permission, scopeField } = getOption(method, access);
  if (permission === Permission.PUBLIC) return "admitted";
  if (credential === undefined) return `${Code.Unauthenticated} CREDENTIAL_MISSING`;
  const denied = `${Code.PermissionDenied} PERMISSION_MISSING`;
  if (credential === "bootstrap") {
    return ["CreateApiKey", "WhoAmI"].includes(method.name) ? "admitted" : denied;
  }
  if (permission === Permission.SELF) return "admitted";
  const caller = callers[credential]!;
  if (caller.scope !== "all") {
    const scoped = scopeField !== "" && meshId !== "";
    if (scoped && meshId !== "demo") return `${Code.NotFound} RESOURCE_NOT_FOUND`;
    if (!scoped && !["ListMeshes", "Connect"].includes(method.name)) return denied;
  }
  return permissionsOf(caller.role).has(permission) ? "admitted" : denied;
}

async function attempt(
  method: DescMethod,
  credential: string | undefined,
  meshId: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  admitted.clear();
  const { scopeField } = getOption(method, access);
  const field = method.input.fields.find(({ name }) => name === scopeField);
  const message = create(method.input, field === undefined ? {} : { [field.localName]: meshId });
  const headers = {
    ":path": `/${method.parent.typeName}/${method.name}`,
    "content-type": "application/grpc",
    ...more,
    ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
  };
  const bytes = envelope(toBinary(method.input, message));
  const answer = await http2Request(fixture.port, headers, [bytes]);
  const { status, info } = grpcOutcome(answer);
  // Validation comes after authorization: a call that gets that far was admitted.
  if (status === 0 || info?.reason === "INVALID_REQUEST") {
    expect(admitted.has(method.name)).toBe(status === 0);
    return "admitted";
  }
  expect(admitted.size).toBe(0);
  return `${status} ${info?.reason ?? ""}`;
}

test("there is something to try", () => {
  expect(methods.length).toBeGreaterThan(25);
});

describe.each(
  methods.flatMap((method) => {
    const name = `${method.parent.typeName}/${method.name}`;
    if (method !== AgentLinkService.method.connect) return [[name, method, {}] as const];
    return linkPaths.map(([path, headers]) => [`${name}, ${path}`, method, headers] as const);
  }),
)("%s", (_name, method, headers) => {
  test.each([undefined, ...Object.keys(callers)])("as %p", async (credential) => {
    for (const meshId of ["demo", "other", ""]) {
      const expected = verdict(method, credential, meshId);
      const found = await attempt(method, credential, meshId, headers);
      expect([meshId, found]).toEqual([meshId, expected]);
    }
  });
});

test("an RPC whose option is missing is refused to everybody", async () => {
  const undeclared: Routes = (router) => {
    const method = { ...MeshService.method.getMesh, proto: { options: undefined } };
    router.rpc({ ...MeshService.method.getMesh, ...method } as never, (() => ({})) as never);
  };
  await using other = await startFixture({ routes: undeclared });
  const headers = {
    ":path": "/mesh.v1.MeshService/GetMesh",
    "content-type": "application/grpc",
    authorization: "Bearer admin",
  };
  const answer = await http2Request(other.port, headers, [envelope(Buffer.alloc(0))]);
  expect(grpcOutcome(answer).info?.reason).toBe("PERMISSION_MISSING");
});

test("refusals are audited with who, what and where; admitted calls are not", async () => {
  fixture.audit.length = 0;
  const { getMesh, deleteMesh } = MeshService.method;
  await attempt(getMesh, "demo-viewer", "other");
  await attempt(deleteMesh, "viewer", "demo");
  await attempt(getMesh, "nobody", "demo");
  await attempt(getMesh, undefined, "demo");
  await attempt(getMesh, "viewer", "demo");
  const told = fixture.audit.map(([call, entry]) => [
    call.principal?.id,
    entry.action,
    entry.resource,
    entry.outcome,
  ]);
  expect(told).toEqual([
    ["demo-viewer", "meshes.get", "meshes/other", "RESOURCE_NOT_FOUND"],
    ["viewer", "meshes.delete", "meshes/demo", "PERMISSION_MISSING"],
    [undefined, "meshes.get", "", "CREDENTIAL_INVALID"],
    [undefined, "meshes.get", "", "CREDENTIAL_MISSING"],
  ]);
  expect(fixture.audit.every(([call]) => call.peerAddress === "127.0.0.1")).toBe(true);
});

test("a mesh that is not the caller's looks the same whether it is there or not", async () => {
  const ask = async (meshId: string) => {
    const response = await fetch(`${fixture.url}/mesh.v1.MeshService/GetMesh`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: "Bearer demo-viewer",
        "x-request-id": "same",
      },
      body: JSON.stringify({ meshId }),
    });
    return (await response.text()).replaceAll(meshId, "X").replace(/"details".*/, "");
  };
  expect(await ask("other")).toBe(await ask("nowhere"));
});
