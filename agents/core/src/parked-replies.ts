import { Code } from "@connectrpc/connect";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentError } from "./agent-error.ts";
import { BUFFERED_BYTES_MAX } from "./limits.ts";

/** Answers given while the link was down; the server waits for them if the session is resumed. */
export interface ParkedReplies {
  /** Throws AgentError (ResourceExhausted) above 4 MiB. */
  keep(frame: ConnectRequest): void;
  /** All of them, in order; none is kept any longer. */
  take(): readonly ConnectRequest[];
}

export function createParkedReplies(): ParkedReplies {
  let frames: ConnectRequest[] = [];
  let bytes = 0;
  return {
    keep: (request) => {
      const { frame } = request;
      const size = frame.case === "reply" ? frame.value.payload.length : 0;
      if (bytes + size > BUFFERED_BYTES_MAX) {
        const message = `${bytes} bytes of answers wait for the link to come back, at most ${BUFFERED_BYTES_MAX}`;
        throw new AgentError(Code.ResourceExhausted, `${message}: answer less at once`);
      }
      frames.push(request);
      bytes += size;
    },
    take: () => {
      const taken = frames;
      frames = [];
      bytes = 0;
      return taken;
    },
  };
}
