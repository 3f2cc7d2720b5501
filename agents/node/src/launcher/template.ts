// What a launcher may start, checked as a whole before anything is started.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { type ConfigurationProblem, ID_PATTERN, problemsOf, whole } from "@meshwork/agents-core";
import * as v from "valibot";
import { unknownPlaceholders } from "./placeholders.ts";

/** How a child is started and ended, as it is written down. */
export interface LaunchTemplateInit {
  /** Program and arguments; no shell reads them. A program without a slash is looked up in PATH, once. */
  readonly argv: readonly string[];
  /** Working directory; default: the child's own folder. */
  readonly cwd?: string;
  /** The environment, besides PATH, HOME, LANG and TZ, which the launcher's own fill in. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: {
    /** Data of one process; a Node program takes 640 before it begins. */
    readonly memoryMiB?: number;
    readonly openFiles?: number;
    /** Of one process, from its start. */
    readonly cpuSeconds?: number;
  };
  readonly restart?: {
    /** Wait before the first start anew; doubles with each end. Default 500. */
    readonly backoffMinMs?: number;
    /** Default 30,000. */
    readonly backoffMaxMs?: number;
    /** Starts anew within `windowMs` after which it is given up. Default 10. */
    readonly restartsMax?: number;
    /** Default 600,000. */
    readonly windowMs?: number;
    /** A process that ran so long begins with a clean slate. Default 60,000. */
    readonly healthyAfterMs?: number;
  };
  /** What asks a process to end; default SIGTERM. */
  readonly stopSignal?: "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2";
  /** From then on until SIGKILL; default 5,000. */
  readonly killAfterMs?: number;
  /** What becomes of a child when its launcher ends, however that is; default `stop`. */
  readonly onLauncherDeath?: "stop" | "keep";
}

/** A template that can be started by. */
export interface LaunchTemplate {
  readonly name: string;
  /** The first is the absolute path of a program. Placeholders are in it still. */
  readonly argv: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Readonly<{
    memoryMiB?: number | undefined;
    openFiles?: number | undefined;
    cpuSeconds?: number | undefined;
  }>;
  readonly restart: RestartPolicy;
  readonly stopSignal: NonNullable<LaunchTemplateInit["stopSignal"]>;
  readonly killAfterMs: number;
  readonly onLauncherDeath: "stop" | "keep";
}

export type RestartPolicy = Readonly<Required<NonNullable<LaunchTemplateInit["restart"]>>>;

/** Templates of one launcher; the contract's limit. */
const TEMPLATES_MAX = 64;
const HOUR_MS = 3_600_000;

const text = (what: string, max: number) =>
  v.pipe(
    v.string(`has to be ${what}; correct it`),
    v.maxLength(max, `has to be at most ${max} characters; shorten it`),
    v.check((value) => !value.includes("\0"), "has a NUL character; remove it"),
    v.check(
      (value) => unknownPlaceholders(value).length === 0,
      "has an unknown placeholder; use {agentId}, {meshId}, {endpoint}, {credentialFile} or {joinTokenFile}",
    ),
  );

const templateSchema = v.strictObject({
  argv: v.pipe(
    v.array(text("text", 4_096), "has to be a list of program and arguments; write one"),
    v.minLength(1, "has to name a program; add it"),
    v.maxLength(256, "has to be at most 256 arguments; remove some"),
  ),
  cwd: v.optional(text("the path of a folder", 4_096)),
  env: v.optional(
    v.record(
      v.pipe(
        v.string(),
        v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "has to be the name of a variable; rename it"),
      ),
      text("text", 32_768),
    ),
    {},
  ),
  limits: v.optional(
    v.strictObject({
      memoryMiB: v.optional(whole(1, 16_777_216, "MiB")),
      openFiles: v.optional(whole(8, 1_048_576, "files")),
      cpuSeconds: v.optional(whole(1, 31_536_000, "seconds")),
    }),
    {},
  ),
  restart: v.optional(
    v.strictObject({
      backoffMinMs: v.optional(whole(10, HOUR_MS, "milliseconds"), 500),
      backoffMaxMs: v.optional(whole(10, HOUR_MS, "milliseconds"), 30_000),
      restartsMax: v.optional(whole(0, 1_000, "starts anew"), 10),
      windowMs: v.optional(whole(1_000, 24 * HOUR_MS, "milliseconds"), 600_000),
      healthyAfterMs: v.optional(whole(100, HOUR_MS, "milliseconds"), 60_000),
    }),
    {},
  ),
  stopSignal: v.optional(
    v.picklist(
      ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"],
      "has to be a signal that asks to end, such as SIGTERM; choose one",
    ),
    "SIGTERM",
  ),
  killAfterMs: v.optional(whole(0, HOUR_MS, "milliseconds"), 5_000),
  onLauncherDeath: v.optional(
    v.picklist(["stop", "keep"], "has to be stop or keep; choose one"),
    "stop",
  ),
});

const nameRule =
  "has to be lower-case letters, digits and ._- , at most 63, beginning with a letter; rename it";
const templatesSchema = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$/, nameRule)),
    templateSchema,
  ),
  v.check(
    (templates) => Object.keys(templates).length > 0,
    "has no template; add one, or leave launching out",
  ),
  v.check(
    (templates) => Object.keys(templates).length <= TEMPLATES_MAX,
    `holds more than ${TEMPLATES_MAX} templates; remove some`,
  ),
);

/** What the machine has to offer. */
export interface LaunchMachine {
  readonly path: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Checks templates and finds their programs. `source` names where they are written, in the problems'
 * paths. All problems are answered at once; then the templates are not to be used.
 */
export function checkedTemplates(
  given: unknown,
  source: string,
  machine: LaunchMachine,
): { readonly templates: readonly LaunchTemplate[]; readonly problems: ConfigurationProblem[] } {
  const at = (path: string): string => `${source}: ${path}`;
  if (machine.platform !== "linux") {
    const limit = "needs /proc and so Linux";
    const problem = { path: at("templates"), value: JSON.stringify(machine.platform), limit };
    return { templates: [], problems: [{ ...problem, cure: "run the launcher there" }] };
  }
  const result = v.safeParse(v.strictObject({ templates: templatesSchema }), { templates: given });
  const problems = result.success
    ? []
    : problemsOf(result.issues).map((problem) => ({ ...problem, path: at(problem.path) }));
  const templates = Object.entries(result.success ? result.output.templates : {}).map(
    ([name, template]): LaunchTemplate => {
      const note = (key: string, value: unknown, limit: string, cure: string): void => {
        const path = at(`templates.${name}.${key}`);
        problems.push({ path, value: JSON.stringify(value), limit, cure });
      };
      return onMachine(name, template, machine, note);
    },
  );
  return { templates, problems };
}

function onMachine(
  name: string,
  template: v.InferOutput<typeof templateSchema>,
  machine: LaunchMachine,
  note: (key: string, value: unknown, limit: string, cure: string) => void,
): LaunchTemplate {
  const { argv, cwd, limits, restart, ...rest } = template;
  const [program = "", ...args] = argv;
  const found = programAt(program, machine.path);
  if (found === undefined)
    note(
      "argv[0]",
      program,
      "is no program that this user may run",
      program.includes("/") ? "give an absolute path" : "install it, or add its folder to PATH",
    );
  if (cwd !== undefined && !isFolder(cwd))
    note("cwd", cwd, "has to be the absolute path of a folder", "make it, or correct it");
  if (restart.backoffMaxMs < restart.backoffMinMs)
    note(
      "restart.backoffMaxMs",
      restart.backoffMaxMs,
      `has to be at least backoffMinMs, ${restart.backoffMinMs}`,
      "raise it",
    );
  if (Object.keys(limits).length > 0 && programAt("prlimit", machine.path) === undefined)
    note("limits", limits, "need the program prlimit", "install util-linux, or remove the limits");
  return { name, argv: [found ?? program, ...args], cwd, limits, restart, ...rest };
}

/** The absolute path of a program; relative ones with a slash are refused. */
export function programAt(name: string, path: string): string | undefined {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  if (name === "" || name.includes("/")) return undefined;
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return isAbsolute(path) && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** Whether a name may become part of a path here: shaped as the contract says. */
export function isAgentId(agentId: string): boolean {
  return ID_PATTERN.test(agentId);
}
