// Loads a file with the templates by which a manager launches others.
import { readFile } from "node:fs/promises";
import type { LaunchOptions } from "@meshwork/agents-node";
import { parseDocument } from "yaml";
import { configError } from "../errors/cli-error.ts";

const KEYS = ["templates", "stateFolder"];

/**
 * Reads a file of YAML or JSON: `templates` by name, and `stateFolder` if need be. What templates hold is
 * checked with the rest of the agent's configuration. Throws a configuration error with all that is wrong.
 */
export async function loadLaunchFile(path: string): Promise<LaunchOptions> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw configError(`--launch cannot read ${JSON.stringify(path)}: ${(error as Error).message}`);
  }
  const document = parseDocument(text);
  const [first] = document.errors;
  if (first !== undefined) {
    throw configError(
      `${path} is no YAML: ${first.message.split("\n", 1)[0] ?? ""}`,
      ...document.errors.slice(1, 5).map(({ message }) => message.split("\n", 1)[0] ?? ""),
    );
  }
  const content: unknown = document.toJS();
  const problems = problemsIn(content);
  if (problems.length > 0) {
    const lines = problems.map((problem) => `  ${path}: ${problem}`);
    throw configError(`the launch file cannot be used:\n${lines.join("\n")}`);
  }
  return { ...(content as Pick<LaunchOptions, "templates" | "stateFolder">), source: path };
}

function problemsIn(content: unknown): string[] {
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return ["has to hold `templates`, by name; add them"];
  const { templates, stateFolder } = content as Record<string, unknown>;
  const unknown = Object.keys(content).filter((key) => !KEYS.includes(key));
  return [
    ...unknown.map((key) => `${key} is no known key; remove it, or correct its spelling`),
    ...(templates === undefined ? ["templates is missing; add them, by name"] : []),
    ...(stateFolder === undefined || (typeof stateFolder === "string" && stateFolder !== "")
      ? []
      : [`stateFolder = ${JSON.stringify(stateFolder)}: has to be a path; correct it`]),
  ];
}
