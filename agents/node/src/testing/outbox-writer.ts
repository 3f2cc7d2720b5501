// Fills an outbox until it is killed: node outbox-writer.ts FILE FIRST. Prints a line for each message that
// is stored, and one for each that it confirmed; begins with one for each that it found.
import { writeSync } from "node:fs";
import { createDiskOutbox } from "../disk-outbox.ts";

const [path, first] = [process.argv[2]!, Number(process.argv[3])];
const outbox = createDiskOutbox(path);
const say = (line: string): void => void writeSync(1, `${line}\n`);
const { producerId, lastSequence, knownThrough, entries, damage } = await outbox.open();
say(`opened ${producerId} ${lastSequence} ${knownThrough} ${damage ?? ""}`);
for (const { sequence, message } of entries) say(`found ${sequence} ${textOf(message)}`);

let sequence = lastSequence;
for (let number = first; ;) {
  const batch = Array.from({ length: 1 + (number % 7) }, (_, index) => ({
    sequence: sequence + 1 + index,
    message: messageOf(number + index),
  }));
  await outbox.append(batch);
  for (const entry of batch) say(`stored ${entry.sequence} ${textOf(entry.message)}`);
  sequence += batch.length;
  number += batch.length;
  // What the server would confirm, always some way behind.
  if (number % 5 === 0 && sequence > 10) {
    outbox.confirm(sequence - 10);
    say(`confirmed ${sequence - 10}`);
  }
}

/** Of very different sizes, so that files are written anew within one run, and writes are cut anywhere. */
function messageOf(number: number): Uint8Array {
  return Buffer.from(`m${number} ${"x".repeat((number * 7919) % 60_000)}`);
}

function textOf(message: Uint8Array): string {
  return Buffer.from(message).toString("latin1").split(" ", 1)[0]!;
}
