import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { Notice_Kind } from "@meshwork/gen/mesh/v1/link";
import type { Clock } from "../clock.ts";
import {
  QUEUED_CALL_BYTES_MAX,
  QUEUED_FRAME_BYTES_MAX,
  QUEUED_MESSAGE_BYTES_MAX,
  STALL_CHECK_MS,
  STALL_MS,
  TICK_LATE_MS,
} from "./limits.ts";
import type { LinkSink } from "./link-sink.ts";
import { noticeFrame } from "./notice.ts";
import type { TimingWheel, WheelEntry } from "./timing-wheel.ts";

type Frame = ConnectResponse["frame"];

/** Messages and calls alone never come to this: they are refused earlier. */
const QUEUED_BYTES_MAX = QUEUED_CALL_BYTES_MAX + QUEUED_FRAME_BYTES_MAX;

/** The way out to one agent, with its limits. */
export interface Outlet {
  /** Where more than 6 MiB waits, the frame is dropped and the peer reported as stalled soon after. */
  send(frame: Frame): void;
  /** For at-most-once messages: false when more than 1 MiB waits; the agent is told how many later. */
  offer(response: ConnectResponse, sharing?: "shared"): boolean;
  bufferedBytes(): number;
  /** Forgets what it watches; nothing is sent afterwards. */
  stop(): void;
}

export interface OutletDeps {
  readonly sink: LinkSink;
  readonly clock: Clock;
  readonly wheel: TimingWheel;
  readonly sent: (frame: Frame) => void;
  /**
   * The peer has taken no byte for 10 s although something waits, or too slowly for what it asks for.
   * Never called from within `send`.
   */
  readonly stalled: (why: string, bufferedBytes: number) => void;
}

/** Watches over what waits in a sink: drops what need not arrive, notices a peer that takes nothing. */
export function createOutlet({ sink, clock, wheel, sent, stalled }: OutletDeps): Outlet {
  let handedBytes = 0;
  let takenBytes = 0;
  let takenMs = 0;
  let dropped = 0;
  let watch: WheelEntry | undefined;
  let overfull = false;
  let stopped = false;

  function send(response: ConnectResponse, sharing?: "shared"): void {
    if (stopped || overfull) return;
    const before = sink.bufferedBytes();
    if (before > QUEUED_BYTES_MAX) {
      giveUp();
      return;
    }
    sink.send(response, sharing);
    // What a sink takes is known only by what waits in it before and after.
    handedBytes += sink.bufferedBytes() - before;
    sent(response.frame);
    if (watch === undefined) beginWatch();
  }

  function beginWatch(): void {
    takenMs = clock.monotonic();
    takenBytes = handedBytes - sink.bufferedBytes();
    watch = wheel.arm(takenMs + STALL_CHECK_MS, look);
  }

  /** Whoever sends may be in the middle of its own work: the end comes with the next tick. */
  function giveUp(): void {
    overfull = true;
    watch?.cancel();
    watch = wheel.arm(clock.monotonic(), look);
  }

  function look(nowMs: number, lateMs: number): number | undefined {
    const waiting = sink.bufferedBytes();
    if (overfull) {
      watch = undefined;
      stalled(`the agent let more than ${QUEUED_BYTES_MAX} bytes wait: take them faster`, waiting);
      return undefined;
    }
    const taken = handedBytes - waiting;
    if (taken !== takenBytes || lateMs > TICK_LATE_MS) {
      takenBytes = taken;
      takenMs = nowMs;
    }
    if (waiting > 0 && nowMs - takenMs >= STALL_MS) {
      watch = undefined;
      const why = `the agent took no byte for ${STALL_MS / 1_000} s while ${waiting} bytes waited`;
      stalled(why, waiting);
      return undefined;
    }
    if (dropped > 0 && waiting <= QUEUED_MESSAGE_BYTES_MAX / 2) tellDropped();
    if (sink.bufferedBytes() > 0) return nowMs + STALL_CHECK_MS;
    watch = undefined;
    return undefined;
  }

  function tellDropped(): void {
    const count = dropped;
    dropped = 0;
    const text = `${count} messages were dropped: more than ${QUEUED_MESSAGE_BYTES_MAX} bytes waited`;
    send(responseOf(noticeFrame(Notice_Kind.MESSAGES_DROPPED, count, text)));
  }

  return {
    send: (frame) => send(responseOf(frame)),
    offer: (response, sharing) => {
      if (stopped || overfull) return false;
      if (sink.bufferedBytes() <= QUEUED_MESSAGE_BYTES_MAX) {
        send(response, sharing);
        return true;
      }
      dropped += 1;
      return false;
    },
    bufferedBytes: () => sink.bufferedBytes(),
    stop: () => {
      stopped = true;
      watch?.cancel();
      watch = undefined;
    },
  };
}

function responseOf(frame: Frame): ConnectResponse {
  // A literal: one is made for each frame, and `create` would be most of the work.
  return { $typeName: "mesh.v1.ConnectResponse", frame };
}
