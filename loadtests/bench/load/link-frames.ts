// The frames of the link that the load sends and knows, encoded once.
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectRequestSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { framed } from "./grpc-frames.ts";

/** First byte of an encoded ConnectResponse, by the frame it holds. */
export const tags = {
  welcome: 0x0a,
  heartbeatAck: 0x12,
  deliver: 0x1a,
  call: 0x22,
  config: 0x32,
  notice: 0x3a,
  goodbye: 0x42,
  published: 0x4a,
  settled: 0x52,
} as const;

/** Of every heartbeat; an ack has to bring it back. */
export const HEARTBEAT_SEQUENCE = 4_711n;

/** A frame with its prefix. */
export function frameOf(
  frame: NonNullable<MessageInitShape<typeof ConnectRequestSchema>["frame"]>,
): Buffer {
  return framed(toBinary(ConnectRequestSchema, create(ConnectRequestSchema, { frame })));
}

/** What an agent opens with. */
export interface HelloOptions {
  readonly capabilities?: readonly string[];
  readonly callsMax?: number;
  readonly deliveriesMax?: number;
  /** With one, it may send at-least-once messages, numbered from 1. */
  readonly producerId?: string;
}

export function helloFrame(options: HelloOptions): Buffer {
  const { capabilities = [], callsMax = 64, deliveriesMax = 0, producerId } = options;
  return frameOf({
    case: "hello",
    value: {
      protocolVersion: 1,
      spec: { capabilities: [...capabilities], labels: { zone: "a" } },
      window: { callsMax, deliveriesMax },
      ...(producerId !== undefined && { producer: { producerId } }),
    },
  });
}

/** A heartbeat as an agent under load sends it. */
export function heartbeatFrame(): Buffer {
  return frameOf({
    case: "heartbeat",
    value: {
      sequence: HEARTBEAT_SEQUENCE,
      agentTime: timestampFromMs(1_700_000_000_123),
      load: {
        cpuCores: 0.25,
        memoryBytes: 83_886_080n,
        loopDelayDuration: durationFromMs(2),
        callsInFlight: 3,
      },
      roundTripDuration: durationFromMs(1),
    },
  });
}

/** The frame so often that a slice of it serves for any number up to that. */
export function repeated(frame: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => frame));
}
