// The answer of every peer to WhoAmI: as large as the real one.
import { create } from "@bufbuild/protobuf";
import { Permission } from "@meshwork/gen/mesh/options/v1/access";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import { WhoAmIResponseSchema, type WhoAmIResponse } from "@meshwork/gen/mesh/v1/auth_service";

const permissions = Object.values(Permission).filter((value) => typeof value === "number");

/** Made anew for each call, as a server makes it. */
export function whoAmI(): WhoAmIResponse {
  return create(WhoAmIResponseSchema, {
    authContext: {
      principalKind: AuthContext_PrincipalKind.API_KEY,
      principalId: "0199f0c2a5b17d31a4c2",
      displayName: "benchmark",
      role: Role.ADMIN,
      permissions: permissions.slice(1),
    },
  });
}
