// What an agent launches others by. A runtime that has processes brings it.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { LaunchChild, LaunchedSchema } from "@meshwork/gen/mesh/v1/link";
import type { AgentError } from "./agent-error.ts";

/** Starts the processes of other agents, keeps them running, and ends them. */
export interface Launcher {
  /** Names of what it can start. */
  readonly templates: readonly string[];
  /** How its children are, for people. */
  list(): readonly LaunchedReport[];
  /**
   * Begins to work; called at each start of the agent, once it knows who it is. Rejects with AgentError
   * where it cannot, such as when another process has these children in hand.
   */
  open(way: LaunchWay): Promise<LaunchRun>;
}

/** How the process of a child is. */
export type LaunchedReport = MessageInitShape<typeof LaunchedSchema>;

/** What a launcher asks of its agent. */
export interface LaunchWay {
  readonly meshId: string;
  /** A single-use token by which the child comes in, good for minutes. Rejects with AgentError. */
  joinToken(agentId: string): Promise<string>;
  /** Tells the mesh, if there is a session. */
  report(said: LaunchedReport): void;
  /** Something went wrong that no report says. */
  failed(error: AgentError): void;
}

/** A launcher at work. */
export interface LaunchRun {
  /** A session was opened: what was reported before may be lost, so all is told anew. */
  connected(): void;
  /** All that it has to keep running or to end; what is not named is to end at once. */
  children(children: readonly LaunchChild[]): void;
  /** Ends the children that shall not outlive it. Never rejects. */
  close(): Promise<void>;
}
