// At-most-once messages of many agents to one.
import { createMesh, enrol, inLanes } from "../load/enrolment.ts";
import { createFailure } from "../load/failure.ts";
import { frameOf, tags } from "../load/link-frames.ts";
import { openSession } from "../load/session.ts";
import { onOneCore } from "../processes/affinity.ts";
import { type Child, startChild } from "../processes/children.ts";
import { type Rate, rateOf } from "../processes/rate.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

/** So many that no sender comes near the frames that an agent may send in a second. */
const SENDERS = 50;
const PAYLOAD_BYTES = 64;
/** Messages on their way at once; a few hundred bytes each, they stay below what a link may have waiting. */
const IN_FLIGHT = 512;
const BATCHES = [1, 32];

/** Delivered messages per CPU-second of the server, by the number of messages in a frame. */
export const agentMessages: Benchmark = (run) =>
  onOneCore(async () => {
    const rows: Row[] = [];
    for (const batch of BATCHES) {
      const server = await startChild("subjects/mesh-server.ts", [run.folder()]);
      try {
        const { perCpuSecond, perSecond } = await delivered(server, batch, run.seconds);
        rows.push({
          benchmark: "messages",
          case: batch === 1 ? "one by one" : `batches of ${batch}`,
          subject: OURS,
          figure: perCpuSecond,
          unit: "messages / CPU s",
          perSecond,
        });
      } finally {
        await server.end();
      }
    }
    return rows;
  });

async function delivered(server: Child, batch: number, seconds: number): Promise<Rate> {
  await createMesh(server);
  const failure = createFailure();
  const [receiver, ...senders] = await enrol(server, SENDERS + 1);
  const message = {
    target: { case: "agentId" as const, value: receiver!.agentId },
    subject: "bench.reading",
    payload: new Uint8Array(PAYLOAD_BYTES),
  };
  const messages = Array.from({ length: batch }, () => message);
  const publish = frameOf({ case: "publish", value: { messages } });
  let count = 0;
  let turn = 0;
  let owed = IN_FLIGHT;

  const session = { endpoint: server.url, onFailure: failure.note };
  const links = await inLanes(SENDERS, (index) =>
    openSession({ ...session, agent: senders[index]! }),
  );
  const send = (): void => {
    for (; owed >= batch; owed -= batch) links[turn++ % SENDERS]!.write(publish);
  };
  const to = await openSession({
    ...session,
    agent: receiver!,
    onMessage: (buffer, start) => {
      if (buffer[start] !== tags.deliver) return;
      // The server delivers each message in a frame of its own.
      count += 1;
      owed += 1;
    },
    onRead: send,
  });
  send();
  const rate = await rateOf(server, seconds, () => count, failure.check);
  for (const link of [to, ...links]) link.close();
  return rate;
}
