// Asks many agents at once and hands out their answers as they come.
import { createClient, type Transport } from "@connectrpc/connect";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { agentErrorOf, reasonName, type Reason } from "./agent-error.ts";
import { check, checkCapability, checkedContentType, checkedHeaders } from "./argument-checks.ts";
import { CALL_TIMEOUT_DEFAULT_MS, CALL_TIMEOUT_MAX_MS } from "./limits.ts";
import { selectorOf, type AgentSelection } from "./message-target.ts";
import type { CallOptions } from "./outgoing.ts";
import { contentOf, encodeData, type Content, type Data } from "./payload.ts";

/** An answer of one agent; one that streams gives several. */
export interface GatheredAnswer extends Content {
  readonly agentId: string;
}

/** How a gathering ended. */
export interface GatheringSummary {
  /** Agents that were asked. */
  readonly asked: number;
  /** Agents that answered to the end. */
  readonly answered: number;
  readonly failures: readonly {
    readonly agentId: string;
    readonly reason: Reason | "";
    readonly message: string;
  }[];
}

/** Answers as they come; leaving the loop cancels what is still out. Looped over once. */
export interface Gathering extends AsyncIterable<GatheredAnswer> {
  /** Undefined until the loop has come to its end. */
  readonly summary: GatheringSummary | undefined;
}

/** Begins with the loop, which throws AgentError. */
export function gatherReplies(
  transport: Transport,
  target: {
    readonly meshId: string;
    readonly selector: AgentSelection;
    readonly capability: string;
  },
  data: Data | undefined,
  options: CallOptions = {},
): Gathering {
  let summary: GatheringSummary | undefined;

  async function* answers(): AsyncGenerator<GatheredAnswer, void, undefined> {
    const { timeoutMs = CALL_TIMEOUT_DEFAULT_MS, headers = {} } = options;
    const { meshId, selector, capability } = target;
    checkCapability(capability);
    const inTime = timeoutMs > 0 && timeoutMs <= CALL_TIMEOUT_MAX_MS;
    check(inTime, "timeout", timeoutMs, `1 to ${CALL_TIMEOUT_MAX_MS} ms`);
    const request = {
      meshId,
      capability,
      selector: selectorOf(selector),
      headers: checkedHeaders(headers),
      ...encodeData(data, checkedContentType(options.contentType)),
    };
    const left = new AbortController();
    const signal =
      options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
    try {
      const client = createClient(MessageService, transport);
      for await (const { event } of client.gatherReplies(request, { signal, timeoutMs })) {
        if (event.case === "reply") {
          const { agentId, payload, contentType } = event.value;
          yield { agentId, ...contentOf(payload, contentType) };
        } else if (event.case === "summary") {
          const { asked, answered, failures } = event.value;
          const named = failures.map(({ agentId, reason, message }) => ({
            agentId,
            reason: reasonName(reason),
            message,
          }));
          summary = { asked, answered, failures: named };
        }
      }
    } catch (error) {
      throw agentErrorOf(error);
    } finally {
      left.abort();
    }
  }

  const iterator = answers();
  return {
    get summary() {
      return summary;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
}
