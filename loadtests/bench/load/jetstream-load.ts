// Messages through a JetStream work queue, with always the same number of them under way.
import type { Turn } from "../processes/turns.ts";
import { RECORD_TEXT } from "./record-text.ts";
import { createMarks } from "./marks.ts";
import { connectNats, type NatsConnection } from "./nats-connection.ts";

const SUBJECT = "bench.reading";
const STREAM = "BENCH";
const CONSUMER = "recipient";
const ACKNOWLEDGED = "+ACK";

export interface JetStreamLoadOptions {
  /** host:port of a NATS server. */
  readonly address: string;
  readonly inFlight: number;
  /**
   * Whether a message is done when the server has confirmed the acknowledgement of a consumer, and not
   * when it is stored.
   */
  readonly settled: boolean;
  readonly onFailure: (error: Error) => void;
}

/** Starts at once, with a new stream on disk; counts the messages that are done. */
export async function startJetStreamLoad(options: JetStreamLoadOptions): Promise<Turn> {
  const { address, inFlight, settled, onFailure } = options;
  const sender = await connectNats(address, onFailure);
  const recipient = await connectNats(address, onFailure);
  await newStream(sender);
  const send = (messages: number): void => {
    for (let sent = 0; sent < messages; sent += 1)
      sender.publish(SUBJECT, RECORD_TEXT, "_INBOX.stored");
  };
  const marks = createMarks(settled, send);

  sender.subscribe("_INBOX.stored", ({ payload }) => {
    if (payload.startsWith(`{"stream":"${STREAM}"`)) marks.stored(1);
    else onFailure(new Error(`JetStream did not store: ${payload}`));
  });
  if (settled) {
    recipient.subscribe("_INBOX.deliver", ({ reply }) => {
      recipient.publish(reply, ACKNOWLEDGED, "_INBOX.settled");
    });
    recipient.subscribe("_INBOX.settled", () => marks.settled(1));
    await recipient.request(`$JS.API.CONSUMER.DURABLE.CREATE.${STREAM}.${CONSUMER}`, {
      stream_name: STREAM,
      config: {
        durable_name: CONSUMER,
        deliver_subject: "_INBOX.deliver",
        ack_policy: "explicit",
      },
    });
  }
  send(inFlight);
  return {
    count: marks.count,
    begun: inFlight,
    close: () => {
      sender.close();
      recipient.close();
    },
  };
}

/** In place of the one of the turn before. A message leaves a work queue when it is acknowledged. */
async function newStream({ request }: Pick<NatsConnection, "request">): Promise<void> {
  const names = (await request("$JS.API.STREAM.NAMES", {})) as { streams: string[] | null };
  if (names.streams?.includes(STREAM)) await request(`$JS.API.STREAM.DELETE.${STREAM}`, {});
  await request(`$JS.API.STREAM.CREATE.${STREAM}`, {
    name: STREAM,
    subjects: [SUBJECT],
    storage: "file",
    retention: "workqueue",
  });
}
