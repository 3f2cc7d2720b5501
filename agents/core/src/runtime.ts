// What an agent needs of the runtime that it lives in; Node and browsers each bring their own.
import type { Transport } from "@connectrpc/connect";
import type { CallHeaders } from "@meshwork/wire/bearer";
import type { LinkTransport } from "@meshwork/wire/link-transport";
import type { Clock } from "./clock.ts";
import type { CredentialStore } from "./credential.ts";
import type { Outbox } from "./outbox.ts";

export interface AgentRuntime {
  readonly clock: Clock;
  /** From 0 to just below 1. */
  readonly random: () => number;
  readonly credentials: CredentialStore;
  /** Keeps what the agent has sent and the server has not confirmed; opened at each start. */
  readonly outbox: Outbox;
  readonly info: RuntimeInfo;
  /** Opens what leads to the server; called at each start of the agent. */
  connect(): Connection;
  /** Begins to measure load; called at each start of the agent. */
  sampleLoad(): LoadSampler;
}

/** The way to the server, from start to stop. */
export interface Connection {
  readonly link: LinkTransport;
  /** A transport whose calls carry the headers. */
  rpc(headers: CallHeaders): Transport;
  close(): void;
}

/** What the agent runs on, for people. */
export interface RuntimeInfo {
  /** Such as `node` or `browser`. */
  readonly name: string;
  readonly version: string;
  /** Such as `linux-x64`. */
  readonly platform: string;
  readonly hostName: string;
  /** 0 where there is none. */
  readonly processId: number;
}

export interface LoadSampler {
  /** Since the sample before. */
  sample(): { cpuCores: number; memoryBytes: number; loopDelayMs: number };
  close(): void;
}
