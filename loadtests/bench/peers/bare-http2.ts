// node:http2 and nothing else. Argument: "protobuf" decodes and encodes, "none" answers with ready bytes.
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { createServer, type ServerHttp2Stream } from "node:http2";
import {
  ConnectRequestSchema,
  ConnectResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { WhoAmIRequestSchema, WhoAmIResponseSchema } from "@meshwork/gen/mesh/v1/auth_service";
import { createFrameSplitter, framed } from "../load/grpc-frames.ts";
import { heartbeatFrame } from "../load/link-frames.ts";
import { LINK_PATH } from "../load/link-stream.ts";
import { acked } from "./heartbeat-ack.ts";
import { listening } from "./listening.ts";
import { whoAmI } from "./who-am-i.ts";

const decodes = process.argv[2] === "protobuf";
const head = { ":status": 200, "content-type": "application/grpc+proto" };
const ready = answered(heartbeatFrame().subarray(5));

const server = createServer();
server.on("stream", (stream, headers) => {
  stream.on("error", () => undefined);
  if (headers[":path"] === LINK_PATH) echo(stream);
  else unary(stream);
});
listening(server);

/** What one chunk brought is answered in one write. */
function echo(stream: ServerHttp2Stream): void {
  stream.respond(head);
  let answers: Buffer[] = [];
  const take = createFrameSplitter((buffer, start, end) => {
    answers.push(decodes ? answered(buffer.subarray(start, end)) : ready);
  });
  stream.on("data", (chunk: Buffer) => {
    take(chunk);
    if (answers.length === 0) return;
    stream.write(answers.length === 1 ? answers[0] : Buffer.concat(answers));
    answers = [];
  });
}

function answered(message: Uint8Array): Buffer {
  const answer = acked(fromBinary(ConnectRequestSchema, message));
  return framed(toBinary(ConnectResponseSchema, answer));
}

function unary(stream: ServerHttp2Stream): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    fromBinary(WhoAmIRequestSchema, Buffer.concat(chunks).subarray(5));
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.respond(head, { waitForTrailers: true });
    stream.end(framed(toBinary(WhoAmIResponseSchema, whoAmI())));
  });
}
