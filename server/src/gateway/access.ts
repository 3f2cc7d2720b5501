import { getOption, hasOption, type DescField, type DescMethod } from "@bufbuild/protobuf";
import {
  access,
  AuditClass,
  Permission,
  PermissionSchema,
  RateClass,
} from "@meshwork/gen/mesh/options/v1/access";

/** What a call of an RPC has to pass: its declaration, worked out once at start. */
export interface MethodAccess {
  readonly method: DescMethod;
  /** `mesh.v1.AgentService/ListAgents` */
  readonly operation: string;
  readonly permission: Permission;
  /** As callers see it: `AGENTS_LIST`. */
  readonly permissionName: string;
  /** How the audit log names it: `agents.list`. */
  readonly action: string;
  /** The request's field that names the mesh. */
  readonly scopeField: DescField | undefined;
  readonly audit: AuditClass;
  readonly rate: RateClass;
  /** Whether it is a stream that lives by heartbeats and not by a deadline. */
  readonly long: boolean;
  /** Whether the gateway checks each message; frames of the agent link are checked where they are taken. */
  readonly validated: boolean;
}

interface Declaration {
  readonly permission: Permission;
  readonly scopeField: string;
  readonly audit: AuditClass;
  readonly rate: RateClass;
}

/** A permission as callers see it: `AGENTS_LIST`. */
export function permissionName(permission: Permission): string {
  const value = PermissionSchema.value[permission];
  return value === undefined ? String(permission) : value.name.slice("PERMISSION_".length);
}

/**
 * The declaration of an RPC, from its option or, for vendored services, from the table below.
 * Throws where the scope names no string field of the request: such a contract cannot be served.
 */
export function accessOf(
  method: DescMethod,
  listener: { readonly loopback: boolean },
): MethodAccess {
  const declared = vendored(method, listener) ?? declaration(method);
  const operation = `${method.parent.typeName}/${method.name}`;
  const name = permissionName(declared.permission);
  return {
    method,
    operation,
    permission: declared.permission,
    permissionName: name,
    action: actionOf(method, declared.permission, name),
    scopeField: scopeFieldOf(method, declared.scopeField),
    audit: declared.audit,
    rate: declared.rate,
    long: declared.rate === RateClass.STREAM,
    validated: operation !== "mesh.v1.AgentLinkService/Connect",
  };
}

function declaration(method: DescMethod): Declaration {
  if (!hasOption(method, access)) {
    return {
      permission: Permission.UNSPECIFIED,
      scopeField: "",
      audit: AuditClass.NONE,
      rate: RateClass.READ,
    };
  }
  return getOption(method, access);
}

/** Services that are not ours declare nothing; this is their declaration. */
function vendored(method: DescMethod, listener: { loopback: boolean }): Declaration | undefined {
  const stream = method.methodKind !== "unary";
  const common = {
    scopeField: "",
    audit: AuditClass.NONE,
    rate: stream ? RateClass.STREAM : RateClass.READ,
  };
  switch (method.parent.typeName) {
    case "grpc.health.v1.Health":
      return { ...common, permission: Permission.PUBLIC };
    case "grpc.reflection.v1.ServerReflection":
      return {
        ...common,
        permission: listener.loopback ? Permission.PUBLIC : Permission.SELF,
      };
    default:
      return undefined;
  }
}

function actionOf(method: DescMethod, permission: Permission, name: string): string {
  if (permission > Permission.SELF) {
    const split = name.lastIndexOf("_");
    return `${name.slice(0, split)}.${name.slice(split + 1)}`.toLowerCase();
  }
  const service = method.parent.name.replace(/Service$/, "");
  return `${service}.${method.name}`.toLowerCase();
}

function scopeFieldOf(method: DescMethod, name: string): DescField | undefined {
  if (name === "") return undefined;
  const field = method.input.fields.find((candidate) => candidate.name === name);
  if (field?.fieldKind !== "scalar") {
    throw new Error(`scope field "${name}" of ${method.name} is no string field of its request`);
  }
  return field;
}
