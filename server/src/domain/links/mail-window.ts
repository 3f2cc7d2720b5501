import type { Hello } from "@meshwork/gen/mesh/v1/link";
import { DELIVERIES_MAX_DEFAULT, DELIVERY_BYTES_MAX_DEFAULT } from "./limits.ts";

/** How many unsettled deliveries an agent takes; 0 in its hello stands for the default. */
export function mailWindow({ window }: Hello): {
  readonly deliveriesMax: number;
  readonly deliveryBytesMax: number;
} {
  const { deliveriesMax = 0, deliveryBytesMax = 0 } = window ?? {};
  return {
    deliveriesMax: deliveriesMax === 0 ? DELIVERIES_MAX_DEFAULT : deliveriesMax,
    deliveryBytesMax: deliveryBytesMax === 0 ? DELIVERY_BYTES_MAX_DEFAULT : deliveryBytesMax,
  };
}
