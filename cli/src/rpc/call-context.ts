// What the run of a generated command has at hand.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { CommandRow } from "@meshwork/gen-cli/types";
import type { OutputStyle } from "../output/format-names.ts";
import type { Caller } from "./invoke.ts";
import type { Special } from "./specials.ts";

/** Options of a run that are not fields of the request. */
export interface RunOptions {
  /** Follow changes after the first answer. */
  readonly watch: boolean;
  /** At most so many items of a list. */
  readonly limit: number | undefined;
  readonly dryRun: boolean;
  /** `--timeout`, where it was given. */
  readonly timeoutMs: number | undefined;
  /** Flags of the special. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** One run of a generated command. */
export interface CallContext {
  readonly row: CommandRow;
  readonly method: DescMethod;
  readonly request: Message;
  readonly caller: Caller;
  readonly style: OutputStyle;
  readonly options: RunOptions;
  readonly special: Special;
}
