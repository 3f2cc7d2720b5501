import { create, type DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
} from "@meshwork/gen/grpc/health/v1/health";
import type { Clock } from "../domain/clock.ts";
import { DomainError } from "../domain/errors.ts";
import type { Routes } from "./rpc-routes.ts";

const WATCH_INTERVAL_MS = 250;
const NAME_SHOWN_MAX = 128;

/** The standard health service: every service of the server is as ready as the server itself. */
export function healthRoutes(
  ready: () => boolean,
  clock: Clock,
  services: () => readonly DescService[],
): Routes {
  const known = (name: string): boolean =>
    name === "" || services().some(({ typeName }) => typeName === name);
  const current = () => (ready() ? Status.SERVING : Status.NOT_SERVING);
  const statusOf = (name: string) => (known(name) ? current() : Status.SERVICE_UNKNOWN);
  const answer = (status: Status) => create(HealthCheckResponseSchema, { status });

  const implementation: ServiceImpl<typeof Health> = {
    check({ service }) {
      if (known(service)) return answer(current());
      const shown = service.slice(0, NAME_SHOWN_MAX);
      throw new DomainError("RESOURCE_NOT_FOUND", `there is no service "${shown}"`, {
        metadata: { resource: `services/${shown}` },
      });
    },
    list() {
      const names = ["", ...services().map(({ typeName }) => typeName)];
      const statuses = Object.fromEntries(names.map((name) => [name, answer(current())]));
      return create(HealthListResponseSchema, { statuses });
    },
    async *watch({ service }, { signal }) {
      let told: Status | undefined;
      while (!signal.aborted) {
        const status = statusOf(service);
        if (status !== told) yield answer(status);
        told = status;
        await pause(clock, WATCH_INTERVAL_MS, signal);
      }
    },
  };
  return (router) => router.service(Health, implementation);
}

/** Waits, but no longer than the signal lets. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = clock.after(delayMs, finish);
    signal.addEventListener("abort", finish);
  });
}
