import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues, type HandlerContext } from "@connectrpc/connect";
import { callOver, exchangeKey, type Exchange } from "./exchange.ts";

/** What a handler is told of a call. A class, so that what few ask for costs nothing until they do. */
export class DirectContext implements HandlerContext {
  readonly method: DescMethod;
  readonly service: DescService;
  readonly requestMethod = "POST";
  readonly protocolName: string;
  readonly requestHeader: Headers;
  readonly url: string;
  readonly values: ContextValues;
  readonly timeoutMs: () => number;
  #exchange: Exchange;
  #controller: AbortController | undefined;
  #isOver = false;

  constructor(
    exchange: Exchange,
    request: Pick<HandlerContext, "protocolName" | "requestHeader" | "url" | "timeoutMs">,
  ) {
    this.method = exchange.access.method;
    this.service = exchange.access.method.parent;
    this.protocolName = request.protocolName;
    this.requestHeader = request.requestHeader;
    this.url = request.url;
    this.timeoutMs = request.timeoutMs as () => number;
    this.values = createContextValues().set(exchangeKey, exchange);
    this.#exchange = exchange;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const reason = this.#exchange.aborted ?? (this.#isOver ? callOver : undefined);
      if (reason !== undefined) this.#controller.abort(reason);
    }
    return this.#controller.signal;
  }

  /** Fires the signal, where somebody has it. */
  abort(reason: Error): void {
    this.#controller?.abort(reason);
  }

  /** The call is over: whoever still waits for the signal is to stop. */
  end(): void {
    this.#isOver = true;
    this.#controller?.abort(callOver);
  }

  get responseHeader(): never {
    throw new Error("an answer of this server has no headers of its own");
  }

  get responseTrailer(): never {
    throw new Error("an answer of this server has no trailers of its own");
  }
}
