import { afterEach, expect, test } from "@jest/globals";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import type { GatherRepliesRequest } from "@meshwork/gen/mesh/v1/message_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import { createMesh } from "./mesh.ts";
import { call, cleanUpWorlds, running } from "./testing/agent-world.ts";

afterEach(cleanUpWorlds);

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

function meshOf(
  gatherReplies: (request: GatherRepliesRequest, signal: AbortSignal) => AsyncIterable<object>,
) {
  const transport = createRouterTransport((router) =>
    router.service(MessageService, {
      gatherReplies: (request, { signal }) => gatherReplies(request, signal),
    }),
  );
  return createMesh({ meshId: "demo", transport, clock: createFakeClock(), random: () => 0.5 });
}

test("answers come as they are given, and then who did not answer", async () => {
  let asked: GatherRepliesRequest | undefined;
  const mesh = meshOf(async function* (request) {
    asked = request;
    await Promise.resolve();
    for (const agentId of ["w1", "w2"])
      yield { event: { case: "reply", value: { agentId, payload: text(`"${agentId}!"`) } } };
    const failures = [{ agentId: "w3", reason: ErrorReason.NO_RECEIVER, message: "away" }];
    yield { event: { case: "summary", value: { asked: 3, answered: 2, failures } } };
  });
  const gathering = mesh.gather({ matchLabels: { zone: "eu" }, roles: [1] }, "echo", { n: 1 });
  const answers: unknown[] = [];
  for await (const answer of gathering) {
    answers.push([answer.agentId, answer.json()]);
    expect(gathering.summary).toBeUndefined();
  }
  expect(answers).toEqual([
    ["w1", "w1!"],
    ["w2", "w2!"],
  ]);
  expect(gathering.summary).toEqual({
    asked: 3,
    answered: 2,
    failures: [{ agentId: "w3", reason: "NO_RECEIVER", message: "away" }],
  });
  expect(asked).toMatchObject({
    meshId: "demo",
    capability: "echo",
    contentType: "application/json",
    selector: { matchLabels: { zone: "eu" }, roles: [1], agentIds: [] },
  });
});

test("leaving the loop cancels it; errors come as AgentError; bad arguments too", async () => {
  const cancelled = Promise.withResolvers<boolean>();
  const mesh = meshOf(async function* (_, signal) {
    signal.addEventListener("abort", () => cancelled.resolve(true));
    while (!signal.aborted)
      yield await Promise.resolve({ event: { case: "reply", value: { agentId: "w1" } } });
  });
  for await (const { agentId } of mesh.gather({}, "echo", "", { timeoutMs: 300 })) {
    expect(agentId).toBe("w1");
    break;
  }
  expect(await cancelled.promise).toBe(true);
  // eslint-disable-next-line require-yield -- it fails before it could
  const failing = meshOf(async function* () {
    await Promise.resolve();
    throw new ConnectError("no", Code.PermissionDenied);
  });
  const loop = async (gathering: AsyncIterable<unknown>): Promise<void> => {
    for await (const answer of gathering) expect(answer).toBeDefined();
  };
  await expect(loop(failing.gather({}, "echo"))).rejects.toMatchObject({
    name: "AgentError",
    code: Code.PermissionDenied,
  });
  await expect(loop(failing.gather({}, "E"))).rejects.toThrow(/capability "E" has to be/);
});

test("every agent answers mesh.ping with what it was given, without announcing it", async () => {
  const { agent, link, hello } = await running({ capabilities: { echo: () => "x" } });
  expect(hello.spec!.capabilities).toEqual(["echo"]);
  call(link, "mesh.ping", "p");
  const reply = await link.next("reply");
  expect([new TextDecoder().decode(reply.payload), reply.status?.code]).toEqual(["p", 0]);
  expect(() => agent.capability("mesh.ping", () => "mine")).toThrow(/has a handler already/);
});
