/* eslint-disable @typescript-eslint/no-invalid-void-type -- a handler may answer nothing at all */
import type { Content, Data } from "./payload.ts";

/** A call of a capability, as its handler sees it. */
export interface CapabilityCall extends Content {
  readonly capability: string;
  /** Who calls: an agent's id, or `key:` and the id of an API key. The server vouches for it. */
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Fires when nobody waits for the answer any more: cancelled, too late, or the agent stops. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, in milliseconds since 1970 by this machine's clock. */
  readonly deadlineMs: number;
  /**
   * Sends one answer of several. Resolves when there is room for the next; throws AgentError
   * (Cancelled) when nobody waits any more.
   */
  reply(data: Data): Promise<void>;
}

/** What a handler gives back: one last answer, several of them as they come, or none. */
export type CapabilityResult = Data | AsyncIterable<Data> | undefined;

/**
 * Carries out a call. What it throws reaches the caller as a failed call: an AgentError with its code,
 * anything else with code Unknown and the error's message.
 */
export type CapabilityHandler = (
  call: CapabilityCall,
) => CapabilityResult | void | Promise<CapabilityResult | void>;

export interface CapabilityOptions {
  /**
   * Cancel running calls when the agent fences itself: it has heard nothing of the server for
   * lost-after, so another agent may have been given the work. Default false.
   */
  readonly fenced?: boolean;
}

/** A handler, alone or with options. */
export type Capability =
  CapabilityHandler | (CapabilityOptions & { readonly handler: CapabilityHandler });
