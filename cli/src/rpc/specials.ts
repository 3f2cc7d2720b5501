// The few generated commands that do or show more than their RPC says.
import type { DescMessage, Message } from "@bufbuild/protobuf";
import { Flags, type Interfaces } from "@oclif/core";
import type { OutputStyle } from "../output/format-names.ts";
import type { CallContext } from "./call-context.ts";
import type { Typed } from "./request.ts";
import type { Json } from "./values.ts";

/** Messages of one type in place of the response that they are part of. */
export interface Items {
  readonly desc: DescMessage;
  readonly messages: readonly Message[];
}

/** What a generated command does besides its call. */
export interface Special {
  /** Completes the request, proto3 JSON, before anybody is asked; throws usage errors. */
  readonly request?: (json: Record<string, Json>, typed: Typed) => Record<string, Json>;
  /** Makes the calls in place of the one; what it returns is shown as the response. */
  readonly call?: (context: CallContext) => Promise<Message>;
  /** Goes on after the call; what it returns is shown in place of the response. */
  readonly after?: (response: Message, context: CallContext) => Promise<Message>;
  /** Runs a stream in place of showing what comes. */
  readonly stream?: (context: CallContext) => Promise<void>;
  /** Shows a response in place of a table. */
  readonly render?: (message: Message, style: OutputStyle) => string[];
  /** What the columns of a table are of, where a response is shown as the items in it. */
  readonly items?: (response: Message) => Items;
  /** Columns that the table of a message has besides its own. */
  readonly columns?: (message: Message) => readonly string[];
  /** What is told on stderr beside a table. */
  readonly remarks?: (message: Message) => readonly string[];
  /** Shows a change of a watch in place of a row; undefined leaves it out. */
  readonly renderChange?: (change: Message, style: OutputStyle) => string | undefined;
}

interface SpecialEntry {
  readonly flags?: Interfaces.FlagInput;
  /** Flags of the table that those stand for. */
  readonly without?: readonly string[];
  readonly load: () => Promise<Special>;
}

const service = "mesh.v1.MessageService";

/** By service and RPC. Loaded only when run. */
export const specials: Readonly<Record<string, SpecialEntry>> = {
  "mesh.v1.AgentService/ProvisionAgent": {
    flags: {
      launcher: Flags.string({
        description: "Manager agent that launches it. Default: it is started by hand.",
        helpValue: "AGENT",
      }),
      template: Flags.string({
        description: "Template of the launcher by which it is launched.",
        helpValue: "NAME",
      }),
    },
    without: ["launch"],
    load: async () => ({
      request: (await import("./specials/agents-provision.ts")).withLauncher,
    }),
  },
  "mesh.v1.AgentService/GetAgent": {
    load: async () => ({ columns: (await import("./specials/agents-get.ts")).processColumns }),
  },
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
  [`${service}/SendMessage`]: {
    load: async () => ({
      request: (await import("./specials/messages-send.ts")).withOwnRequestId,
    }),
  },
  [`${service}/GatherReplies`]: {
    load: async () => ({ stream: (await import("./specials/messages-gather.ts")).gatherAsJson }),
  },
  [`${service}/Subscribe`]: {
    load: async () => ({ stream: (await import("./specials/messages-subscribe.ts")).subscribe }),
  },
  [`${service}/GetMessage`]: {
    load: async () => ({ render: (await import("./specials/messages-get.ts")).messageLines }),
  },
  [`${service}/TraceMessage`]: {
    load: async () => {
      const { gapLines, stepItems, traceLines } = await import("./specials/messages-trace.ts");
      return { render: traceLines, items: stepItems, remarks: gapLines };
    },
  },
  [`${service}/GetDeadLetter`]: {
    load: async () => ({
      render: (await import("./specials/dead-letters-get.ts")).deadLetterLines,
    }),
  },
  [`${service}/ReplayDeadLetters`]: {
    load: async () => {
      const { replayAll } = await import("./specials/dead-letters-all.ts");
      return { ...replayAll };
    },
  },
  [`${service}/PurgeDeadLetters`]: {
    load: async () => {
      const { purgeAll } = await import("./specials/dead-letters-all.ts");
      return { ...purgeAll };
    },
  },
};
