// One RPC over and over by gRPC, with always the same number of calls in flight.
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { createFrameSplitter, framed } from "./grpc-frames.ts";

export interface CallLoadOptions {
  readonly endpoint: string;
  /** `/package.Service/Method` */
  readonly path: string;
  readonly token: string;
  /** The encoded request. */
  readonly request: Uint8Array;
  readonly connections: number;
  readonly inFlightPerConnection: number;
  /** Bytes that the one answer of each call has to have, at least. */
  readonly answerBytesMin: number;
  readonly onFailure: (error: Error) => void;
}

export interface CallLoad {
  /** Calls that ended well. */
  readonly count: () => number;
  close(): void;
}

/** Starts at once. */
export function createGrpcCalls(options: CallLoadOptions): CallLoad {
  const body = framed(options.request);
  const headers = {
    ":method": "POST",
    ":path": options.path,
    "content-type": "application/grpc+proto",
    te: "trailers",
    authorization: `Bearer ${options.token}`,
  };
  const sessions: ClientHttp2Session[] = [];
  let count = 0;
  let closed = false;

  const fail = (why: string): void => {
    if (!closed) options.onFailure(new Error(`${options.path}: ${why}`));
  };
  const call = (session: ClientHttp2Session): void => {
    if (closed || session.destroyed) return;
    const stream = session.request(headers, { endStream: false });
    let answers = 0;
    let status: string | undefined;
    const take = createFrameSplitter((_, start, end) => {
      if (end - start >= options.answerBytesMin) answers += 1;
    });
    stream.on("data", take);
    stream.on("response", (head: IncomingHttpHeaders) => (status = textOf(head["grpc-status"])));
    stream.on(
      "trailers",
      (trailers: IncomingHttpHeaders) => (status = textOf(trailers["grpc-status"])),
    );
    stream.on("error", (error: Error) => fail(error.message));
    stream.on("close", () => {
      if (status !== "0" || answers !== 1) fail(`status ${status ?? "none"}, ${answers} answers`);
      else {
        count += 1;
        call(session);
      }
    });
    stream.end(body);
  };

  for (let connection = 0; connection < options.connections; connection += 1) {
    const session = connect(options.endpoint);
    session.on("error", (error: Error) => fail(error.message));
    sessions.push(session);
    for (let lane = 0; lane < options.inFlightPerConnection; lane += 1) call(session);
  }
  return {
    count: () => count,
    close: () => {
      closed = true;
      for (const session of sessions) session.destroy();
    },
  };
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join() : value;
}
