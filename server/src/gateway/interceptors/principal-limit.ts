import { RateClass } from "@meshwork/gen/mesh/options/v1/access";
import { AuthContext_PrincipalKind } from "@meshwork/gen/mesh/v1/credential";
import type { Exchange } from "../exchange.ts";
import type { GatewayLimits } from "../limits.ts";
import { createRateBuckets } from "../rate-buckets.ts";

/** Has each call paid by its principal, out of the bucket of the RPC's rate class. */
export function createPrincipalLimit(limits: GatewayLimits) {
  const buckets = (callsMax: number) =>
    createRateBuckets({
      subject: "principal",
      pointsMax: callsMax,
      windowSeconds: limits.rateWindowSeconds,
      bucketsMax: limits.rateBucketsMax,
    });
  const byClass = new Map<RateClass, ReturnType<typeof buckets>>([
    [RateClass.READ, buckets(limits.readCallsMax)],
    [RateClass.WRITE, buckets(limits.writeCallsMax)],
    [RateClass.EXPENSIVE, buckets(limits.expensiveCallsMax)],
    [RateClass.LOGIN, buckets(limits.loginCallsMax)],
    [RateClass.STREAM, buckets(limits.streamCallsMax)],
  ]);
  return ({ access, principal }: Exchange): Promise<void> | undefined => {
    // Callers without a credential have paid by their address.
    if (principal.kind === AuthContext_PrincipalKind.UNSPECIFIED) return undefined;
    return byClass.get(access.rate)?.pay(`${principal.kind}/${principal.id}`);
  };
}
