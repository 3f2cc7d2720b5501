// `mesh agents provision` with a launcher.
import { usageError } from "../../errors/cli-error.ts";
import type { Typed } from "../request.ts";
import type { Json } from "../values.ts";

/** The request with what `--launcher` and `--template` say; it takes both or none. */
export function withLauncher(json: Record<string, Json>, { flags }: Typed): Record<string, Json> {
  const { launcher, template } = flags;
  if (launcher === undefined && template === undefined) return json;
  if (typeof launcher !== "string" || typeof template !== "string")
    throw usageError(
      `--${launcher === undefined ? "launcher" : "template"} is required: an agent is launched by a template of a launcher`,
      "for example: mesh agents provision w4 --launcher boss --template worker",
    );
  return { ...json, launch: { launcherId: launcher, template } };
}
