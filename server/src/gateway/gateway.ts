import type { Clock, Timer } from "../domain/clock.ts";
import { DomainError } from "../domain/errors.ts";
import type { Ids } from "../domain/ids.ts";
import type { Links } from "../domain/links/link-sink.ts";
import type { Principal } from "../security/principal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { createAuthorityCheck, isLoopback } from "./authority.ts";
import { createDirectCalls } from "./direct-calls.ts";
import { anonymous, type Exchange } from "./exchange.ts";
import { healthRoutes } from "./health.ts";
import { createHttpAdapter } from "./http-adapter.ts";
import type { Audit } from "./interceptors/audit.ts";
import type { Authenticate } from "./interceptors/authenticate.ts";
import type { PermissionsOf } from "./interceptors/authorize.ts";
import { createChain } from "./interceptors/chain.ts";
import { gatewayLimits, type GatewayLimits } from "./limits.ts";
import { createDirectLink } from "./link/direct-link.ts";
import { createListener, type Listener } from "./listener.ts";
import { createPlainRoutes } from "./plain-routes.ts";
import { reflectionRoutes } from "./reflection.ts";
import { createRpcRoutes, type Routes } from "./rpc-routes.ts";

export type { Audit, Authenticate, GatewayLimits, PermissionsOf, Routes };

export interface GatewayOptions {
  /** Registers the services. Health and reflection are there without. */
  readonly routes: Routes;
  /**
   * Where plain gRPC calls of the agent link go, past the handler that `routes` registers for the rest
   * of them. Without, all of them go to the handler.
   */
  readonly links?: Links;
  /** Proves a credential; throws DomainError CREDENTIAL_INVALID. */
  readonly authenticate: Authenticate;
  /**
   * Whether the principal of an open stream may go on; asked at least twice a second for each.
   * False ends the stream with CREDENTIAL_INVALID. Has to be cheap.
   */
  readonly revalidate: (principal: Principal) => boolean;
  readonly permissionsOf: PermissionsOf;
  /** Told of refusals, and of each call of RPCs that are always audited. */
  readonly audit: Audit;
  /** Whether the server can serve; the gateway adds whether it drains. */
  readonly ready: () => boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Host names, without port, that requests may name; others are 421. Default: any. */
  readonly allowedHosts?: readonly string[];
  readonly limits?: Partial<GatewayLimits>;
}

/** Where a gateway listens. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:8484` */
  readonly url: string;
}

/** Protocols in, calls out. */
export interface Gateway {
  /** Opens the port, once; port 0 picks a free one. Rejects with the system's error where it cannot. */
  listen(address: { readonly host: string; readonly port: number }): Promise<GatewayAddress>;
  /** Stops accepting and asks callers to go; calls in flight go on. Idempotent. */
  drain(): void;
  /**
   * Drains, ends long streams with SERVER_DRAINING, gives calls in flight `graceMs`, then ends every
   * connection. Settles when nothing is left. Idempotent.
   */
  close(graceMs: number): Promise<void>;
}

/** Puts the gateway together; nothing is opened before `listen`. */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock } = options;
  const limits: GatewayLimits = { ...gatewayLimits, ...options.limits };
  const openStreams = new Set<Exchange>();
  let listener: Listener | undefined;
  let timer: Timer | undefined;
  let draining = false;
  let closing: Promise<void> | undefined;
  const ready = (): boolean => !draining && options.ready();

  function tick(): void {
    listener?.sweep();
    for (const exchange of openStreams) revalidate(exchange, options.revalidate);
    timer = clock.after(limits.revalidateIntervalMs, tick);
  }

  function drain(): void {
    draining = true;
    listener?.drain();
  }

  async function end(graceMs: number): Promise<void> {
    drain();
    for (const exchange of openStreams) if (exchange.access.long) exchange.abort(serverDraining());
    if (listener !== undefined) {
      const grace = Promise.withResolvers<undefined>();
      const graceTimer = clock.after(graceMs, () => {
        grace.resolve(undefined);
      });
      await Promise.race([listener.ended, grace.promise]);
      graceTimer.cancel();
      await listener.close();
    }
    timer?.cancel();
  }

  return {
    async listen({ host, port }) {
      if (listener !== undefined) throw new Error("the gateway listens already");
      listener = open({ ...options, ready }, limits, openStreams, isLoopback(host));
      const address = await listener.listen(host, port);
      tick();
      const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
      return { host: address.address, port: address.port, url: `http://${shown}:${address.port}` };
    },
    drain,
    close(graceMs) {
      closing ??= end(graceMs);
      return closing;
    },
  };
}

function open(
  options: GatewayOptions,
  limits: GatewayLimits,
  openStreams: Set<Exchange>,
  loopback: boolean,
): Listener {
  const { clock, metrics, ready, links } = options;
  const chain = createChain({ ...options, limits });
  const rpcs = createRpcRoutes(
    [
      options.routes,
      healthRoutes(ready, clock, () => rpcs.services),
      reflectionRoutes(() => rpcs.services),
    ],
    { chain, limits, loopback },
  );
  const adapter = createHttpAdapter({
    ...options,
    limits,
    openStreams,
    rpcs: rpcs.byPath,
    directCalls: createDirectCalls({ ...options, chain, limits, openStreams }),
    directLink: links && createDirectLink({ links, chain, limits, clock, metrics, openStreams }),
    plain: createPlainRoutes({ ...options, loopback }),
    checkAuthority: createAuthorityCheck(options.allowedHosts),
  });
  const random = (): number => (options.ids.bytes(1)[0] ?? 0) / 256;
  return createListener({ adapter, clock, limits, metrics, random });
}

function revalidate(exchange: Exchange, valid: (principal: Principal) => boolean): void {
  // A stream that has not been authenticated yet, or needs no credential, has nothing to lose.
  if (!exchange.entered || exchange.principal === anonymous) return;
  if (valid(exchange.principal)) return;
  exchange.abort(
    new DomainError("CREDENTIAL_INVALID", "the credential was revoked or has run out"),
  );
}

function serverDraining(): DomainError {
  return new DomainError("SERVER_DRAINING", "the server is stopping; connect again", {
    retryAfterMs: 1000,
  });
}
