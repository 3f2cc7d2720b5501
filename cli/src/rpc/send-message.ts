// Sends one message.
import { createClient } from "@connectrpc/connect";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { currentTarget, openTransport } from "../connect.ts";
import { confirmChange } from "../contexts/confirm.ts";
import { meshOf, type TargetFlags } from "../contexts/target.ts";
import type { OutputStyle } from "../output/format-names.ts";
import { printRecords } from "../output/records.ts";
import { pairsOf } from "./pairs.ts";
import { payloadOf } from "./payload.ts";
import { processSources } from "./sources.ts";

/** A message as it was typed. */
export interface Outgoing {
  readonly agentId: string;
  readonly subject: string;
  readonly data: string | undefined;
  readonly contentType: string | undefined;
  readonly headers: readonly string[];
  readonly correlationId: string;
  readonly flags: TargetFlags;
  readonly style: OutputStyle;
  readonly timeoutMs: number | undefined;
  readonly yes: boolean;
}

/** Sends it and shows the id that it got. */
export async function sendMessage(outgoing: Outgoing): Promise<void> {
  const target = await currentTarget(outgoing.flags);
  const meshId = meshOf(target);
  const headers = await pairsOf(outgoing.headers, "headers");
  const { bytes, contentType } = await payloadOf(
    outgoing.data,
    outgoing.contentType,
    processSources(),
  );
  await confirmChange(target, "mesh send", outgoing.yes);
  const { messageId, acceptTime } = await createClient(
    MessageService,
    await openTransport(target),
  ).sendMessage(
    {
      meshId,
      message: {
        target: { case: "agentId", value: outgoing.agentId },
        subject: outgoing.subject,
        contentType,
        payload: bytes,
        headers,
        correlationId: outgoing.correlationId,
      },
    },
    { timeoutMs: outgoing.timeoutMs ?? 30_000 },
  );
  const time =
    acceptTime === undefined
      ? ""
      : new Date(Number(acceptTime.seconds) * 1_000 + acceptTime.nanos / 1e6).toISOString();
  await printRecords([{ messageId, acceptTime: time }], outgoing.style, false);
}
