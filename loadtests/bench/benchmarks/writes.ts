// Durable changes of state by gRPC: an agent's record here, a key of the same size in etcd. The disk
// decides, so the clock is what counts.
import { create, toBinary } from "@bufbuild/protobuf";
import { UpdateAgentRequestSchema } from "@meshwork/gen/mesh/v1/agent_service";
import { createMesh, enrol, type EnrolledAgent, MESH_ID } from "../load/enrolment.ts";
import { PUT_PATH, putRequest } from "../load/etcd-messages.ts";
import { createFailure, type Failure } from "../load/failure.ts";
import { createGrpcCalls } from "../load/grpc-calls.ts";
import { RECORD_TEXT } from "../load/record-text.ts";
import { type Child, startChild } from "../processes/children.ts";
import { compared, type Subject } from "../processes/compared.ts";
import { type Foreign, startEtcd } from "../processes/foreign.ts";
import { type Worker, workerOf } from "../processes/turns.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

const IN_FLIGHT = [1, 16, 64];
const CONNECTIONS_MAX = 4;

/** Writes per second, each answered when it is on disk. */
export const writes: Benchmark = async (run) => {
  const server = await startChild("subjects/mesh-server.ts", [run.folder()]);
  const etcd = await startEtcd(run);
  try {
    await createMesh(server);
    const agents = await enrol(server, Math.max(...IN_FLIGHT));
    const failure = createFailure();
    const rows: Row[] = [];
    for (const inFlight of IN_FLIGHT) {
      const subjects: Subject[] = [[OURS, updates(server, agents, inFlight, failure)]];
      if (etcd !== undefined) subjects.push(["etcd put", puts(etcd, inFlight, failure)]);
      const name = `${inFlight} in flight`;
      const what = { benchmark: "writes", case: name, unit: "writes / s" };
      rows.push(...(await compared(what, subjects, run.seconds)));
    }
    return rows;
  } finally {
    await Promise.all([server.end(), etcd?.end()]);
  }
};

/** Each lane changes an agent of its own, so that none waits for another. */
function updates(
  server: Child,
  agents: readonly EnrolledAgent[],
  inFlight: number,
  failure: Failure,
): Worker {
  const { url, key } = server;
  const half = RECORD_TEXT.length / 2;
  const labels = { a: RECORD_TEXT.slice(0, half), b: RECORD_TEXT.slice(half) };
  let turn = 0;
  const request = (lane: number): Uint8Array =>
    toBinary(
      UpdateAgentRequestSchema,
      create(UpdateAgentRequestSchema, {
        meshId: MESH_ID,
        agentId: agents[lane]!.agentId,
        // A change that changes nothing would not be written.
        displayName: String(turn++),
        labels,
        updateMask: { paths: ["display_name", "labels"] },
      }),
    );
  const path = "/mesh.v1.AgentService/UpdateAgent";
  return worker(server, { endpoint: url, token: key, path, request }, inFlight, failure);
}

/** Each put is of a new key. */
function puts(server: Foreign, inFlight: number, failure: Failure): Worker {
  let turn = 0;
  const request = (): Uint8Array => putRequest(`bench/${inFlight}/${turn++}`, RECORD_TEXT);
  const endpoint = `http://${server.address}`;
  return worker(server, { endpoint, path: PUT_PATH, request }, inFlight, failure);
}

type Calls = Pick<Parameters<typeof createGrpcCalls>[0], "endpoint" | "path" | "request" | "token">;

function worker(server: Child | Foreign, calls: Calls, inFlight: number, failure: Failure): Worker {
  const connections = Math.min(inFlight, CONNECTIONS_MAX);
  const start = () => ({
    begun: inFlight,
    ...createGrpcCalls({
      ...calls,
      connections,
      inFlightPerConnection: inFlight / connections,
      answerBytesMin: 1,
      onFailure: failure.note,
    }),
  });
  return workerOf(server, start, failure.check);
}
