// One RPC over and over by gRPC, with always the same number of calls in flight.
import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { createFrameSplitter, framed } from "./grpc-frames.ts";

export interface CallLoadOptions {
  readonly endpoint: string;
  /** `/package.Service/Method` */
  readonly path: string;
  /** Shown as a bearer token, where there is one. */
  readonly token?: string;
  /** The encoded request of every call, or what makes it for the next call of a lane, counted from 0. */
  readonly request: Uint8Array | ((lane: number) => Uint8Array);
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
  const bodyOf = bodies(options.request);
  const headers = headersOf(options);
  const sessions: ClientHttp2Session[] = [];
  let count = 0;
  let closed = false;

  const fail = (why: string): void => {
    if (!closed) options.onFailure(new Error(`${options.path}: ${why}`));
  };
  const call = (session: ClientHttp2Session, lane: number): void => {
    if (closed || session.destroyed) return;
    exchange(session, headers, bodyOf(lane), options.answerBytesMin, (failure) => {
      if (failure !== undefined) fail(failure);
      else {
        count += 1;
        call(session, lane);
      }
    });
  };

  for (let connection = 0; connection < options.connections; connection += 1) {
    const session = connect(options.endpoint);
    session.on("error", (error: Error) => fail(error.message));
    sessions.push(session);
    for (let lane = 0; lane < options.inFlightPerConnection; lane += 1)
      call(session, connection * options.inFlightPerConnection + lane);
  }
  return {
    count: () => count,
    close: () => {
      closed = true;
      for (const session of sessions) session.destroy();
    },
  };
}

/** Makes one call on a connection of its own. Throws Error where it does not end well. */
export async function callOnce(
  options: Pick<CallLoadOptions, "endpoint" | "path" | "token"> & { readonly request: Uint8Array },
): Promise<void> {
  const session = connect(options.endpoint);
  try {
    await new Promise<void>((resolve, reject) => {
      session.on("error", reject);
      exchange(session, headersOf(options), framed(options.request), 0, (failure) => {
        if (failure === undefined) resolve();
        else reject(new Error(`${options.path}: ${failure}`));
      });
    });
  } finally {
    session.destroy();
  }
}

function headersOf({ path, token }: Pick<CallLoadOptions, "path" | "token">): OutgoingHttpHeaders {
  return {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc+proto",
    te: "trailers",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

/** One call; `done` is told why it did not end well. */
function exchange(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: Buffer,
  answerBytesMin: number,
  done: (failure: string | undefined) => void,
): void {
  const stream = session.request(headers, { endStream: false });
  let answers = 0;
  let status: string | undefined;
  let broken: string | undefined;
  const take = createFrameSplitter((_, start, end) => {
    if (end - start >= answerBytesMin) answers += 1;
  });
  const onHead = (head: IncomingHttpHeaders): void => void (status = textOf(head["grpc-status"]));
  stream.on("data", take);
  stream.on("response", onHead);
  stream.on("trailers", onHead);
  stream.on("error", (error: Error) => (broken = error.message));
  stream.on("close", () => {
    const well = status === "0" && answers === 1 && broken === undefined;
    done(well ? undefined : (broken ?? `status ${status ?? "none"}, ${answers} answers`));
  });
  stream.end(body);
}

function bodies(request: CallLoadOptions["request"]): (lane: number) => Buffer {
  if (typeof request === "function") return (lane) => framed(request(lane));
  const body = framed(request);
  return () => body;
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join() : value;
}
