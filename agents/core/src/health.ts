import type { MessageInitShape } from "@bufbuild/protobuf";
import { HealthCheck_Result, type HealthCheckSchema } from "@meshwork/gen/mesh/v1/agent";
import type { HealthProbe } from "./configuration.ts";
import { REASON_CHARACTERS_MAX } from "./limits.ts";

type Check = MessageInitShape<typeof HealthCheckSchema>;

const results = {
  passing: HealthCheck_Result.PASSING,
  warning: HealthCheck_Result.WARNING,
  failing: HealthCheck_Result.FAILING,
} as const;

/**
 * Runs an agent's probes beside its heartbeats, which never wait for them: a beat tells what the last
 * run found and starts the next. A probe that has not ended since the beat before counts as failing.
 */
export function createHealth(probes: Readonly<Record<string, HealthProbe>>): {
  results(): Check[];
} {
  const found = new Map<string, Check>();
  const running = new Set<string>();

  async function run(name: string, probe: HealthProbe): Promise<void> {
    running.add(name);
    try {
      const outcome = (await probe()) ?? { result: "passing" as const };
      found.set(name, checkOf(name, results[outcome.result], outcome.message));
    } catch (error) {
      found.set(
        name,
        checkOf(
          name,
          HealthCheck_Result.FAILING,
          error instanceof Error ? error.message : String(error),
        ),
      );
    } finally {
      running.delete(name);
    }
  }

  return {
    results: () => {
      for (const [name, probe] of Object.entries(probes))
        if (running.has(name))
          found.set(
            name,
            checkOf(name, HealthCheck_Result.FAILING, "has not ended since the last heartbeat"),
          );
        else void run(name, probe);
      return [...found.values()];
    },
  };
}

function checkOf(name: string, result: HealthCheck_Result, message = ""): Check {
  return { name, result, message: message.slice(0, REASON_CHARACTERS_MAX).toWellFormed() };
}
