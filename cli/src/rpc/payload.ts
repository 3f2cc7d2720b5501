// Payloads of messages and calls, as they are typed.
import { utf8 } from "../output/printable.ts";
import { referenced, type Sources } from "./sources.ts";

/** Bytes with their media type. */
export interface Payload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/**
 * The payload of `--data`: the text itself, `@FILE` or `-`. Its media type is the given one, else
 * JSON for an object or array, plain text for other text, and octets for other files.
 */
export async function payloadOf(
  data: string | undefined,
  contentType: string | undefined,
  sources: Sources,
): Promise<Payload> {
  const content = data === undefined ? undefined : await referenced(data, "--data", sources);
  const bytes = new Uint8Array(content ?? Buffer.from(data ?? "", "utf8"));
  return { bytes, contentType: contentType ?? guess(bytes, content !== undefined) };
}

function guess(bytes: Uint8Array, fromFile: boolean): string {
  const text = utf8(bytes);
  if (text === undefined) return "application/octet-stream";
  if (/^\s*[[{]/.test(text) && isJson(text)) return "application/json";
  return fromFile ? "application/octet-stream" : "text/plain";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
