import { Permission } from "@meshwork/gen/mesh/options/v1/access";
import { DomainError } from "../domain/errors.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Authenticate } from "./interceptors/authenticate.ts";
import { bearerOf } from "./interceptors/authenticate.ts";
import type { PermissionsOf } from "./interceptors/authorize.ts";
import { requestIdHeader } from "./interceptors/request-id.ts";
import { refuse } from "./refusal.ts";
import type { HttpCall } from "./transport.ts";

/** What the gateway answers besides RPCs: liveness, readiness, metrics. */
export interface PlainRoutes {
  has(path: string): boolean;
  serve(path: string, call: HttpCall, header: Headers, callId: string): Promise<void>;
}

export interface PlainRoutesOptions {
  /** Whether the server takes calls now. */
  readonly ready: () => boolean;
  readonly metrics: Metrics;
  /** On a loopback listener the metrics are open. */
  readonly loopback: boolean;
  readonly authenticate: Authenticate;
  readonly permissionsOf: PermissionsOf;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const text = (status: number, line: string): Answer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  text: `${line}\n`,
});

/**
 * `/healthz`: the process runs. `/readyz`: it takes calls, else 503. `/metrics`: for Prometheus; away
 * from loopback for callers of the whole installation who may read meshes.
 */
export function createPlainRoutes(options: PlainRoutesOptions): PlainRoutes {
  const { metrics } = options;
  const answers: Readonly<
    Record<string, (call: HttpCall, header: Headers) => Answer | Promise<Answer>>
  > = {
    "/healthz": () => text(200, "ok"),
    "/readyz": () => (options.ready() ? text(200, "ready") : text(503, "not ready")),
    "/metrics": async (call, header) => {
      const status = await metricsStatus(options, call, header);
      if (status !== 200) return text(status, status === 401 ? "credential needed" : "not allowed");
      return { status, contentType: metrics.contentType, text: await metrics.render() };
    },
  };
  return {
    has: (path) => Object.hasOwn(answers, path),
    async serve(path, call, header, callId) {
      if (call.verb !== "GET" && call.verb !== "HEAD") {
        refuse(call, 405, callId, "");
        return;
      }
      const answer = await answers[path]!(call, header);
      const bytes = Buffer.from(answer.text);
      const lines = new Headers({
        "content-type": answer.contentType,
        "content-length": String(bytes.length),
        [requestIdHeader]: callId,
      });
      call.head(answer.status, lines, false);
      if (call.verb === "GET") await call.write(bytes)?.catch(() => undefined);
      call.end();
    },
  };
}

async function metricsStatus(
  { loopback, authenticate, permissionsOf }: PlainRoutesOptions,
  call: HttpCall,
  header: Headers,
): Promise<200 | 401 | 403> {
  if (loopback) return 200;
  try {
    const principal = await authenticate(bearerOf(header), call.peerAddress);
    const may = permissionsOf(principal.role).has(Permission.MESHES_GET);
    return may && principal.scope === "all" ? 200 : 403;
  } catch (error) {
    if (error instanceof DomainError) return 401;
    throw error;
  }
}
