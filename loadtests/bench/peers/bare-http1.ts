// node:http and nothing else: WhoAmI in JSON or in protobuf, as the content type says.
import { fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { createServer } from "node:http";
import { WhoAmIRequestSchema, WhoAmIResponseSchema } from "@meshwork/gen/mesh/v1/auth_service";
import { listening } from "./listening.ts";
import { whoAmI } from "./who-am-i.ts";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const type = request.headers["content-type"]!;
    const json = type === "application/json";
    if (json) fromJsonString(WhoAmIRequestSchema, body.toString());
    else fromBinary(WhoAmIRequestSchema, body);
    const answer = json
      ? Buffer.from(toJsonString(WhoAmIResponseSchema, whoAmI()))
      : toBinary(WhoAmIResponseSchema, whoAmI());
    response.writeHead(200, { "content-type": type, "content-length": answer.length });
    response.end(answer);
  });
});
listening(server);
