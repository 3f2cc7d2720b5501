// What the contract says of a type or a field.
import { types } from "@meshwork/gen-cli/explain";
import type { MemberDoc, TypeDoc } from "@meshwork/gen-cli/types";
import { usageError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import { tableLines } from "../output/table.ts";

const packagePrefix = "mesh.v1.";

/** The lines for a path such as `Agent.status.liveness`. Throws a usage error for what is not there. */
export function explained(path: string): string[] {
  const { name, rest } = startOf(path);
  let type = name;
  let member: MemberDoc | undefined;
  for (const part of rest) {
    const members = types[type]?.members ?? [];
    member = members.find((each) => each.name === part || camel(each.name) === part);
    if (member === undefined) {
      const names = members.map((each) => each.name);
      throw usageError(
        `${short(type)} has no ${JSON.stringify(part)}`,
        ...suggestion(part, names),
        `it has ${names.join(", ")}`,
      );
    }
    type = member.type.replace(/^repeated /, "").replace(/^map<[^,]+, (.*)>$/, "$1");
  }
  const doc = types[type];
  const head =
    member === undefined
      ? []
      : [`${path}: ${short(member.type)}`, ...paragraphs(member.doc), ...bounds(member)];
  if (doc === undefined) return head;
  return [
    ...head,
    ...(head.length === 0 ? [] : [""]),
    `${short(type)} (${doc.kind})`,
    ...paragraphs(doc.doc),
    "",
    ...memberLines(doc),
  ];
}

/** The longest beginning of a path that names a type; types may be nested in types. */
function startOf(path: string): { name: string; rest: string[] } {
  const parts = path.replace(packagePrefix, "").split(".");
  for (let end = parts.length; end > 0; end--) {
    const wanted = `${packagePrefix}${parts.slice(0, end).join(".")}`.toLowerCase();
    const name = Object.keys(types).find((each) => each.toLowerCase() === wanted);
    if (name !== undefined) return { name, rest: parts.slice(end) };
  }
  const names = Object.keys(types).map(short);
  throw usageError(
    `there is no type ${JSON.stringify(parts[0])}`,
    ...suggestion(parts[0] ?? "", names),
  );
}

function memberLines({ members }: TypeDoc): string[] {
  return tableLines(
    members.map(({ name, type, doc }) => [`  ${name}`, short(type), doc.split("\n")[0] ?? ""]),
  );
}

function bounds({ bounds: text }: MemberDoc): string[] {
  return text === undefined ? [] : [`Bounds: ${text}.`];
}

function paragraphs(doc: string): string[] {
  return doc.split("\n");
}

function short(type: string): string {
  return type.replaceAll(packagePrefix, "");
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
