// node:http2 and a loop: what one stream sends is written to all of them as it came. Each is welcomed, so
// that it is known when it is one of them.
import { createServer, type ServerHttp2Stream } from "node:http2";
import { createFrameSplitter, framed } from "../load/grpc-frames.ts";
import { tags } from "../load/link-frames.ts";
import { listening } from "./listening.ts";

const welcome = framed(Uint8Array.of(tags.welcome, 0));
const streams = new Set<ServerHttp2Stream>();
const server = createServer();
server.on("stream", (stream) => {
  stream.on("error", () => undefined);
  stream.on("close", () => streams.delete(stream));
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" });
  streams.add(stream);
  stream.write(welcome);
  const take = createFrameSplitter((buffer, start, end) => {
    const frame = framed(buffer.subarray(start, end));
    for (const one of streams) one.write(frame);
  });
  stream.on("data", take);
});
listening(server);
