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
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { MessageService, type SubscribeResponse } from "@meshwork/gen/mesh/v1/message_service";
import type { Principal } from "../../security/principal.ts";
import { put, StoreError } from "../../store/store.ts";
import { callKey } from "../call-service.ts";
import { DomainError } from "../errors.ts";
import { meshKind } from "../meshes/mesh-record.ts";
import { fanOutKind } from "./fan-out-record.ts";
import { mailKind } from "./mail-record.ts";
import { createMessageService } from "./message-service.ts";
import {
  createSendingWorld,
  MESH_ID,
  MESH_UID,
  type SendingWorld,
  type TestReceiver,
} from "./testing/sending-world.ts";

let world: SendingWorld;
let agent: TestReceiver;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision([{ agentId: "w1", capabilities: ["echo"] }, { agentId: "w2" }]);
  agent = world.connect("w1", ["echo"]);
});
afterEach(() => world.close());

/** A client whose calls are admitted as the principal's; errors keep the domain's reason. */
function clientOf(principal: Principal): Client<typeof MessageService> {
  const { store, committer, ids, sending } = world;
  const transport = createRouterTransport(
    (router) => {
      const service = createMessageService({ ...sending, store, committer, ids });
      router.service(MessageService, service);
    },
    {
      router: {
        interceptors: [
          (next) => async (request) => {
            request.contextValues.set(callKey, {
              callId: "1",
              operation: request.method.name,
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

const key: Principal = { kind: 1, id: "k1", displayName: "", role: 1, scope: "all" };
const principalOf = (agentId: string): Principal => ({
  ...key,
  scope: { meshId: MESH_ID, meshUid: MESH_UID },
  agent: { uid: world.uidOf(agentId), agentId },
});
const message = {
  target: { case: "agentId" as const, value: "w1" },
  subject: "note",
  payload: new Uint8Array([1, 2]),
};
const stored = { ...message, guarantee: DeliveryGuarantee.AT_LEAST_ONCE };

describe("SendMessage at most once", () => {
  test("hands the message to the agent, sender filled in", async () => {
    const sent = await clientOf(key).sendMessage({
      meshId: MESH_ID,
      message: { ...message, sender: "w2", messageId: "mine" },
    });
    const [delivered] = agent.messages;
    expect(delivered).toMatchObject({ sender: "key:k1", subject: "note" });
    expect(delivered!.messageId).toBe(sent.messageId);
    expect(sent.acceptTime).toEqual(delivered!.acceptTime);
    expect(sent.receivers).toBe(1);
  });

  test("of an agent bears its name, in its own mesh", async () => {
    await clientOf(principalOf("w2")).sendMessage({ meshId: MESH_ID, message });
    expect(agent.messages[0]!.sender).toBe("w2");
  });

  test("to many says how many got it", async () => {
    world.connect("w2");
    const target = { case: "broadcast" as const, value: true };
    const sent = await clientOf(key).sendMessage({
      meshId: MESH_ID,
      message: { ...message, target },
    });
    expect(sent.receivers).toBe(2);
  });

  test.each([{}, { guarantee: DeliveryGuarantee.AT_LEAST_ONCE }])(
    "or %j tells an agent that is away from one that is not there, and shows no other mesh",
    async (more) => {
      const reasonOf = async (
        principal: Principal,
        meshId: string,
        agentId: string,
      ): Promise<string> => {
        const target = { case: "agentId" as const, value: agentId };
        const sending = clientOf(principal).sendMessage({
          meshId,
          message: { ...message, ...more, target },
        });
        const error: unknown = await sending.catch((one: unknown) => one);
        return error instanceof ConnectError ? error.rawMessage : "sent";
      };
      const isStored = "guarantee" in more;
      expect(await reasonOf(key, MESH_ID, "w2")).toBe(isStored ? "sent" : "NO_RECEIVER");
      expect(await reasonOf(key, MESH_ID, "nobody")).toBe("RESOURCE_NOT_FOUND");
      expect(await reasonOf(key, "elsewhere", "w1")).toBe("RESOURCE_NOT_FOUND");
      const scope = { meshId: MESH_ID, meshUid: "an earlier mesh of that name" };
      expect(await reasonOf({ ...key, scope }, MESH_ID, "w1")).toBe("RESOURCE_NOT_FOUND");
      expect(agent.messages).toHaveLength(0);
    },
  );

  test("counts all of the message against the limit of 1 MiB, and takes no request id", async () => {
    const payload = new Uint8Array(1024 * 1024);
    const client = clientOf(key);
    await expect(
      client.sendMessage({ meshId: MESH_ID, message: { ...message, payload } }),
    ).rejects.toMatchObject({ rawMessage: "MESSAGE_TOO_LARGE" });
    await expect(
      client.sendMessage({ meshId: MESH_ID, message, requestId: "r" }),
    ).rejects.toMatchObject({ rawMessage: "INVALID_REQUEST" });
  });
});

describe("SendMessage at least once", () => {
  test("is on disk when it answers, and its mailbox knows", async () => {
    const sent = await clientOf(key).sendMessage({ meshId: MESH_ID, message: stored });
    expect(await world.mailOf("w1")).toEqual([sent.messageId]);
    expect(world.landed).toEqual([`w1 ${sent.messageId}`]);
    expect(timestampMs(sent.acceptTime!)).toBe(world.clock.now());
    expect(sent.receivers).toBe(1);
  });

  test("with a request id is carried out once, also to a topic that nobody hears", async () => {
    const client = clientOf(key);
    const target = { case: "topic" as const, value: "silence" };
    for (const one of [stored, { ...stored, target }]) {
      const requestId = `r ${one.target.case}`;
      const first = await client.sendMessage({ meshId: MESH_ID, message: one, requestId });
      world.clock.advance(60_000);
      expect(await client.sendMessage({ meshId: MESH_ID, message: one, requestId })).toEqual(first);
      await expect(
        client.sendMessage({ meshId: MESH_ID, message: { ...one, subject: "other" }, requestId }),
      ).rejects.toMatchObject({ rawMessage: "REQUEST_ID_REUSED" });
    }
    expect(await world.mail()).toHaveLength(1);
    expect(world.accepted).toBe(2);
  });

  test("without one is another message each time", async () => {
    const client = clientOf(key);
    await client.sendMessage({ meshId: MESH_ID, message: stored });
    await client.sendMessage({ meshId: MESH_ID, message: stored });
    expect(await world.mailOf("w1")).toHaveLength(2);
  });

  test("to many counts those whose mailboxes take it", async () => {
    world.full.add(world.uidOf("w2"));
    const target = { case: "broadcast" as const, value: true };
    const many = { ...stored, target };
    const sent = await clientOf(key).sendMessage({ meshId: MESH_ID, message: many });
    expect([sent.receivers, world.leftOut]).toEqual([1, 1]);
    expect(await world.mail()).toHaveLength(1);
  });

  test("that landed unconfirmed reaches who is there, and a repetition is told of it", async () => {
    const here = await world.attach("w1");
    world.unknownAfter = mailKind;
    const request = { meshId: MESH_ID, message: stored, requestId: "r" };
    await expect(clientOf(key).sendMessage(request)).rejects.toMatchObject({
      rawMessage: "OUTCOME_UNKNOWN",
    });
    await world.retryUntil(() => here.length > 0);
    const { messageId } = await clientOf(key).sendMessage(request);
    expect(here.map((one) => one.messageId)).toEqual([messageId]);
    expect(await world.mailOf("w1")).toEqual([messageId]);
  });

  test("to many that landed unconfirmed is put into all mailboxes, at once", async () => {
    const agentIds = Array.from({ length: 250 }, (_, index) => `x${index}`);
    await world.provision(agentIds.map((agentId) => ({ agentId })));
    const [first, last] = [await world.attach("w1"), await world.attach("x99")];
    world.unknownAfter = fanOutKind;
    const target = { case: "broadcast" as const, value: true };
    const many = { ...stored, target };
    await expect(
      clientOf(key).sendMessage({ meshId: MESH_ID, message: many }),
    ).rejects.toMatchObject({ rawMessage: "OUTCOME_UNKNOWN" });
    await world.retryUntil(() => first.length > 0 && last.length > 0);
    await world.until(() => world.sending.expander.size === 0);
    expect([first.length, last.length, (await world.mail()).length]).toEqual([1, 1, 252]);
    expect(world.sending.expander.busy(`${MESH_UID}/key:k1`)).toBe(false);
  });

  test("of whose commit is not known and that did not land, nothing is left", async () => {
    const agentIds = Array.from({ length: 250 }, (_, index) => `x${index}`);
    await world.provision(agentIds.map((agentId) => ({ agentId })));
    world.beforeCommit = () => {
      throw new StoreError("UNKNOWN_OUTCOME", "no answer");
    };
    const target = { case: "broadcast" as const, value: true };
    const many = { ...stored, target };
    const sending = clientOf(key).sendMessage({ meshId: MESH_ID, message: many });
    await expect(sending).rejects.toMatchObject({ rawMessage: "OUTCOME_UNKNOWN" });
    world.beforeCommit = undefined;
    await world.until(() => !world.sending.expander.busy(`${MESH_UID}/key:k1`));
    expect([await world.mail(), world.reports]).toEqual([[], []]);
  });

  test("into a mesh that is being deleted is refused", async () => {
    const mesh = (await world.store.get(meshKind, MESH_ID))!;
    const deleting = { ...mesh.doc, state: Mesh_State.DELETING };
    await world.store.commit({
      writeId: "w",
      changes: [put(meshKind, MESH_ID, deleting, mesh.version)],
    });
    const sending = clientOf(key).sendMessage({ meshId: MESH_ID, message: stored });
    await expect(sending).rejects.toMatchObject({ rawMessage: "MESH_DELETING" });
  });
});

describe("CallAgent", () => {
  test("streams the replies as they come", async () => {
    const replies = clientOf(key).callAgent({ meshId: MESH_ID, agentId: "w1", capability: "echo" });
    const iterator = replies[Symbol.asyncIterator]();
    const first = iterator.next();
    await world.until(() => agent.calls.length > 0);
    const { call, observer } = agent.calls[0]!;
    expect(call.caller).toBe("key:k1");
    const payload = new Uint8Array([5]);
    observer.reply("a/b", payload);
    // The first is there before the last is sent.
    expect((await first).value).toMatchObject({ payload, contentType: "a/b" });
    observer.end();
    expect((await iterator.next()).done).toBe(true);
  });

  test("of mesh.ping reaches an agent that announces nothing of the kind", async () => {
    const replies = all(
      clientOf(key).callAgent({ meshId: MESH_ID, agentId: "w1", capability: "mesh.ping" }),
    );
    await world.until(() => agent.calls.length > 0);
    agent.calls[0]!.observer.end();
    expect(await replies).toEqual([]);
  });

  test.each([
    ["w1", "dance", "CAPABILITY_UNKNOWN"],
    ["w2", "echo", "NO_RECEIVER"],
    ["w2", "mesh.ping", "NO_RECEIVER"],
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
    await world.until(() => agent.calls.length > 0);
    abort.abort();
    await expect(reading).rejects.toBeDefined();
    await world.until(() => agent.cancelled.length > 0);
    expect(agent.cancelled).toEqual(["CANCELLED"]);
  });
});

test("GatherReplies streams answers with their agents, and who gave none", async () => {
  const gathered = all(
    clientOf(key).gatherReplies({
      meshId: MESH_ID,
      selector: { agentIds: ["w1", "w2"] },
      capability: "echo",
    }),
  );
  await world.until(() => agent.calls.length > 0);
  agent.calls[0]!.observer.reply("a/b", new Uint8Array([1]));
  agent.calls[0]!.observer.end();
  const events = (await gathered).map(({ event }) => event);
  expect(events).toMatchObject([
    { case: "reply", value: { agentId: "w1", contentType: "a/b", payload: new Uint8Array([1]) } },
    {
      case: "summary",
      value: {
        asked: 2,
        answered: 1,
        failures: [{ agentId: "w2", reason: ErrorReason.CAPABILITY_UNKNOWN }],
      },
    },
  ]);
});

test("Subscribe stands with its first response, and ends with its caller", async () => {
  const abort = new AbortController();
  const responses = clientOf(key)
    .subscribe({ meshId: MESH_ID, topic: "a.>" }, { signal: abort.signal })
    [Symbol.asyncIterator]();
  const first = (await responses.next()).value as SubscribeResponse;
  expect([first.message, first.dropped]).toEqual([undefined, 0n]);
  const target = { case: "topic" as const, value: "a.b" };
  const sent = await clientOf(key).sendMessage({
    meshId: MESH_ID,
    message: { ...message, target },
  });
  const second = (await responses.next()).value as SubscribeResponse;
  expect(second.message).toMatchObject({ messageId: sent.messageId, sender: "key:k1", target });
  const third = responses.next();
  abort.abort();
  await expect(third).rejects.toMatchObject({ code: Code.Canceled });
  await world.until(() => world.sending.taps.size === 0);
  const foreign = { ...key, scope: { meshId: MESH_ID, meshUid: "another" } };
  const refused = all(clientOf(foreign).subscribe({ meshId: MESH_ID, topic: "a" }));
  await expect(refused).rejects.toMatchObject({ rawMessage: "RESOURCE_NOT_FOUND" });
});
