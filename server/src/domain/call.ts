import type { Principal } from "../security/principal.ts";

/** What a command needs to know of the call that it carries out. */
export interface Call {
  /** Names the call in logs and errors. Made by the gateway, or passed on from the caller. */
  readonly callId: string;
  /** `mesh.v1.AgentService/ListAgents` */
  readonly operation: string;
  readonly principal: Principal;
  /** By the monotonic clock, milliseconds. Infinite for long streams. */
  readonly deadlineMs: number;
  /** Fires when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal;
  /** Where the call comes from, for the audit log. */
  readonly peerAddress: string;
}
