// Runs `mesh`: finds the command, tells every error in one way, and ends with its exit code.
import { CliError, exitCodes, usageError } from "./errors/cli-error.ts";
import { failureOf, reportText, type Failure } from "./errors/report.ts";

/** Runs the command that the arguments name, and ends the process when stdout is written out. */
export async function run(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.other),
  );
  process.stderr.on("error", () => undefined);
  const exit = await settle(argv);
  await new Promise<void>((resolve) =>
    process.stdout.write("", () => {
      resolve();
    }),
  );
  process.exit(exit);
}

async function settle(argv: readonly string[]): Promise<number> {
  try {
    await dispatch(argv);
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (isExit(error)) return error.oclif.exit;
    const failure = await told(error, argv);
    const json = wantsJson(argv);
    const colour = process.stderr.isTTY && !process.env["NO_COLOR"];
    process.stderr.write(reportText(failure, { json, debug: argv.includes("--debug"), colour }));
    return failure.exit;
  }
}

async function dispatch(argv: readonly string[]): Promise<void> {
  const [first] = argv;
  if (first === undefined || (argv.length === 1 && ["--help", "-h", "help"].includes(first))) {
    const { rootHelp } = await import("./help/root-help.ts");
    process.stdout.write(rootHelp());
    return;
  }
  const asked = first === "help" ? [...argv.slice(1), "--help"] : [...argv];
  if (first !== "--version") {
    const { checkCommand } = await import("./help/known-command.ts");
    checkCommand(asked);
    const { topicHelp } = await import("./help/topic-help.ts");
    const help = isTopicOnly(asked) ? topicHelp(asked[0] ?? "") : undefined;
    if (help !== undefined) {
      process.stdout.write(help);
      return;
    }
  }
  const { run: runOclif, settings } = await import("@oclif/core");
  settings.enableAutoTranspile = false;
  await runOclif(
    asked.map((each) => (each === "-h" ? "--help" : each)),
    import.meta.url,
  );
}

/** Whether a first word stands alone, or asks for help. */
function isTopicOnly(argv: readonly string[]): boolean {
  return argv.length === 1 || (argv.length === 2 && ["--help", "-h"].includes(argv[1] ?? ""));
}

/** oclif ends some commands by throwing. */
function isExit(error: unknown): error is { oclif: { exit: number } } {
  return error instanceof Error && (error as { code?: string }).code === "EEXIT";
}

async function told(error: unknown, argv: readonly string[]): Promise<Failure> {
  if (error instanceof CliError) return failureOf(error);
  if (error instanceof Error && "oclif" in error) return failureOf(await fromOclif(error, argv));
  if (error instanceof Error && error.name === "ExitPromptError")
    return failureOf(new CliError("interrupted", exitCodes.interrupted));
  if (error instanceof Error && error.name === "ConnectError") {
    const { failureOfCall } = await import("./errors/failure.ts");
    return failureOfCall(error, await endpointNow(argv)) ?? failureOf(error);
  }
  if (error instanceof Error && /^Agent(Configuration)?Error$/.test(error.name)) {
    const { failureOfAgent } = await import("./errors/failure-of-agent.ts");
    return failureOfAgent(error, await endpointNow(argv)) ?? failureOf(error);
  }
  return failureOf(error);
}

/** What the parser refuses, with what was probably meant. */
async function fromOclif(
  error: Error & { flags?: unknown; oclif?: unknown },
  argv: readonly string[],
): Promise<CliError> {
  const { flagSuggestions } = await import("./help/known-command.ts");
  const lines = error.message.split("\n").map((each) => each.trim());
  const text = lines.filter((each) => each !== "" && !each.startsWith("See more help")).join(": ");
  const flags = Array.isArray(error.flags) ? (error.flags as string[]) : [];
  const message = text.charAt(0).toLowerCase() + text.slice(1);
  const next = flagSuggestions(flags, argv);
  return usageError(
    flags.length > 0 ? `there is no flag ${flags.join(", ")}` : message,
    ...next,
    "--help tells what there is",
  );
}

async function endpointNow(argv: readonly string[]): Promise<string | undefined> {
  const { currentTarget } = await import("./connect.ts");
  const value = (name: string) => {
    const at = argv.findIndex((each) => each === name || each.startsWith(`${name}=`));
    return at < 0 ? undefined : (argv[at]?.split("=")[1] ?? argv[at + 1]);
  };
  const target = await currentTarget({
    endpoint: value("--endpoint"),
    context: value("--context"),
  }).catch(() => undefined);
  return target?.endpoint.value;
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((each, at) => {
    return (
      /^(-o=?|--output=)jsonl?$/.test(each) ||
      (/^(-o|--output)$/.test(each) && /^jsonl?$/.test(argv[at + 1] ?? ""))
    );
  });
}
