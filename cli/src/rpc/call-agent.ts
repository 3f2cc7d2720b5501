// Calls a capability and writes its answers out.
import { createClient } from "@connectrpc/connect";
import { MessageService, type CallAgentResponse } from "@meshwork/gen/mesh/v1/message_service";
import { once } from "node:events";
import { currentTarget, openTransport } from "../connect.ts";
import { confirmChange } from "../contexts/confirm.ts";
import { meshOf, type TargetFlags } from "../contexts/target.ts";
import type { OutputStyle } from "../output/format-names.ts";
import { out, talk } from "../output/stdout.ts";
import { pairsOf } from "./pairs.ts";
import { isPrintable, isText, payloadOf } from "./payload.ts";
import { processSources } from "./sources.ts";

/** A call as it was typed. */
export interface OutgoingCall {
  readonly agentId: string;
  readonly capability: string;
  readonly data: string | undefined;
  readonly contentType: string | undefined;
  readonly headers: readonly string[];
  readonly flags: TargetFlags;
  readonly style: OutputStyle;
  readonly timeoutMs: number | undefined;
  readonly yes: boolean;
}

/** Writes each answer to stdout as it comes. */
export async function callAgent(call: OutgoingCall): Promise<void> {
  const target = await currentTarget(call.flags);
  const meshId = meshOf(target);
  const headers = await pairsOf(call.headers, "headers");
  const { bytes, contentType } = await payloadOf(call.data, call.contentType, processSources());
  await confirmChange(target, "mesh call", call.yes);
  const { agentId, capability, timeoutMs } = call;
  const answers = createClient(MessageService, await openTransport(target)).callAgent(
    { meshId, agentId, capability, contentType, payload: bytes, headers },
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  for await (const answer of answers) await write(answer, call.style);
}

async function write(
  { contentType, payload }: CallAgentResponse,
  { format }: OutputStyle,
): Promise<void> {
  const text = isText(contentType, payload) ? Buffer.from(payload).toString("utf8") : undefined;
  if (format === "json" || format === "jsonl")
    return out(`${JSON.stringify(recordOf(contentType, payload, text))}\n`);
  if (format === "yaml") {
    const { stringify } = await import("yaml");
    return out(`---\n${stringify(recordOf(contentType, payload, text))}`);
  }
  if (text !== undefined) return out(text.endsWith("\n") ? text : `${text}\n`);
  if (process.stdout.isTTY && isPrintable(payload)) {
    return out(`${Buffer.from(payload).toString("utf8")}\n`);
  }
  if (process.stdout.isTTY) {
    talk(
      `an answer of ${payload.length} bytes of ${contentType || "unknown type"}: send it to a file or pipe`,
    );
    return;
  }
  if (!process.stdout.write(payload)) await once(process.stdout, "drain");
}

function recordOf(contentType: string, payload: Uint8Array, text: string | undefined): object {
  if (text === undefined) return { contentType, base64: Buffer.from(payload).toString("base64") };
  if (!contentType.includes("json")) return { contentType, text };
  try {
    return { contentType, json: JSON.parse(text) as unknown };
  } catch {
    return { contentType, text };
  }
}
