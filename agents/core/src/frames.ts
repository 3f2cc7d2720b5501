import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  ConnectRequestSchema,
  type ConnectRequest,
} from "@meshwork/gen/mesh/v1/agent_link_service";

/** The session, as far as something that sends much needs it. */
export interface PacedLink {
  /** False when there is no session. */
  readonly send: (frame: ConnectRequest) => boolean;
  /** Resolves when there is room for more frames, or no session. */
  room(): Promise<void>;
}

type FrameInit = NonNullable<MessageInitShape<typeof ConnectRequestSchema>["frame"]>;

/** A frame of the agent. */
export function agentFrame(frame: FrameInit): ConnectRequest {
  return create(ConnectRequestSchema, { frame });
}
