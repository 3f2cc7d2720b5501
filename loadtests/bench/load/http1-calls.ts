// One RPC over and over by HTTP/1.1: a connection has one request in flight, and is kept.
import { connect, type Socket } from "node:net";
import type { CallLoad } from "./grpc-calls.ts";

export interface Http1LoadOptions {
  readonly endpoint: string;
  readonly path: string;
  readonly token: string;
  readonly contentType: string;
  readonly request: Uint8Array;
  readonly connections: number;
  /** Bytes that the body of each answer has to have, at least. */
  readonly answerBytesMin: number;
  readonly onFailure: (error: Error) => void;
}

/** Starts at once. Understands answers that tell their length, as those of a unary RPC do. */
export function createHttp1Calls(options: Http1LoadOptions): CallLoad {
  const { hostname, port, host } = new URL(options.endpoint);
  const head = [
    `POST ${options.path} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${options.token}`,
    `content-type: ${options.contentType}`,
    "connect-protocol-version: 1",
    `content-length: ${options.request.length}`,
  ];
  const request = Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), options.request]);
  const sockets: Socket[] = [];
  let count = 0;
  let closed = false;

  const lane = (): void => {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.setNoDelay();
    const fail = (why: string): void => {
      if (!closed) options.onFailure(new Error(`${options.path}: ${why}`));
      socket.destroy();
    };
    let rest = "";
    // Answers are ASCII but for a few bytes of protobuf, and latin1 keeps the count of those.
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      rest += chunk;
      const bodyAt = rest.indexOf("\r\n\r\n") + 4;
      if (bodyAt < 4) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(rest.slice(0, bodyAt))?.[1];
      if (!rest.startsWith("HTTP/1.1 200 ") || length === undefined) {
        fail(rest);
        return;
      }
      if (rest.length < bodyAt + Number(length)) return;
      if (Number(length) < options.answerBytesMin) fail(`an answer of ${length} bytes`);
      rest = rest.slice(bodyAt + Number(length));
      count += 1;
      socket.write(request);
    });
    socket.on("error", (error) => fail(error.message));
    socket.on("end", () => fail("the connection was closed"));
    socket.write(request);
  };

  for (let connection = 0; connection < options.connections; connection += 1) lane();
  return {
    count: () => count,
    close: () => {
      closed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
