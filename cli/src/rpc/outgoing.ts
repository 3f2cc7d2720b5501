// What goes out to agents by hand, messages and calls alike: as it was typed, and made ready.
import { createClient, type Client } from "@connectrpc/connect";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { currentTarget, openTransport } from "../connect.ts";
import { confirmChange } from "../contexts/confirm.ts";
import { meshOf, type TargetFlags } from "../contexts/target.ts";
import type { OutputStyle } from "../output/format-names.ts";
import { pairsOf } from "./pairs.ts";
import { payloadOf } from "./payload.ts";
import { processSources } from "./sources.ts";

/** What was typed, whatever it is sent as. */
export interface Outgoing {
  readonly data: string | undefined;
  readonly contentType: string | undefined;
  readonly headers: readonly string[];
  readonly flags: TargetFlags;
  readonly style: OutputStyle;
  readonly timeoutMs: number | undefined;
  readonly yes: boolean;
}

/** What a request is made of, and who takes it. */
export interface Prepared {
  readonly client: Client<typeof MessageService>;
  readonly meshId: string;
  /** Fields that messages and calls have in common. */
  readonly content: {
    readonly contentType: string;
    readonly payload: Uint8Array<ArrayBuffer>;
    readonly headers: Record<string, string>;
  };
}

/** Reads what the flags refer to and asks before changes. Throws usage errors. */
export async function prepare(outgoing: Outgoing, command: string): Promise<Prepared> {
  const target = await currentTarget(outgoing.flags);
  const meshId = meshOf(target);
  const headers = await pairsOf(outgoing.headers, "headers");
  const sources = processSources();
  const { bytes, contentType } = await payloadOf(outgoing.data, outgoing.contentType, sources);
  await confirmChange(target, command, outgoing.yes);
  const client = createClient(MessageService, await openTransport(target));
  return { client, meshId, content: { contentType, payload: bytes, headers } };
}
