// An agent process that writes down what it receives and does to it what its subject says.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startAgent } from "./agent.ts";
import type { Home, Running } from "./home.ts";

/** A message as the agent got it. */
export interface Received {
  readonly messageId: string;
  readonly sender: string;
  readonly subject: string;
  readonly text: string;
  readonly attempt: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Topics and groups from which an agent receives besides its own messages. */
export interface Sources {
  readonly topic?: string;
  readonly group?: string;
}

// `nak-once` is wanted a second time, `reject` never, `hold` stays in flight as long as its text says.
const moduleText = `
import { appendFileSync } from "node:fs";
const { RECEIVED_FILE, TOPIC, GROUP } = process.env;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const capabilities = {
  echo: (call) => call.text(),
  slow: async (call) => { await sleep(Number(call.text())); return "late"; },
};
export function setUp(agent) {
  agent.onMessage(async (message) => {
    const { messageId, sender, subject, attempt, headers } = message;
    const line = { messageId, sender, subject, text: message.text(), attempt, headers };
    appendFileSync(RECEIVED_FILE, JSON.stringify(line) + "\\n");
    if (subject === "nak-once" && attempt === 1) await message.nak({ delayMs: 10, reason: "busy" });
    if (subject === "reject") await message.reject("not wanted here");
    if (subject === "hold") await sleep(Number(message.text()));
  });
  agent.on("phase", (phase) => {
    if (phase !== "running") return;
    const say = (what) => () => console.log("subscribed to " + what);
    if (TOPIC) void agent.subscribe(TOPIC, { durable: true }).then(say(TOPIC));
    if (GROUP) void agent.subscribe({ group: GROUP }).then(say(GROUP));
  });
}
`;

/** Starts it; its subscriptions stand when this resolves. */
export async function startMailAgent(
  home: Home,
  endpoint: string,
  agentId: string,
  { topic = "", group = "" }: Sources = {},
  args: readonly string[] = [],
): Promise<Running> {
  const module = join(home.folder, "mail-agent.mjs");
  if (!existsSync(module)) writeFileSync(module, moduleText);
  const env = { RECEIVED_FILE: receivedFile(home, agentId), TOPIC: topic, GROUP: group };
  const running = startAgent(home, endpoint, agentId, [module, ...args], { env });
  await running.until(/connected \(epoch/);
  if (topic !== "")
    await running.until(new RegExp(`subscribed to ${topic.replace(/[.>*]/g, "\\$&")}`));
  if (group !== "") await running.until(new RegExp(`subscribed to ${group}`));
  return running;
}

/** What it received so far, in order. */
export function receivedBy(home: Home, agentId: string): Received[] {
  const file = receivedFile(home, agentId);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Received);
}

function receivedFile(home: Home, agentId: string): string {
  return join(home.folder, `${agentId}.received.jsonl`);
}
