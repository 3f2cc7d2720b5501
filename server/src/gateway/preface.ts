import type { Socket } from "node:net";

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/**
 * Tells whether a connection begins as HTTP/2 does, once its bytes say so or differ; a first packet
 * may be a single `P`. The bytes read are put back. A silent connection is left to the sweep.
 */
export function speaksHttp2(socket: Socket, decide: (yes: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, preface.length);
    const same = preface.compare(seen, 0, length, 0, length) === 0;
    if (same && length < preface.length) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(seen);
    decide(same);
  };
  socket.on("data", onData);
}
