// Messages and calls to other agents.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import { DeliveryGuarantee, type AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { agentErrorOf } from "./agent-error.ts";
import {
  check,
  checkCapability,
  checkedContentType,
  checkedHeaders,
  checkId,
  checkMs,
} from "./argument-checks.ts";
import { durationOf } from "./duration.ts";
import {
  CALL_TIMEOUT_DEFAULT_MS,
  CALL_TIMEOUT_MAX_MS,
  MESSAGE_DELAY_MAX_MS,
  MESSAGE_TTL_DEFAULT_MS,
  MESSAGE_TTL_MAX_MS,
  MESSAGE_TTL_MIN_MS,
} from "./limits.ts";
import { targetOf, type MessageTarget } from "./message-target.ts";
import { contentOf, encodeData, type Content, type Data } from "./payload.ts";

/** What a message says. */
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

/** How a message is to be kept and sent until its receiver has settled it. */
export interface AtLeastOnceOptions {
  /** May be left out for a group, which takes nothing else. */
  readonly guarantee?: "atLeastOnce";
  /** How long it may take until it is settled; then it is a dead letter. 1 s to 30 days, default 7 days. */
  readonly ttlMs?: number;
  /** Wait before its first delivery: up to 30 days, and less than the ttl. Such a message keeps no order. */
  readonly delayMs?: number;
}

export interface AtMostOnceOptions {
  readonly guarantee?: "atMostOnce";
}

export interface CallOptions {
  /** How long to wait for the last answer: up to 10 min, default 30 s. */
  readonly timeoutMs?: number;
  /** Cancels the call when it fires. */
  readonly signal?: AbortSignal;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether a message is kept until it is settled: when asked for, and always for a group. */
export function isAtLeastOnce(
  target: MessageTarget,
  { guarantee }: { readonly guarantee?: "atLeastOnce" | "atMostOnce" },
): boolean {
  const toGroup = typeof target !== "string" && "group" in target;
  check(
    guarantee === undefined || ["atLeastOnce", "atMostOnce"].includes(guarantee),
    "guarantee",
    guarantee,
    '"atLeastOnce" or "atMostOnce"',
  );
  check(
    !toGroup || guarantee !== "atMostOnce",
    "guarantee",
    guarantee,
    '"atLeastOnce" for a group',
  );
  return toGroup || guarantee === "atLeastOnce";
}

/** A message as it travels. Throws AgentError (InvalidArgument): a bad one would cost the session. */
export function messageOf(
  target: MessageTarget,
  message: MessageInit,
  options: AtLeastOnceOptions | AtMostOnceOptions = {},
): MessageInitShape<typeof AgentMessageSchema> {
  const { subject, data, contentType, headers = {}, correlationId = "" } = message;
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
    target: targetOf(target),
    subject,
    correlationId,
    headers: checkedHeaders(headers),
    ...encodeData(data, checkedContentType(contentType)),
    ...(isAtLeastOnce(target, options) && storedUntilSettled(options as AtLeastOnceOptions)),
  };
}

function storedUntilSettled({ ttlMs, delayMs }: AtLeastOnceOptions): {
  guarantee: DeliveryGuarantee;
  ttl?: Duration;
  delay?: Duration;
} {
  if (ttlMs !== undefined) checkMs("ttl", ttlMs, MESSAGE_TTL_MIN_MS, MESSAGE_TTL_MAX_MS);
  if (delayMs !== undefined) {
    checkMs("delay", delayMs, 0, MESSAGE_DELAY_MAX_MS);
    const ttl = ttlMs ?? MESSAGE_TTL_DEFAULT_MS;
    check(delayMs < ttl, "delay", delayMs, `less than the ttl of ${ttl} ms`);
  }
  return {
    guarantee: DeliveryGuarantee.AT_LEAST_ONCE,
    ...(ttlMs !== undefined && { ttl: durationOf(ttlMs) }),
    ...(delayMs !== undefined && { delay: durationOf(delayMs) }),
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
  checkId("agent id", agentId);
  checkCapability(capability);
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
