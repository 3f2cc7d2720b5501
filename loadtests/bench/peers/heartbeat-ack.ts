// The answer of every peer to a heartbeat: as large as the real one.
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  ConnectResponseSchema,
  type ConnectRequest,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { HeartbeatAckSchema } from "@meshwork/gen/mesh/v1/link";

/** Throws for a frame that is no heartbeat. */
export function acked({ frame }: ConnectRequest): ConnectResponse {
  if (frame.case !== "heartbeat") throw new TypeError(`${frame.case ?? "nothing"} is no heartbeat`);
  const value = create(HeartbeatAckSchema, {
    sequence: frame.value.sequence,
    ...(frame.value.agentTime && { agentTime: frame.value.agentTime }),
    serverTime: timestampFromMs(Date.now()),
    heartbeatInterval: durationFromMs(600_000),
    lostAfter: durationFromMs(3_600_000),
  });
  return create(ConnectResponseSchema, { frame: { case: "heartbeatAck", value } });
}
