// `mesh agent run`
import { Args, Flags } from "@oclif/core";
import { MeshCommand, globalFlags } from "../mesh-command.ts";

/** Runs an agent until it is stopped or the mesh ends it. */
export class AgentRunCommand extends MeshCommand {
  static override ownSignals = true;
  static override summary = "Run an agent in this process.";
  static override description = [
    "MODULE exports `capabilities` (handlers by name), or `setUp`, a function that is given the agent before it starts, or both. Without a module the agent has `echo` and, within --folder, `file.digest`, and prints the messages that come.",
    "The first start needs a join token: `mesh agents provision` makes one. From then on the agent has a credential of its own. Ctrl-C finishes the calls in flight; a second one does not wait.",
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> agent run --agent w1 --join-token-file w1.token",
    "<%= config.bin %> agent run ./worker.ts --agent w1 --labels zone=eu",
    "<%= config.bin %> agent run --agent w1 --group crew --topic 'orders.>'",
    "<%= config.bin %> agent run --agent boss --role manager --launch launch.yaml --join-token-file boss.token",
    "<%= config.bin %> agents provision w2 -o json | jq -r .joinToken | <%= config.bin %> agent run --agent w2 --join-token-file -",
  ];
  static override args = {
    module: Args.string({ description: "Module with the agent's capabilities." }),
  };
  static override flags = {
    agent: Flags.string({ description: "Name of the agent.", helpValue: "NAME" }),
    role: Flags.string({
      description: "What the agent is for: worker or manager.",
      helpValue: "worker|manager",
      options: ["worker", "manager"],
      default: "worker",
    }),
    launch: Flags.string({
      description:
        "File (YAML or JSON) with the templates by which a manager launches other agents as processes.",
      helpValue: "FILE",
    }),
    "join-token-file": Flags.string({
      description: "File with the join token, or - (stdin). Default: MESH_JOIN_TOKEN_FILE.",
      helpValue: "FILE",
    }),
    "credential-file": Flags.string({
      description:
        "Where the agent's credential is kept. Default: a file below XDG_STATE_HOME, by server and name.",
      helpValue: "FILE",
    }),
    labels: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: "Pairs by which the agent can be selected.",
      helpValue: "KEY=VALUE",
    }),
    folder: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        "Folder that file.digest may read; may be given several times. Default: the working directory.",
      helpValue: "FOLDER",
    }),
    topic: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        "Topic or pattern that an agent without a module receives from; may be given several times.",
      helpValue: "TOPIC",
    }),
    group: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        "Group in which an agent without a module takes its share; may be given several times.",
      helpValue: "NAME",
    }),
    mesh: Flags.string({
      description: "Mesh that the agent is meant for; it refuses to work in another.",
      helpValue: "NAME",
    }),
    "exit-with-stdin": Flags.boolean({
      hidden: true,
      description: "Stop when stdin ends: for a parent that must not leave agents behind.",
    }),
    context: globalFlags.context,
    endpoint: globalFlags.endpoint,
    debug: globalFlags.debug,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentRunCommand);
    const { runAgent } = await import("../agent/run-agent.ts");
    process.exitCode = await runAgent({
      module: args.module,
      agentId: flags.agent,
      role: flags.role === "manager" ? "manager" : "worker",
      joinTokenFile: flags["join-token-file"],
      credentialFile: flags["credential-file"],
      labels: flags.labels ?? [],
      folders: flags.folder ?? ["."],
      topics: flags.topic ?? [],
      groups: flags.group ?? [],
      launchFile: flags.launch,
      mesh: flags.mesh,
      exitWithStdin: flags["exit-with-stdin"],
      target: this.targetFlags(flags),
    });
  }
}
