// Calls a capability and writes its answers out.
import { once } from "node:events";
import type { OutputStyle } from "../output/format-names.ts";
import { isPrintable, isText, payloadRecord, utf8, type Content } from "../output/printable.ts";
import { out, talk } from "../output/stdout.ts";
import { prepare, type Outgoing } from "./outgoing.ts";

/** A call as it was typed. */
export interface OutgoingCall extends Outgoing {
  readonly agentId: string;
  readonly capability: string;
}

/** Writes each answer to stdout as it comes. */
export async function callAgent(call: OutgoingCall): Promise<void> {
  const { client, meshId, content } = await prepare(call, "mesh call");
  const { agentId, capability, timeoutMs } = call;
  const answers = client.callAgent(
    { meshId, agentId, capability, ...content },
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  for await (const answer of answers) await write(answer, call.style);
}

async function write(answer: Content, { format }: OutputStyle): Promise<void> {
  if (format === "json" || format === "jsonl")
    return out(`${JSON.stringify(payloadRecord(answer))}\n`);
  if (format === "yaml") {
    const { stringify } = await import("yaml");
    return out(`---\n${stringify(payloadRecord(answer))}`);
  }
  const { contentType, payload } = answer;
  const text = isText(answer) ? Buffer.from(payload).toString("utf8") : undefined;
  if (text !== undefined) return out(text.endsWith("\n") ? text : `${text}\n`);
  if (process.stdout.isTTY && isPrintable(payload)) return out(`${utf8(payload) ?? ""}\n`);
  if (process.stdout.isTTY) {
    talk(
      `an answer of ${payload.length} bytes of ${contentType || "unknown type"}: send it to a file or pipe`,
    );
    return;
  }
  if (!process.stdout.write(payload)) await once(process.stdout, "drain");
}
