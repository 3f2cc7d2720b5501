// From flags, environment and contexts to a transport.
import type { Transport } from "@connectrpc/connect";
import { contextsPath, readContexts } from "./contexts/contexts-file.ts";
import { resolveTarget, type Target, type TargetFlags } from "./contexts/target.ts";

/** What this command talks to: flag, then environment, then context, then default. */
export async function currentTarget(flags: TargetFlags): Promise<Target> {
  return resolveTarget(flags, process.env, await readContexts(contextsPath(process.env)));
}

/** A gRPC transport that sends the target's credential with every call. */
export async function openTransport({
  endpoint,
  token,
}: Pick<Target, "endpoint" | "token">): Promise<Transport> {
  const { createGrpcTransport } = await import("@meshwork/wire/grpc-transport");
  return createGrpcTransport({
    endpoint: endpoint.value,
    headers: token === undefined ? {} : { authorization: `Bearer ${token.value}` },
  });
}
