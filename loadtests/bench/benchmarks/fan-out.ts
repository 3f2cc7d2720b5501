// One message to everybody: handed to all links at most once, and put into all mailboxes at least once.
import { setTimeout as sleep } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentMessageSchema, DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { bearer } from "@meshwork/wire/bearer";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { createBroadcastLoad } from "../load/broadcast-load.ts";
import { createMesh, enrol, inLanes, MESH_ID, provision } from "../load/enrolment.ts";
import { createFailure } from "../load/failure.ts";
import { framed, type OnMessage } from "../load/grpc-frames.ts";
import { frameOf, tags } from "../load/link-frames.ts";
import { type LinkStream, openLinkStream } from "../load/link-stream.ts";
import { openSession } from "../load/session.ts";
import { onOneCore } from "../processes/affinity.ts";
import { startChild } from "../processes/children.ts";
import { median, type Rate, rateOf, SLICES } from "../processes/rate.ts";
import { type Benchmark, OURS, type Row, type Run } from "../report/row.ts";

const CONNECTED = 2_000;
const AWAY = 10_000;
/** A run whose measurements are shorter than that only shows that it runs. */
const SECONDS_FULL = 0.5;
const LOOK_AGAIN_MS = 25;
const ADDRESSED_MS_MAX = 60_000;

const message = {
  target: { case: "broadcast" as const, value: true },
  subject: "bench.reading",
  payload: new Uint8Array(200),
};
/** What a receiver gets. */
const delivered = framed(
  toBinary(
    ConnectResponseSchema,
    create(ConnectResponseSchema, {
      frame: {
        case: "deliver",
        value: {
          messages: [
            create(AgentMessageSchema, {
              ...message,
              messageId: "0199f0c2-a5b1-7d31-a4c2-0199f0c2a5b1",
              sender: "agent-0",
              acceptTime: timestampFromMs(1_700_000_000_123),
              guarantee: DeliveryGuarantee.AT_MOST_ONCE,
            }),
          ],
        },
      },
    }),
  ),
);

/** Deliveries per CPU-second of the server, and mailboxes per second that a stored message is put into. */
export const fanOut: Benchmark = async (run) => {
  const scale = run.seconds < SECONDS_FULL ? 0.01 : 1;
  const links = CONNECTED * scale;
  const rows = await onOneCore(async () => {
    const name = `${links.toLocaleString("en-US")} connected`;
    const row = (subject: string, { perCpuSecond, perSecond }: Rate): Row => ({
      ...{ benchmark: "fan-out", case: name, subject, unit: "deliveries / CPU s" },
      ...{ figure: perCpuSecond, perSecond },
    });
    return [
      row(OURS, await connected(run, links)),
      row("node:http2, write loop", await writeLoop(run, links)),
    ];
  });
  return [...rows, await away(run, AWAY * scale)];
};

async function connected(run: Run, links: number): Promise<Rate> {
  const server = await startChild("subjects/mesh-server.ts", [run.folder()]);
  const failure = createFailure();
  const load = createBroadcastLoad();
  try {
    await createMesh(server);
    const [sender, ...receivers] = await enrol(server, links + 1);
    const session = { endpoint: server.url, onFailure: failure.note };
    await inLanes(links, (index) =>
      load.add((onMessage) => openSession({ ...session, agent: receivers[index]!, onMessage })),
    );
    const from = await openSession({ ...session, agent: sender! });
    load.start(from, frameOf({ case: "publish", value: { messages: [message] } }));
    return await rateOf(server, run.seconds, load.count, failure.check);
  } finally {
    load.close();
    await server.end();
  }
}

async function writeLoop(run: Run, links: number): Promise<Rate> {
  const server = await startChild("peers/bare-broadcast.ts");
  const failure = createFailure();
  const load = createBroadcastLoad();
  const open = async (onMessage: OnMessage): Promise<LinkStream> => {
    const welcomed = Promise.withResolvers<undefined>();
    const link = openLinkStream({
      endpoint: server.url,
      onLost: failure.note,
      onMessage: (buffer, start, end) => {
        if (buffer[start] === tags.welcome) welcomed.resolve(undefined);
        else onMessage(buffer, start, end);
      },
    });
    await welcomed.promise;
    return link;
  };
  try {
    await inLanes(links, () => load.add(open));
    const from = await open(() => undefined);
    load.start(from, delivered);
    return await rateOf(server, run.seconds, load.count, failure.check);
  } finally {
    load.close();
    await server.end();
  }
}

/** From the call until the message is in the mailboxes of all agents, none of which is there. */
async function away(run: Run, agents: number): Promise<Row> {
  const server = await startChild("subjects/mesh-server.ts", [run.folder()]);
  const transport = createGrpcTransport({ endpoint: server.url, headers: bearer(server.key) });
  const messages = createClient(MessageService, transport);
  const rates: Rate[] = [];
  try {
    await createMesh(server);
    await provision(server, agents);
    const guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
    // The first one is not measured.
    for (let turn = 0; turn <= SLICES; turn += 1) {
      const usedBefore = (await server.usage()).cpuMicroseconds;
      const beginMs = performance.now();
      const { messageId, receivers } = await messages.sendMessage({
        meshId: MESH_ID,
        message: { ...message, guarantee },
      });
      if (receivers !== agents) throw new Error(`${receivers} of ${agents} agents are meant`);
      for (;;) {
        const { toAddress } = await messages.getMessage({ meshId: MESH_ID, messageId });
        if (toAddress === 0) break;
        if (performance.now() - beginMs > ADDRESSED_MS_MAX)
          throw new Error(`${toAddress} mailboxes are left after ${ADDRESSED_MS_MAX} ms`);
        await sleep(LOOK_AGAIN_MS);
      }
      const spentMs = performance.now() - beginMs;
      const { cpuMicroseconds } = await server.usage();
      rates.push({
        perSecond: (agents / spentMs) * 1e3,
        perCpuSecond: (agents / (cpuMicroseconds - usedBefore)) * 1e6,
      });
    }
    const counted = rates.slice(1);
    return {
      benchmark: "fan-out",
      case: `${agents.toLocaleString("en-US")} away`,
      subject: OURS,
      figure: median(counted.map(({ perSecond }) => perSecond)),
      unit: "mailboxes / s",
      perCpuSecond: median(counted.map(({ perCpuSecond }) => perCpuSecond)),
    };
  } finally {
    transport.close();
    await server.end();
  }
}
