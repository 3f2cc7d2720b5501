import { pino, type Logger } from "pino";

/** Where the server writes what it does, one JSON object a line. */
export type Log = Logger;

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  /** Lines below it are not written. Default `info`. */
  readonly level?: LogLevel;
  /** Default: standard output. */
  readonly destination?: { write(line: string): void };
}

/**
 * Opens the log. JSON encodes control characters, so that no text from outside can forge a line.
 * Fields that carry credentials by name are left out wherever they turn up.
 */
export function createLog(options: LogOptions = {}): Log {
  return pino(
    {
      level: options.level ?? "info",
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          "authorization",
          "credential",
          "secret",
          "token",
          "*.authorization",
          "*.credential",
          "*.secret",
          "*.token",
        ],
        remove: true,
      },
    },
    options.destination ?? process.stdout,
  );
}
