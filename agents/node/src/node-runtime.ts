// Node as a home for agents.
import { hostname } from "node:os";
import {
  systemClock,
  type AgentRuntime,
  type Connection,
  type CredentialStore,
  type Outbox,
} from "@meshwork/agents-core";
import { createGrpcChannel } from "@meshwork/wire/grpc-channel";
import { createGrpcLink } from "@meshwork/wire/grpc-link";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { createLoadSampler } from "./load-sampler.ts";

/** An agent's runtime: gRPC to the endpoint, one connection an agent, the machine's clocks. */
export function createNodeRuntime(options: {
  readonly endpoint: string;
  readonly authorities: string | undefined;
  readonly credentials: CredentialStore;
  readonly outbox: Outbox;
}): AgentRuntime {
  return {
    clock: systemClock,
    random: Math.random,
    credentials: options.credentials,
    outbox: options.outbox,
    info: {
      name: "node",
      version: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
      hostName: hostname(),
      processId: process.pid,
    },
    connect: () => connectTo(options),
    sampleLoad: createLoadSampler,
  };
}

function connectTo({
  endpoint,
  authorities,
}: {
  endpoint: string;
  authorities: string | undefined;
}): Connection {
  const channel = createGrpcChannel({
    endpoint,
    ...(authorities !== undefined && { authorities }),
  });
  return {
    link: createGrpcLink(channel),
    rpc: (headers) => createGrpcTransport({ endpoint, channel, headers }),
    close: () => {
      channel.close();
    },
  };
}
