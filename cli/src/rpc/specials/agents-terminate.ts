// `mesh agents terminate` waits until it is done.
import { create, type Message } from "@bufbuild/protobuf";
import { AgentState, AgentStateSchema, type Agent } from "@meshwork/gen/mesh/v1/agent";
import {
  AgentService,
  TerminateAgentResponseSchema,
  WatchAgentsRequestSchema,
  type AgentChange,
  type TerminateAgentRequest,
  type TerminateAgentResponse,
} from "@meshwork/gen/mesh/v1/agent_service";
import { enumText } from "../../output/paths.ts";
import { talk } from "../../output/stdout.ts";
import type { CallContext } from "../call-context.ts";
import { follow, type WatchResponse } from "../follow.ts";
import { followWorld, openWatch } from "../run-stream.ts";

/**
 * Watches the agent until it is TERMINATED, or its record is deleted. Returns the response with the
 * agent as it was last seen; at once with `--no-wait` or `--dry-run`.
 */
export async function waitUntilTerminated(
  response: Message,
  context: CallContext,
): Promise<Message> {
  const { agent } = response as TerminateAgentResponse;
  if (context.options.dryRun || context.options.extra["wait"] === false || agent === undefined)
    return response;
  const last = await lastSeen(agent, context);
  return create(TerminateAgentResponseSchema, { agent: last });
}

async function lastSeen(first: Agent, context: CallContext): Promise<Agent> {
  if (first.status?.state === AgentState.TERMINATED) return first;
  const { meshId, agentId } = context.request as TerminateAgentRequest;
  const request = create(WatchAgentsRequestSchema, { meshId });
  const { caller } = context;
  talk(`waiting until ${agentId} has ended; --no-wait does not`);
  const open = openWatch({ method: AgentService.method.watchAgents, request, caller });
  let last = first;
  const watched = open as unknown as (
    cursor: string,
    signal: AbortSignal,
  ) => AsyncIterable<WatchResponse<AgentChange>>;
  for await (const { changes, snapshot } of follow(watched, followWorld(context))) {
    const seen = changes.map(({ change }) => change);
    const now = seen.findLast((each) => each.case === "agent" && each.value.agentId === agentId)
      ?.value as Agent | undefined;
    const gone = seen.some((each) => each.case === "deletedAgentId" && each.value === agentId);
    if (gone || (snapshot && now === undefined) || (now !== undefined && now.uid !== first.uid))
      return last;
    if (now === undefined) continue;
    if (now.status?.state === AgentState.TERMINATED) return now;
    if (now.status?.state !== last.status?.state) {
      talk(`${agentId} is ${enumText(AgentStateSchema, now.status?.state ?? 0)}`);
    }
    last = now;
  }
  return last;
}
