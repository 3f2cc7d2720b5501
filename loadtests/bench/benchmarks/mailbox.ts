// At-least-once messages of 300 B from one sender to one recipient, stored on disk on their way. The disk
// decides, so the clock is what counts.
import { join } from "node:path";
import { createMesh, enrol } from "../load/enrolment.ts";
import { createFailure } from "../load/failure.ts";
import { startJetStreamLoad } from "../load/jetstream-load.ts";
import { startMailLoad } from "../load/mail-load.ts";
import { startChild } from "../processes/children.ts";
import { compared, type Subject } from "../processes/compared.ts";
import { startNats } from "../processes/foreign.ts";
import { SLICES } from "../processes/rate.ts";
import { type Turn, workerOf } from "../processes/turns.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

const IN_FLIGHT = [1, 16, 64, 256];
/** Where nobody takes them out, so many mailboxes hold what a turn brings. */
const MAILBOXES = 6;
const stages = [
  { stage: "stored", settled: false, recipients: MAILBOXES },
  { stage: "settled", settled: true, recipients: 1 },
];
/** The first turn of a case is not measured. */
const TURNS = 1 + SLICES;
/** Each turn has agents of its own; the last two are for the profile. */
const AGENTS =
  stages.reduce((agents, { recipients }) => agents + (1 + recipients) * TURNS, 0) *
    IN_FLIGHT.length +
  2;

/**
 * Messages per second: stored, which the sender is told, and settled, acknowledged by the recipient too,
 * which the recipient is told.
 */
export const mailbox: Benchmark = async (run) => {
  const server = await startChild("subjects/mesh-server.ts", [run.folder()]);
  const nats = await startNats(run);
  const { note: onFailure, check } = createFailure();
  const rows: Row[] = [];
  try {
    await createMesh(server);
    const agents = await enrol(server, AGENTS);
    const ours = (inFlight: number, settled: boolean, mailboxes: number): Promise<Turn> => {
      const [sender, ...recipients] = agents.splice(0, 1 + mailboxes);
      const load = { sender: sender!, recipients, inFlight, settled, onFailure };
      return startMailLoad({ endpoint: server.url, ...load });
    };
    for (const { stage, settled, recipients } of stages)
      for (const inFlight of IN_FLIGHT) {
        const own = workerOf(server, () => ours(inFlight, settled, recipients), check);
        const subjects: Subject[] = [[OURS, own]];
        if (nats !== undefined) {
          const load = { address: nats.address, inFlight, settled, onFailure };
          const peer = workerOf(nats, () => startJetStreamLoad(load), check);
          subjects.push(["NATS JetStream", peer]);
        }
        const name = `${stage}, ${inFlight} in flight`;
        const what = { benchmark: "mailbox", case: name, unit: "messages / s" };
        rows.push(...(await compared(what, subjects, run.seconds)));
      }
    if (run.profileFolder !== undefined) {
      await server.profileStart();
      await workerOf(server, () => ours(Math.max(...IN_FLIGHT), true, 1), check)(run.seconds * 1e3);
      await server.profileStop(join(run.profileFolder, "mailbox.cpuprofile"));
    }
    return rows;
  } finally {
    await Promise.all([server.end(), nats?.end()]);
  }
};
