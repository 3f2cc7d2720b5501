import type { CapabilityHandler } from "./capability.ts";

/** A capability that every agent has without announcing it: whether it answers, and how fast. */
export const PING = "mesh.ping";

/** Answers what it was given. */
export const answerPing: CapabilityHandler = ({ payload }) => payload;
