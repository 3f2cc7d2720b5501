// The few generated commands that do or show more than their RPC says.
import type { Message } from "@bufbuild/protobuf";
import { Flags, type Interfaces } from "@oclif/core";
import type { OutputStyle } from "../output/format-names.ts";
import type { CallContext } from "./call-context.ts";

/** What a generated command does besides its call. */
export interface Special {
  /** Shows a response in place of a table. */
  readonly render?: (message: Message, style: OutputStyle) => string[];
  /** Shows a change of a watch in place of a row; undefined leaves it out. */
  readonly renderChange?: (change: Message, style: OutputStyle) => string | undefined;
  /** Goes on after the call; what it returns is shown in place of the response. */
  readonly after?: (response: Message, context: CallContext) => Promise<Message>;
}

interface SpecialEntry {
  readonly flags?: Interfaces.FlagInput;
  readonly load: () => Promise<Special>;
}

/** By service and RPC. Loaded only when run. */
export const specials: Readonly<Record<string, SpecialEntry>> = {
  "mesh.v1.AgentService/TerminateAgent": {
    flags: {
      wait: Flags.boolean({
        allowNo: true,
        default: true,
        description: "Wait until the agent is terminated.",
        helpGroup: "GLOBAL",
      }),
    },
    load: async () => ({
      after: (await import("./specials/agents-terminate.ts")).waitUntilTerminated,
    }),
  },
  "mesh.v1.MeshService/WatchMesh": {
    load: async () => ({ renderChange: (await import("./specials/meshes-watch.ts")).changeLine }),
  },
  "mesh.v1.MeshService/GetMeshStatus": {
    load: async () => ({ render: (await import("./specials/meshes-status.ts")).statusLines }),
  },
  "mesh.v1.MeshService/GetMeshTopology": {
    load: async () => ({ render: (await import("./specials/meshes-topology.ts")).topologyLines }),
  },
};
