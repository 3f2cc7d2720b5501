// `mesh dead-letters replay` and `purge`: some by name, or all, a call for every 500.
import { create, type Message } from "@bufbuild/protobuf";
import {
  PurgeDeadLettersResponseSchema,
  ReplayDeadLettersResponseSchema,
  type PurgeDeadLettersRequest,
  type PurgeDeadLettersResponse,
  type ReplayDeadLettersRequest,
  type ReplayDeadLettersResponse,
} from "@meshwork/gen/mesh/v1/message_service";
import { exitCodes, usageError } from "../../errors/cli-error.ts";
import { talk } from "../../output/stdout.ts";
import type { CallContext } from "../call-context.ts";
import { callUnary } from "../invoke.ts";
import type { Special } from "../specials.ts";
import type { Json } from "../values.ts";

/** Dead letters a call; the contract takes no more. */
const atOnceMax = 500;
/** From here on `remaining` only says "at least". */
const countedMax = 10_000;

/** What one call did, or several did together. */
interface Progress {
  readonly done: number;
  readonly refused: number;
  readonly remaining: number;
}

type Request = ReplayDeadLettersRequest | PurgeDeadLettersRequest;

/** Puts dead letters back, and exits with 10 where some could not be. */
export const replayAll: Special = {
  request: checked,
  call: async (context) => {
    const { done, refused, remaining } = await throughAll(context, "replayed", (response) => {
      const { replayed, ...rest } = response as ReplayDeadLettersResponse;
      return { done: replayed, ...rest };
    });
    if (refused > 0) {
      talk(`${refused} could not go back: their receiver is gone, or its mailbox is full`);
      process.exitCode = exitCodes.partial;
    }
    return create(ReplayDeadLettersResponseSchema, { replayed: done, refused, remaining });
  },
};

/** Forgets dead letters. */
export const purgeAll: Special = {
  request: checked,
  call: async (context) => {
    const { done, remaining } = await throughAll(context, "purged", (response) => {
      const { purged, remaining: left } = response as PurgeDeadLettersResponse;
      return { done: purged, refused: 0, remaining: left };
    });
    return create(PurgeDeadLettersResponseSchema, { purged: done, remaining });
  },
};

/** Throws a usage error unless it is said which ones are meant, and once only. */
function checked(json: Record<string, Json>): Record<string, Json> {
  const named = Array.isArray(json["deadLetterIds"]) && json["deadLetterIds"].length > 0;
  const all = json["all"] === true;
  const filters = [
    ...(json["agentId"] === undefined ? [] : ["--agent-id"]),
    ...(json["group"] === undefined ? [] : ["--group"]),
    ...(json["reason"] === undefined ? [] : ["--reason"]),
  ];
  if (named && all) throw usageError("dead letters are named, and --all is given: it takes one");
  if (!all && filters.length > 0)
    throw usageError(`${filters.join(", ")} narrows --all, which is not given`, "add --all");
  if (!named && !all)
    throw usageError(
      "it is not said which dead letters are meant",
      "name some, as `mesh dead-letters list` has them, or give --all, with filters or without",
    );
  return json;
}

async function throughAll(
  context: CallContext,
  verb: string,
  read: (response: Message) => Progress,
): Promise<Progress> {
  const request = context.request as Request;
  const call = async (part: Request) => read(await callUnary(context.method, part, context.caller));
  if (!request.all) return throughNamed(request, call);
  if (request.validateOnly) return all(await call(request));
  const line = progressLine();
  try {
    return await throughFound(request, call, ({ done, remaining }) => {
      line.show(`${verb} ${done}, ${remaining}${remaining >= countedMax ? " or more" : ""} left`);
    });
  } finally {
    line.clear();
  }
}

async function throughNamed(
  request: Request,
  call: (part: Request) => Promise<Progress>,
): Promise<Progress> {
  let [done, refused] = [0, 0];
  for (let at = 0; at < request.deadLetterIds.length; at += atOnceMax) {
    const deadLetterIds = request.deadLetterIds.slice(at, at + atOnceMax);
    const part = await call({ ...request, deadLetterIds });
    done += part.done;
    refused += part.refused;
  }
  return { done, refused, remaining: 0 };
}

/**
 * Calls until none is left of those that were there at the first count that is exact: what is replayed
 * may die again meanwhile. What is refused stays, and each call comes upon it anew.
 */
export async function throughFound<R>(
  request: R,
  call: (request: R) => Promise<Progress>,
  tell: (soFar: Progress) => void,
): Promise<Progress> {
  let sum: Progress = { done: 0, refused: 0, remaining: 0 };
  let left = Infinity;
  let part: Progress;
  do {
    part = await call(request);
    const { done, refused, remaining } = part;
    sum = { done: sum.done + done, refused: Math.max(sum.refused, refused), remaining };
    if (left < Infinity) left -= done;
    else if (remaining < countedMax) left = remaining;
    tell(sum);
  } while (part.done > 0 && part.remaining > 0 && left > 0);
  return sum;
}

/** A dry run counts all that the calls after the first would come to. */
function all({ done, refused, remaining }: Progress): Progress {
  if (remaining >= countedMax) talk(`at least so many: only ${countedMax} are counted`);
  return { done: done + remaining, refused, remaining: 0 };
}

/** A line on the terminal that is written over; nothing where stderr is none. */
function progressLine(): { show(text: string): void; clear(): void } {
  if (!process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => process.stderr.write(`\r\u001b[K${text}`),
    clear: () => process.stderr.write("\r\u001b[K"),
  };
}
