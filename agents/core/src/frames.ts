import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  ConnectRequestSchema,
  type ConnectRequest,
} from "@meshwork/gen/mesh/v1/agent_link_service";

type FrameInit = NonNullable<MessageInitShape<typeof ConnectRequestSchema>["frame"]>;

/** A frame of the agent. */
export function agentFrame(frame: FrameInit): ConnectRequest {
  return create(ConnectRequestSchema, { frame });
}
