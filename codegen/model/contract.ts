// The contract as its descriptors state it: services, RPCs and what their options say.
import {
  getOption,
  hasOption,
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
} from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { http } from "@meshwork/gen/google/api/annotations";
import { access, AccessSchema } from "@meshwork/gen/mesh/options/v1/access";
import { sensitivity, Sensitivity } from "@meshwork/gen/mesh/options/v1/sensitivity";

/** Package of the contract. */
export const contractPackage = "mesh.v1";

/** The contract's own descriptors, in order of name. */
export interface Contract {
  readonly services: readonly DescService[];
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
}

/** What a call of an RPC has to pass and what it leaves behind; names without prefixes. */
export interface Terms {
  readonly permission: string;
  readonly scope: string;
  readonly audit: string;
  readonly rate: string;
  readonly idempotency: string;
}

/** Method and path of an RPC's REST route. */
export interface Route {
  readonly verb: string;
  readonly path: string;
  readonly body: string;
}

/** Picks the contract out of all descriptors of a build. */
export function contractOf(registry: FileRegistry): Contract {
  const services: DescService[] = [];
  const messages: DescMessage[] = [];
  const enums: DescEnum[] = [];
  for (const type of registry) {
    if (type.kind === "extension" || type.file.proto.package !== contractPackage) continue;
    if (type.kind === "service") services.push(type);
    else if (type.kind === "enum") enums.push(type);
    else if (type.proto.options?.mapEntry !== true) messages.push(type);
  }
  return {
    services: services.sort(byName),
    messages: messages.sort(byName),
    enums: enums.sort(byName),
  };
}

/** Full name of an RPC, as on the wire: `mesh.v1.AgentService/GetAgent`. */
export function methodName({ parent, name }: DescMethod): string {
  return `${parent.typeName}/${name}`;
}

/** The terms of an RPC; undefined where it does not declare its access. */
export function termsOf(method: DescMethod): Terms | undefined {
  if (!hasOption(method, access)) return undefined;
  const option = getOption(method, access);
  return {
    permission: valueName(AccessSchema.field.permission, option.permission),
    scope: option.scopeField,
    audit: valueName(AccessSchema.field.audit, option.audit),
    rate: valueName(AccessSchema.field.rate, option.rate),
    idempotency: MethodOptions_IdempotencyLevel[method.idempotency],
  };
}

/** The REST route of an RPC; undefined where it has none. */
export function routeOf(method: DescMethod): Route | undefined {
  if (!hasOption(method, http)) return undefined;
  const { pattern, body } = getOption(method, http);
  if (pattern.case === undefined) return undefined;
  if (pattern.case === "custom")
    return { verb: pattern.value.kind, path: pattern.value.path, body };
  return { verb: pattern.case.toUpperCase(), path: pattern.value, body };
}

/** How carefully a field is to be treated; undefined means that it is harmless. */
export function sensitivityOf(field: DescField): "personal" | "secret" | undefined {
  switch (getOption(field, sensitivity)) {
    case Sensitivity.PERSONAL:
      return "personal";
    case Sensitivity.SECRET:
      return "secret";
    default:
      return undefined;
  }
}

/** Full name of an enum's value; the number itself where it is not defined. */
function valueName({ enum: desc }: DescField, number: number): string {
  return desc?.value[number]?.name ?? String(number);
}

function byName(a: { typeName: string }, b: { typeName: string }): number {
  return a.typeName < b.typeName ? -1 : a.typeName > b.typeName ? 1 : 0;
}
