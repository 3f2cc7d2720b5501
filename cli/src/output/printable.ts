// What of texts and payloads can be shown on a terminal.

/** Bytes with the media type that their sender gave them; empty where it gave none. */
export interface Content {
  readonly contentType: string;
  readonly payload: Uint8Array;
}

/** Keeps control characters, which could steer a terminal or break a row, out of a line. */
export function safe(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (each) => JSON.stringify(each).slice(1, -1));
}

/** Bytes as text; undefined where they are no UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether bytes of no stated kind can be shown on a terminal: UTF-8 without control characters. */
export function isPrintable(bytes: Uint8Array): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/.test(utf8(bytes) ?? "\u0000");
}

/** Whether bytes of a media type are text. */
export function isText({ contentType, payload }: Content): boolean {
  if (/^(text\/|application\/(json|xml|yaml|[a-z.-]+\+json))/.test(contentType)) return true;
  return contentType === "" && utf8(payload) !== undefined;
}

/** A payload in one line: its text where it can be printed, else how much of what it is. */
export function payloadLine({ contentType, payload }: Content, charactersMax = Infinity): string {
  if (!isPrintable(payload))
    return `(${payload.length} bytes of ${safe(contentType) || "application/octet-stream"})`;
  const line = safe(utf8(payload) ?? "");
  const characters = line.length > charactersMax ? Array.from(line) : [];
  return characters.length > charactersMax
    ? `${characters.slice(0, charactersMax - 1).join("")}…`
    : line;
}

/** The lines of a payload's text, with tabs and no other control characters; else one that tells its size. */
export function payloadLines(content: Content): string[] {
  if (!isPrintable(content.payload)) return [payloadLine(content)];
  const lines = (utf8(content.payload) ?? "").replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.map((line) => line.split("\t").map(safe).join("\t"));
}

/** A payload as a record of JSON: its JSON, its text, or its bytes in base64. */
export function payloadRecord(content: Content): Readonly<Record<string, unknown>> {
  const { contentType, payload } = content;
  const text = isText(content) ? utf8(payload) : undefined;
  if (text === undefined) return { contentType, base64: Buffer.from(payload).toString("base64") };
  if (!contentType.includes("json")) return { contentType, text };
  try {
    return { contentType, json: JSON.parse(text) as unknown };
  } catch {
    return { contentType, text };
  }
}
