import type { Message } from "@bufbuild/protobuf";
import { Permission } from "@meshwork/gen/mesh/options/v1/access";
import { AuthContext_PrincipalKind, type Role } from "@meshwork/gen/mesh/v1/credential";
import { DomainError } from "../../domain/errors.ts";
import type { MethodAccess } from "../access.ts";
import type { Exchange } from "../exchange.ts";

/** The permissions that a role holds. */
export type PermissionsOf = (role: Role) => ReadonlySet<Permission>;

/** All that the holder of a new installation's one-time token may do. */
const bootstrapOperations = new Set([
  "mesh.v1.CredentialService/CreateApiKey",
  "mesh.v1.AuthService/WhoAmI",
]);

/** RPCs without a scope that a caller of one mesh may call: their answer holds only what is the caller's. */
const filteredPermissions = new Set<Permission>([Permission.MESHES_LIST, Permission.LINKS_CONNECT]);

/**
 * Decides whether the caller may make the call, before the request is validated and before anybody
 * looks whether what it names exists. A mesh that is not the caller's is NOT_FOUND, whether it is
 * there or not; a missing permission is PERMISSION_DENIED with its name.
 */
export function createAuthorize(permissionsOf: PermissionsOf) {
  return (exchange: Exchange, message: Message | undefined): void => {
    const { access } = exchange;
    exchange.meshId = scopeOf(access, message);
    if (access.permission === Permission.PUBLIC) return;
    const refusal = refusalOf(exchange, access, permissionsOf);
    if (refusal === undefined) return;
    exchange.refused = true;
    throw refusal;
  };
}

function refusalOf(
  { principal, meshId }: Exchange,
  access: MethodAccess,
  permissionsOf: PermissionsOf,
): DomainError | undefined {
  const { permission } = access;
  if (principal.kind === AuthContext_PrincipalKind.BOOTSTRAP) {
    if (bootstrapOperations.has(access.operation)) return undefined;
    return missing(access, "the one-time token is good for creating an API key only");
  }
  if (permission === Permission.SELF) return undefined;
  if (principal.scope !== "all") {
    if (access.scopeField === undefined) {
      if (!filteredPermissions.has(permission)) return installationWide(access);
    } else if (meshId === "") {
      return installationWide(access);
    } else if (meshId !== principal.scope.meshId) {
      return notFound(meshId);
    }
  }
  if (permission !== Permission.UNSPECIFIED && permissionsOf(principal.role).has(permission)) {
    return undefined;
  }
  return missing(access, "the caller's role lacks it");
}

function scopeOf({ scopeField }: MethodAccess, message: Message | undefined): string {
  if (scopeField === undefined || message === undefined) return "";
  const value = (message as unknown as Record<string, unknown>)[scopeField.localName];
  return typeof value === "string" ? value : "";
}

function missing(access: MethodAccess, why: string): DomainError {
  const { permissionName: permission, operation } = access;
  return new DomainError(
    "PERMISSION_MISSING",
    `${operation} needs the permission ${permission}: ${why}`,
    { metadata: { permission, operation, why } },
  );
}

function installationWide(access: MethodAccess): DomainError {
  return missing(access, "the caller's credential is good for one mesh, not for the installation");
}

function notFound(meshId: string): DomainError {
  const shown = meshId.slice(0, 63);
  return new DomainError("RESOURCE_NOT_FOUND", `there is no mesh "${shown}"`, {
    metadata: { resource: `meshes/${shown}` },
  });
}
