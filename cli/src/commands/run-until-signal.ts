import { exitCodes } from "../errors/cli-error.ts";
import { onStopSignals } from "../stop-signals.ts";

/**
 * Waits for a signal, then has `stop` run, and answers the exit code: 0, or 1 when it failed. A second
 * signal ends the process at once.
 */
export async function runUntilSignal(stop: () => Promise<void>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  onStopSignals(
    () => resolve(undefined),
    () => {
      process.stderr.write("ended at once by a second signal\n");
      process.exit(exitCodes.interrupted);
    },
  );
  await promise;
  try {
    await stop();
    return exitCodes.ok;
  } catch (error) {
    process.stderr.write(`the stop failed: ${(error as Error).message}\n`);
    return exitCodes.other;
  }
}
