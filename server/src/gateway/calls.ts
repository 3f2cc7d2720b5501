import type { DescMethod, Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { exchangeOf, type Exchange } from "./exchange.ts";
import type { Chain } from "./interceptors/chain.ts";

/** An RPC of one message and one answer. */
export type Unary = (message: Message, context: HandlerContext) => Promise<Message> | Message;
/** An RPC of one message and a stream of answers. */
export type ServerStream = (message: Message, context: HandlerContext) => AsyncIterable<Message>;
type ClientStream = (messages: AsyncIterable<Message>, context: HandlerContext) => Promise<Message>;
type Bidi = (messages: AsyncIterable<Message>, context: HandlerContext) => AsyncIterable<Message>;

/** Puts the chain around the implementation of an RPC; done once, at start. */
export function guard(chain: Chain, method: DescMethod, implementation: unknown): unknown {
  switch (method.methodKind) {
    case "unary":
      return guardUnary(chain, implementation as Unary);
    case "server_streaming":
      return guardServerStream(chain, implementation as ServerStream);
    case "client_streaming":
      return guardClientStream(chain, implementation as ClientStream);
    case "bidi_streaming":
      return guardBidi(chain, implementation as Bidi);
  }
}

function guardUnary(chain: Chain, implementation: Unary): Unary {
  return async (message, context) => {
    const exchange = exchangeOf(context.values);
    exchange.entered = true;
    try {
      await chain.admit(exchange, message);
      chain.enter(exchange, context);
      const reply = await untilInterrupted(exchange, () => implementation(message, context));
      chain.succeed(exchange);
      return reply;
    } catch (error) {
      throw chain.fail(exchange, error);
    }
  };
}

function guardClientStream(chain: Chain, implementation: ClientStream): ClientStream {
  return async (messages, context) => {
    const exchange = exchangeOf(context.values);
    exchange.entered = true;
    try {
      await chain.admit(exchange, undefined);
      chain.enter(exchange, context);
      const checked = checkEach(chain, exchange, messages);
      const reply = await untilInterrupted(exchange, () => implementation(checked, context));
      chain.succeed(exchange);
      return reply;
    } catch (error) {
      throw chain.fail(exchange, error);
    }
  };
}

function guardServerStream(chain: Chain, implementation: ServerStream): ServerStream {
  return (message, context) => {
    const exchange = exchangeOf(context.values);
    exchange.entered = true;
    return stream(chain, exchange, context, async () => {
      await chain.admit(exchange, message);
      chain.enter(exchange, context);
      return implementation(message, context);
    });
  };
}

function guardBidi(chain: Chain, implementation: Bidi): Bidi {
  return (messages, context) => {
    const exchange = exchangeOf(context.values);
    exchange.entered = true;
    return stream(chain, exchange, context, async () => {
      await chain.admit(exchange, undefined);
      chain.enter(exchange, context);
      return implementation(checkEach(chain, exchange, messages), context);
    });
  };
}

/** Runs a stream of answers to its end, or until it is interrupted from outside. */
async function* stream(
  chain: Chain,
  exchange: Exchange,
  context: HandlerContext,
  open: () => Promise<AsyncIterable<Message>>,
): AsyncGenerator<Message> {
  let answers: AsyncIterator<Message> | undefined;
  try {
    answers = (await open())[Symbol.asyncIterator]();
    const next = answers.next.bind(answers);
    for (;;) {
      const answer = await untilInterrupted(exchange, next);
      if (answer.done === true) break;
      yield answer.value;
    }
    chain.succeed(exchange);
  } catch (error) {
    throw chain.fail(exchange, error);
  } finally {
    if (!exchange.settled)
      chain.fail(exchange, context.signal.reason ?? new ConnectError("", Code.Canceled));
    // A handler that still waits for something is not waited for.
    answers?.return?.().catch(() => undefined);
  }
}

/** Settles as the handler does, or at once when the call is aborted, whatever the handler does then. */
function untilInterrupted<T>(exchange: Exchange, run: () => Promise<T> | T): Promise<T> {
  return new Promise((resolve, reject) => {
    if (exchange.aborted !== undefined) {
      reject(exchange.aborted);
      return;
    }
    exchange.interrupt = reject;
    void Promise.resolve().then(run).then(resolve, reject);
  });
}

/** The caller's messages, each checked; what is wrong with them is the caller's fault. */
async function* checkEach(
  chain: Chain,
  exchange: Exchange,
  messages: AsyncIterable<Message>,
): AsyncGenerator<Message> {
  const incoming = messages[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Message>;
    try {
      next = await incoming.next();
    } catch (error) {
      throw chain.requestError(exchange, error);
    }
    if (next.done === true) return;
    chain.check(exchange, next.value);
    yield next.value;
  }
}
