// The agent's end of a link with as little work as can be: a stream on a connection of its own.
import { connect, type IncomingHttpHeaders } from "node:http2";
import { createFrameSplitter, type OnMessage } from "./grpc-frames.ts";

export const LINK_PATH = "/mesh.v1.AgentLinkService/Connect";

export interface LinkStream {
  /** Writes frames, each with its prefix. */
  write(frames: Buffer): void;
  /** Drops the connection. */
  close(): void;
}

export interface LinkStreamOptions {
  readonly endpoint: string;
  /** `/package.Service/Method`; the agents' link unless said otherwise. */
  readonly path?: string;
  /** Shown as a bearer token, where there is one. */
  readonly token?: string;
  readonly onMessage: OnMessage;
  /** All messages of what came in at once have been handed on. */
  readonly onRead?: () => void;
  /** The link is over and `close` was not called. */
  readonly onLost: (why: Error) => void;
}

/** Opens a link; frames written before it stands wait. */
export function openLinkStream(options: LinkStreamOptions): LinkStream {
  const session = connect(options.endpoint);
  const stream = session.request(
    {
      ":method": "POST",
      ":path": options.path ?? LINK_PATH,
      "content-type": "application/grpc+proto",
      te: "trailers",
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
    },
    { endStream: false },
  );
  let over = false;
  const lost = (why: Error): void => {
    if (over) return;
    over = true;
    session.destroy();
    options.onLost(why);
  };
  const take = createFrameSplitter(options.onMessage);
  stream.on("data", (chunk: Buffer) => {
    take(chunk);
    options.onRead?.();
  });
  const ended = (headers: IncomingHttpHeaders): void => {
    const [status, message] = [headers["grpc-status"], headers["grpc-message"]].map(String);
    if (status !== "undefined") lost(new Error(`the link ended: status ${status!} ${message!}`));
  };
  stream.on("response", ended);
  stream.on("trailers", ended);
  stream.on("close", () => lost(new Error("the link was closed")));
  stream.on("error", lost);
  session.on("error", lost);
  return {
    write: (frames) => void stream.write(frames),
    close: () => {
      over = true;
      session.destroy();
    },
  };
}
