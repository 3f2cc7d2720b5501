// Runs a generated command: from what was typed to what is shown.
import { randomUUID } from "node:crypto";
import type { CommandRow } from "@meshwork/gen-cli/types";
import { confirmChange } from "../contexts/confirm.ts";
import type { Target } from "../contexts/target.ts";
import { openTransport } from "../connect.ts";
import { create } from "@bufbuild/protobuf";
import type { OutputStyle } from "../output/format-names.ts";
import { talk } from "../output/stdout.ts";
import type { CallContext, RunOptions } from "./call-context.ts";
import { messageOf, methodOf } from "./invoke.ts";
import { requestOf, type Typed } from "./request.ts";
import { runLive } from "./run-live.ts";
import { runStream } from "./run-stream.ts";
import { runUnary } from "./run-unary.ts";
import { processSources } from "./sources.ts";
import { specials } from "./specials.ts";

/** How a run is made, besides its request. */
export interface RunRpc extends RunOptions {
  readonly target: Target;
  readonly style: OutputStyle;
  readonly debug: boolean;
  /** Whether the person agreed to changes beforehand. */
  readonly yes: boolean;
}

/** Deadline of a unary call that is given none. */
const unaryTimeoutMs = 30_000;

/** Runs the command to its end. Throws usage errors and errors of the call. */
export async function runRpc(row: CommandRow, typed: Typed, run: RunRpc): Promise<void> {
  const world = { mesh: run.target.mesh?.value, sources: processSources(), uuid: randomUUID };
  const streamsIn = row.kind === "client" || row.kind === "bidi";
  const special = (await specials[`${row.service}/${row.method}`]?.load()) ?? {};
  const typedJson = streamsIn ? {} : await requestOf(row, typed, world);
  const json = special.request?.(typedJson, typed) ?? typedJson;
  const method = await methodOf(row);
  const request = streamsIn ? create(method.input) : messageOf(method.input, json);
  if (!row.readOnly && !run.dryRun)
    await confirmChange(run.target, `mesh ${row.topic} ${row.verb}`, run.yes);
  const transport = await openTransport(run.target);
  const context: CallContext = {
    row,
    method,
    request,
    caller: {
      transport,
      signal: new AbortController().signal,
      timeoutMs: run.timeoutMs ?? (row.kind === "unary" ? unaryTimeoutMs : undefined),
      trace: run.debug ? talk : undefined,
    },
    style: run.style,
    options: run,
    special,
  };
  if (run.watch && row.watch !== undefined) return runLive(context, row.watch);
  return row.kind === "unary" ? runUnary(context) : runStream(context);
}
