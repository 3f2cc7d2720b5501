import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AgentDesiredState } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { ConfigSchema, type LaunchChild, WelcomeSchema } from "@meshwork/gen/mesh/v1/link";
import type { Rec } from "../../store/store.ts";
import { agentMessage } from "../agents/agent-message.ts";
import type { AgentRecord } from "../agents/agent-record.ts";
import { UNCONFIRMED_MESSAGES_MAX } from "../messages/mail-limits.ts";
import type { Attached } from "./attach.ts";
import { FRAME_BYTES_MAX, MESSAGES_PER_SECOND_MAX, PUBLISH_MESSAGES_MAX } from "./limits.ts";
import type { Session } from "./session.ts";

/** The answer to hello. */
export function welcomeFrame(
  session: Session,
  { agent, presence, epoch, before }: Attached,
  more: {
    readonly framesPerSecondMax: number;
    readonly nowMs: number;
    readonly nodeId: string;
    readonly producerSequence: number;
  },
): ConnectResponse["frame"] {
  const { intervalMs, lostAfterMs } = session.timing;
  const value = create(WelcomeSchema, {
    sessionId: session.id,
    epoch: BigInt(epoch),
    resumed: before.kind === "resumed",
    // No features are defined so far, so none are known to both sides.
    features: [],
    heartbeatInterval: durationFromMs(intervalMs),
    lostAfter: durationFromMs(lostAfterMs),
    limits: {
      frameBytesMax: FRAME_BYTES_MAX,
      framesPerSecondMax: more.framesPerSecondMax,
      publishMessagesMax: PUBLISH_MESSAGES_MAX,
      messagesPerSecondMax: MESSAGES_PER_SECOND_MAX,
      unconfirmedMessagesMax: UNCONFIRMED_MESSAGES_MAX,
    },
    serverTime: timestampFromMs(more.nowMs),
    nodeId: more.nodeId,
    producerSequence: BigInt(more.producerSequence),
    agent: agentMessage(agent, presence, session.live),
  });
  return { case: "welcome", value };
}

/** What the agent shall be and do, and how long it has for that. */
export function configFrame(
  { doc, writeId }: Pick<Rec<AgentRecord>, "doc" | "writeId">,
  children: readonly LaunchChild[],
  nowMs: number,
): ConnectResponse["frame"] {
  const { desiredState, desiredConfiguration, terminateTime } = doc;
  const ends = desiredState === AgentDesiredState.TERMINATED && terminateTime !== undefined;
  const graceMs = ends ? Math.max(0, terminateTime.getTime() - nowMs) : 0;
  const value = create(ConfigSchema, {
    desiredState,
    ...(ends && { grace: durationFromMs(graceMs) }),
    ...(desiredConfiguration && { desiredConfiguration }),
    etag: writeId,
    children: [...children],
  });
  return { case: "config", value };
}
