import { expect, test } from "@jest/globals";
import { createNatsReader } from "./nats-reader.ts";

const wire = [
  'INFO {"server_id":"x"}\r\n',
  "PONG\r\n",
  "MSG bench.reading 3 10\r\nMSG a 1 1\r\r\n",
  "MSG bench.reading 12 $JS.ACK.1 2\r\n\r\n\r\n",
  "PING\r\n",
  "-ERR 'Permissions Violation'\r\n",
  "MSG last 0 0\r\n\r\n",
].join("");

function read(chunks: readonly Buffer[]): unknown[] {
  const seen: unknown[] = [];
  const take = createNatsReader({
    onMessage: (message) => seen.push(message),
    onPing: () => seen.push("ping"),
    onPong: () => seen.push("pong"),
    onError: (text) => seen.push(text),
  });
  for (const chunk of chunks) take(chunk);
  return seen;
}

test("messages come whole, wherever the stream is cut, and payloads may look like protocol", () => {
  const whole = read([Buffer.from(wire)]);
  expect(whole).toEqual([
    "pong",
    { subject: "bench.reading", subscription: 3, reply: "", payload: "MSG a 1 1\r" },
    { subject: "bench.reading", subscription: 12, reply: "$JS.ACK.1", payload: "\r\n" },
    "ping",
    "'Permissions Violation'",
    { subject: "last", subscription: 0, reply: "", payload: "" },
  ]);
  for (let cut = 1; cut < wire.length; cut += 1)
    expect(read([Buffer.from(wire.slice(0, cut)), Buffer.from(wire.slice(cut))])).toEqual(whole);
  expect(read(Array.from(Buffer.from(wire), (byte) => Buffer.of(byte)))).toEqual(whole);
});
