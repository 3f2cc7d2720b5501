// Runs `mesh`: finds the command, tells every error in one way, and ends with its exit code.
import { CliError, exitCodes } from "./errors/cli-error.ts";
import type { Asked } from "./errors/hints.ts";
import { failureOf, reportText, type Failure } from "./errors/report.ts";
import { checkNoSecrets } from "./errors/secret-arguments.ts";

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
  checkNoSecrets(argv);
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
    // Plugins of the data folder are not asked for: a folder that cannot be read would be warned of.
    { root: import.meta.filename, userPlugins: false, devPlugins: false },
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
  if (error instanceof Error && "oclif" in error) {
    const { failureOfParser } = await import("./errors/parser-failure.ts");
    return failureOf(failureOfParser(error, argv));
  }
  if (error instanceof Error && error.name === "ExitPromptError")
    return failureOf(new CliError("interrupted", exitCodes.interrupted));
  if (error instanceof Error && error.name === "ConnectError") {
    const { failureOfCall } = await import("./errors/failure.ts");
    return failureOfCall(error, await asked(argv)) ?? failureOf(error);
  }
  if (error instanceof Error && /^Agent(Configuration)?Error$/.test(error.name)) {
    const { failureOfAgent } = await import("./errors/failure-of-agent.ts");
    return failureOfAgent(error, await asked(argv)) ?? failureOf(error);
  }
  return failureOf(error);
}

async function asked(argv: readonly string[]): Promise<Asked> {
  return (await import("./errors/asked.ts")).askedOf(argv);
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((each, at) => {
    return (
      /^(-o=?|--output=)jsonl?$/.test(each) ||
      (/^(-o|--output)$/.test(each) && /^jsonl?$/.test(argv[at + 1] ?? ""))
    );
  });
}
