// A session of an enrolled agent: opened with hello, and there once the server has welcomed it.
import { fromBinary } from "@bufbuild/protobuf";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { EnrolledAgent } from "./enrolment.ts";
import type { OnMessage } from "./grpc-frames.ts";
import { helloFrame, type HelloOptions, tags } from "./link-frames.ts";
import { type LinkStream, openLinkStream } from "./link-stream.ts";

export interface SessionOptions extends HelloOptions {
  readonly endpoint: string;
  readonly agent: EnrolledAgent;
  readonly onMessage?: OnMessage;
  readonly onRead?: () => void;
  /** Something came that no benchmark reckons with: its figures are void. */
  readonly onFailure: (error: Error) => void;
}

/** Settles when the session is on record. What comes later than the welcome and config goes to `onMessage`. */
export async function openSession(options: SessionOptions): Promise<LinkStream> {
  const { endpoint, agent, onMessage, onFailure, onRead } = options;
  const welcomed = Promise.withResolvers<undefined>();
  const stream = openLinkStream({
    endpoint,
    token: agent.token(),
    onMessage: (buffer, start, end) => {
      const tag = buffer[start];
      if (tag === tags.welcome) welcomed.resolve(undefined);
      else if (tag === tags.notice || tag === tags.goodbye)
        onFailure(new Error(`${agent.agentId} was told: ${told(buffer.subarray(start, end))}`));
      else if (tag !== tags.config) onMessage?.(buffer, start, end);
    },
    ...(onRead && { onRead }),
    onLost: (error) => {
      welcomed.reject(error);
      onFailure(new Error(`${agent.agentId}: ${error.message}`));
    },
  });
  stream.write(helloFrame(options));
  await welcomed.promise;
  return stream;
}

function told(message: Uint8Array): string {
  const { frame } = fromBinary(ConnectResponseSchema, message);
  const { case: name, value } = frame;
  return name === "notice" || name === "goodbye" ? `${name} ${value.message}` : String(name);
}
