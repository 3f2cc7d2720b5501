// `mesh messages gather`, which ends with 10 where some did not answer, as `mesh gather` does.
import { toJson } from "@bufbuild/protobuf";
import type { GatherRepliesResponse } from "@meshwork/gen/mesh/v1/message_service";
import { exitCodes } from "../../errors/cli-error.ts";
import { out } from "../../output/stdout.ts";
import type { CallContext } from "../call-context.ts";
import { callStream, single } from "../invoke.ts";

/** Writes each response as a line of JSON. */
export async function gatherAsJson({ method, request, caller }: CallContext): Promise<void> {
  for await (const response of callStream(method, single(request), caller)) {
    await out(`${JSON.stringify(toJson(method.output, response))}\n`);
    const { event } = response as GatherRepliesResponse;
    if (event.case === "summary" && event.value.failures.length > 0)
      process.exitCode = exitCodes.partial;
  }
}
