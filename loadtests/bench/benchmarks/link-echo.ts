// Heartbeats and their acks on 200 links: what the server does most.
import { join } from "node:path";
import { createEchoLoad, heartbeats } from "../load/echo-load.ts";
import { createMesh, enrol, inLanes } from "../load/enrolment.ts";
import {
  keepAlive,
  LEASE_GRANT_PATH,
  LEASE_KEEP_ALIVE_PATH,
  leaseGrantRequest,
} from "../load/etcd-messages.ts";
import { createFailure } from "../load/failure.ts";
import { callOnce } from "../load/grpc-calls.ts";
import { openLinkStream } from "../load/link-stream.ts";
import { openSession } from "../load/session.ts";
import { onOneCore } from "../processes/affinity.ts";
import { type Child, startChild } from "../processes/children.ts";
import { type Rate, rateOf } from "../processes/rate.ts";
import { startEtcd } from "../processes/foreign.ts";
import { type Benchmark, OURS, type Row, type Run } from "../report/row.ts";

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
      const etcd = await etcdRate(run, inFlight);
      if (etcd !== undefined) add("etcd lease keep-alive", etcd);
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
      load.add(heartbeats, (handlers) =>
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
      await load.add(heartbeats, (handlers) =>
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

/** As the peers', with a lease of its own on each link; undefined where there is no etcd. */
async function etcdRate(run: Run, inFlight: number): Promise<Rate | undefined> {
  const server = await startEtcd(run);
  if (server === undefined) return undefined;
  const failure = createFailure();
  const load = createEchoLoad(inFlight, failure.note);
  const endpoint = `http://${server.address}`;
  try {
    await inLanes(LINKS, async (index) => {
      const leaseId = BigInt(index + 1);
      await callOnce({ endpoint, path: LEASE_GRANT_PATH, request: leaseGrantRequest(leaseId) });
      const path = LEASE_KEEP_ALIVE_PATH;
      await load.add(keepAlive(leaseId), (handlers) =>
        Promise.resolve(openLinkStream({ endpoint, path, onLost: failure.note, ...handlers })),
      );
    });
    return await rateOf(server, run.seconds, load.count, failure.check);
  } finally {
    load.close();
    await server.end();
  }
}
