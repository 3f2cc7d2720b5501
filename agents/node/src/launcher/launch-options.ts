import {
  AgentConfigurationError,
  type Clock,
  type ConfigurationProblem,
  type Launcher,
} from "@meshwork/agents-core";
import { createLauncher } from "./launcher.ts";
import { checkedTemplates, type LaunchTemplate, type LaunchTemplateInit } from "./template.ts";

/** What a manager launches others by. */
export interface LaunchOptions {
  /** By name; the mesh names one when it provisions an agent. */
  readonly templates: Readonly<Record<string, LaunchTemplateInit>>;
  /**
   * What outlives the manager: which processes run, their credentials and output. Of this manager alone.
   * Default: beside its credential.
   */
  readonly stateFolder?: string;
  /** Where the templates are written, for messages; default `launch`. */
  readonly source?: string;
}

/** The templates as they can be started, and all that is wrong with them. */
export function checkedLaunch(
  { templates, source = "launch" }: LaunchOptions,
  env: NodeJS.ProcessEnv,
): { readonly templates: readonly LaunchTemplate[]; readonly problems: ConfigurationProblem[] } {
  const machine = { path: env["PATH"] ?? "", platform: process.platform };
  return checkedTemplates(templates, source, machine);
}

/** Throws AgentConfigurationError where there is no place for what has to outlive the manager. */
export function launcherFor(
  { stateFolder }: LaunchOptions,
  templates: readonly LaunchTemplate[],
  deps: {
    readonly endpoint: string;
    readonly credentialPlace: string;
    readonly env: NodeJS.ProcessEnv;
    readonly clock: Clock;
    readonly random: () => number;
  },
): Launcher {
  const folder = stateFolder ?? besideCredential(deps.credentialPlace);
  if (folder === undefined)
    throw new AgentConfigurationError([
      {
        path: "launch.stateFolder",
        value: "undefined",
        limit: "has no default without a credential file",
        cure: "set it, or agentId, or credentialFile",
      },
    ]);
  return createLauncher({ ...deps, templates, stateFolder: folder });
}

function besideCredential(place: string): string | undefined {
  return place === "memory" ? undefined : `${place.replace(/\.json$/, "")}.launch`;
}
