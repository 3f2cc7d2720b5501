// `mesh agents get` of an agent that is launched.
import type { Message } from "@bufbuild/protobuf";
import type { Agent } from "@meshwork/gen/mesh/v1/agent";

/** What is known of its process; nothing of an agent that nobody launches. */
export function processColumns(message: Message): readonly string[] {
  return (message as Agent).launch === undefined
    ? []
    : ["launch.launcher_id", "status.process.state", "status.process.restarts"];
}
