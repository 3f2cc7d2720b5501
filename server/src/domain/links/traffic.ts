import { create } from "@bufbuild/protobuf";
import { MeshTrafficSchema, type MeshTraffic } from "@meshwork/gen/mesh/v1/mesh";
import type { Clock } from "../clock.ts";
import { FLOW_PAIRS_MAX } from "./limits.ts";
import { createRateWindow } from "./rate-window.ts";

/** Messages and calls from one agent to another. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  messages: number;
  calls: number;
}

/** What went through the links of one mesh since the process started. */
export interface Traffic {
  framesReceived: number;
  framesSent: number;
  messagesDropped: number;
  messageDelivered(from: string, to: string): void;
  callStarted(from: string, to: string): void;
  callEnded(ok: boolean): void;
  counts(): MeshTraffic;
  flows(): readonly Readonly<Flow>[];
}

/** Counts; of pairs of agents the first 10,000. */
export function createTraffic(clock: Clock): Traffic {
  const messageRate = createRateWindow();
  const callRate = createRateWindow();
  const flows = new Map<string, Flow>();
  let messagesDelivered = 0;
  let callsSucceeded = 0;
  let callsFailed = 0;

  function flowOf(from: string, to: string): Flow | undefined {
    // Keys of people and programs are no nodes of a topology.
    if (from.startsWith("key:")) return undefined;
    const name = `${from}/${to}`;
    const known = flows.get(name);
    if (known !== undefined || flows.size >= FLOW_PAIRS_MAX) return known;
    const flow = { from, to, messages: 0, calls: 0 };
    flows.set(name, flow);
    return flow;
  }

  const traffic: Traffic = {
    framesReceived: 0,
    framesSent: 0,
    messagesDropped: 0,
    messageDelivered: (from, to) => {
      messagesDelivered += 1;
      messageRate.add(clock.monotonic(), 1);
      const flow = flowOf(from, to);
      if (flow !== undefined) flow.messages += 1;
    },
    callStarted: (from, to) => {
      callRate.add(clock.monotonic(), 1);
      const flow = flowOf(from, to);
      if (flow !== undefined) flow.calls += 1;
    },
    callEnded: (ok) => {
      if (ok) callsSucceeded += 1;
      else callsFailed += 1;
    },
    counts: () =>
      create(MeshTrafficSchema, {
        framesReceived: BigInt(traffic.framesReceived),
        framesSent: BigInt(traffic.framesSent),
        messagesDelivered: BigInt(messagesDelivered),
        messagesDropped: BigInt(traffic.messagesDropped),
        callsSucceeded: BigInt(callsSucceeded),
        callsFailed: BigInt(callsFailed),
        messagesPerSecond: messageRate.perSecond(clock.monotonic()),
        callsPerSecond: callRate.perSecond(clock.monotonic()),
      }),
    flows: () => [...flows.values()],
  };
  return traffic;
}
