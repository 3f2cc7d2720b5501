// The validator of the frames that agents send, as TypeScript.
import type { DescMessage } from "@bufbuild/protobuf";
import { typeImports } from "../codec/shape.ts";
import type { Constants } from "./checks.ts";
import { validatorName, validatorOf, withRules } from "./validator.ts";

/** Code that validates a message and all inside. */
export function rulesCode(root: DescMessage): string {
  const constants = createConstants();
  const messages = allInside(root);
  const ruled = withRules(messages);
  const used = messages.filter((message) => ruled.has(message));
  const body = used.map((message) => validatorOf(message, ruled, constants)).join("");
  const helpers = [
    "compareDuration",
    "entryPath",
    "hasDuplicates",
    "isLonger",
    "isShorter",
    "within",
  ];
  const called = helpers.filter((name) => body.includes(`${name}(`));
  return `${typeImports(used)}import {
${[...called, "type Violation"].map((name) => `  ${name},\n`).join("")}} from "./violation.ts";

export type { Violation };

${constants.code()}${body.replace(
    `function ${validatorName(root)}(`,
    `/** The first field that breaks a rule of the contract; undefined where all hold. */\nexport function ${validatorName(root)}(`,
  )}`;
}

/** The message and all inside, whether codecs cover it or not. */
function allInside(root: DescMessage): DescMessage[] {
  const found = new Set([root]);
  // A set that grows while it is walked is walked to its new end.
  for (const { fields } of found)
    for (const { message } of fields) if (message !== undefined) found.add(message);
  return [...found];
}

function createConstants(): Constants & { code: () => string } {
  const names = new Map<string, string>();
  return {
    name: (kind, code) => {
      const name = names.get(code) ?? `${kind}${names.size + 1}`;
      names.set(code, name);
      return name;
    },
    code: () => [...names].map(([code, name]) => `const ${name} = ${code};\n`).join(""),
  };
}
