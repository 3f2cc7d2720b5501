// At-least-once messages of one agent to another, with always the same number of them under way.
import { randomUUID } from "node:crypto";
import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type ConnectResponse,
  ConnectResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { Settlement_Kind, type SettlementSchema } from "@meshwork/gen/mesh/v1/link";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import type { Turn } from "../processes/turns.ts";
import type { EnrolledAgent } from "./enrolment.ts";
import { frameOf } from "./link-frames.ts";
import type { LinkStream } from "./link-stream.ts";
import { createMarks, type Marks } from "./marks.ts";
import { RECORD_TEXT } from "./record-text.ts";
import { openSession } from "./session.ts";

const DELIVERIES_MAX = 1_024;

export interface MailLoadOptions {
  readonly endpoint: string;
  /** Agents are used for one load only: what it leaves behind would come again. */
  readonly sender: EnrolledAgent;
  /** They get its messages in turn. */
  readonly recipients: readonly EnrolledAgent[];
  readonly inFlight: number;
  /**
   * Whether a message is done when the server has confirmed that its recipient settled it, and not when
   * it is stored; then the recipients are away.
   */
  readonly settled: boolean;
  readonly onFailure: (error: Error) => void;
}

/** Starts at once; counts the messages that are done. What one read has done is replaced by one frame. */
export async function startMailLoad(options: MailLoadOptions): Promise<Turn> {
  const { endpoint, sender, recipients, inFlight, onFailure } = options;
  const payload = Buffer.from(RECORD_TEXT);
  const messages = recipients.map(({ agentId }) => ({
    target: { case: "agentId" as const, value: agentId },
    subject: "bench.reading",
    payload,
    guarantee: DeliveryGuarantee.AT_LEAST_ONCE,
  }));
  let sequence = 1;
  let owed = 0;
  const marks = createMarks(options.settled, (done) => (owed += done));
  const send = (): void => {
    if (owed === 0) return;
    const firstSequence = BigInt(sequence);
    const knownThrough = BigInt(Math.max(0, sequence - 1 - inFlight));
    const next = Array.from({ length: owed }, (_, index) => {
      return messages[(sequence + index) % messages.length]!;
    });
    const value = { messages: next, firstSequence, knownThrough };
    from.write(frameOf({ case: "publish", value }));
    sequence += owed;
    owed = 0;
  };

  const to = await Promise.all(
    options.settled ? recipients.map((one) => settling(options, one, marks, send)) : [],
  );
  const from = await openSession({
    endpoint,
    agent: sender,
    producerId: randomUUID(),
    onMessage: (buffer, start, end) => {
      const { frame } = decoded(buffer, start, end);
      if (frame.case !== "published") return;
      for (const { status } of frame.value.outcomes)
        if (status !== undefined) onFailure(new Error(`not accepted: ${status.message}`));
      marks.stored(frame.value.outcomes.length);
    },
    onRead: send,
    onFailure,
  });
  owed = inFlight;
  send();
  return {
    count: marks.count,
    begun: inFlight,
    close: () => {
      from.close();
      for (const link of to) link.close();
    },
  };
}

/** A recipient that settles all that one read has brought by one frame. */
async function settling(
  { endpoint, onFailure }: MailLoadOptions,
  recipient: EnrolledAgent,
  marks: Marks,
  onSettled: () => void,
): Promise<LinkStream> {
  let settlements: MessageInitShape<typeof SettlementSchema>[] = [];
  const link = await openSession({
    endpoint,
    agent: recipient,
    deliveriesMax: DELIVERIES_MAX,
    onMessage: (buffer, start, end) => {
      const { frame } = decoded(buffer, start, end);
      if (frame.case === "deliver")
        for (const { messageId, attempt } of frame.value.messages)
          settlements.push({ messageId, attempt, kind: Settlement_Kind.ACK });
      if (frame.case !== "settled") return;
      for (const { status } of frame.value.outcomes)
        if (status !== undefined) onFailure(new Error(`not settled: ${status.message}`));
      marks.settled(frame.value.outcomes.length);
    },
    onRead: () => {
      if (settlements.length > 0) link.write(frameOf({ case: "settle", value: { settlements } }));
      settlements = [];
      onSettled();
    },
    onFailure,
  });
  return link;
}

function decoded(buffer: Buffer, start: number, end: number): ConnectResponse {
  return fromBinary(ConnectResponseSchema, buffer.subarray(start, end));
}
