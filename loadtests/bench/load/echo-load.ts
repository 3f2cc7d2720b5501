// Heartbeats on many links, with always the same number of them unanswered.
import { fromBinary } from "@bufbuild/protobuf";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { OnMessage } from "./grpc-frames.ts";
import { HEARTBEAT_SEQUENCE, heartbeatFrame, repeated, tags } from "./link-frames.ts";
import type { LinkStream } from "./link-stream.ts";

/** One of so many acks is decoded, to see that it is a true one. */
const CHECKED_EVERY = 1_000;

/** What a link is opened with to be part of the load. */
export interface EchoHandlers {
  readonly onMessage: OnMessage;
  readonly onRead: () => void;
}

export interface EchoLoad {
  /** Acks so far. */
  readonly count: () => number;
  /** Opens a link with the handlers given, and keeps `inFlight` heartbeats unanswered on it. */
  add(open: (handlers: EchoHandlers) => Promise<LinkStream>): Promise<void>;
  close(): void;
}

/** Answers to what a chunk acknowledged leave in one write. */
export function createEchoLoad(inFlight: number, onFailure: (error: Error) => void): EchoLoad {
  const frame = heartbeatFrame();
  const beats = repeated(frame, inFlight);
  const streams: LinkStream[] = [];
  let count = 0;

  const onAck = (message: Buffer): void => {
    count += 1;
    if (count % CHECKED_EVERY !== 0) return;
    const ack = fromBinary(ConnectResponseSchema, message).frame;
    if (ack.case !== "heartbeatAck" || ack.value.sequence !== HEARTBEAT_SEQUENCE)
      onFailure(new Error(`an ack that acknowledges nothing: ${ack.case ?? "empty"}`));
  };

  return {
    count: () => count,
    add: async (open) => {
      let acked = 0;
      const stream = await open({
        onMessage: (buffer, start, end) => {
          if (buffer[start] !== tags.heartbeatAck) {
            onFailure(new Error(`no ack came, but a frame with tag ${buffer[start]!}`));
            return;
          }
          acked += 1;
          onAck(buffer.subarray(start, end));
        },
        onRead: () => {
          if (acked > 0) stream.write(beats.subarray(0, acked * frame.length));
          acked = 0;
        },
      });
      streams.push(stream);
      stream.write(beats);
    },
    close: () => streams.forEach((stream) => stream.close()),
  };
}
