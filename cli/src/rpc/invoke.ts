// Calls RPCs by their descriptors, whichever they are.
import {
  fromJson,
  toJson,
  type DescMessage,
  type DescMethod,
  type DescService,
  type JsonValue,
  type Message,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { CommandRow } from "@meshwork/gen-cli/types";
import { CliError, usageError } from "../errors/cli-error.ts";
import { withDurations } from "./json-durations.ts";

/** How calls are made. */
export interface Caller {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** Absent: no deadline but the server's. */
  readonly timeoutMs: number | undefined;
  /** Told what goes over the wire, for `--debug`. */
  readonly trace: ((line: string) => void) | undefined;
}

/** The descriptor of a row's RPC; another one of the same service by its name. */
export async function methodOf(
  row: Pick<CommandRow, "module" | "service" | "method">,
  name = row.method,
): Promise<DescMethod> {
  const exported = (await import(`@meshwork/gen/${row.module}`)) as Record<string, unknown>;
  const service = Object.values(exported).find((each): each is DescService => {
    return (
      typeof each === "object" &&
      each !== null &&
      "typeName" in each &&
      each.typeName === row.service
    );
  });
  const method = service?.methods.find((each) => each.name === name);
  if (method === undefined) throw new Error(`the generated code has no ${row.service}/${name}`);
  return method;
}

/**
 * A message out of proto3 JSON, in which durations may be written as in flags. Throws a usage error that
 * names what does not fit.
 */
export function messageOf(desc: DescMessage, json: JsonValue): Message {
  try {
    return fromJson(desc, withDurations(desc, json));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw usageError(
      `the request is not a ${desc.typeName}: ${(error as Error).message}`,
      `\`mesh explain ${desc.name}\` tells its fields`,
    );
  }
}

/** One request, one response. */
export async function callUnary(
  method: DescMethod,
  request: Message,
  caller: Caller,
): Promise<Message> {
  traceMessage(caller, "→", method, method.input, request);
  const response = await caller.transport.unary(
    method as DescMethod & { methodKind: "unary" },
    caller.signal,
    caller.timeoutMs,
    undefined,
    request,
  );
  caller.trace?.(`← ${headerText(response.header)}`);
  traceMessage(caller, "←", method, method.output, response.message);
  return response.message;
}

/** Requests as they come, responses as they come. */
export async function* callStream(
  method: DescMethod,
  requests: AsyncIterable<Message>,
  caller: Caller,
): AsyncGenerator<Message> {
  const response = await caller.transport.stream(
    method as DescMethod & { methodKind: "bidi_streaming" },
    caller.signal,
    caller.timeoutMs,
    undefined,
    traced(method, requests, caller) as AsyncIterable<MessageShape<DescMessage>>,
  );
  caller.trace?.(`← ${headerText(response.header)}`);
  for await (const message of response.message) {
    traceMessage(caller, "←", method, method.output, message);
    yield message;
  }
}

/** A stream of one request. */
export async function* single(request: Message): AsyncGenerator<Message> {
  yield await Promise.resolve(request);
}

async function* traced(
  method: DescMethod,
  requests: AsyncIterable<Message>,
  caller: Caller,
): AsyncGenerator<Message> {
  for await (const request of requests) {
    traceMessage(caller, "→", method, method.input, request);
    yield request;
  }
}

function traceMessage(
  { trace }: Caller,
  arrow: string,
  method: DescMethod,
  desc: DescMessage,
  message: Message,
): void {
  if (trace === undefined) return;
  const json = JSON.stringify(toJson(desc, message), (key, value: unknown) =>
    secretName.test(key) ? "(secret)" : value,
  );
  trace(`${arrow} ${method.parent.typeName}/${method.name} ${json}`);
}

/** Errs on the side of hiding: `--debug` output ends up in bug reports. */
const secretName = /token$|secret|credential$/i;

function headerText(header: Headers): string {
  return [...header].map(([name, value]) => `${name}: ${value}`).join(", ");
}
