// Every command of `mesh`, by id. Loaded at each start, so nothing here may load what a run needs.
import type { Command } from "@oclif/core";
import { commands as rows } from "@meshwork/gen-cli/commands";
import { AgentRunCommand } from "./commands/agent-run.ts";
import { CallCommand } from "./commands/call.ts";
import { CompleteCommand } from "./commands/complete.ts";
import { CompletionCommand } from "./commands/completion.ts";
import { ConfigExplainCommand } from "./commands/config-explain.ts";
import { ContextAddCommand } from "./commands/context/context-add.ts";
import { ContextListCommand } from "./commands/context/context-list.ts";
import { ContextRemoveCommand } from "./commands/context/context-remove.ts";
import { ContextRenameCommand } from "./commands/context/context-rename.ts";
import { ContextShowCommand } from "./commands/context/context-show.ts";
import { ContextUseCommand } from "./commands/context/context-use.ts";
import { DevCommand } from "./commands/dev/dev.ts";
import { ExplainCommand } from "./commands/explain.ts";
import { GatherCommand } from "./commands/gather.ts";
import { LoginCommand } from "./commands/login.ts";
import { PingCommand } from "./commands/ping.ts";
import { RpcAnyCommand } from "./commands/rpc-any.ts";
import { SendCommand } from "./commands/send.ts";
import { ServerCommand } from "./commands/server.ts";
import { TopCommand } from "./commands/top.ts";
import { rpcCommand } from "./rpc/rpc-command.ts";

/** Commands by their id: words joined by colons. */
export const commands: Readonly<Record<string, Command.Class>> = {
  ...Object.fromEntries(rows.map((row) => [`${row.topic}:${row.verb}`, rpcCommand(row)])),
  "agent:run": AgentRunCommand,
  call: CallCommand,
  complete: CompleteCommand,
  completion: CompletionCommand,
  "config:explain": ConfigExplainCommand,
  "context:add": ContextAddCommand,
  "context:list": ContextListCommand,
  "context:remove": ContextRemoveCommand,
  "context:rename": ContextRenameCommand,
  "context:show": ContextShowCommand,
  "context:use": ContextUseCommand,
  dev: DevCommand,
  explain: ExplainCommand,
  gather: GatherCommand,
  login: LoginCommand,
  ping: PingCommand,
  rpc: RpcAnyCommand,
  send: SendCommand,
  server: ServerCommand,
  top: TopCommand,
};
