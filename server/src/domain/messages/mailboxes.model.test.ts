// Mailboxes against an independent model of their rules: random steps of agents and of the server, on the
// real store. A failure prints its seed; MODEL_SEED=n repeats it.
import { afterEach, expect, test } from "@jest/globals";
import { createDriver, operations, rules, agentNames } from "./testing/mail-model-driver.ts";
import { ModelError } from "./testing/mail-model.ts";
import { createMailWorld, type MailWorld } from "./testing/mail-world.ts";

/** In CI one and the same, so that a change is judged by what it changed; elsewhere a new one each time. */
const usual = process.env["CI"] === "true" ? 7 : Math.floor(Math.random() * 2 ** 31);
const seed = Number(process.env["MODEL_SEED"] ?? usual);
const LIMIT_MS = 110_000;

let world: MailWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test(
  "100,000 random steps go as the model says",
  async () => {
    process.stdout.write(`MODEL_SEED=${seed}\n`);
    const counts = await run(seed, 100_000);
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    for (const [operation, count] of Object.entries(counts))
      expect([operation, count > 0]).toEqual([operation, true]);
    expect(Object.keys(counts).sort()).toEqual([...operations].sort());
  },
  LIMIT_MS,
);

test(
  "one redelivery that is lost is found",
  async () => {
    let left = 1;
    const loses = ({ attempt }: { readonly attempt: number }): boolean => attempt > 1 && left-- > 0;
    await expect(run(seed, 20_000, loses)).rejects.toThrow(ModelError);
  },
  LIMIT_MS,
);

async function run(
  worldSeed: number,
  steps: number,
  loses?: MailWorld["loses"],
): Promise<Record<string, number>> {
  world = await createMailWorld({ seed: worldSeed, rules });
  world.loses = loses;
  // The sweeper takes away the mail of agents that are not on record.
  for (const name of agentNames) await world.provision(world.agent(name));
  const driver = createDriver(world, worldSeed);
  try {
    for (let round = 0; driver.steps() < steps; round += 1) await driver.round(round);
    await driver.audit();
    return driver.counts;
  } catch (error) {
    if (loses === undefined)
      process.stderr.write(
        `${driver.story.join("\n")}\nfailed after ${driver.steps()} steps with MODEL_SEED=${worldSeed}\n`,
      );
    throw error;
  }
}
