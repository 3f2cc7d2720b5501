// The part of NATS's client protocol that JetStream needs, on a socket: publish, subscribe, request.
import { connect } from "node:net";
import { createNatsReader, type NatsMessage } from "./nats-reader.ts";

export interface NatsConnection {
  /** Publishes; what is published within a tick leaves in one write. */
  publish(subject: string, payload: string, reply?: string): void;
  /** Has each message of the subject handed on. */
  subscribe(subject: string, onMessage: (message: NatsMessage) => void): void;
  /** Asks JetStream's API, and answers the parsed reply. Throws Error for an error that it tells of. */
  readonly request: (subject: string, body: object) => Promise<unknown>;
  close(): void;
}

/** Settles when the server has accepted the connection; `onFailure` is told of what breaks it later. */
export async function connectNats(
  address: string,
  onFailure: (error: Error) => void,
): Promise<NatsConnection> {
  const [host, port] = address.split(":");
  const socket = connect(Number(port), host);
  socket.setNoDelay();
  const subscribers: ((message: NatsMessage) => void)[] = [];
  const accepted = Promise.withResolvers<undefined>();
  let waiting: string[] = [];
  let closed = false;

  const fail = (error: Error): void => {
    accepted.reject(error);
    if (!closed) onFailure(error);
  };
  const flush = (): void => {
    if (!closed) socket.write(waiting.join(""), "latin1");
    waiting = [];
  };
  const send = (text: string): void => {
    if (waiting.push(text) === 1) process.nextTick(flush);
  };
  const publish = (subject: string, payload: string, reply = ""): void =>
    send(`PUB ${subject} ${reply} ${payload.length}\r\n${payload}\r\n`);
  const subscribe = (subject: string, onMessage: (message: NatsMessage) => void): void =>
    send(`SUB ${subject} ${subscribers.push(onMessage) - 1}\r\n`);

  const read = createNatsReader({
    onMessage: (message) => subscribers[message.subscription]?.(message),
    onPing: () => send("PONG\r\n"),
    onPong: () => accepted.resolve(undefined),
    onError: (text) => fail(new Error(`nats-server: ${text}`)),
  });
  socket.on("data", read);
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("nats-server closed the connection")));
  send('CONNECT {"verbose":false,"pedantic":false,"protocol":1}\r\nPING\r\n');
  await accepted.promise;

  let requests = 0;
  return {
    publish,
    subscribe,
    request: (subject, body) =>
      new Promise((resolve, reject) => {
        const inbox = `_INBOX.request.${requests++}`;
        subscribe(inbox, ({ payload }) => {
          const reply = JSON.parse(payload) as { error?: { description: string } };
          if (reply.error === undefined) resolve(reply);
          else reject(new Error(`${subject}: ${reply.error.description}`));
        });
        publish(subject, JSON.stringify(body), inbox);
      }),
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}
