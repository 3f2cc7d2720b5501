import { fromBinary } from "@bufbuild/protobuf";
import { type AgentMessage, AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import type { Store } from "../../store/store.ts";
import { fanOutKind } from "./fan-out-record.ts";
import { FAN_OUT_BODY_BYTES_KEPT } from "./limits.ts";
import { messageBytes } from "./message-rules.ts";

/** What an entry counts for beside its message. */
const bytesEach = 512;

/** The messages whose mail rows carry no body, since many get them. */
export interface FanOutBodies {
  /** As it was accepted, shared and never changed; undefined once its record is gone. */
  get(messageId: string): Promise<AgentMessage | undefined>;
  /** It is on record and will be asked for soon. */
  keep(message: AgentMessage): void;
}

/** Keeps those that were used last, up to so many bytes; reads one once, however many ask for it. */
export function createFanOutBodies(
  store: Store,
  bytesMax: number = FAN_OUT_BODY_BYTES_KEPT,
): FanOutBodies & { readonly bytes: number } {
  const kept = new Map<string, AgentMessage>();
  const loading = new Map<string, Promise<AgentMessage | undefined>>();
  let bytes = 0;

  function keep(message: AgentMessage): void {
    const { messageId } = message;
    if (kept.has(messageId)) return;
    kept.set(messageId, message);
    bytes += messageBytes(message) + bytesEach;
    for (const [id, oldest] of kept) {
      if (bytes <= bytesMax) return;
      kept.delete(id);
      bytes -= messageBytes(oldest) + bytesEach;
    }
  }

  async function load(messageId: string): Promise<AgentMessage | undefined> {
    try {
      const body = (await store.get(fanOutKind, messageId))?.doc.body;
      if (body === undefined) return undefined;
      const message = fromBinary(AgentMessageSchema, body);
      keep(message);
      return message;
    } finally {
      loading.delete(messageId);
    }
  }

  return {
    get: (messageId) => {
      const known = kept.get(messageId);
      if (known !== undefined) {
        // The one used last goes last.
        kept.delete(messageId);
        kept.set(messageId, known);
        return Promise.resolve(known);
      }
      let pending = loading.get(messageId);
      if (pending === undefined) loading.set(messageId, (pending = load(messageId)));
      return pending;
    },
    keep,
    get bytes() {
      return bytes;
    },
  };
}
