// Messages and calls to other agents.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, createClient, type Transport } from "@connectrpc/connect";
import type { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import { CAPABILITY_PATTERN, ID_PATTERN } from "./configuration.ts";
import { CALL_TIMEOUT_DEFAULT_MS, CALL_TIMEOUT_MAX_MS, HEADERS_MAX } from "./limits.ts";
import { contentOf, encodeData, type Content, type Data } from "./payload.ts";

/** A message to another agent. */
export interface MessageInit {
  /** What it is about: 1 to 255 printable characters without spaces. */
  readonly subject: string;
  readonly data?: Data;
  /** Default: by the kind of data. */
  readonly contentType?: string;
  /** At most 32; values of at most 1,024 characters. */
  readonly headers?: Readonly<Record<string, string>>;
  /** At most 128 characters. */
  readonly correlationId?: string;
}

export interface CallOptions {
  /** How long to wait for the last answer: up to 10 min, default 30 s. */
  readonly timeoutMs?: number;
  /** Cancels the call when it fires. */
  readonly signal?: AbortSignal;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message as it travels. Throws AgentError (InvalidArgument): a bad one would cost the session. */
export function messageOf(
  agentId: string,
  message: MessageInit,
): MessageInitShape<typeof AgentMessageSchema> {
  const { subject, data, contentType, headers = {}, correlationId = "" } = message;
  check(
    ID_PATTERN.test(agentId),
    "agent id",
    agentId,
    "lower-case letters, digits and hyphens, at most 63",
  );
  check(
    /^[\x21-\x7e]{1,255}$/.test(subject),
    "subject",
    subject,
    "1 to 255 printable characters without spaces",
  );
  check(
    correlationId.length <= 128 && correlationId.isWellFormed(),
    "correlation id",
    correlationId,
    "at most 128 characters",
  );
  return {
    target: { case: "agentId", value: agentId },
    subject,
    correlationId,
    headers: checkedHeaders(headers),
    ...encodeData(data, checkedContentType(contentType)),
  };
}

/** Calls a capability and yields the answers; leaving the loop cancels the call. Throws AgentError. */
export async function* callAgent(
  transport: Transport,
  target: { readonly meshId: string; readonly agentId: string; readonly capability: string },
  data: Data | undefined,
  options: CallOptions = {},
): AsyncGenerator<Content, void, undefined> {
  const { timeoutMs = CALL_TIMEOUT_DEFAULT_MS, headers = {} } = options;
  const { agentId, capability } = target;
  check(
    ID_PATTERN.test(agentId),
    "agent id",
    agentId,
    "lower-case letters, digits and hyphens, at most 63",
  );
  check(
    CAPABILITY_PATTERN.test(capability),
    "capability",
    capability,
    "lower-case letters, digits and ._-, at most 63",
  );
  check(
    timeoutMs > 0 && timeoutMs <= CALL_TIMEOUT_MAX_MS,
    "timeout",
    timeoutMs,
    `1 to ${CALL_TIMEOUT_MAX_MS} ms`,
  );
  const request = {
    ...target,
    headers: checkedHeaders(headers),
    ...encodeData(data, checkedContentType(options.contentType)),
  };
  // Connect's streams do not notice that a loop was left; the signal tells.
  const left = new AbortController();
  const signal =
    options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
  try {
    const answers = createClient(MessageService, transport).callAgent(request, {
      signal,
      timeoutMs,
    });
    for await (const { payload, contentType } of answers) yield contentOf(payload, contentType);
  } catch (error) {
    throw agentErrorOf(error);
  } finally {
    left.abort();
  }
}

/** The last answer of a call; empty when the capability answered nothing. */
export async function lastAnswer(answers: AsyncIterable<Content>): Promise<Content> {
  let last = contentOf(new Uint8Array(0), "");
  for await (const answer of answers) last = answer;
  return last;
}

function checkedContentType(contentType: string | undefined): string | undefined {
  const shape = /^([a-zA-Z0-9!#$&^_.+-]{1,63}\/[a-zA-Z0-9!#$&^_.+-]{1,63})?$/;
  check(
    contentType === undefined || shape.test(contentType),
    "content type",
    contentType,
    "of the form type/subtype",
  );
  return contentType;
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  check(
    entries.length <= HEADERS_MAX,
    "number of headers",
    entries.length,
    `at most ${HEADERS_MAX}`,
  );
  for (const [key, value] of entries) {
    check(/^[a-zA-Z0-9._-]{1,63}$/.test(key), "header", key, "letters, digits and ._-, at most 63");
    check(
      value.length <= 1024 && value.isWellFormed(),
      `value of header ${key}`,
      value,
      "at most 1,024 characters",
    );
  }
  return { ...headers };
}

function check(good: boolean, what: string, value: unknown, rule: string): void {
  if (good) return;
  const shown = JSON.stringify(value).slice(0, 64);
  throw new AgentError(Code.InvalidArgument, `the ${what} ${shown} has to be ${rule}`, {
    metadata: { rule },
  });
}
