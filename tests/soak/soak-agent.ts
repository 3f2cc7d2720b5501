// One agent of a soak: sends bursts when told to on its standard input, handles what comes, and writes
// both down. Killed at any moment, it goes on where its files say.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { createWorkerAgent, type ReceivedMessage } from "@meshwork/agents-node";
import type { MessageName, SoakEvent } from "./history.ts";
import { between, pick, seededRandom } from "./random.ts";

/** What the agent is started with, as its only argument. */
export interface SoakAgentSettings {
  readonly agentId: string;
  readonly endpoint: string;
  readonly joinTokenFile: string;
  readonly credentialFile: string;
  readonly historyFile: string;
  /** What it sends, before it is told whether it arrived: whoever looks for numbers finds them here. */
  readonly sentFile: string;
  readonly agents: readonly string[];
  readonly group: string;
  readonly topic: string;
  /** Subscribers of the topic. */
  readonly subscribers: number;
  readonly isMember: boolean;
  readonly isSubscriber: boolean;
  readonly seed: number;
}

/** A line of standard input. */
export type SoakCommand = { readonly burst: number } | { readonly status: number };

/** Longest that a handler takes. */
const HANDLER_MS_MAX = 25;
/** One message in so many is given back once before it is taken. */
const NAK_ONE_IN = 40;

const settings = JSON.parse(process.argv[2]!) as SoakAgentSettings;
const random = seededRandom(settings.seed);
const numbers = lastNumbers();

const agent = createWorkerAgent({
  agentId: settings.agentId,
  endpoint: settings.endpoint,
  joinTokenFile: settings.joinTokenFile,
  credentialFile: settings.credentialFile,
});

function note(event: SoakEvent): void {
  appendFileSync(settings.historyFile, `${JSON.stringify(event)}\n`);
}

function lastNumbers(): Map<string, number> {
  const found = new Map<string, number>();
  if (!existsSync(settings.sentFile)) return found;
  for (const line of readFileSync(settings.sentFile, "utf8").split("\n")) {
    const [target, number] = line.split(" ");
    if (number !== undefined) found.set(target!, Number(number));
  }
  return found;
}

function nextName(target: string): MessageName {
  const number = (numbers.get(target) ?? 0) + 1;
  numbers.set(target, number);
  appendFileSync(settings.sentFile, `${target} ${number}\n`);
  return { sender: settings.agentId, target, number };
}

async function sendOne(): Promise<void> {
  const chance = random();
  const isToTopic = chance < 0.1;
  const isToGroup = !isToTopic && chance < 0.3;
  const other = pick(random, settings.agents);
  const message = nextName(
    isToTopic ? `topic:${settings.topic}` : isToGroup ? `group:${settings.group}` : other,
  );
  const target = isToTopic
    ? { topic: settings.topic }
    : isToGroup
      ? { group: settings.group }
      : other;
  await agent.send(target, { subject: "soak", data: { ...message } }, { guarantee: "atLeastOnce" });
  const receivers = isToTopic ? settings.subscribers : 1;
  note({ kind: "accepted", atMs: Date.now(), message, receivers });
}

async function burst(messages: number): Promise<void> {
  for (let sent = 0; sent < messages; sent += 1) {
    sendOne().catch((error: unknown) => {
      process.stderr.write(`${settings.agentId}: not accepted: ${String(error)}\n`);
    });
    if (random() < 0.3) await setTimeout(between(random, 1, 4));
  }
}

agent.onMessage(async (received: ReceivedMessage) => {
  const message = received.json() as MessageName;
  const about = { agent: settings.agentId, message };
  note({ kind: "handled", atMs: Date.now(), attempt: received.attempt, ...about });
  await setTimeout(between(random, 0, HANDLER_MS_MAX));
  if (received.attempt === 1 && between(random, 1, NAK_ONE_IN) === 1) {
    await received.nak({ reason: "once more" });
    return;
  }
  note({ kind: "acknowledging", atMs: Date.now(), ...about });
  await received.ack();
  note({ kind: "acknowledged", atMs: Date.now(), ...about });
});

agent.on("error", (error) => {
  process.stderr.write(`${settings.agentId}: ${error.message}\n`);
});

await agent.start();
if (settings.isMember) await agent.subscribe({ group: settings.group }, { durable: true });
if (settings.isSubscriber) await agent.subscribe(settings.topic, { durable: true });
process.stdout.write("ready\n");

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as SoakCommand;
  if ("burst" in command) void burst(command.burst);
  else {
    const { outbox, unsettled } = agent.status;
    const text = JSON.stringify({
      status: command.status,
      unconfirmed: outbox?.messages,
      unsettled,
    });
    process.stdout.write(`${text}\n`);
  }
}
await agent.stop();
