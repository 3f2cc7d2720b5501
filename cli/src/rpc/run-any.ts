// Calls any RPC by its name.
import { toJson, type JsonValue } from "@bufbuild/protobuf";
import { commands } from "@meshwork/gen-cli/commands";
import type { CommandRow } from "@meshwork/gen-cli/types";
import { currentTarget, openTransport } from "../connect.ts";
import { confirmChange } from "../contexts/confirm.ts";
import type { TargetFlags } from "../contexts/target.ts";
import { usageError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import { out, talk } from "../output/stdout.ts";
import { callStream, callUnary, messageOf, methodOf, single } from "./invoke.ts";
import { stdinMessages } from "./run-stream.ts";
import { processSources } from "./sources.ts";
import { valueOf } from "./values.ts";

/** How to call. */
export interface AnyCall {
  readonly data: string | undefined;
  readonly flags: TargetFlags;
  readonly timeoutMs: number | undefined;
  readonly debug: boolean;
  readonly yes: boolean;
}

/** Calls, and writes the answers to stdout as JSON. */
export async function runAny(name: string, call: AnyCall): Promise<void> {
  const row = rowNamed(name);
  const method = await methodOf(row);
  const target = await currentTarget(call.flags);
  const streamsIn = row.kind === "client" || row.kind === "bidi";
  const json = streamsIn ? {} : await requestJson(call.data);
  const requests = streamsIn ? stdinMessages(method.input) : single(messageOf(method.input, json));
  if (!row.readOnly) await confirmChange(target, `mesh rpc ${name}`, call.yes);
  const caller = {
    transport: await openTransport(target),
    signal: new AbortController().signal,
    timeoutMs: call.timeoutMs,
    trace: call.debug ? talk : undefined,
  };
  if (row.kind === "unary") {
    const response = await callUnary(method, messageOf(method.input, json), caller);
    return out(`${JSON.stringify(toJson(method.output, response), undefined, 2)}\n`);
  }
  for await (const message of callStream(method, requests, caller)) {
    await out(`${JSON.stringify(toJson(method.output, message))}\n`);
  }
}

function rowNamed(name: string): CommandRow {
  const wanted = name
    .replace(/^\//, "")
    .replace(/\.([A-Za-z]+)$/, (whole, last: string) => (name.includes("/") ? whole : `/${last}`));
  const row = commands.find(({ service, method }) => {
    return (
      `${service}/${method}` === wanted || `${service.split(".").at(-1) ?? ""}/${method}` === wanted
    );
  });
  if (row !== undefined) return row;
  const names = commands.map(
    ({ service, method }) => `${service.split(".").at(-1) ?? ""}/${method}`,
  );
  throw usageError(
    `there is no RPC ${JSON.stringify(name)}`,
    ...suggestion(wanted.replace("mesh.v1.", ""), names),
  );
}

async function requestJson(data: string | undefined): Promise<JsonValue> {
  if (data === undefined) return {};
  const row = { field: "", json: "", flag: "data", kind: "json", help: "" } as const;
  return await valueOf(row, [data], "--data", processSources());
}
