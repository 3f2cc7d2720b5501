// Heartbeats and their acks on 200 links: what the server does most.
import { join } from "node:path";
import { createEchoLoad } from "../load/echo-load.ts";
import { createMesh, enrol, inLanes } from "../load/enrolment.ts";
import { createFailure } from "../load/failure.ts";
import { openLinkStream } from "../load/link-stream.ts";
import { openSession } from "../load/session.ts";
import { onOneCore } from "../processes/affinity.ts";
import { type Child, startChild } from "../processes/children.ts";
import { type Rate, rateOf } from "../processes/rate.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

const LINKS = 200;
const IN_FLIGHT = [1, 16];
const peers: readonly (readonly [name: string, file: string, ...args: string[]])[] = [
  ["node:http2, no codec", "peers/bare-http2.ts", "none"],
  ["node:http2, codec", "peers/bare-http2.ts", "protobuf"],
  ["grpc-js", "peers/grpc-js.ts"],
  ["connect-node", "peers/connect-node.ts", "2"],
];

/** Acks per CPU-second of the server, at each depth, ours and the peers'. */
export const linkEcho: Benchmark = (run) =>
  onOneCore(async () => {
    const rows: Row[] = [];
    for (const inFlight of IN_FLIGHT) {
      const add = (subject: string, { perCpuSecond, perSecond }: Rate): void => {
        const name = `${inFlight} in flight`;
        const unit = "acks / CPU s";
        rows.push({
          benchmark: "link",
          case: name,
          subject,
          figure: perCpuSecond,
          unit,
          perSecond,
        });
      };
      const profile = inFlight > 1 && run.profileFolder;
      const file = profile ? join(profile, "link.cpuprofile") : undefined;
      add(OURS, await ours(run.folder(), inFlight, run.seconds, file));
      for (const peer of peers) add(peer[0], await peerRate(peer, inFlight, run.seconds));
    }
    return rows;
  });

async function ours(
  folder: string,
  inFlight: number,
  seconds: number,
  profile: string | undefined,
): Promise<Rate> {
  const server = await startChild("subjects/mesh-server.ts", [folder]);
  const failure = createFailure();
  const load = createEchoLoad(inFlight, failure.note);
  try {
    await createMesh(server);
    const agents = await enrol(server, LINKS);
    await inLanes(LINKS, (index) =>
      load.add((handlers) =>
        openSession({
          endpoint: server.url,
          agent: agents[index]!,
          onFailure: failure.note,
          ...handlers,
        }),
      ),
    );
    const rate = await rateOf(server, seconds, load.count, failure.check);
    // Apart from the measurement, which it would slow down.
    if (profile !== undefined) await profiled(server, seconds, load.count, profile);
    return rate;
  } finally {
    load.close();
    await server.end();
  }
}

async function profiled(
  server: Child,
  seconds: number,
  count: () => number,
  file: string,
): Promise<void> {
  await server.profileStart();
  await rateOf(server, seconds, count);
  await server.profileStop(file);
}

async function peerRate(
  [, file, ...args]: (typeof peers)[number],
  inFlight: number,
  seconds: number,
): Promise<Rate> {
  const server = await startChild(file, args);
  const failure = createFailure();
  const load = createEchoLoad(inFlight, failure.note);
  try {
    for (let link = 0; link < LINKS; link += 1)
      await load.add((handlers) =>
        Promise.resolve(
          openLinkStream({ endpoint: server.url, onLost: failure.note, ...handlers }),
        ),
      );
    const rate = await rateOf(server, seconds, load.count, failure.check);
    return rate;
  } finally {
    load.close();
    await server.end();
  }
}
