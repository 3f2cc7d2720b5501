import { exitCodes } from "../errors/cli-error.ts";

/** Signals closer together than this are one: a terminal sends to the whole group, npm passes on. */
const secondSignalMsMin = 1_000;

/**
 * Waits for SIGINT, SIGTERM or `ended`, then has `stop` run, and answers the exit code: 0, or 1 when
 * it failed. A second signal ends the process at once.
 */
export async function untilStopped(
  stop: () => Promise<void>,
  ended?: Promise<unknown>,
): Promise<number> {
  await Promise.race([firstSignal(), ...(ended ? [ended] : [])]);
  const begunMs = performance.now();
  const force = (): void => {
    if (performance.now() - begunMs < secondSignalMsMin) return;
    process.stderr.write("ended at once by a second signal\n");
    process.exit(exitCodes.interrupted);
  };
  process.on("SIGINT", force).on("SIGTERM", force);
  try {
    await stop();
    return exitCodes.ok;
  } catch (error) {
    process.stderr.write(`the stop failed: ${(error as Error).message}\n`);
    return exitCodes.other;
  } finally {
    process.off("SIGINT", force).off("SIGTERM", force);
  }
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const seen = (): void => {
      process.off("SIGINT", seen).off("SIGTERM", seen).off("SIGHUP", seen);
      resolve();
    };
    process.on("SIGINT", seen).on("SIGTERM", seen).on("SIGHUP", seen);
  });
}
