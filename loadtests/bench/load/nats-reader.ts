/** A message as a subscription gets it. */
export interface NatsMessage {
  /** The number given when subscribing. */
  readonly subscription: number;
  readonly subject: string;
  /** Where an answer goes; empty for none. */
  readonly reply: string;
  readonly payload: string;
}

export interface NatsHandlers {
  onMessage(message: NatsMessage): void;
  onPing(): void;
  onPong(): void;
  onError(text: string): void;
}

/** Takes a NATS connection's chunks. Payloads and subjects of the benchmarks are ASCII. */
export function createNatsReader(handlers: NatsHandlers): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const text = rest + chunk.toString("latin1");
    let at = 0;
    for (;;) {
      const lineEnd = text.indexOf("\r\n", at);
      if (lineEnd < 0) break;
      const line = text.slice(at, lineEnd);
      if (!line.startsWith("MSG ")) {
        told(line, handlers);
        at = lineEnd + 2;
        continue;
      }
      // MSG subject subscription [reply] bytes
      const fields = line.split(" ");
      const payloadEnd = lineEnd + 2 + Number(fields.at(-1));
      if (payloadEnd + 2 > text.length) break;
      handlers.onMessage({
        subject: fields[1]!,
        subscription: Number(fields[2]),
        reply: fields.length === 5 ? fields[3]! : "",
        payload: text.slice(lineEnd + 2, payloadEnd),
      });
      at = payloadEnd + 2;
    }
    rest = text.slice(at);
  };
}

function told(line: string, handlers: NatsHandlers): void {
  if (line === "PING") handlers.onPing();
  else if (line === "PONG") handlers.onPong();
  else if (line.startsWith("-ERR")) handlers.onError(line.slice(5));
}
