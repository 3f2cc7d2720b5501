// What an agent costs that is there and does nothing.
import { createMesh, enrol, type EnrolledAgent, inLanes } from "../load/enrolment.ts";
import { createFailure } from "../load/failure.ts";
import { heartbeatFrame, tags } from "../load/link-frames.ts";
import { type LinkStream, openLinkStream } from "../load/link-stream.ts";
import { openSession } from "../load/session.ts";
import { type Child, startChild } from "../processes/children.ts";
import type { Memory } from "../processes/protocol.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

/** Code is compiled and caches are made by the time that these are there. */
const WARM = 100;
const FIRST = 1_000;
const NEXT = 2_000;
const peers: readonly (readonly [name: string, file: string, ...args: string[]])[] = [
  ["node:http2", "peers/bare-http2.ts", "protobuf"],
  ["grpc-js", "peers/grpc-js.ts"],
  ["connect-node", "peers/connect-node.ts", "2"],
];

/** KiB of the server's process per further agent, each on a connection of its own. */
export const idleMemory: Benchmark = async (run) => {
  const rows = await ours(run.folder());
  for (const [name, file, ...args] of peers) rows.push(...(await peer(name, file, args)));
  return rows;
};

type Open = (
  index: number,
  onAck: () => void,
  onFailure: (error: Error) => void,
) => Promise<LinkStream>;

async function ours(folder: string): Promise<Row[]> {
  const agents = await enrolled(folder);
  const server = await startChild("subjects/mesh-server.ts", [folder]);
  try {
    const open: Open = (index, onAck, onFailure) =>
      openSession({
        endpoint: server.url,
        agent: agents[index]!,
        onMessage: (buffer, start) => {
          if (buffer[start] === tags.heartbeatAck) onAck();
        },
        onFailure,
      });
    return await growth(server, OURS, open, [WARM, FIRST, NEXT]);
  } finally {
    await server.end();
  }
}

/**
 * Agents on record, by a server that is gone when they connect: what joining leaves behind in a
 * process, room to grow into above all, would hide what sessions need.
 */
async function enrolled(folder: string): Promise<readonly EnrolledAgent[]> {
  const server = await startChild("subjects/mesh-server.ts", [folder]);
  try {
    await createMesh(server);
    return await enrol(server, WARM + FIRST + NEXT);
  } finally {
    await server.end();
  }
}

async function peer(name: string, file: string, args: readonly string[]): Promise<Row[]> {
  const server = await startChild(file, args);
  try {
    const open: Open = (_, onAck, onFailure) =>
      Promise.resolve(
        openLinkStream({ endpoint: server.url, onMessage: onAck, onLost: onFailure }),
      );
    return await growth(server, name, open, [WARM, FIRST]);
  } finally {
    await server.end();
  }
}

/** Opens links in steps; every link has had one heartbeat answered before memory is looked at. */
async function growth(
  server: Child,
  subject: string,
  open: Open,
  steps: readonly number[],
): Promise<Row[]> {
  const failure = createFailure();
  const streams: LinkStream[] = [];
  const beat = heartbeatFrame();
  const rows: Row[] = [];
  let before: Memory | undefined;
  try {
    for (const count of steps) {
      const first = streams.length;
      await inLanes(count, async (index) => {
        const acked = Promise.withResolvers<undefined>();
        const onFailure = (error: Error): void => {
          failure.note(error);
          acked.reject(error);
        };
        const stream = await open(first + index, () => acked.resolve(undefined), onFailure);
        streams.push(stream);
        stream.write(beat);
        await acked.promise;
      });
      const after = await server.memory();
      if (before !== undefined) {
        const name = count === FIRST ? "first 1,000" : "next 2,000";
        rows.push(...perLink(subject, name, count, before, after));
      }
      before = after;
    }
    failure.check();
    return rows;
  } finally {
    for (const stream of streams) stream.close();
  }
}

function perLink(
  subject: string,
  name: string,
  count: number,
  before: Memory,
  after: Memory,
): Row[] {
  const heap = after.heapBytes + after.externalBytes - before.heapBytes - before.externalBytes;
  const row = (kind: string, bytes: number): Row => ({
    benchmark: "memory",
    case: `${name}, ${kind}`,
    subject,
    figure: bytes / count / 1024,
    unit: "KiB / agent",
  });
  return [row("RSS", after.rssBytes - before.rssBytes), row("heap", heap)];
}
