// The rule by which an RPC becomes a command.
import {
  getOption,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
} from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { cli, CommandGroup } from "@meshwork/gen/mesh/options/v1/cli";
import type { CommandRow, StreamKind } from "./command-types.ts";
import { commentOf } from "./comments.ts";
import { sensitivityOf } from "./contract.ts";
import { fieldRowOf } from "./field-row.ts";
import { kebab, plural, snake, words } from "./names.ts";
import { watchOf } from "./watch-row.ts";

/** Fields that the CLI fills in by itself, and so never flags. */
const filledIn = new Set(["update_mask", "page_size", "page_token", "validate_only"]);

/** Describes an RPC for the command table, by the rule and what its `cli` option changes. */
export function commandRowOf(method: DescMethod): CommandRow {
  const option = getOption(method, cli);
  const noun = nounOf(method.parent);
  const fields = method.input.fields;
  const streamsIn =
    method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming";
  const named = option.positionals.length > 0 ? option.positionals : [`${snake(noun)}_id`];
  const positionals = streamsIn
    ? []
    : named.flatMap((name) => fields.filter((each) => each.name === name));
  const meshFromContext = !streamsIn && fields.some(isMesh) && !positionals.some(isMesh);
  const flags = streamsIn
    ? []
    : fields.filter(
        (each) =>
          !positionals.includes(each) &&
          !filledIn.has(each.name) &&
          !(meshFromContext && isMesh(each)),
      );
  const { summary, description, examples } = commentOf(method);
  const shape = shapeOf(method);
  const watch = watchOf(method);
  const has = (name: string) => !streamsIn && fields.some((each) => each.name === name);
  const readOnly = method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  return {
    topic: option.topic === "" ? plural(kebab(noun)) : option.topic,
    verb: option.verb === "" ? (words(method.name)[0] ?? "") : option.verb,
    service: method.parent.typeName,
    method: method.name,
    module: method.parent.file.name,
    kind: kindOf(method),
    summary,
    description,
    examples,
    group: groupOf(option.group, readOnly),
    readOnly,
    positionals: positionals.map(fieldRowOf),
    flags: flags.map(fieldRowOf),
    meshFromContext,
    list: has("page_token"),
    ...shape,
    columns: option.columns.length > 0 ? option.columns : defaultColumns(method.output, shape),
    secrets: secretsOf(method.output),
    updateMask: has("update_mask"),
    dryRun: has("validate_only"),
    requestId: has("request_id"),
    ...(watch === undefined ? {} : { watch }),
  };
}

/** The resource a service is named after: `AgentService` gives `Agent`. */
export function nounOf(service: DescService): string {
  return service.name.replace(/Service$/, "");
}

interface Shape {
  items?: string;
  record?: string;
  nameField?: string;
}

/**
 * Where in a response its items or its one record are, and by what they are called. A response that
 * holds more than a record is shown as a whole.
 */
function shapeOf({ output, parent }: DescMethod): Shape {
  const list = output.fields.find(
    (each) => each.fieldKind === "list" && each.message !== undefined,
  );
  if (list?.message !== undefined)
    return { items: list.jsonName, ...nameFieldOf(list.message, parent) };
  const [first, ...others] = output.fields;
  if (first !== undefined && others.length === 0 && isOwnMessage(first)) {
    return { record: first.jsonName, ...nameFieldOf(first.message, parent) };
  }
  const record = output.fields.find(isOwnMessage);
  if (record === undefined) return nameFieldOf(output, parent);
  const { nameField } = nameFieldOf(record.message, parent);
  return nameField === undefined ? {} : { nameField: `${record.jsonName}.${nameField}` };
}

function nameFieldOf(message: DescMessage, service: DescService): Pick<Shape, "nameField"> {
  const ids = message.fields.filter(({ name }) => name.endsWith("_id"));
  const noun = snake(message.name);
  const own =
    ids.find(({ name }) => name === `${noun}_id`) ??
    ids.find(({ name }) => noun.endsWith(name.slice(0, -"_id".length))) ??
    ids.find(({ name }) => name === `${snake(nounOf(service))}_id`);
  return own === undefined ? {} : { nameField: own.jsonName };
}

function defaultColumns(output: DescMessage, { items, record }: Shape): string[] {
  const holder =
    output.fields.find(({ jsonName }) => jsonName === (items ?? record))?.message ?? output;
  return holder.fields
    .filter((each) => each.scalar !== undefined || each.enum !== undefined || isTime(each))
    .map(({ name }) => name);
}

function secretsOf(message: DescMessage): string[] {
  return message.fields.filter((each) => sensitivityOf(each) === "secret").map(({ name }) => name);
}

function groupOf(group: CommandGroup, readOnly: boolean): CommandRow["group"] {
  switch (group) {
    case CommandGroup.RUN:
      return "Run";
    case CommandGroup.INSPECT:
      return "Inspect";
    case CommandGroup.OPERATE:
      return "Operate";
    case CommandGroup.CONFIGURE:
      return "Configure";
    case CommandGroup.CHANGE:
      return "Change";
    default:
      return readOnly ? "Inspect" : "Change";
  }
}

function kindOf({ methodKind }: DescMethod): StreamKind {
  switch (methodKind) {
    case "unary":
      return "unary";
    case "server_streaming":
      return "server";
    case "client_streaming":
      return "client";
    case "bidi_streaming":
      return "bidi";
  }
}

function isMesh({ name }: DescField): boolean {
  return name === "mesh_id";
}

function isTime({ fieldKind, message }: DescField): boolean {
  return (
    fieldKind === "message" && /^google\.protobuf\.(Timestamp|Duration)$/.test(message.typeName)
  );
}

function isOwnMessage(field: DescField): field is DescField & { message: DescMessage } {
  return field.fieldKind === "message" && field.message.typeName.startsWith("mesh.");
}
