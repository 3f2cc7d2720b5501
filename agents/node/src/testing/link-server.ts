// A server that does no more than link agents: real gRPC on a real port, for tests of the agent's end.
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";

export interface LinkServer {
  readonly endpoint: string;
  /** Welcomes so far. */
  readonly welcomed: number;
  /** Goodbyes of agents so far. */
  readonly left: number;
  /** Connections open now. */
  readonly connections: number;
  stop(): Promise<void>;
}

/**
 * On a free port, or the one given. Joins everybody, welcomes everybody, calls `echo` once after each
 * welcome; confirms at-least-once messages and gives them back to who sent them.
 */
export async function startLinkServer(port = 0): Promise<LinkServer> {
  const sessions = new Set<ServerHttp2Session>();
  let welcomed = 0;
  let left = 0;
  let judged = 0n;
  const routes = (router: ConnectRouter): void => {
    router.service(AgentLinkService, {
      joinMesh: ({ agentId }) => ({
        agent: { meshId: "demo", agentId, uid: "agent-uid" },
        meshUid: "mesh-uid",
      }),
      async *connect(requests) {
        for await (const { frame } of requests) {
          if (frame.case === "hello") {
            welcomed += 1;
            const seconds = { seconds: 10n, nanos: 0 };
            yield {
              frame: {
                case: "welcome",
                value: {
                  sessionId: `s${welcomed}`,
                  epoch: BigInt(welcomed),
                  producerSequence: judged,
                  heartbeatInterval: seconds,
                  lostAfter: { seconds: 30n, nanos: 0 },
                },
              },
            };
            yield {
              frame: {
                case: "call",
                value: {
                  callId: "c",
                  capability: "echo",
                  payload: new Uint8Array([1]),
                  timeout: seconds,
                },
              },
            };
          } else if (frame.case === "publish") {
            const { firstSequence, messages } = frame.value;
            judged = firstSequence + BigInt(messages.length) - 1n;
            for (const [index, message] of messages.entries())
              Object.assign(message, {
                messageId: `m${firstSequence + BigInt(index)}`,
                attempt: 1,
              });
            const outcomes = messages.map(({ messageId }, index) => ({
              sequence: firstSequence + BigInt(index),
              messageId,
            }));
            yield { frame: { case: "published", value: { outcomes } } };
            yield { frame: { case: "deliver", value: { messages } } };
          } else if (frame.case === "settle") {
            const outcomes = frame.value.settlements.map(({ messageId, attempt, kind }) => {
              return { messageId, attempt, kind };
            });
            yield { frame: { case: "settled", value: { outcomes } } };
          } else if (frame.case === "goodbye") {
            left += 1;
            return;
          }
        }
      },
    });
  };
  const server = createServer(connectNodeAdapter({ routes }));
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get welcomed() {
      return welcomed;
    },
    get left() {
      return left;
    },
    get connections() {
      return sessions.size;
    },
    stop: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
