// The server's end of the link, played by a test: real frames, no network.
import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError, createRouterTransport, type ConnectRouter } from "@connectrpc/connect";
import {
  AgentLinkService,
  ConnectRequestSchema,
  ConnectResponseSchema,
  type ConnectRequest,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Hello, LinkLimitsSchema } from "@meshwork/gen/mesh/v1/link";
import type { LinkOptions, LinkTransport } from "@meshwork/wire/link-transport";
import type { AgentCredential } from "../credential.ts";
import type { Clock } from "../clock.ts";
import { createOutboxMemory, type Outbox } from "../outbox.ts";
import type { AgentRuntime } from "../runtime.ts";

type Frame = ConnectRequest["frame"];
type ServerFrame = NonNullable<MessageInitShape<typeof ConnectResponseSchema>["frame"]>;

/** One link that an agent opened. */
export interface ScriptedLink {
  readonly token: string;
  /** All frames so far. */
  readonly frames: readonly Frame[];
  /** The next frame that was not taken yet, of that case where one is named; others are passed over. */
  next<C extends NonNullable<Frame["case"]>>(
    wanted: C,
  ): Promise<Extract<Frame, { case: C }>["value"]>;
  send(frame: ServerFrame): void;
  /** Takes the hello and sends a welcome. */
  welcome(init?: {
    sessionId?: string;
    resumed?: boolean;
    intervalMs?: number;
    lostAfterMs?: number;
    framesPerSecondMax?: number;
    serverTimeMs?: number;
    producerSequence?: number;
    limits?: MessageInitShape<typeof LinkLimitsSchema>;
  }): Promise<Hello>;
  end(error?: ConnectError): void;
  /** Says that a frame of the agent could not be sent. */
  drop(error: ConnectError): void;
  /** What the agent did with its end. */
  readonly closed: "open" | "ended" | "destroyed";
}

export interface ScriptedServer {
  readonly runtime: AgentRuntime;
  /** The next link that is opened. */
  link(): Promise<ScriptedLink>;
  readonly opened: number;
  /** Things opened and not closed. */
  readonly held: number;
  credential: AgentCredential | undefined;
}

/** A runtime whose only server is the test. */
export function createScriptedServer(options: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly routes?: (router: ConnectRouter) => void;
  /** Default: in memory. */
  readonly outbox?: Outbox;
}): ScriptedServer {
  const { outbox = createOutboxMemory() } = options;
  const links: ScriptedLink[] = [];
  const awaiting: ((link: ScriptedLink) => void)[] = [];
  let opened = 0;
  let held = 0;

  const transport: LinkTransport = {
    open: (link) => {
      opened += 1;
      const { connection, scripted } = openScripted(link);
      const waiter = awaiting.shift();
      if (waiter === undefined) links.push(scripted);
      else waiter(scripted);
      return connection;
    },
  };
  const routes =
    options.routes ??
    ((router: ConnectRouter) =>
      router.service(AgentLinkService, {
        joinMesh: ({ agentId }) => ({
          agent: { meshId: "demo", agentId, uid: "agent-uid" },
          meshUid: "mesh-uid",
        }),
      }));

  const server: ScriptedServer = {
    credential: undefined,
    get opened() {
      return opened;
    },
    get held() {
      return held;
    },
    link: async () => links.shift() ?? (await new Promise((resolve) => awaiting.push(resolve))),
    runtime: {
      clock: options.clock,
      random: options.random,
      credentials: {
        keysExtractable: false,
        place: "the test",
        load: () => Promise.resolve(server.credential),
        save: (credential) => {
          server.credential = credential;
          return Promise.resolve();
        },
      },
      outbox,
      info: { name: "test", version: "1", platform: "test", hostName: "test", processId: 0 },
      connect: () => {
        held += 1;
        return {
          link: transport,
          rpc: () => createRouterTransport(routes),
          close: () => {
            held -= 1;
          },
        };
      },
      sampleLoad: () => {
        held += 1;
        return {
          sample: () => ({ cpuCores: 0.5, memoryBytes: 1000, loopDelayMs: 1 }),
          close: () => {
            held -= 1;
          },
        };
      },
    },
  };
  return server;
}

function openScripted(options: LinkOptions): {
  connection: ReturnType<LinkTransport["open"]>;
  scripted: ScriptedLink;
} {
  const frames: Frame[] = [];
  let taken = 0;
  let closed: ScriptedLink["closed"] = "open";
  let arrived: (() => void)[] = [];

  const scripted: ScriptedLink = {
    token: options.credential,
    frames,
    get closed() {
      return closed;
    },
    next: async (wanted) => {
      for (;;) {
        while (taken < frames.length) {
          const frame = frames[taken++]!;
          if (frame.case === wanted) return frame.value as never;
        }
        await new Promise<void>((resolve) => arrived.push(resolve));
      }
    },
    send: (frame) => {
      // Over the wire's bytes, so that what a frame cannot say is not said here either.
      const bytes = toBinary(ConnectResponseSchema, create(ConnectResponseSchema, { frame }));
      if (closed !== "destroyed") options.onFrame(fromBinary(ConnectResponseSchema, bytes));
    },
    welcome: async ({
      sessionId = "s1",
      resumed = false,
      intervalMs = 10_000,
      lostAfterMs = 30_000,
      framesPerSecondMax = 2000,
      serverTimeMs,
      producerSequence = 0,
      limits = {},
    } = {}) => {
      const hello = await scripted.next("hello");
      const value = {
        sessionId,
        epoch: 1n,
        resumed,
        heartbeatInterval: durationFromMs(intervalMs),
        lostAfter: durationFromMs(lostAfterMs),
        producerSequence: BigInt(producerSequence),
        limits: { framesPerSecondMax, ...limits },
        ...(serverTimeMs !== undefined && { serverTime: timestampFromMs(serverTimeMs) }),
      };
      scripted.send({ case: "welcome", value });
      return hello;
    },
    drop: (error) => options.onFrameDropped(error),
    end: (error) => {
      if (closed !== "destroyed") options.onEnd(error);
    },
  };
  const connection = {
    send: (sent: readonly ConnectRequest[]): void => {
      for (const frame of sent)
        try {
          const bytes = toBinary(ConnectRequestSchema, frame);
          frames.push(fromBinary(ConnectRequestSchema, bytes).frame);
        } catch (error) {
          options.onFrameDropped(ConnectError.from(error));
        }
      const waiting = arrived;
      arrived = [];
      for (const resolve of waiting) resolve();
    },
    bufferedBytes: () => 0,
    end: () => {
      if (closed === "open") closed = "ended";
    },
    destroy: () => {
      closed = "destroyed";
    },
  };
  return { connection, scripted };
}
