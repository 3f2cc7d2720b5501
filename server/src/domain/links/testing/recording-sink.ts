import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { DomainError } from "../../errors.ts";
import type { LinkSink } from "../link-sink.ts";

type Frame = ConnectResponse["frame"];
type Case = NonNullable<Frame["case"]>;
type ValueOf<C extends Case> = Extract<Frame, { case: C }>["value"];

/** A peer that writes down what it gets, and takes bytes only while it is told to. */
export interface RecordingSink {
  readonly sink: LinkSink;
  readonly frames: readonly Frame[];
  /** The frames of one kind. */
  of<C extends Case>(kind: C): readonly ValueOf<C>[];
  readonly end: { readonly error?: DomainError; readonly destroyed: boolean } | undefined;
  /** Calls after the end, which must not happen. */
  readonly late: number;
  /** From now on nothing is taken. */
  stall(): void;
  /** Takes so many of the waiting bytes, or all, and goes on taking in that case. */
  take(bytes?: number): void;
}

export function createRecordingSink(): RecordingSink {
  const frames: Frame[] = [];
  let stalled = false;
  let waiting = 0;
  let late = 0;
  let end: { error?: DomainError; destroyed: boolean } | undefined;

  function finish(destroyed: boolean, error?: DomainError): void {
    if (end !== undefined) late += 1;
    end ??= { ...(error && { error }), destroyed };
  }

  return {
    sink: {
      send: ({ frame }) => {
        if (end !== undefined) late += 1;
        frames.push(frame);
        if (stalled) waiting += sizeOf(frame);
      },
      bufferedBytes: () => waiting,
      end: (error) => finish(false, error),
      destroy: (error) => finish(true, error),
    },
    frames,
    of: <C extends Case>(kind: C) =>
      frames.filter((frame) => frame.case === kind).map((frame) => frame.value as ValueOf<C>),
    get end() {
      return end;
    },
    get late() {
      return late;
    },
    stall: () => {
      stalled = true;
    },
    take: (bytes) => {
      stalled = bytes !== undefined;
      waiting = bytes === undefined ? 0 : Math.max(0, waiting - bytes);
    },
  };
}

function sizeOf(frame: Frame): number {
  if (frame.case === "deliver")
    return frame.value.messages.reduce((sum, { payload }) => sum + payload.length, 100);
  return frame.case === "call" ? 100 + frame.value.payload.length : 100;
}
