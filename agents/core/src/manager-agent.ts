import { create, toJson } from "@bufbuild/protobuf";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { LaunchedSchema } from "@meshwork/gen/mesh/v1/link";
import * as v from "valibot";
import type { IAgent } from "./agent.ts";
import { agentConfigEntries, checkedConfiguration, type AgentConfig } from "./configuration.ts";
import { dispatch, type DispatchOptions, type DispatchResult } from "./dispatch.ts";
import type { Launcher } from "./launch.ts";
import { createLocalAgent } from "./local-agent.ts";
import type { JsonData } from "./payload.ts";
import type { AgentRuntime } from "./runtime.ts";
import { openWorkersView, type OwnedWorkersView, type WorkersView } from "./workers-view.ts";

/** An agent that hands out work and watches over workers. */
export interface IManagerAgent extends IAgent {
  /** The mesh's workers, live; watched from the first call until the agent stops. */
  workers(): WorkersView;
  /**
   * Hands tasks out to live workers that have the capability, a few each, and yields results as they
   * come. A task whose worker dies goes to another. See `DispatchOptions` for what each bound means.
   */
  dispatch<T>(
    tasks: Iterable<T> | AsyncIterable<T>,
    options: DispatchOptions<T>,
  ): AsyncIterable<DispatchResult<T>>;
}

/** Capability by which the mesh knows those that launch others. */
const LAUNCH = "launch";

/** What a manager is made of: its configuration and the runtime it lives in. */
export interface ManagerAgentConfig extends AgentConfig {
  readonly runtime: AgentRuntime;
  /** What it launches others by; gives it the capability `launch`, which answers how they are. */
  readonly launcher?: Launcher;
}

/** Makes a manager; nothing is opened before `start`. Throws AgentConfigurationError as for a worker. */
export function createManagerAgent(given: ManagerAgentConfig): IManagerAgent {
  const { runtime, launcher, ...config } = given;
  checkedConfiguration(v.strictObject(agentConfigEntries), config);
  const { agent, life } = createLocalAgent(AgentRole.MANAGER, config, runtime, launcher);
  if (launcher !== undefined) agent.capability(LAUNCH, () => launchedOf(launcher));
  const { clock, random } = runtime;
  let view: OwnedWorkersView | undefined;
  life.events.on("phase", (phase) => {
    if (phase === "running" || phase === "starting") return;
    view?.close();
    view = undefined;
  });
  const workers = (): OwnedWorkersView =>
    (view ??= openWorkersView({ ...life.rpc(), clock, random }));

  const own = {
    workers,
    dispatch: <T>(tasks: Iterable<T> | AsyncIterable<T>, options: DispatchOptions<T>) =>
      dispatch(
        { clock, random, view: workers(), call: (...args) => agent.call(...args) },
        tasks,
        options,
      ),
  };
  // The agent's status is a getter, which a spread would freeze.
  return Object.assign(agent, own);
}

function launchedOf(launcher: Launcher): JsonData {
  const children = launcher
    .list()
    .map((said) => toJson(LaunchedSchema, create(LaunchedSchema, said)));
  return { children };
}
