// A credential that ends, ends what was opened with it within a second: watches, links, and the stream
// of a call's answers.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { createMeshManager, type IMeshManager, type IWorkerAgent } from "@meshwork/agents-node";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { startWholeServer, type WholeServer } from "@meshwork/server/testing/whole-server";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";

let server: WholeServer;
let meshes: IMeshManager;
let worker: IWorkerAgent;
let credentials: Client<typeof CredentialService>;
const closing: (() => void)[] = [];

function transportOf(token: string) {
  const transport = createGrpcTransport({
    endpoint: server.url,
    headers: { authorization: `Bearer ${token}` },
  });
  closing.push(() => transport.close());
  return transport;
}

beforeAll(async () => {
  server = await startWholeServer();
  const token = await server.issueKey({ role: Role.ADMIN, displayName: "test" });
  credentials = createClient(CredentialService, transportOf(token));
  meshes = createMeshManager({ endpoint: server.url, token });
  await meshes.create({ meshId: "demo" });
  worker = await meshes.join("demo", {
    agentId: "w1",
    capabilities: {
      tick: async function* ({ signal }) {
        while (!signal.aborted) {
          yield "tick";
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    },
  });
});
afterAll(async () => {
  await worker.stop();
  meshes.close();
  for (const close of closing) close();
  await server.remove();
});

test.each(["a watch", "a call's answers"])("%s of a revoked key", async (kind) => {
  const token = await server.issueKey({ role: Role.OPERATOR, displayName: kind });
  const transport = transportOf(token);
  const { authContext } = await createClient(AuthService, transport).whoAmI({});
  const stream: AsyncIterable<unknown> =
    kind === "a watch"
      ? createClient(AgentService, transport).watchAgents({ meshId: "demo" })
      : createClient(MessageService, transport).callAgent({
          meshId: "demo",
          agentId: "w1",
          capability: "tick",
        });
  let answers = 0;
  let revokedMs = Infinity;
  const drained = (async () => {
    for await (const answer of stream) {
      expect(answer).toBeDefined();
      answers += 1;
      if (answers !== 1) continue;
      await credentials.revokeApiKey({ keyId: authContext!.principalId });
      revokedMs = performance.now();
    }
  })();
  await expect(drained).rejects.toMatchObject({ code: Code.Unauthenticated });
  expect(performance.now() - revokedMs).toBeLessThan(1_000);
});
