// Payloads of messages and calls, as they are typed and as they are shown.
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

/** Whether bytes of no stated kind can be shown on a terminal: UTF-8 without control characters. */
export function isPrintable(bytes: Uint8Array): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/.test(utf8(bytes) ?? "\u0000");
}

/** Whether bytes of a media type are text. */
export function isText(contentType: string, bytes: Uint8Array): boolean {
  if (/^(text\/|application\/(json|xml|yaml|[a-z.-]+\+json))/.test(contentType)) return true;
  return contentType === "" && utf8(bytes) !== undefined;
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

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
