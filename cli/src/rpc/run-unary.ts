// Runs a unary RPC, page by page if it lists, and shows what it gave.
import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import type { CommandRow } from "@meshwork/gen-cli/types";
import type { OutputStyle } from "../output/format-names.ts";
import { checkStyle, columnsOf, formatted, type Shown } from "../output/format.ts";
import { out, talk } from "../output/stdout.ts";
import type { CallContext } from "./call-context.ts";
import { callUnary } from "./invoke.ts";

/** Items asked for at a time. */
const pageItems = 1_000;

/** Calls and writes to stdout. */
export async function runUnary(context: CallContext): Promise<void> {
  checkStyle(context.row, shownDesc(context), context.style);
  if (context.row.list && context.style.format === "jsonl" && context.style.sortBy === undefined) {
    for await (const page of pages(context)) await out(await text(context, page));
    return;
  }
  const shown = await fetchShown(context);
  await out(await text(context, shown));
  remark(context, shown);
}

/** Calls, and takes the shown part out of the response. */
export async function fetchShown(context: CallContext): Promise<Shown> {
  if (context.row.list) {
    const messages: Message[] = [];
    let desc: DescMessage = context.method.output;
    for await (const page of pages(context)) {
      desc = page.desc;
      messages.push(...page.messages);
    }
    return { desc, messages, list: true };
  }
  const { after, call } = context.special;
  const response = await (call?.(context) ??
    callUnary(context.method, context.request, context.caller));
  return recordOf(context, after === undefined ? response : await after(response, context));
}

/** The text of what is shown: a rendering of its own where there is one and no other is asked for. */
export async function text({ row, special, style }: CallContext, shown: Shown): Promise<string> {
  const [message] = shown.messages;
  if (!usesTable(style) || message === undefined) return formatted(row, shown, style);
  if (style.columns !== undefined && special.items !== undefined)
    return formatted(row, { ...special.items(message), list: true }, style);
  if (style.columns === undefined && special.render !== undefined)
    return special
      .render(message, style)
      .map((line) => `${line}\n`)
      .join("");
  if (shown.desc.fields.length === 0) return "";
  const columns = shown.list ? [] : (special.columns?.(message) ?? []);
  return formatted({ ...row, columns: [...row.columns, ...columns] }, shown, style);
}

/** Says that a secret is shown this once; one that the output leaves out is shown here. */
function tellSecrets(row: CommandRow, shown: Shown, style: OutputStyle): void {
  if (row.secrets.length === 0) return;
  const columns = usesTable(style) ? columnsOf(row, shown.desc, style) : [];
  for (const name of row.secrets) {
    const field = shown.desc.fields.find((each) => each.name === name);
    const [message] = shown.messages as unknown as Record<string, unknown>[];
    const secret = field === undefined ? undefined : message?.[field.localName];
    if (typeof secret !== "string" || secret === "") continue;
    const inTable = columns.some(({ path }) => path.length === 1 && path[0] === field);
    const onStdout = usesTable(style) ? inTable : style.format !== "name";
    const what = name.replaceAll("_", " ");
    talk(
      onStdout ? `${what} is shown this once: keep it now` : `${what} (shown this once): ${secret}`,
    );
  }
}

/** The type of what is shown: an item of a list, the record, or the whole response. */
function shownDesc({ row, method, special }: CallContext): DescMessage {
  const name = row.list || special.items !== undefined ? row.items : row.record;
  const field = method.output.fields.find(({ jsonName }) => jsonName === name);
  return field?.message ?? method.output;
}

function usesTable({ format }: OutputStyle): boolean {
  return format === "table" || format === "wide";
}

function recordOf({ row, method }: CallContext, response: Message): Shown {
  const field =
    row.record === undefined
      ? undefined
      : method.output.fields.find(({ jsonName }) => jsonName === row.record);
  if (field?.message === undefined)
    return { desc: method.output, messages: [response], list: false };
  const record = (response as unknown as Record<string, Message | undefined>)[field.localName];
  return { desc: field.message, messages: [record ?? create(field.message)], list: false };
}

async function* pages({
  row,
  method,
  request,
  caller,
  options,
}: CallContext): AsyncGenerator<Shown> {
  const field = method.output.fields.find(({ jsonName }) => jsonName === row.items);
  if (field?.message === undefined) throw new Error(`${method.name} does not list messages`);
  const asked = request as Message & { pageSize: number; pageToken: string };
  let left = options.limit ?? Infinity;
  do {
    asked.pageSize = Math.min(pageItems, left);
    const response = await callUnary(method, asked, caller);
    const holder = response as unknown as Record<string, Message[]> & { nextPageToken: string };
    const messages = (holder[field.localName] ?? []).slice(0, left);
    left -= messages.length;
    yield { desc: field.message, messages, list: true };
    asked.pageToken = holder.nextPageToken;
  } while (asked.pageToken !== "" && left > 0);
}

function remark({ row, style, options, special }: CallContext, shown: Shown): void {
  const [message] = shown.messages;
  if (usesTable(style) && message !== undefined) special.remarks?.(message).forEach(talk);
  if (options.dryRun) {
    talk("nothing was changed: this was a dry run");
    return;
  }
  tellSecrets(row, shown, style);
  if (shown.desc.fields.length === 0 && usesTable(style)) talk(`${row.topic} ${row.verb}: done`);
  if (shown.list && shown.messages.length === 0 && usesTable(style))
    talk(`no ${row.topic.replaceAll("-", " ")}`);
}
