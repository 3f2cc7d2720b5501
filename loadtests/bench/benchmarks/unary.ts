// WhoAmI, the RPC that does nothing but what every RPC does, in each protocol.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createFailure } from "../load/failure.ts";
import { type CallLoad, createGrpcCalls } from "../load/grpc-calls.ts";
import { createHttp1Calls } from "../load/http1-calls.ts";
import { onOneCore } from "../processes/affinity.ts";
import { type Child, startChild } from "../processes/children.ts";
import { type Rate, rateOf } from "../processes/rate.ts";
import { type Benchmark, OURS, type Row, type Run } from "../report/row.ts";

const PATH = "/mesh.v1.AuthService/WhoAmI";
const IN_FLIGHT = 16;
const CONNECTIONS_HTTP2 = 4;
const ANSWER_BYTES_MIN = 40;
const PROFILED = "gRPC, HTTP/2";
const PROFILE = "unary.cpuprofile";

type Subject = readonly [name: string, file: string, ...args: string[]];
type Load = (server: Child, onFailure: (error: Error) => void) => CallLoad;

const cases: readonly { name: string; load: Load; peers: readonly Subject[] }[] = [
  {
    name: "JSON, HTTP/1.1",
    load: http1("application/json", "{}"),
    peers: [
      ["node:http", "peers/bare-http1.ts"],
      ["connect-node", "peers/connect-node.ts", "1"],
    ],
  },
  {
    name: "proto, HTTP/1.1",
    load: http1("application/proto", ""),
    peers: [
      ["node:http", "peers/bare-http1.ts"],
      ["connect-node", "peers/connect-node.ts", "1"],
    ],
  },
  {
    name: PROFILED,
    load: grpc,
    peers: [
      ["node:http2", "peers/bare-http2.ts", "protobuf"],
      ["grpc-js", "peers/grpc-js.ts"],
      ["connect-node", "peers/connect-node.ts", "2"],
    ],
  },
];

/** Calls per CPU-second of the server, 16 in flight. */
export const unary: Benchmark = (run) =>
  onOneCore(async () => {
    const rows: Row[] = [];
    for (const { name, load, peers } of cases) {
      for (const subject of [subjectOf(run), ...peers]) {
        const isProfiled = subject[0] === OURS && name === PROFILED;
        const file = isProfiled && run.profileFolder ? join(run.profileFolder, PROFILE) : undefined;
        const { perCpuSecond, perSecond } = await rate(subject, load, run.seconds, file);
        rows.push({
          benchmark: "unary",
          case: name,
          subject: subject[0],
          figure: perCpuSecond,
          unit: "calls / CPU s",
          perSecond,
        });
      }
    }
    return rows;
  });

function subjectOf(run: Run): Subject {
  return [OURS, "subjects/mesh-server.ts", run.folder()];
}

async function rate(
  [, file, ...args]: Subject,
  load: Load,
  seconds: number,
  profile: string | undefined,
): Promise<Rate> {
  const server = await startChild(file, args);
  const failure = createFailure();
  const running = load(server, failure.note);
  try {
    const measured = await rateOf(server, seconds, running.count, failure.check);
    if (profile !== undefined) {
      await server.profileStart();
      await sleep(seconds * 1000);
      await server.profileStop(profile);
    }
    return measured;
  } finally {
    running.close();
    await server.end();
  }
}

function http1(contentType: string, body: string): Load {
  return ({ url, key }, onFailure) =>
    createHttp1Calls({
      endpoint: url,
      path: PATH,
      token: key,
      contentType,
      request: Buffer.from(body),
      connections: IN_FLIGHT,
      answerBytesMin: ANSWER_BYTES_MIN,
      onFailure,
    });
}

function grpc({ url, key }: Child, onFailure: (error: Error) => void): CallLoad {
  return createGrpcCalls({
    endpoint: url,
    path: PATH,
    token: key,
    request: new Uint8Array(),
    connections: CONNECTIONS_HTTP2,
    inFlightPerConnection: IN_FLIGHT / CONNECTIONS_HTTP2,
    answerBytesMin: ANSWER_BYTES_MIN,
    onFailure,
  });
}
