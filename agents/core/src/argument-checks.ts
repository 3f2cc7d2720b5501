// What every message and call has to keep: what the contract refuses would cost the session there.
import { Code } from "@connectrpc/connect";
import { AgentError } from "./agent-error.ts";
import { CAPABILITY_PATTERN, ID_PATTERN } from "./configuration.ts";
import { HEADERS_MAX } from "./limits.ts";

/** Throws AgentError (InvalidArgument) with the value and the rule, unless it is good. */
export function check(good: boolean, what: string, value: unknown, rule: string): void {
  if (good) return;
  const shown = (JSON.stringify(value) as string | undefined)?.slice(0, 64) ?? String(value);
  throw new AgentError(Code.InvalidArgument, `the ${what} ${shown} has to be ${rule}`, {
    metadata: { rule },
  });
}

export function checkId(what: string, id: string): void {
  check(ID_PATTERN.test(id), what, id, "lower-case letters, digits and hyphens, at most 63");
}

export function checkCapability(name: string): void {
  check(
    CAPABILITY_PATTERN.test(name),
    "capability",
    name,
    "lower-case letters, digits and ._-, at most 63",
  );
}

/** A number of milliseconds within bounds. */
export function checkMs(what: string, ms: number, min: number, max: number): void {
  check(ms >= min && ms <= max, what, ms, `${min} to ${max} ms`);
}

export function checkedContentType(contentType: string | undefined): string | undefined {
  const shape = /^([a-zA-Z0-9!#$&^_.+-]{1,63}\/[a-zA-Z0-9!#$&^_.+-]{1,63})?$/;
  check(
    contentType === undefined || shape.test(contentType),
    "content type",
    contentType,
    "of the form type/subtype",
  );
  return contentType;
}

export function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
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
