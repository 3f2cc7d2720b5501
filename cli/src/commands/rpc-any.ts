// `mesh rpc`
import { Args, Flags } from "@oclif/core";
import { MeshCommand, globalFlags, timeoutMsOf } from "../mesh-command.ts";

/** Calls any RPC with JSON, nothing filled in. */
export class RpcAnyCommand extends MeshCommand {
  static override summary = "Call any RPC with JSON.";
  static override description =
    "Nothing is filled in. A unary answer is one JSON document; streams are JSON, one message a line. Requests of a stream are read from stdin, one a line.";
  static override examples = [
    `<%= config.bin %> rpc AgentService/GetAgent --data '{"meshId":"demo","agentId":"w1"}'`,
    `<%= config.bin %> rpc mesh.v1.MeshService/WatchMesh --data '{"meshId":"demo"}'`,
  ];
  static override args = {
    rpc: Args.string({
      required: true,
      description: "Service and RPC, such as AgentService/GetAgent.",
    }),
  };
  static override flags = {
    data: Flags.string({
      char: "d",
      description: "The request: JSON, @FILE, or - (stdin).",
      helpValue: "JSON",
    }),
    yes: Flags.boolean({
      description: "Do not ask, even if the context is protected.",
      helpGroup: "GLOBAL",
    }),
    ...globalFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RpcAnyCommand);
    const { runAny } = await import("../rpc/run-any.ts");
    await runAny(args.rpc, {
      data: flags.data,
      flags: this.targetFlags(flags),
      timeoutMs: timeoutMsOf(flags.timeout),
      debug: flags.debug,
      yes: flags.yes,
    });
  }
}
