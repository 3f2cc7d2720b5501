// What an agent without a module can do.
import { createFileDigest, echo } from "@meshwork/agents-node";
import type { Capability } from "@meshwork/agents-core";
import { usageError } from "../errors/cli-error.ts";

/** `echo`, and `file.digest` within the folders. Throws a usage error for a folder that is not there. */
export function builtInCapabilities(
  folders: readonly string[],
): Readonly<Record<string, Capability>> {
  try {
    return { echo, "file.digest": createFileDigest({ roots: folders }) };
  } catch (error) {
    throw usageError(`--folder ${folders.join(", ")} cannot be used: ${(error as Error).message}`);
  }
}
