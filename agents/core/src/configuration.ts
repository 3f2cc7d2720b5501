// What an agent is configured with, checked as a whole before anything is opened.
/* eslint-disable @typescript-eslint/no-invalid-void-type -- a function may answer nothing at all */
import * as v from "valibot";
import type { Capability } from "./capability.ts";
import {
  CALLS_MAX,
  CALLS_MAX_DEFAULT,
  DELIVERIES_MAX,
  DELIVERIES_MAX_DEFAULT,
  DELIVERY_BYTES_MAX,
  DELIVERY_BYTES_MAX_DEFAULT,
  DRAIN_GRACE_DEFAULT_MS,
  DRAIN_GRACE_MAX_MS,
  OUTBOX_BYTES_MAX,
  OUTBOX_MESSAGES_MAX,
} from "./limits.ts";
import type { JsonData } from "./payload.ts";
import type { MessageHandler } from "./received-message.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** Such as `labels.zone` or `capabilities["Echo"]`. */
  readonly path: string;
  /** The offending value, shortened; never a secret. */
  readonly value: string;
  /** What it has to keep. */
  readonly limit: string;
  /** What to do. */
  readonly cure: string;
}

/** Thrown with everything that is wrong at once. */
export class AgentConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(
      ({ path, value, limit, cure }) => `  ${path} = ${value}: ${limit}; ${cure}`,
    );
    super(
      `the agent's configuration has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${lines.join("\n")}`,
    );
    this.name = "AgentConfigurationError";
    this.problems = problems;
  }
}

/** A check that the agent runs on itself with each heartbeat: throws when failing. */
export type HealthProbe = () => HealthOutcome | Promise<HealthOutcome>;

export type HealthOutcome =
  | undefined
  | void
  | { readonly result: "passing" | "warning" | "failing"; readonly message?: string };

/** What a configuration or the contract says about the agent's settings; answers what is effective. */
export type ConfigurationHandler = (
  desired: Readonly<Record<string, JsonData>>,
) => Readonly<Record<string, JsonData>> | void | Promise<Readonly<Record<string, JsonData>> | void>;

/** What every agent can be configured with, whatever its runtime. */
export interface AgentConfig {
  /** Name in the mesh; default: what the join token or the credential says. */
  readonly agentId?: string;
  /** Exchanged for a credential of the agent's own, once. Needed until there is one. */
  readonly joinToken?: string;
  /** What the agent can be called for, by name. */
  readonly capabilities?: Readonly<Record<string, Capability>>;
  /** Key/value pairs for selection; at most 64. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Checks that the agent runs on itself, by name; at most 32. */
  readonly health?: Readonly<Record<string, HealthProbe>>;
  /** Gets the messages for the agent; see `IAgent.onMessage`. */
  readonly onMessage?: MessageHandler;
  /**
   * Gets the desired configuration when it changes; what it answers, at most 64 KiB of JSON, is reported
   * as effective.
   */
  readonly onConfiguration?: ConfigurationHandler;
  /** Calls worked on at once: 1 to 1,024, default 64. */
  readonly callsMax?: number;
  /** Time for calls in flight when the agent stops: 0 to 1 h, default 10 s. */
  readonly drainGraceMs?: number;
  /** At-least-once messages in hand at once, not settled yet: 1 to 1,024, default 64. */
  readonly deliveriesMax?: number;
  /** Bytes of their payloads: 1 to 64 MiB, default 4 MiB; one message comes in any case. */
  readonly deliveryBytesMax?: number;
  /**
   * Handlers of at-least-once messages that run at once: 1 to 1,024, default `deliveriesMax`. With 1 all
   * messages are handled strictly one after the other.
   */
  readonly concurrency?: number;
  readonly outbox?: OutboxLimits;
}

/** How much the outbox holds of what the server has not confirmed; `OUTBOX_FULL` beyond. */
export interface OutboxLimits {
  /** 1 to 1,000,000 messages, default 10,000. */
  readonly maxMessages?: number;
  /** 1 byte to 1 GiB, default 64 MiB. */
  readonly maxBytes?: number;
}

const nameRule = "lower-case letters, digits and hyphens, at most 63, beginning with a letter";
const capabilityRule =
  "lower-case letters, digits, dots, hyphens and underscores, at most 63, beginning with a letter";
const labelRule = "lower-case letters, digits and ._/- , at most 63, beginning with a letter";

/** Shape of a name in the contract. */
export const ID_PATTERN = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const CAPABILITY_PATTERN = /^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$/;
const LABEL_PATTERN = /^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$/;

const aFunction = v.custom<(...args: never[]) => unknown>(
  (value) => typeof value === "function",
  "has to be a function; pass one",
);

const capability = v.union(
  [aFunction, v.strictObject({ handler: aFunction, fenced: v.optional(v.boolean()) })],
  "has to be a function, or { handler, fenced }; pass one",
);

function entriesMax<T extends Record<string, unknown>>(max: number): v.CheckAction<T, string> {
  return v.check(
    (record) => Object.keys(record).length <= max,
    `holds more than ${max} entries; remove some`,
  );
}

/** The entries that runtimes add their own to. */
export const agentConfigEntries = {
  agentId: v.optional(v.pipe(v.string(), v.regex(ID_PATTERN, `has to be ${nameRule}; rename it`))),
  joinToken: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1, "has to be 1 to 512 characters; make one with `mesh agents provision`"),
      v.maxLength(512, "has to be 1 to 512 characters; make one with `mesh agents provision`"),
    ),
  ),
  capabilities: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(CAPABILITY_PATTERN, `has to be ${capabilityRule}; rename it`)),
        capability,
      ),
      entriesMax(128),
    ),
  ),
  labels: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(LABEL_PATTERN, `has to be ${labelRule}; rename it`)),
        v.pipe(v.string(), v.maxLength(255, "has to be at most 255 characters; shorten it")),
      ),
      entriesMax(64),
    ),
  ),
  health: v.optional(
    v.pipe(
      v.record(
        v.pipe(
          v.string(),
          v.minLength(1, "has to be 1 to 63 characters; name it"),
          v.maxLength(63, "has to be 1 to 63 characters; shorten it"),
        ),
        aFunction,
      ),
      entriesMax(32),
    ),
  ),
  onMessage: v.optional(aFunction),
  onConfiguration: v.optional(aFunction),
  callsMax: v.optional(whole(1, CALLS_MAX, "calls"), CALLS_MAX_DEFAULT),
  drainGraceMs: v.optional(whole(0, DRAIN_GRACE_MAX_MS, "milliseconds"), DRAIN_GRACE_DEFAULT_MS),
  deliveriesMax: v.optional(whole(1, DELIVERIES_MAX, "messages"), DELIVERIES_MAX_DEFAULT),
  deliveryBytesMax: v.optional(whole(1, DELIVERY_BYTES_MAX, "bytes"), DELIVERY_BYTES_MAX_DEFAULT),
  concurrency: v.optional(whole(1, DELIVERIES_MAX, "handlers")),
  outbox: v.optional(v.strictObject(outboxEntries())),
};

/** The entries of `outbox` that runtimes add their own to. */
export function outboxEntries() {
  return {
    maxMessages: v.optional(whole(1, OUTBOX_MESSAGES_MAX, "messages")),
    maxBytes: v.optional(whole(1, OUTBOX_BYTES_MAX, "bytes")),
  };
}

/** A whole number within bounds, with the unit in its message. */
export function whole(min: number, max: number, unit: string): v.GenericSchema<number> {
  const rule = `has to be a whole number of ${unit} from ${min} to ${max}; set it within`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** An http or https URL of a server. */
export const endpointEntry = v.pipe(
  v.string("has to be of the form http://host:port; set it, or MESH_ENDPOINT"),
  v.check(
    (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""),
    "has to be of the form http://host:port; correct it",
  ),
);

const secretKeys = new Set(["joinToken", "token"]);

/**
 * Checks a configuration by a schema. Throws AgentConfigurationError with every problem at once; keys
 * that the schema does not know are problems too. Answers it with the defaults filled in.
 */
export function checkedConfiguration<S extends v.GenericSchema>(
  schema: S,
  config: unknown,
): v.InferOutput<S> {
  const result = v.safeParse(schema, config);
  if (result.success) return result.output;
  throw new AgentConfigurationError(problemsOf(result.issues));
}

/** The problems that a schema found. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[]): ConfigurationProblem[] {
  return issues.map((issue) => {
    const path = pathOf(issue.path ?? []);
    const unknownKey = issue.type === "strict_object" && issue.expected === "never";
    const [limit, cure] = unknownKey
      ? ["is no known key", "remove it, or correct its spelling"]
      : issue.message.startsWith("Invalid ")
        ? [
            `has to be of type ${issue.expected ?? "unknown"}`,
            issue.received === "undefined" ? "set it" : "correct it",
          ]
        : (issue.message.split("; ", 2) as [string, string]);
    const secret = secretKeys.has(path);
    return {
      path: path || "configuration",
      value: secret ? "(secret)" : shortened(unknownKey ? lastInput(issue) : issue.input),
      limit,
      cure,
    };
  });
}

function lastInput(issue: v.BaseIssue<unknown>): unknown {
  const last = issue.path?.at(-1);
  return last !== undefined && "value" in last ? last.value : issue.input;
}

function pathOf(path: readonly v.IssuePathItem[]): string {
  return path
    .map(({ key }, index) => {
      const plain = typeof key === "string" && /^[A-Za-z_]\w*$/.test(key);
      return plain ? (index === 0 ? key : `.${key}`) : `[${JSON.stringify(key)}]`;
    })
    .join("");
}

function shortened(value: unknown): string {
  const text = typeof value === "function" ? "a function" : JSON.stringify(value ?? null);
  return text.length > 64 ? `${text.slice(0, 61)}…` : text;
}
