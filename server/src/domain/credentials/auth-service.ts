import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { type AuthService, WhoAmIResponseSchema } from "@meshwork/gen/mesh/v1/auth_service";
import { AuthContextSchema } from "@meshwork/gen/mesh/v1/credential";
import { permissionsOf } from "../../security/roles.ts";
import { callOf } from "../call-service.ts";

/** The RPCs of `mesh.v1.AuthService`. */
export function createAuthService(): ServiceImpl<typeof AuthService> {
  return {
    whoAmI: (_request, context) => {
      const { kind, id, displayName, role, scope, expireTimeMs } = callOf(context).principal;
      return create(WhoAmIResponseSchema, {
        authContext: create(AuthContextSchema, {
          principalKind: kind,
          principalId: id,
          displayName,
          role,
          meshId: scope === "all" ? "" : scope.meshId,
          permissions: [...permissionsOf(role)].sort((a, b) => a - b),
          ...(expireTimeMs !== undefined && { expireTime: timestampFromMs(expireTimeMs) }),
        }),
      });
    },
  };
}
