// Messages and calls by RPC: into the caller's own mesh only, with its name, and with errors that help.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type Client,
  type Interceptor,
} from "@connectrpc/connect";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import type { Principal } from "../../security/principal.ts";
import { callKey } from "../call-service.ts";
import { DomainError } from "../errors.ts";
import {
  createLinkWorld,
  MESH_ID,
  type LinkWorld,
  type TestAgent,
} from "../links/testing/link-world.ts";
import { createMessageService } from "./message-service.ts";

let world: LinkWorld;
let agent: TestAgent;
beforeEach(async () => {
  world = await createLinkWorld({ intervalMs: 60_000, lostAfterMs: 180_000 });
  agent = await world.connect("w1", { spec: { capabilities: ["echo"] } });
});
afterEach(() => world.close());

/** A client whose calls are admitted as the principal's; errors keep the domain's reason. */
function clientOf(principal: Principal): Client<typeof MessageService> {
  const transport = createRouterTransport(
    (router) => {
      router.service(MessageService, createMessageService(world));
    },
    {
      router: {
        interceptors: [
          (next) => async (request) => {
            request.contextValues.set(callKey, {
              callId: "1",
              operation: "",
              principal,
              deadlineMs: Infinity,
              signal: request.signal,
              peerAddress: "",
            });
            return mapErrors(next)(request);
          },
        ],
      },
    },
  );
  return createClient(MessageService, transport);
}

const mapErrors: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    if (!response.stream) return response;
    return { ...response, message: mapped(response.message) };
  } catch (error) {
    throw withReason(error);
  }
};

async function* mapped<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw withReason(error);
  }
}

function withReason(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  return new ConnectError(error.reason, Code.FailedPrecondition);
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const message of messages) seen.push(message);
  return seen;
}

const key: Principal = {
  kind: 1,
  id: "k1",
  displayName: "",
  role: 1,
  scope: "all",
};

const message = {
  target: { case: "agentId" as const, value: "w1" },
  subject: "note",
  payload: new Uint8Array([1, 2]),
};

describe("SendMessage", () => {
  test("hands the message to the agent, sender filled in", async () => {
    const sent = await clientOf(key).sendMessage({
      meshId: MESH_ID,
      message: { ...message, sender: "w2", messageId: "mine" },
    });
    const [delivered] = agent.of("deliver")[0]!.messages;
    expect(delivered).toMatchObject({ sender: "key:k1", subject: "note" });
    expect(delivered!.messageId).toBe(sent.messageId);
    expect(sent.acceptTime).toEqual(delivered!.acceptTime);
  });

  test("of an agent bears its name, in its own mesh", async () => {
    await clientOf(world.principal("w2")).sendMessage({ meshId: MESH_ID, message });
    expect(agent.of("deliver")[0]!.messages[0]!.sender).toBe("w2");
  });

  test("tells an agent that is away from one that is not there, and shows no other mesh", async () => {
    const reasonOf = async (
      principal: Principal,
      meshId: string,
      agentId: string,
    ): Promise<string> => {
      const target = { case: "agentId" as const, value: agentId };
      const sending = clientOf(principal).sendMessage({ meshId, message: { ...message, target } });
      const error: unknown = await sending.catch((one: unknown) => one);
      return ConnectError.from(error).rawMessage;
    };
    expect(await reasonOf(key, MESH_ID, "w2")).toBe("NO_RECEIVER");
    expect(await reasonOf(key, MESH_ID, "nobody")).toBe("RESOURCE_NOT_FOUND");
    expect(await reasonOf(key, "elsewhere", "w1")).toBe("RESOURCE_NOT_FOUND");
    const foreign = { ...key, scope: { meshId: MESH_ID, meshUid: "an earlier mesh of that name" } };
    expect(await reasonOf(foreign, MESH_ID, "w1")).toBe("RESOURCE_NOT_FOUND");
    expect(agent.of("deliver")).toHaveLength(0);
  });

  test("counts all of the message against the limit of 1 MiB", async () => {
    const payload = new Uint8Array(1024 * 1024);
    const sending = clientOf(key).sendMessage({
      meshId: MESH_ID,
      message: { ...message, payload },
    });
    await expect(sending).rejects.toMatchObject({ rawMessage: "MESSAGE_TOO_LARGE" });
  });
});

describe("CallAgent", () => {
  test("streams the replies as they come", async () => {
    const replies = clientOf(key).callAgent({ meshId: MESH_ID, agentId: "w1", capability: "echo" });
    const iterator = replies[Symbol.asyncIterator]();
    const first = iterator.next();
    await world.until(() => agent.of("call").length > 0);
    const { callId, caller } = agent.of("call")[0]!;
    expect(caller).toBe("key:k1");
    const payload = new Uint8Array([5]);
    agent.send({ case: "reply", value: { callId, hasPayload: true, payload, contentType: "a/b" } });
    // The first is there before the last is sent.
    expect((await first).value).toMatchObject({ payload, contentType: "a/b" });
    agent.send({ case: "reply", value: { callId, status: {} } });
    expect((await iterator.next()).done).toBe(true);
  });

  test.each([
    ["w1", "dance", "CAPABILITY_UNKNOWN"],
    ["w2", "echo", "NO_RECEIVER"],
    ["nobody", "echo", "RESOURCE_NOT_FOUND"],
  ])("of %s %s fails with %s", async (agentId, capability, reason) => {
    const replies = clientOf(key).callAgent({ meshId: MESH_ID, agentId, capability });
    await expect(all(replies)).rejects.toMatchObject({ rawMessage: reason });
  });

  test("tells the agent when its caller goes away", async () => {
    const abort = new AbortController();
    const replies = clientOf(key).callAgent(
      { meshId: MESH_ID, agentId: "w1", capability: "echo" },
      { signal: abort.signal },
    );
    const reading = all(replies);
    await world.until(() => agent.of("call").length > 0);
    abort.abort();
    await expect(reading).rejects.toBeDefined();
    await world.until(() => agent.of("cancelCall").length > 0);
    expect(agent.of("cancelCall")[0]!.reason).toBe(ErrorReason.CANCELLED);
  });
});
