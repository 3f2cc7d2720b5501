import type { ServerHttp2Stream } from "node:http2";
import type { Clock } from "../domain/clock.ts";
import type { GatewayLimits } from "./limits.ts";
import type { RequestBody } from "./request-body.ts";

/** What a request needs of its connection and of the server. */
export interface TransportContext {
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly peerAddress: string;
  /** Something other than a ping travels. */
  touch(): void;
  /** Counts a caller that took nothing. */
  stalled(): void;
}

/** Headers as Node takes them. */
export type HeaderLines = Readonly<Record<string, string | string[]>>;

/** One HTTP request and its response, whatever version of HTTP carries it. */
export interface HttpCall {
  readonly httpVersion: string;
  readonly verb: string;
  /** Path and query. */
  readonly target: string;
  /** The host that the request names; undefined where it names none, or several. */
  readonly authority: string | undefined;
  readonly peerAddress: string;
  /** Where HTTP/2 carries the request: for who speaks a protocol without the library. */
  readonly http2?: { readonly stream: ServerHttp2Stream; readonly context: TransportContext };
  /** The headers; throws TypeError where they hold what no header may, RangeError where they are too long. */
  readHeader(): Headers;
  /** Begins to read the body. */
  readInto(body: RequestBody): void;
  pauseReading(): void;
  resumeReading(): void;
  /** Calls once, if the caller goes away before the response is complete. */
  onGone(run: () => void): void;
  /** Sends status and headers. `trailers`: whether `end` will send some. */
  head(status: number, header: Headers | HeaderLines, trailers: boolean): void;
  /** Sends bytes; answers a promise where the caller has to be waited for. It rejects if it stalls or goes away. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(trailer?: Headers | HeaderLines): void;
}
