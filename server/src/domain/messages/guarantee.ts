import { DeliveryGuarantee, type AgentMessage } from "@meshwork/gen/mesh/v1/message";

/** Whether the message is stored: asked for, or what its target takes alone. */
export function isAtLeastOnce({ guarantee, target }: AgentMessage): boolean {
  if (guarantee === DeliveryGuarantee.UNSPECIFIED) return target.case === "group";
  return guarantee === DeliveryGuarantee.AT_LEAST_ONCE;
}
