// What an agent without a module does with messages: it prints them, which acknowledges them.
import type { IAgent, ReceivedMessage } from "@meshwork/agents-node";
import { payloadLine, safe } from "../output/printable.ts";
import { out } from "../output/stdout.ts";

/** Characters of a payload that are shown. */
const SHOWN_CHARACTERS_MAX = 200;

/** Prints each message as a line, and receives from the topics and groups besides. */
export function printMail(
  agent: IAgent,
  topics: readonly string[],
  groups: readonly string[],
): void {
  const say = (text: string): void => void out(`${agent.status.agentId ?? "agent"} ${text}\n`);
  agent.onMessage((message) => {
    say(lineOf(message));
  });
  let asked = false;
  agent.on("phase", (phase) => {
    if (phase !== "running" || asked) return;
    asked = true;
    for (const topic of topics) subscribe(topic, topic);
    for (const group of groups) subscribe(`group ${group}`, { group });
  });

  function subscribe(name: string, source: Parameters<IAgent["subscribe"]>[0]): void {
    agent.subscribe(source, { durable: true }).then(
      () => {
        say(`receives from ${name}`);
      },
      (error: unknown) => {
        say(`does not receive from ${name}: ${(error as Error).message}`);
      },
    );
  }
}

function lineOf(message: ReceivedMessage): string {
  const { sender, subject, attempt, target } = message;
  const source =
    target.case === "topic" || target.case === "group" ? ` by ${target.case} ${target.value}` : "";
  const again = attempt > 1 ? ` (attempt ${attempt})` : "";
  return `message from ${safe(sender)}${source}${again}: ${safe(subject)} ${payloadLine(message, SHOWN_CHARACTERS_MAX)}`;
}
