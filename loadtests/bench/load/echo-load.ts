// Signs of life on many links, with always the same number of them unanswered.
import { fromBinary } from "@bufbuild/protobuf";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { OnMessage } from "./grpc-frames.ts";
import { HEARTBEAT_SEQUENCE, heartbeatFrame, repeated, tags } from "./link-frames.ts";
import type { LinkStream } from "./link-stream.ts";

/** One of so many answers is decoded, to see that it is a true one. */
const CHECKED_EVERY = 1_000;

/** What is sent on a link, and how its answers are known. */
export interface Echo {
  /** With its prefix. */
  readonly frame: Buffer;
  /** First byte of every answer. */
  readonly tag: number;
  /** Whether an answer answers the frame. */
  readonly answers: (message: Buffer) => boolean;
}

/** A heartbeat and its ack. */
export const heartbeats: Echo = {
  frame: heartbeatFrame(),
  tag: tags.heartbeatAck,
  answers: (message) => {
    const { frame } = fromBinary(ConnectResponseSchema, message);
    return frame.case === "heartbeatAck" && frame.value.sequence === HEARTBEAT_SEQUENCE;
  },
};

/** What a link is opened with to be part of the load. */
export interface EchoHandlers {
  readonly onMessage: OnMessage;
  readonly onRead: () => void;
}

export interface EchoLoad {
  /** Answers so far. */
  readonly count: () => number;
  /** Opens a link with the handlers given, and keeps `inFlight` frames unanswered on it. */
  add(echo: Echo, open: (handlers: EchoHandlers) => Promise<LinkStream>): Promise<void>;
  close(): void;
}

/** What a chunk answered is sent anew in one write. */
export function createEchoLoad(inFlight: number, onFailure: (error: Error) => void): EchoLoad {
  const streams: LinkStream[] = [];
  let count = 0;

  return {
    count: () => count,
    add: async ({ frame, tag, answers }, open) => {
      const frames = repeated(frame, inFlight);
      let answered = 0;
      const stream = await open({
        onMessage: (buffer, start, end) => {
          if (buffer[start] !== tag) {
            onFailure(new Error(`no answer came, but a frame with tag ${buffer[start]!}`));
            return;
          }
          answered += 1;
          count += 1;
          if (count % CHECKED_EVERY === 0 && !answers(buffer.subarray(start, end)))
            onFailure(new Error("an answer that answers nothing that was sent"));
        },
        onRead: () => {
          if (answered > 0) stream.write(frames.subarray(0, answered * frame.length));
          answered = 0;
        },
      });
      streams.push(stream);
      stream.write(frames);
    },
    close: () => streams.forEach((stream) => stream.close()),
  };
}
