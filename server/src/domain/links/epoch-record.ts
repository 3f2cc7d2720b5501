import type { Kind } from "../../store/store.ts";

/**
 * Counts the attachments of one agent. Changed by nothing but an attachment or a cut, and required by
 * all that a session writes: a session that was replaced cannot write any more.
 */
export interface EpochRecord {
  readonly epoch: number;
  /** The session that holds it; empty after a cut. */
  readonly sessionId: string;
  readonly nodeId: string;
  /** How many messages may be in the session's hands; 0 when the server has ended it politely. */
  readonly deliveriesMax?: number;
}

/** Id: the agent's uid, which never recurs. */
export const epochKind: Kind<EpochRecord> = {
  name: "epochs",
  watched: false,
  schema: 1,
  delete: "erase",
};
