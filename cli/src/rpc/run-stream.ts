// Runs a streaming RPC: a watch with its table, a stream of answers, frames from stdin.
import { toJson, type DescMessage, type JsonValue, type Message } from "@bufbuild/protobuf";
import { createInterface } from "node:readline";
import { usageError } from "../errors/cli-error.ts";
import { columnsOf } from "../output/format.ts";
import { out, talk } from "../output/stdout.ts";
import { rowLine, tableCells, tableLines } from "../output/table.ts";
import type { CallContext } from "./call-context.ts";
import { changedItem } from "./changes.ts";
import { follow, type FollowWorld, type WatchResponse } from "./follow.ts";
import { callStream, messageOf, single } from "./invoke.ts";

/** Streams to stdout until the stream ends. */
export async function runStream(context: CallContext): Promise<void> {
  const { method, row, special } = context;
  if (special.stream !== undefined) return special.stream(context);
  const isWatch =
    row.kind === "server" && method.output.fields.some(({ name }) => name === "cursor");
  if (isWatch) return runWatch(context);
  const requests = row.kind === "server" ? single(context.request) : stdinMessages(method.input);
  for await (const message of callStream(method, requests, context.caller)) {
    await out(`${JSON.stringify(toJson(method.output, message))}\n`);
  }
}

/** How `follow` talks to a person, and for how long it goes on. */
export function followWorld({ caller, options }: CallContext): FollowWorld {
  return {
    signal: caller.signal,
    timeoutMs: options.timeoutMs,
    onLost: (why, waitMs) =>
      talk(`connection lost (${why}); trying again in ${(waitMs / 1_000).toFixed(1)} s`),
    onRestart: () => talk("the server no longer knows the cursor; beginning anew"),
  };
}

/** Opens a watch at a cursor, for `follow`, which sees to the time that it may take. */
export function openWatch(context: Pick<CallContext, "method" | "request" | "caller">) {
  return (cursor: string, signal: AbortSignal): AsyncIterable<WatchResponse> => {
    const request = { ...context.request, cursor };
    const responses = callStream(context.method, single(request), {
      ...context.caller,
      ...{ signal, timeoutMs: undefined },
    });
    return responses as AsyncIterable<Message & WatchResponse>;
  };
}

async function runWatch(context: CallContext): Promise<void> {
  const { method, style } = context;
  const desc = method.output.fields.find(({ name }) => name === "changes")?.message;
  if (desc === undefined) throw new Error(`${method.name} has no changes`);
  const asTable = style.format === "table" || style.format === "wide";
  const show = asTable
    ? tableOf(context, desc)
    : (changes: readonly Message[]) => changes.map((each) => JSON.stringify(toJson(desc, each)));
  for await (const { changes } of follow(openWatch(context), followWorld(context))) {
    await out(
      show(changes)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
}

/** Lines of changes under headings that are told once; later rows keep the widths of the first. */
function tableOf(
  context: CallContext,
  desc: DescMessage,
): (changes: readonly Message[]) => string[] {
  const { row, style, special } = context;
  const { renderChange } = special;
  if (renderChange !== undefined) {
    return (changes) =>
      changes.map((each) => renderChange(each, style)).filter((line) => line !== undefined);
  }
  let widths: number[] | undefined;
  return (changes) => {
    const nowMs = Date.now();
    const cells = changes.map((change) => {
      const item = changedItem(desc, change);
      if (item.message === undefined) return [item.deletedId ?? "", "deleted"];
      const columns = columnsOf(row, item.desc, style);
      return tableCells([item.message], columns, { ...style, nowMs, headers: false })[0] ?? [];
    });
    if (cells.length === 0) return [];
    if (widths !== undefined) return cells.map((each) => rowLine(each, widths ?? []));
    const item = changes
      .map((each) => changedItem(desc, each))
      .find(({ message }) => message !== undefined);
    const heads =
      style.headers && item !== undefined
        ? [columnsOf(row, item.desc, style).map(({ heading }) => heading)]
        : [];
    widths = widthsOf([...heads, ...cells]);
    return tableLines([...heads, ...cells]);
  };
}

function widthsOf(cells: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of cells)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return widths;
}

/** Messages out of the lines of stdin. Throws a usage error for a line that is none. */
export async function* stdinMessages(desc: DescMessage): AsyncGenerator<Message> {
  let line = 0;
  for await (const text of createInterface({ input: process.stdin })) {
    line += 1;
    if (text.trim() === "") continue;
    yield messageOf(desc, parsed(text, line));
  }
}

function parsed(text: string, line: number): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw usageError(
      `line ${line} of stdin is not JSON: ${(error as Error).message}`,
      "give one request a line",
    );
  }
}
