// Code that finds the first field of a message that breaks its rule.
import { getOption, isFieldSet, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import {
  field as fieldOption,
  FieldRulesSchema,
  message as messageOption,
  oneof as oneofOption,
  type FieldRules,
} from "@meshwork/gen/buf/validate/validate";
import { isThere } from "../codec/encoder.ts";
import { runsOf, typeNameOf } from "../codec/shape.ts";
import { checksOf, refusal, type Check, type Constants } from "./checks.ts";

/** Messages with rules, their own or of what is inside. */
export function withRules(messages: readonly DescMessage[]): ReadonlySet<DescMessage> {
  const found = new Set(messages.filter(hasOwnRules));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const each of messages)
      if (each.fields.some(({ message }) => message !== undefined && found.has(message)))
        found.add(each);
  }
  return found;
}

function hasOwnRules(message: DescMessage): boolean {
  const { cel, celExpression, oneof } = getOption(message, messageOption);
  if (cel.length + celExpression.length + oneof.length > 0)
    throw refusal(message, "rules of a whole message");
  return (
    message.fields.some((field) =>
      FieldRulesSchema.fields.some((rule) => isFieldSet(rulesOf(field), rule)),
    ) || message.oneofs.some((oneof) => getOption(oneof, oneofOption).required)
  );
}

/** Name of the function that validates a message. */
export function validatorName(message: DescMessage): string {
  const name = typeNameOf(message);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}Violation`;
}

/** The function that validates a message: fields in order of declaration, then oneofs. */
export function validatorOf(
  message: DescMessage,
  ruled: ReadonlySet<DescMessage>,
  constants: Constants,
): string {
  const body = runsOf(message.fields).map(({ oneof, fields }) => {
    if (oneof === undefined) return fieldCode(fields[0]!, ruled, constants);
    const target = `message.${oneof.localName}`;
    const cases = fields.map((field) => {
      expectOptional(field);
      const code = valueCode(field, `${target}.value`, ruled, constants);
      return code === ""
        ? ""
        : `    case "${field.localName}": {\n${indented(indented(code))}      break;\n    }\n`;
    });
    return cases.join("") === "" ? "" : `  switch (${target}.case) {\n${cases.join("")}  }\n`;
  });
  const oneofs = message.oneofs
    .filter((oneof) => getOption(oneof, oneofOption).required)
    .map(({ localName, name }) =>
      returns(JSON.stringify(name), {
        fails: `message.${localName}.case === undefined`,
        description: "exactly one field is required in oneof",
      }),
    );
  return `
function ${validatorName(message)}(message: ${typeNameOf(message)}): Violation | undefined {
${body.join("")}${oneofs.join("")}  return undefined;
}
`;
}

function fieldCode(
  field: DescField,
  ruled: ReadonlySet<DescMessage>,
  constants: Constants,
): string {
  const value = `message.${field.localName}`;
  const code = valueCode(field, value, ruled, constants);
  const isOptional =
    field.fieldKind !== "list" &&
    field.fieldKind !== "map" &&
    field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  const guarded =
    isOptional && code !== "" ? `  if (${value} !== undefined) {\n${indented(code)}  }\n` : code;
  return requiredCode(field, value) + guarded;
}

function requiredCode(field: DescField, value: string): string {
  if (!rulesOf(field).required) return "";
  if (field.fieldKind === "list" || field.fieldKind === "map") expectOptional(field);
  const check = { fails: `!(${isThere(field, value)})`, description: "value is required" };
  return returns(JSON.stringify(field.name), check);
}

function expectOptional(field: DescField): void {
  if (rulesOf(field).required) throw refusal(field, "required here");
}

function valueCode(
  field: DescField,
  value: string,
  ruled: ReadonlySet<DescMessage>,
  constants: Constants,
): string {
  const rules = rulesOf(field);
  const path = JSON.stringify(field.name);
  if (
    field.fieldKind === "message" &&
    isWrapperDesc(field.message) &&
    rules.type.case !== undefined
  )
    throw refusal(field, "rules of wrappers");
  const inside = field.fieldKind === "message" ? insideCode(field, path, value, ruled) : "";
  const own = checksOf(field, rules, value, constants).map((check) => returns(path, check));
  return inside + own.join("") + elementsCode(field, value, ruled, constants);
}

function insideCode(
  { message }: DescField,
  path: string,
  value: string,
  ruled: ReadonlySet<DescMessage>,
): string {
  if (message === undefined || !ruled.has(message)) return "";
  return `  const inner = ${validatorName(message)}(${value});
  if (inner !== undefined) return within(${path}, inner);
`;
}

function elementsCode(
  field: DescField,
  value: string,
  ruled: ReadonlySet<DescMessage>,
  constants: Constants,
): string {
  const { type } = rulesOf(field);
  const code = (rules: FieldRules | undefined, element: string, path: string): string =>
    rules === undefined
      ? ""
      : checksOf(field, elementRules(field, rules), element, constants)
          .map((check) => returns(path, check))
          .join("");
  if (field.fieldKind === "list") {
    const path = `\`${field.name}[\${i}]\``;
    const item = `${value}[i]!`;
    const items = type.case === "repeated" ? type.value.items : undefined;
    const body = insideCode(field, path, item, ruled) + code(items, item, path);
    return body === ""
      ? ""
      : `  for (let i = 0; i < ${value}.length; i++) {\n${indented(body)}  }\n`;
  }
  if (field.fieldKind !== "map") return "";
  const path = `entryPath(${JSON.stringify(field.name)}, key)`;
  const entry = `${value}[key]!`;
  const { keys, values } = type.case === "map" ? type.value : {};
  const body =
    code(keys, "key", path) + insideCode(field, path, entry, ruled) + code(values, entry, path);
  return body === "" ? "" : `  for (const key of Object.keys(${value})) {\n${indented(body)}  }\n`;
}

function elementRules(field: DescField, rules: FieldRules): FieldRules {
  if (rules.required) throw refusal(field, "required here");
  return expectKnown(field, rules);
}

function rulesOf(field: DescField): FieldRules {
  return expectKnown(field, getOption(field, fieldOption));
}

function expectKnown(field: DescField, rules: FieldRules): FieldRules {
  const { ignore, cel, celExpression } = rules;
  if (ignore !== 0 || cel.length + celExpression.length > 0 || rules.$unknown !== undefined)
    throw refusal(field, "ignore, cel and extensions");
  return rules;
}

function indented(code: string): string {
  return code.replaceAll(/^(?=.)/gm, "  ");
}

function returns(path: string, { fails, description }: Check): string {
  return `  if (${fails}) return { field: ${path}, description: ${JSON.stringify(description)} };\n`;
}
