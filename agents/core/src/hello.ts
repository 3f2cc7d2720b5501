// What an agent says of itself.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HelloSchema } from "@meshwork/gen/mesh/v1/link";
import { durationOf } from "./duration.ts";
import type { Vitals } from "./heartbeats.ts";
import type { Launcher } from "./launch.ts";
import type { Messaging } from "./messaging.ts";
import type { LoadSampler, RuntimeInfo } from "./runtime.ts";

/** Name and version of this library, as agents report it. */
export const SDK = "meshwork-ts/0.1.0";

const PROTOCOL_VERSION = 1;
const NAME_CHARACTERS_MAX = 63;
const HOST_CHARACTERS_MAX = 253;

/** The first frame of a session; what is too long for the contract is cut. */
export function helloOf(
  config: {
    readonly labels: Readonly<Record<string, string>>;
    readonly callsMax: number;
    readonly messaging: { readonly deliveriesMax: number; readonly deliveryBytesMax: number };
    readonly launcher: Launcher | undefined;
  },
  capabilities: readonly string[],
  info: RuntimeInfo,
  aboutMessages: ReturnType<Messaging["hello"]>,
): MessageInitShape<typeof HelloSchema> {
  const cut = (text: string): string => text.slice(0, NAME_CHARACTERS_MAX);
  const runtime = {
    name: cut(info.name),
    version: cut(info.version),
    platform: cut(info.platform),
    hostName: info.hostName.slice(0, HOST_CHARACTERS_MAX),
    processId: info.processId,
    sdk: SDK,
  };
  return {
    ...aboutMessages,
    protocolVersion: PROTOCOL_VERSION,
    spec: {
      labels: { ...config.labels },
      capabilities: [...capabilities],
      runtime,
      launchTemplates: [...(config.launcher?.templates ?? [])],
    },
    window: {
      callsMax: config.callsMax,
      deliveriesMax: config.messaging.deliveriesMax,
      deliveryBytesMax: config.messaging.deliveryBytesMax,
    },
  };
}

/** How busy the agent is, for a heartbeat. */
export function loadOf(
  sample: ReturnType<LoadSampler["sample"]>,
  callsInFlight: number,
): Vitals["load"] {
  return {
    cpuCores: sample.cpuCores,
    memoryBytes: BigInt(Math.round(sample.memoryBytes)),
    loopDelayDuration: durationOf(sample.loopDelayMs),
    callsInFlight,
  };
}
