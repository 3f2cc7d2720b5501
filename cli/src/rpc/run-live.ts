// Keeps what a get or a list shows up to date, by the watch of the same service.
import { create, toJson, type Message } from "@bufbuild/protobuf";
import type { WatchRow } from "@meshwork/gen-cli/types";
import type { Shown } from "../output/format.ts";
import { out } from "../output/stdout.ts";
import type { CallContext } from "./call-context.ts";
import { changedItem } from "./changes.ts";
import { follow, persist } from "./follow.ts";
import { methodOf } from "./invoke.ts";
import { followWorld, openWatch } from "./run-stream.ts";
import { fetchShown, text } from "./run-unary.ts";

/**
 * Shows, and shows anew after each change: a table redrawn on a terminal; in a pipe a line of JSON
 * for each item that is new or changed, and `{"deleted": id}` for one that no longer belongs. The
 * watch only tells when to look; so filters hold, and load figures come along.
 */
export async function runLive(context: CallContext, watch: WatchRow): Promise<void> {
  const method = await methodOf(context.row, watch.method);
  const given = context.request as unknown as Record<string, unknown>;
  const request = Object.assign(
    create(method.input),
    Object.fromEntries(watch.fields.map((name) => [name, given[name]])),
  );
  const desc = method.output.fields.find(({ name }) => name === "changes")?.message;
  if (desc === undefined) throw new Error(`${method.name} has no changes`);
  const screen = process.stdout.isTTY && context.style.format !== "jsonl";
  const show = screen ? redraw : printer(context, watch.id);
  const only = context.row.list ? undefined : given[watch.id ?? ""];
  const world = followWorld(context);
  const batches = follow(openWatch({ method, request, caller: context.caller }), world);
  for await (const { changes, snapshot } of batches) {
    if (changes.length === 0 && !snapshot) continue;
    const ids =
      watch.id === undefined
        ? undefined
        : new Set(changes.map((each) => idOf(changedItem(desc, each), watch.id)));
    if (!snapshot && ids !== undefined && only !== undefined && !ids.has(only as string)) continue;
    const fresh = { ...context, style: { ...context.style, nowMs: Date.now() } };
    const shown = await persist(
      () => fetchShown({ ...fresh, request: restarted(context.request) }),
      world,
    );
    await show(fresh, shown, snapshot ? undefined : ids);
  }
}

type Show = (
  context: CallContext,
  shown: Shown,
  ids: ReadonlySet<string> | undefined,
) => Promise<void>;

async function redraw(context: CallContext, shown: Shown): Promise<void> {
  await out(`\u001b[H\u001b[2J${await text(context, shown)}`);
}

/** Remembers which items it showed, to tell which of the changed ones are gone. */
function printer(context: CallContext, id: string | undefined): Show {
  const known = new Map<string, string>();
  return async (_, shown, ids) => {
    const gone = new Set(known.keys());
    for (const message of shown.messages) {
      const json = JSON.stringify(toJson(shown.desc, message));
      const key = id === undefined ? "" : nameIn(message, id);
      gone.delete(key);
      const changed = !known.has(key) || ids === undefined ? known.get(key) !== json : ids.has(key);
      known.set(key, json);
      if (changed) await out(`${json}\n`);
    }
    for (const key of context.row.list ? gone : []) {
      known.delete(key);
      await out(`${JSON.stringify({ deleted: key })}\n`);
    }
  };
}

function idOf({ message, deletedId }: ReturnType<typeof changedItem>, id = ""): string {
  return message === undefined ? (deletedId ?? "") : nameIn(message, id);
}

function nameIn(message: Message, id: string): string {
  const value = (message as unknown as Record<string, unknown>)[id];
  return typeof value === "string" ? value : "";
}

/** A list begins at its first page each time. */
function restarted(request: Message): Message {
  return "pageToken" in request ? ({ ...request, pageToken: "" } as Message) : request;
}
