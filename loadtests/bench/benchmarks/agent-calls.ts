// One agent calls another through the server.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { CallAgentRequestSchema } from "@meshwork/gen/mesh/v1/message_service";
import { createMesh, enrol, type EnrolledAgent, MESH_ID } from "../load/enrolment.ts";
import { createFailure } from "../load/failure.ts";
import { createGrpcCalls } from "../load/grpc-calls.ts";
import { frameOf, tags } from "../load/link-frames.ts";
import type { LinkStream } from "../load/link-stream.ts";
import { openSession } from "../load/session.ts";
import { onOneCore } from "../processes/affinity.ts";
import { startChild } from "../processes/children.ts";
import { rateOf } from "../processes/rate.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

const CAPABILITY = "echo";
const PAYLOAD_BYTES = 100;
const IN_FLIGHT = [1, 64];

/** Answered calls per CPU-second of the server: request, frame out, frame in, answer. */
export const agentCalls: Benchmark = (run) =>
  onOneCore(async () => {
    const server = await startChild("subjects/mesh-server.ts", [run.folder()]);
    const failure = createFailure();
    try {
      await createMesh(server);
      const [caller, callee] = (await enrol(server, 2)) as [EnrolledAgent, EnrolledAgent];
      const link = await answering(server.url, callee, failure.note);
      const rows: Row[] = [];
      for (const inFlight of IN_FLIGHT) {
        const load = createGrpcCalls({
          endpoint: server.url,
          path: "/mesh.v1.MessageService/CallAgent",
          token: caller.token(),
          request: request(callee.agentId),
          connections: 1,
          inFlightPerConnection: inFlight,
          answerBytesMin: PAYLOAD_BYTES,
          onFailure: failure.note,
        });
        const { perCpuSecond, perSecond } = await rateOf(
          server,
          run.seconds,
          load.count,
          failure.check,
        );
        load.close();
        rows.push({
          benchmark: "calls",
          case: `${inFlight} in flight`,
          subject: OURS,
          figure: perCpuSecond,
          unit: "calls / CPU s",
          perSecond,
        });
      }
      link.close();
      return rows;
    } finally {
      await server.end();
    }
  });

function request(agentId: string): Uint8Array {
  const payload = new Uint8Array(PAYLOAD_BYTES);
  return toBinary(
    CallAgentRequestSchema,
    create(CallAgentRequestSchema, { meshId: MESH_ID, agentId, capability: CAPABILITY, payload }),
  );
}

/** An agent that answers each call with what it was given. */
async function answering(
  endpoint: string,
  agent: EnrolledAgent,
  onFailure: (error: Error) => void,
): Promise<LinkStream> {
  let replies: Buffer[] = [];
  const link = await openSession({
    endpoint,
    agent,
    capabilities: [CAPABILITY],
    callsMax: Math.max(...IN_FLIGHT),
    onMessage: (buffer, start, end) => {
      // Calls that a closed load leaves behind are cancelled; by then they are answered.
      if (buffer[start] !== tags.call) return;
      const { frame } = fromBinary(ConnectResponseSchema, buffer.subarray(start, end));
      if (frame.case !== "call") return;
      const { callId, payload } = frame.value;
      replies.push(
        frameOf({ case: "reply", value: { callId, payload, hasPayload: true, status: {} } }),
      );
    },
    onRead: () => {
      if (replies.length > 0) link.write(Buffer.concat(replies));
      replies = [];
    },
    onFailure,
  });
  return link;
}
