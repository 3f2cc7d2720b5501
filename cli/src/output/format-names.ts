// The formats of output and what else decides on its looks.

/** The names of the formats. */
export const formats = ["table", "wide", "json", "jsonl", "yaml", "name"] as const;

/** A format. */
export type Format = (typeof formats)[number];

/** How data are shown. */
export interface OutputStyle {
  readonly format: Format;
  /** Paths of fields. Undefined: those that the command has by itself. */
  readonly columns: readonly string[] | undefined;
  readonly sortBy: string | undefined;
  readonly headers: boolean;
  readonly time: "relative" | "iso";
  readonly nowMs: number;
}
