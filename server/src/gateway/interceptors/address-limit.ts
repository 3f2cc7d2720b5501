import { Permission } from "@meshwork/gen/mesh/options/v1/access";
import type { Exchange } from "../exchange.ts";
import type { RateBuckets } from "../rate-buckets.ts";

/**
 * Before a credential is looked at: an address that brought too many wrong ones, or made too many
 * calls without any, is refused. Proven callers do not pay here, so that many agents may share an address.
 */
export function createAddressLimit(buckets: RateBuckets) {
  return (exchange: Exchange): Promise<void> =>
    exchange.access.permission === Permission.PUBLIC
      ? buckets.pay(exchange.peerAddress)
      : buckets.check(exchange.peerAddress);
}
