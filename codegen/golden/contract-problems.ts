// What every RPC has to declare and to have, beyond what buf checks.
import type { DescMethod } from "@bufbuild/protobuf";
import type { CommandRow } from "../model/command-types.ts";
import { methodName, routeOf, termsOf, type Contract } from "../model/contract.ts";

/** What was generated out of the contract. */
export interface Generated {
  readonly commands: readonly Pick<CommandRow, "service" | "method" | "examples">[];
  /** The reference docs, all pages in one. */
  readonly docs: string;
}

/** A line for everything that an RPC lacks; none for a complete contract. */
export function contractProblems({ services }: Contract, generated: Generated): string[] {
  return services.flatMap(({ methods }) =>
    methods.flatMap((method) => methodProblems(method, generated)),
  );
}

function methodProblems(method: DescMethod, { commands, docs }: Generated): string[] {
  const problems: string[] = [];
  const terms = termsOf(method);
  if (terms === undefined) problems.push("declares no access");
  else {
    for (const value of [terms.permission, terms.audit, terms.rate]) {
      if (/_UNSPECIFIED$|^\d+$/.test(value)) problems.push(`declares ${value}`);
    }
    if (terms.scope !== "" && !method.input.fields.some(({ name }) => name === terms.scope)) {
      problems.push(`has its scope in ${terms.scope}, which its request lacks`);
    }
  }
  const oneRequest = method.methodKind === "unary" || method.methodKind === "server_streaming";
  if (oneRequest && routeOf(method) === undefined) problems.push("has no HTTP route");
  const command = commands.find(
    (each) => each.service === method.parent.typeName && each.method === method.name,
  );
  if (command === undefined) problems.push("has no command: run npm run generate");
  else if (command.examples.length < 2) problems.push("has fewer than two examples in its comment");
  if (!docs.includes(`\`${methodName(method)}\``))
    problems.push("has no docs entry: run npm run generate");
  return problems.map((problem) => `${methodName(method)} ${problem}`);
}
