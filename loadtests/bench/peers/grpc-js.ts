// grpc-js's own server of link echo and WhoAmI.
import { fromBinary, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import {
  type handleBidiStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
} from "@grpc/grpc-js";
import {
  ConnectRequestSchema,
  ConnectResponseSchema,
  type ConnectRequest,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import {
  WhoAmIRequestSchema,
  WhoAmIResponseSchema,
  type WhoAmIRequest,
  type WhoAmIResponse,
} from "@meshwork/gen/mesh/v1/auth_service";
import { measured } from "../processes/measured.ts";
import { acked } from "./heartbeat-ack.ts";
import { whoAmI } from "./who-am-i.ts";

const connect: handleBidiStreamingCall<ConnectRequest, ConnectResponse> = (call) => {
  call.on("data", (request: ConnectRequest) => call.write(acked(request)));
  call.on("end", () => call.end());
  call.on("error", () => undefined);
};
const answer: handleUnaryCall<WhoAmIRequest, WhoAmIResponse> = (_, callback) => {
  callback(null, whoAmI());
};

const server = new Server();
server.addService(
  {
    connect: {
      path: "/mesh.v1.AgentLinkService/Connect",
      requestStream: true,
      responseStream: true,
      ...codec(ConnectRequestSchema, ConnectResponseSchema),
    },
  },
  { connect },
);
server.addService(
  {
    whoAmI: {
      path: "/mesh.v1.AuthService/WhoAmI",
      requestStream: false,
      responseStream: false,
      ...codec(WhoAmIRequestSchema, WhoAmIResponseSchema),
    },
  },
  { whoAmI: answer },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  measured({ url: `http://127.0.0.1:${port}` });
});

function codec<I extends DescMessage, O extends DescMessage>(input: I, output: O) {
  return {
    requestSerialize: (message: MessageShape<I>) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(input, bytes),
    responseSerialize: (message: MessageShape<O>) => {
      const bytes = toBinary(output, message);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    responseDeserialize: (bytes: Buffer) => fromBinary(output, bytes),
  };
}
