// Which server, credential and mesh a command means, and where each value came from.
import { configError, usageError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import type { Contexts } from "./contexts-file.ts";

/** The endpoint of commands that are told none. */
export const defaultEndpoint = "http://127.0.0.1:7400";

/** A value and where it came from, in words. */
export interface Setting {
  readonly value: string;
  readonly from: string;
}

/** What a command talks to. */
export interface Target {
  readonly context: Setting | undefined;
  readonly endpoint: Setting;
  readonly token: Setting | undefined;
  readonly mesh: Setting | undefined;
  /** Whether changes ask before they are made. */
  readonly protected: boolean;
}

/** What flags say. */
export interface TargetFlags {
  readonly context?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly mesh?: string | undefined;
}

/**
 * Finds each value by itself in the order flag, environment, context, default. A token of a context
 * is not used for an endpoint that the context does not name: it would go to a stranger.
 */
export function resolveTarget(
  flags: TargetFlags,
  env: NodeJS.ProcessEnv,
  contexts: Contexts,
): Target {
  const name =
    given(flags.context, "--context") ??
    given(env["MESH_CONTEXT"], "MESH_CONTEXT") ??
    given(contexts.current, "the current context");
  const context = name === undefined ? undefined : contexts.contexts[name.value];
  if (name !== undefined && context === undefined) {
    const names = Object.keys(contexts.contexts);
    throw configError(
      `there is no context ${JSON.stringify(name.value)} (named by ${name.from})`,
      ...suggestion(name.value, names),
      names.length === 0
        ? "make one: mesh login, or mesh context add NAME --endpoint URL"
        : `there are ${names.join(", ")}`,
    );
  }
  const from = name === undefined ? "" : `context ${name.value}`;
  const endpoint = given(flags.endpoint, "--endpoint") ??
    given(env["MESH_ENDPOINT"], "MESH_ENDPOINT") ??
    given(context?.endpoint, from) ?? { value: defaultEndpoint, from: "default" };
  checkEndpoint(endpoint);
  const own = endpoint.value === context?.endpoint;
  return {
    context: name,
    endpoint,
    token: given(env["MESH_TOKEN"], "MESH_TOKEN") ?? (own ? given(context.token, from) : undefined),
    mesh:
      given(flags.mesh, "--mesh") ??
      given(env["MESH_MESH"], "MESH_MESH") ??
      given(context?.mesh, from),
    protected: context?.protected === true,
  };
}

/**
 * Throws unless the endpoint is an http or https URL without path, query or user: a usage error for
 * one that a flag gave, else a config error.
 */
export function checkEndpoint({ value, from }: Setting): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const bare =
    url?.pathname === "/" &&
    url.search === "" &&
    url.username === "" &&
    /^https?:$/.test(url.protocol);
  if (!bare) {
    const refusal = from === "--endpoint" ? usageError : configError;
    throw refusal(
      `the endpoint ${JSON.stringify(value)} (from ${from}) is not an http or https URL without a path`,
      "for example http://127.0.0.1:7400 or https://mesh.example.com",
    );
  }
}

function given(value: string | undefined, from: string): Setting | undefined {
  return value === undefined || value === "" ? undefined : { value, from };
}

/** The mesh to work in. Throws a usage error where none is given. */
export function meshOf({ mesh }: Target): string {
  if (mesh !== undefined) return mesh.value;
  throw usageError(
    "no mesh is given",
    "give --mesh NAME, set MESH_MESH, or keep it: mesh context add NAME --mesh MESH",
  );
}
