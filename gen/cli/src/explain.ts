// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.
import type { TypeDoc } from "./types.ts";

/** Every message and enum, by full name. */
export const types: Readonly<Record<string, TypeDoc>> = {
  "mesh.v1.Agent": {
    "kind": "message",
    "doc": "A program that belongs to a mesh.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh."
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "Name and identity, unique in the mesh, fixed at creation."
      },
      {
        "name": "uid",
        "type": "string",
        "doc": "Made by the server; tells this agent from an earlier one of the same name."
      },
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "What the agent is for."
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people."
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Key/value pairs for selection. Those set by UpdateAgent beat those the agent brings itself."
      },
      {
        "name": "capabilities",
        "type": "repeated string",
        "doc": "What the agent can be called for; brought by the agent."
      },
      {
        "name": "runtime",
        "type": "mesh.v1.AgentRuntime",
        "doc": "What the agent runs on; brought by the agent."
      },
      {
        "name": "desired_configuration",
        "type": "google.protobuf.Struct",
        "doc": "What the agent shall be configured with."
      },
      {
        "name": "effective_configuration",
        "type": "google.protobuf.Struct",
        "doc": "What the agent says it is configured with."
      },
      {
        "name": "desired_state",
        "type": "mesh.v1.AgentDesiredState",
        "doc": "The state the agent is meant to be in."
      },
      {
        "name": "terminate_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When a terminating agent is cut off."
      },
      {
        "name": "status",
        "type": "mesh.v1.AgentStatus",
        "doc": "How the agent is."
      },
      {
        "name": "create_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was created."
      },
      {
        "name": "update_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When its record was last changed; liveness does not count."
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "Opaque; changes with every write of the record, not with liveness."
      },
      {
        "name": "launch",
        "type": "mesh.v1.AgentLaunch",
        "doc": "Who launches it, if anybody does."
      },
      {
        "name": "launch_templates",
        "type": "repeated string",
        "doc": "Names of the templates by which it launches others; brought by the agent."
      }
    ]
  },
  "mesh.v1.AgentChange": {
    "kind": "message",
    "doc": "A change of one agent.",
    "members": [
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent as it is after the change."
      },
      {
        "name": "deleted_agent_id",
        "type": "string",
        "doc": "The agent's record was deleted; its id."
      }
    ]
  },
  "mesh.v1.AgentGoodbye": {
    "kind": "message",
    "doc": "Polite end of a session by the agent.",
    "members": [
      {
        "name": "reason",
        "type": "string",
        "doc": "For people. At most 256 characters.",
        "bounds": "at most 256 characters"
      }
    ]
  },
  "mesh.v1.AgentLaunch": {
    "kind": "message",
    "doc": "By whom and how an agent is launched.",
    "members": [
      {
        "name": "launcher_id",
        "type": "string",
        "doc": "The manager agent that launches it.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "template",
        "type": "string",
        "doc": "One of the launcher's templates.",
        "bounds": "matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.AgentLoad": {
    "kind": "message",
    "doc": "How busy an agent is.",
    "members": [
      {
        "name": "cpu_cores",
        "type": "double",
        "doc": "Share of one core used since the last heartbeat; 1 is one whole core.",
        "bounds": "at least 0"
      },
      {
        "name": "memory_bytes",
        "type": "int64",
        "doc": "Resident memory.",
        "bounds": "at least 0"
      },
      {
        "name": "loop_delay_duration",
        "type": "google.protobuf.Duration",
        "doc": "99th percentile of the event loop's delay since the last heartbeat. At most 1 h.",
        "bounds": "at least 0 s; at most 3600 s"
      },
      {
        "name": "calls_in_flight",
        "type": "int32",
        "doc": "Calls being worked on.",
        "bounds": "at least 0"
      }
    ]
  },
  "mesh.v1.AgentMessage": {
    "kind": "message",
    "doc": "A message from one member of a mesh to others.",
    "members": [
      {
        "name": "message_id",
        "type": "string",
        "doc": "Made by the server. Empty in a request.",
        "bounds": "at most 36 characters"
      },
      {
        "name": "sender",
        "type": "string",
        "doc": "Who sent it: an agent's id, or `key:` and the id of an API key. Filled in by the server.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "One agent, by id.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "group",
        "type": "string",
        "doc": "One member of a group, whichever takes it first. At least once only.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "topic",
        "type": "string",
        "doc": "All who have subscribed to the topic: tokens of letters, digits, `_` and `-`, separated by dots, at most 16.",
        "bounds": "matches `^[a-zA-Z0-9_-]{1,63}([.][a-zA-Z0-9_-]{1,63}){0,15}$`"
      },
      {
        "name": "selector",
        "type": "mesh.v1.AgentSelector",
        "doc": "All agents that fulfil it when the message is accepted."
      },
      {
        "name": "broadcast",
        "type": "bool",
        "doc": "All agents of the mesh. Has to be true."
      },
      {
        "name": "subject",
        "type": "string",
        "doc": "What it is about. 1 to 255 printable characters.",
        "bounds": "matches `^[\\x21-\\x7e]{1,255}$`"
      },
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload. Empty means `application/octet-stream`. At most 127 characters.",
        "bounds": "matches `^([a-zA-Z0-9!#$&^_.+-]{1,63}/[a-zA-Z0-9!#$&^_.+-]{1,63})?$`"
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The content, at most 1 MiB less the rest of the message.",
        "bounds": "at most 1048576 bytes"
      },
      {
        "name": "headers",
        "type": "map<string, string>",
        "doc": "Free key/value pairs for the receiver. At most 32; keys of at most 63 characters, values of at most 1,024.",
        "bounds": "at most 32 pairs; keys: matches `^[a-zA-Z0-9._-]{1,63}$`; values: at most 1024 characters"
      },
      {
        "name": "guarantee",
        "type": "mesh.v1.DeliveryGuarantee",
        "doc": "How hard to try. Unspecified means at most once; at least once for a group.",
        "bounds": "a defined value"
      },
      {
        "name": "accept_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the server accepted it. Filled in by the server."
      },
      {
        "name": "correlation_id",
        "type": "string",
        "doc": "Ties messages together that belong together. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "attempt",
        "type": "int32",
        "doc": "Which delivery this is, from 1; 0 where there is nothing to settle. Filled in by the server.",
        "bounds": "at least 0; at most 1000000"
      },
      {
        "name": "ttl",
        "type": "google.protobuf.Duration",
        "doc": "How long it may take until it is settled; then it is a dead letter. 1 s to 30 days; default 7 days. At least once only.",
        "bounds": "at least 1 s; at most 2592000 s"
      },
      {
        "name": "delay",
        "type": "google.protobuf.Duration",
        "doc": "How long to wait before its first delivery. At most 30 days, and less than the ttl. At least once only; a message with a delay keeps no order with others.",
        "bounds": "at least 0 s; at most 2592000 s"
      }
    ]
  },
  "mesh.v1.AgentProcess": {
    "kind": "message",
    "doc": "What is known of the process of a launched agent.",
    "members": [
      {
        "name": "state",
        "type": "mesh.v1.ProcessState",
        "doc": "How it is; unspecified where nobody can tell."
      },
      {
        "name": "process_id",
        "type": "int32",
        "doc": "Its id on the launcher's machine; 0 where there is none."
      },
      {
        "name": "exit_code",
        "type": "int32",
        "doc": "Exit code of the last process that ended by itself."
      },
      {
        "name": "signal",
        "type": "string",
        "doc": "Signal that ended the last process, such as `SIGKILL`; empty where none did."
      },
      {
        "name": "restarts",
        "type": "int32",
        "doc": "How often it was started again."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "For people."
      },
      {
        "name": "time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the launcher last said something."
      },
      {
        "name": "next_start_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it will be started again."
      }
    ]
  },
  "mesh.v1.AgentRuntime": {
    "kind": "message",
    "doc": "What an agent runs on.",
    "members": [
      {
        "name": "name",
        "type": "string",
        "doc": "Kind of runtime, such as `node`, `python`, `browser`. At most 63 characters.",
        "bounds": "at most 63 characters"
      },
      {
        "name": "version",
        "type": "string",
        "doc": "Its version. At most 63 characters.",
        "bounds": "at most 63 characters"
      },
      {
        "name": "platform",
        "type": "string",
        "doc": "Operating system and architecture, such as `linux-x64`. At most 63 characters.",
        "bounds": "at most 63 characters"
      },
      {
        "name": "host_name",
        "type": "string",
        "doc": "Name of the machine. At most 253 characters.",
        "bounds": "at most 253 characters"
      },
      {
        "name": "process_id",
        "type": "int32",
        "doc": "Process id on that machine; 0 where there is none.",
        "bounds": "at least 0"
      },
      {
        "name": "sdk",
        "type": "string",
        "doc": "Name and version of the library that speaks for the agent. At most 63 characters.",
        "bounds": "at most 63 characters"
      }
    ]
  },
  "mesh.v1.AgentSelector": {
    "kind": "message",
    "doc": "Which agents are meant: those that fulfil all that is given. Empty: all agents of the mesh.",
    "members": [
      {
        "name": "agent_ids",
        "type": "repeated string",
        "doc": "One of these. Empty: any. At most 1,000.",
        "bounds": "at most 1000 items; each: matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "roles",
        "type": "repeated mesh.v1.AgentRole",
        "doc": "Of one of these roles. Empty: any.",
        "bounds": "at most 16 items; each: a defined value"
      },
      {
        "name": "capabilities",
        "type": "repeated string",
        "doc": "With all of these capabilities. At most 16.",
        "bounds": "at most 16 items; each: matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "match_labels",
        "type": "map<string, string>",
        "doc": "With all of these labels. At most 16.",
        "bounds": "at most 16 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "expression",
        "type": "string",
        "doc": "A condition in CEL over `agent`, an Agent without its status, such as `agent.labels.zone == \"eu\" && \"echo\" in agent.capabilities`. At most 1,024 characters, and bounded in its cost.",
        "bounds": "at most 1024 characters"
      }
    ]
  },
  "mesh.v1.AgentSession": {
    "kind": "message",
    "doc": "One attachment of an agent to a server.",
    "members": [
      {
        "name": "session_id",
        "type": "string",
        "doc": "Made by the server."
      },
      {
        "name": "epoch",
        "type": "int64",
        "doc": "Rises with every attachment of the agent."
      },
      {
        "name": "node_id",
        "type": "string",
        "doc": "The server process that holds the link."
      },
      {
        "name": "connect_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was opened."
      },
      {
        "name": "peer_address",
        "type": "string",
        "doc": "Where the agent connects from."
      },
      {
        "name": "round_trip_duration",
        "type": "google.protobuf.Duration",
        "doc": "Last measured round trip."
      }
    ]
  },
  "mesh.v1.AgentSpec": {
    "kind": "message",
    "doc": "What an agent brings to a link.",
    "members": [
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Labels of its own; those set by UpdateAgent beat them. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "capabilities",
        "type": "repeated string",
        "doc": "What it can be called for. At most 128, each once.",
        "bounds": "at most 128 items; each once; each: matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "runtime",
        "type": "mesh.v1.AgentRuntime",
        "doc": "What it runs on."
      },
      {
        "name": "launch_templates",
        "type": "repeated string",
        "doc": "Names of the templates by which it launches other agents. At most 64, each once.",
        "bounds": "at most 64 items; each once; each: matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.AgentStatus": {
    "kind": "message",
    "doc": "How an agent is. Load, health and last-seen come from the memory of the server that holds the link.",
    "members": [
      {
        "name": "liveness",
        "type": "mesh.v1.AgentLiveness",
        "doc": "Whether it is there."
      },
      {
        "name": "liveness_cause",
        "type": "mesh.v1.LivenessCause",
        "doc": "Why its liveness last changed."
      },
      {
        "name": "liveness_evidence",
        "type": "string",
        "doc": "What was observed then, for people."
      },
      {
        "name": "liveness_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When its liveness last changed."
      },
      {
        "name": "last_seen_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was last heard."
      },
      {
        "name": "state",
        "type": "mesh.v1.AgentState",
        "doc": "Where in its life it is."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, where there is something to say."
      },
      {
        "name": "session",
        "type": "mesh.v1.AgentSession",
        "doc": "The open session, if any."
      },
      {
        "name": "load",
        "type": "mesh.v1.AgentLoad",
        "doc": "How busy it said it is."
      },
      {
        "name": "health",
        "type": "repeated mesh.v1.HealthCheck",
        "doc": "The checks it runs on itself."
      },
      {
        "name": "process",
        "type": "mesh.v1.AgentProcess",
        "doc": "The process of a launched agent."
      }
    ]
  },
  "mesh.v1.ApiKey": {
    "kind": "message",
    "doc": "A key with which a person or a program calls the API.",
    "members": [
      {
        "name": "key_id",
        "type": "string",
        "doc": "Made by the server."
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people."
      },
      {
        "name": "role",
        "type": "mesh.v1.Role",
        "doc": "What it may do."
      },
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh it is good for. Empty: all."
      },
      {
        "name": "creator",
        "type": "string",
        "doc": "Who made it."
      },
      {
        "name": "create_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was made."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it runs out. Absent: never."
      },
      {
        "name": "last_use_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was last used, to the minute."
      },
      {
        "name": "revoke_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was revoked. Absent: it was not."
      }
    ]
  },
  "mesh.v1.AuthContext": {
    "kind": "message",
    "doc": "Who the caller is and what the caller may do.",
    "members": [
      {
        "name": "principal_kind",
        "type": "mesh.v1.AuthContext.PrincipalKind",
        "doc": "Kind of caller."
      },
      {
        "name": "principal_id",
        "type": "string",
        "doc": "Key id, or the agent's uid."
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Display name of the key, or the agent's id."
      },
      {
        "name": "role",
        "type": "mesh.v1.Role",
        "doc": "The caller's role."
      },
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh that the role holds in. Empty: all."
      },
      {
        "name": "permissions",
        "type": "repeated mesh.options.v1.Permission",
        "doc": "The permissions of the role."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the credential runs out. Absent: never."
      }
    ]
  },
  "mesh.v1.Call": {
    "kind": "message",
    "doc": "A call of one of the agent's capabilities.",
    "members": [
      {
        "name": "call_id",
        "type": "string",
        "doc": "Made by the server; unique in the session."
      },
      {
        "name": "capability",
        "type": "string",
        "doc": "The capability."
      },
      {
        "name": "caller",
        "type": "string",
        "doc": "Who calls: an agent's id, or `key:` and the id of an API key."
      },
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload."
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The argument."
      },
      {
        "name": "headers",
        "type": "map<string, string>",
        "doc": "Free key/value pairs from the caller."
      },
      {
        "name": "timeout",
        "type": "google.protobuf.Duration",
        "doc": "Time left to answer."
      }
    ]
  },
  "mesh.v1.CallAgentRequest": {
    "kind": "message",
    "doc": "Request of CallAgent.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "capability",
        "type": "string",
        "doc": "The capability.",
        "bounds": "matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload. At most 127 characters.",
        "bounds": "at most 127 characters"
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The argument, at most 1 MiB less the rest of the request.",
        "bounds": "at most 1048576 bytes"
      },
      {
        "name": "headers",
        "type": "map<string, string>",
        "doc": "Free key/value pairs for the agent. At most 32.",
        "bounds": "at most 32 pairs; keys: matches `^[a-zA-Z0-9._-]{1,63}$`; values: at most 1024 characters"
      }
    ]
  },
  "mesh.v1.CallAgentResponse": {
    "kind": "message",
    "doc": "One answer of the agent.",
    "members": [
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload."
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The answer."
      }
    ]
  },
  "mesh.v1.CancelCall": {
    "kind": "message",
    "doc": "The caller no longer waits.",
    "members": [
      {
        "name": "call_id",
        "type": "string",
        "doc": "The call."
      },
      {
        "name": "reason",
        "type": "mesh.v1.ErrorReason",
        "doc": "Why."
      }
    ]
  },
  "mesh.v1.CancelMessageRequest": {
    "kind": "message",
    "doc": "Request of CancelMessage.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "message_id",
        "type": "string",
        "doc": "The message.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ]
  },
  "mesh.v1.CancelMessageResponse": {
    "kind": "message",
    "doc": "Response of CancelMessage.",
    "members": [
      {
        "name": "cancelled",
        "type": "int32",
        "doc": "Receivers from whom it was taken back."
      },
      {
        "name": "in_flight",
        "type": "int32",
        "doc": "Receivers who have it in flight."
      }
    ]
  },
  "mesh.v1.Config": {
    "kind": "message",
    "doc": "What the agent shall be and do; sent after welcome and after each change.",
    "members": [
      {
        "name": "desired_state",
        "type": "mesh.v1.AgentDesiredState",
        "doc": "The state the agent is meant to be in."
      },
      {
        "name": "grace",
        "type": "google.protobuf.Duration",
        "doc": "Until when it has to be there, if it shall terminate."
      },
      {
        "name": "desired_configuration",
        "type": "google.protobuf.Struct",
        "doc": "What it shall be configured with."
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "Etag of the record that this comes from."
      },
      {
        "name": "children",
        "type": "repeated mesh.v1.LaunchChild",
        "doc": "All agents that it launches, or has to end."
      }
    ]
  },
  "mesh.v1.ConnectRequest": {
    "kind": "message",
    "doc": "A frame of the agent.",
    "members": [
      {
        "name": "hello",
        "type": "mesh.v1.Hello",
        "doc": "First frame."
      },
      {
        "name": "heartbeat",
        "type": "mesh.v1.HeartbeatMessage",
        "doc": "Sign of life."
      },
      {
        "name": "state_update",
        "type": "mesh.v1.StateUpdateMessage",
        "doc": "What the agent says of itself has changed."
      },
      {
        "name": "publish",
        "type": "mesh.v1.Publish",
        "doc": "Messages to others."
      },
      {
        "name": "reply",
        "type": "mesh.v1.Reply",
        "doc": "Answer of a call."
      },
      {
        "name": "goodbye",
        "type": "mesh.v1.AgentGoodbye",
        "doc": "Polite end."
      },
      {
        "name": "settle",
        "type": "mesh.v1.Settle",
        "doc": "What it says to messages that were delivered."
      },
      {
        "name": "subscribe",
        "type": "mesh.v1.Subscribe",
        "doc": "More that it wants to receive."
      },
      {
        "name": "unsubscribe",
        "type": "mesh.v1.Unsubscribe",
        "doc": "What it wants no more."
      },
      {
        "name": "launched",
        "type": "mesh.v1.Launched",
        "doc": "How the process of a child is."
      }
    ]
  },
  "mesh.v1.ConnectResponse": {
    "kind": "message",
    "doc": "A frame of the server.",
    "members": [
      {
        "name": "welcome",
        "type": "mesh.v1.Welcome",
        "doc": "Answer to hello."
      },
      {
        "name": "heartbeat_ack",
        "type": "mesh.v1.HeartbeatAck",
        "doc": "Answer to a heartbeat."
      },
      {
        "name": "deliver",
        "type": "mesh.v1.Deliver",
        "doc": "Messages from others."
      },
      {
        "name": "call",
        "type": "mesh.v1.Call",
        "doc": "A call."
      },
      {
        "name": "cancel_call",
        "type": "mesh.v1.CancelCall",
        "doc": "The caller no longer waits."
      },
      {
        "name": "config",
        "type": "mesh.v1.Config",
        "doc": "What the agent shall be and do."
      },
      {
        "name": "notice",
        "type": "mesh.v1.Notice",
        "doc": "Something to know."
      },
      {
        "name": "goodbye",
        "type": "mesh.v1.ServerGoodbye",
        "doc": "The end."
      },
      {
        "name": "published",
        "type": "mesh.v1.Published",
        "doc": "Outcomes of at-least-once messages."
      },
      {
        "name": "settled",
        "type": "mesh.v1.Settled",
        "doc": "Confirms settlements."
      },
      {
        "name": "subscribed",
        "type": "mesh.v1.Subscribed",
        "doc": "Answers subscriptions."
      }
    ]
  },
  "mesh.v1.CreateApiKeyRequest": {
    "kind": "message",
    "doc": "Request of CreateApiKey.",
    "members": [
      {
        "name": "role",
        "type": "mesh.v1.Role",
        "doc": "What the key may do. ROLE_AGENT is not for keys."
      },
      {
        "name": "key_mesh_id",
        "type": "string",
        "doc": "The mesh that the key is good for. Empty: all.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "ttl",
        "type": "google.protobuf.Duration",
        "doc": "How long the key is good for. Absent: for ever; else 1 s to 10 years.",
        "bounds": "at least 1 s; at most 315360000 s"
      },
      {
        "name": "request_id",
        "type": "string",
        "doc": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      }
    ]
  },
  "mesh.v1.CreateApiKeyResponse": {
    "kind": "message",
    "doc": "Response of CreateApiKey.",
    "members": [
      {
        "name": "api_key",
        "type": "mesh.v1.ApiKey",
        "doc": "The key's record."
      },
      {
        "name": "secret",
        "type": "string",
        "doc": "The key itself. Shown once."
      }
    ]
  },
  "mesh.v1.CreateJoinTokenRequest": {
    "kind": "message",
    "doc": "Request of CreateJoinToken.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "Role of the agents that join by it. Unspecified means worker.",
        "bounds": "a defined value"
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Labels of the agents that join by it, which beat those they bring. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "uses_max",
        "type": "int32",
        "doc": "How many agents may join by it. 0 means 1; at most 1,000.",
        "bounds": "at least 0; at most 1000"
      },
      {
        "name": "ttl",
        "type": "google.protobuf.Duration",
        "doc": "How long it is good for. 1 s to 30 days; default 1 h.",
        "bounds": "at least 1 s; at most 2592000 s"
      },
      {
        "name": "request_id",
        "type": "string",
        "doc": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      }
    ]
  },
  "mesh.v1.CreateJoinTokenResponse": {
    "kind": "message",
    "doc": "Response of CreateJoinToken.",
    "members": [
      {
        "name": "join_token",
        "type": "mesh.v1.JoinToken",
        "doc": "The token's record."
      },
      {
        "name": "secret",
        "type": "string",
        "doc": "The token itself. Shown once."
      }
    ]
  },
  "mesh.v1.CreateLaunchTokenRequest": {
    "kind": "message",
    "doc": "Request of CreateLaunchToken.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent whose process is being started; the caller has to be its launcher.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.CreateLaunchTokenResponse": {
    "kind": "message",
    "doc": "Response of CreateLaunchToken.",
    "members": [
      {
        "name": "join_token",
        "type": "string",
        "doc": "Exchanged by the process for a credential of its own. Shown once."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the token runs out."
      }
    ]
  },
  "mesh.v1.CreateMeshRequest": {
    "kind": "message",
    "doc": "Request of CreateMesh.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "Name of the mesh: lower-case letters, digits and hyphens, at most 63, beginning with a letter. Empty: one is made up.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Free key/value pairs. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "settings",
        "type": "mesh.v1.MeshSettings",
        "doc": "How the mesh treats its agents. Empty: the defaults."
      },
      {
        "name": "request_id",
        "type": "string",
        "doc": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      }
    ]
  },
  "mesh.v1.CreateMeshResponse": {
    "kind": "message",
    "doc": "Response of CreateMesh.",
    "members": [
      {
        "name": "mesh",
        "type": "mesh.v1.Mesh",
        "doc": "The mesh."
      }
    ]
  },
  "mesh.v1.DeadLetter": {
    "kind": "message",
    "doc": "A message that could not be delivered.",
    "members": [
      {
        "name": "dead_letter_id",
        "type": "string",
        "doc": "Made by the server."
      },
      {
        "name": "message",
        "type": "mesh.v1.AgentMessage",
        "doc": "The message."
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "An agent, by id."
      },
      {
        "name": "group",
        "type": "string",
        "doc": "A group."
      },
      {
        "name": "reason",
        "type": "mesh.v1.DeadLetterReason",
        "doc": "Why it is here."
      },
      {
        "name": "detail",
        "type": "string",
        "doc": "What the receiver, or the server, said of it."
      },
      {
        "name": "attempts",
        "type": "int32",
        "doc": "Deliveries that were begun."
      },
      {
        "name": "dead_time",
        "type": "google.protobuf.Timestamp",
        "doc": "Since when it is here."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it is forgotten."
      }
    ]
  },
  "mesh.v1.DeleteAgentRequest": {
    "kind": "message",
    "doc": "Request of DeleteAgent.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      },
      {
        "name": "validate_only",
        "type": "bool",
        "doc": "Only say whether it would work."
      }
    ]
  },
  "mesh.v1.DeleteAgentResponse": {
    "kind": "message",
    "doc": "Response of DeleteAgent.",
    "members": []
  },
  "mesh.v1.DeleteMeshRequest": {
    "kind": "message",
    "doc": "Request of DeleteMesh.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      },
      {
        "name": "validate_only",
        "type": "bool",
        "doc": "Only say whether it would work."
      }
    ]
  },
  "mesh.v1.DeleteMeshResponse": {
    "kind": "message",
    "doc": "Response of DeleteMesh.",
    "members": []
  },
  "mesh.v1.Deliver": {
    "kind": "message",
    "doc": "Messages for an agent.",
    "members": [
      {
        "name": "messages",
        "type": "repeated mesh.v1.AgentMessage",
        "doc": "The messages, in order."
      }
    ]
  },
  "mesh.v1.GatherFailure": {
    "kind": "message",
    "doc": "An agent that did not answer to the end.",
    "members": [
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent."
      },
      {
        "name": "reason",
        "type": "mesh.v1.ErrorReason",
        "doc": "Why."
      },
      {
        "name": "message",
        "type": "string",
        "doc": "For people."
      }
    ]
  },
  "mesh.v1.GatherRepliesRequest": {
    "kind": "message",
    "doc": "Request of GatherReplies.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "selector",
        "type": "mesh.v1.AgentSelector",
        "doc": "Which agents. Absent: all that have the capability. At most 1,000 agents are called."
      },
      {
        "name": "capability",
        "type": "string",
        "doc": "The capability.",
        "bounds": "matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload. At most 127 characters.",
        "bounds": "at most 127 characters"
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The argument, at most 1 MiB less the rest of the request.",
        "bounds": "at most 1048576 bytes"
      },
      {
        "name": "headers",
        "type": "map<string, string>",
        "doc": "Free key/value pairs for the agents. At most 32.",
        "bounds": "at most 32 pairs; keys: matches `^[a-zA-Z0-9._-]{1,63}$`; values: at most 1024 characters"
      }
    ]
  },
  "mesh.v1.GatherRepliesResponse": {
    "kind": "message",
    "doc": "One answer, or the end.",
    "members": [
      {
        "name": "reply",
        "type": "mesh.v1.GatheredReply",
        "doc": "An answer of an agent; one agent may give several."
      },
      {
        "name": "summary",
        "type": "mesh.v1.GatherSummary",
        "doc": "The last response."
      }
    ]
  },
  "mesh.v1.GatherSummary": {
    "kind": "message",
    "doc": "How a gathering ended.",
    "members": [
      {
        "name": "asked",
        "type": "int32",
        "doc": "Agents that were asked."
      },
      {
        "name": "answered",
        "type": "int32",
        "doc": "Agents that answered to the end."
      },
      {
        "name": "failures",
        "type": "repeated mesh.v1.GatherFailure",
        "doc": "Those that did not."
      }
    ]
  },
  "mesh.v1.GatheredReply": {
    "kind": "message",
    "doc": "An answer of one agent.",
    "members": [
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent."
      },
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload."
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The answer."
      }
    ]
  },
  "mesh.v1.GetAgentRequest": {
    "kind": "message",
    "doc": "Request of GetAgent.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.GetAgentResponse": {
    "kind": "message",
    "doc": "Response of GetAgent.",
    "members": [
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent."
      }
    ]
  },
  "mesh.v1.GetDeadLetterRequest": {
    "kind": "message",
    "doc": "Request of GetDeadLetter.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "dead_letter_id",
        "type": "string",
        "doc": "The dead letter.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ]
  },
  "mesh.v1.GetDeadLetterResponse": {
    "kind": "message",
    "doc": "Response of GetDeadLetter.",
    "members": [
      {
        "name": "dead_letter",
        "type": "mesh.v1.DeadLetter",
        "doc": "The dead letter."
      }
    ]
  },
  "mesh.v1.GetMeshRequest": {
    "kind": "message",
    "doc": "Request of GetMesh.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.GetMeshResponse": {
    "kind": "message",
    "doc": "Response of GetMesh.",
    "members": [
      {
        "name": "mesh",
        "type": "mesh.v1.Mesh",
        "doc": "The mesh."
      }
    ]
  },
  "mesh.v1.GetMeshStatusRequest": {
    "kind": "message",
    "doc": "Request of GetMeshStatus.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.GetMeshStatusResponse": {
    "kind": "message",
    "doc": "Response of GetMeshStatus.",
    "members": [
      {
        "name": "status",
        "type": "mesh.v1.MeshStatus",
        "doc": "How the mesh is."
      }
    ]
  },
  "mesh.v1.GetMeshTopologyRequest": {
    "kind": "message",
    "doc": "Request of GetMeshTopology.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.GetMeshTopologyResponse": {
    "kind": "message",
    "doc": "Response of GetMeshTopology.",
    "members": [
      {
        "name": "topology",
        "type": "mesh.v1.MeshTopology",
        "doc": "Who is linked to whom."
      }
    ]
  },
  "mesh.v1.GetMessageRequest": {
    "kind": "message",
    "doc": "Request of GetMessage.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "message_id",
        "type": "string",
        "doc": "The message.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ]
  },
  "mesh.v1.GetMessageResponse": {
    "kind": "message",
    "doc": "Response of GetMessage.",
    "members": [
      {
        "name": "message",
        "type": "mesh.v1.AgentMessage",
        "doc": "The message."
      },
      {
        "name": "deliveries",
        "type": "repeated mesh.v1.MessageDelivery",
        "doc": "Where it stands, by receiver; at most 1,000."
      },
      {
        "name": "to_address",
        "type": "int32",
        "doc": "Receivers whose mailboxes it has still to be put into."
      }
    ]
  },
  "mesh.v1.HealthCheck": {
    "kind": "message",
    "doc": "The result of one check that an agent runs on itself.",
    "members": [
      {
        "name": "name",
        "type": "string",
        "doc": "Name of the check. 1 to 63 characters.",
        "bounds": "1 to 63 characters"
      },
      {
        "name": "result",
        "type": "mesh.v1.HealthCheck.Result",
        "doc": "The result.",
        "bounds": "a defined value"
      },
      {
        "name": "message",
        "type": "string",
        "doc": "What was found, for people. At most 256 characters.",
        "bounds": "at most 256 characters"
      }
    ]
  },
  "mesh.v1.HeartbeatAck": {
    "kind": "message",
    "doc": "Answer to a heartbeat.",
    "members": [
      {
        "name": "sequence",
        "type": "int64",
        "doc": "The heartbeat's."
      },
      {
        "name": "agent_time",
        "type": "google.protobuf.Timestamp",
        "doc": "The agent's clock, as the heartbeat had it."
      },
      {
        "name": "server_time",
        "type": "google.protobuf.Timestamp",
        "doc": "The server's clock."
      },
      {
        "name": "heartbeat_interval",
        "type": "google.protobuf.Duration",
        "doc": "How often to beat from now on."
      },
      {
        "name": "lost_after",
        "type": "google.protobuf.Duration",
        "doc": "Silence after which either side gives the other up, from now on."
      }
    ]
  },
  "mesh.v1.HeartbeatMessage": {
    "kind": "message",
    "doc": "Sign of life of an agent.",
    "members": [
      {
        "name": "sequence",
        "type": "int64",
        "doc": "Rises by one within a session.",
        "bounds": "at least 0"
      },
      {
        "name": "agent_time",
        "type": "google.protobuf.Timestamp",
        "doc": "The agent's clock."
      },
      {
        "name": "load",
        "type": "mesh.v1.AgentLoad",
        "doc": "How busy the agent is."
      },
      {
        "name": "health",
        "type": "repeated mesh.v1.HealthCheck",
        "doc": "The checks it runs on itself. At most 32.",
        "bounds": "at most 32 items"
      },
      {
        "name": "round_trip_duration",
        "type": "google.protobuf.Duration",
        "doc": "Round trip of the heartbeat before, as the agent measured it. At most 1 h.",
        "bounds": "at least 0 s; at most 3600 s"
      }
    ]
  },
  "mesh.v1.HeldDelivery": {
    "kind": "message",
    "doc": "A delivery that the agent has and that is not settled yet.",
    "members": [
      {
        "name": "message_id",
        "type": "string",
        "doc": "The message.",
        "bounds": "at most 36 characters"
      },
      {
        "name": "attempt",
        "type": "int32",
        "doc": "Its attempt.",
        "bounds": "at least 0"
      }
    ]
  },
  "mesh.v1.Hello": {
    "kind": "message",
    "doc": "First frame of a link, due within 5 s.",
    "members": [
      {
        "name": "protocol_version",
        "type": "int32",
        "doc": "Version of the link protocol that the agent speaks. 1 is the only one.",
        "bounds": "at least 1"
      },
      {
        "name": "features",
        "type": "repeated string",
        "doc": "Features that the agent knows. None are defined so far; the server answers with those that both know.",
        "bounds": "at most 32 items; each: 1 to 63 characters"
      },
      {
        "name": "spec",
        "type": "mesh.v1.AgentSpec",
        "doc": "What the agent brings.",
        "bounds": "required"
      },
      {
        "name": "resume_session_id",
        "type": "string",
        "doc": "Session to go on with. Empty for a fresh one.",
        "bounds": "at most 36 characters"
      },
      {
        "name": "window",
        "type": "mesh.v1.LinkWindow",
        "doc": "How much the agent takes at once."
      },
      {
        "name": "producer",
        "type": "mesh.v1.Producer",
        "doc": "What numbers its at-least-once messages. Absent: it sends none."
      },
      {
        "name": "subscriptions",
        "type": "repeated mesh.v1.Subscription",
        "doc": "All that it wants to receive in this session, durable or not. At most 256.",
        "bounds": "at most 256 items"
      },
      {
        "name": "held",
        "type": "repeated mesh.v1.HeldDelivery",
        "doc": "When it goes on with a session: the deliveries that it still has, those whose settlement was not confirmed included. At most 1,024.",
        "bounds": "at most 1024 items"
      }
    ]
  },
  "mesh.v1.JoinMeshRequest": {
    "kind": "message",
    "doc": "Request of JoinMesh.",
    "members": [
      {
        "name": "join_token",
        "type": "string",
        "doc": "The join token.",
        "bounds": "1 to 512 characters"
      },
      {
        "name": "public_key",
        "type": "bytes",
        "doc": "The agent's Ed25519 public key, 32 bytes.",
        "bounds": "exactly 32 bytes"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "Name of the agent, where the token is not for one agent. Empty: the token's, or one made up.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      }
    ]
  },
  "mesh.v1.JoinMeshResponse": {
    "kind": "message",
    "doc": "Response of JoinMesh.",
    "members": [
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent; its uid is the `sub` of the tokens it signs."
      },
      {
        "name": "mesh_uid",
        "type": "string",
        "doc": "The mesh's uid: the `aud` of the tokens it signs."
      }
    ]
  },
  "mesh.v1.JoinToken": {
    "kind": "message",
    "doc": "A token with which agents join a mesh.",
    "members": [
      {
        "name": "token_id",
        "type": "string",
        "doc": "Made by the server."
      },
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh that it opens."
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The one agent it is for. Empty: whoever brings it names the agent."
      },
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "Role of the agents that join by it."
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Labels of the agents that join by it."
      },
      {
        "name": "uses_max",
        "type": "int32",
        "doc": "How many agents may join by it."
      },
      {
        "name": "uses",
        "type": "int32",
        "doc": "How many have."
      },
      {
        "name": "creator",
        "type": "string",
        "doc": "Who made it."
      },
      {
        "name": "create_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was made."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it runs out."
      },
      {
        "name": "revoke_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was revoked. Absent: it was not."
      }
    ]
  },
  "mesh.v1.LaunchChild": {
    "kind": "message",
    "doc": "An agent that a launcher is to keep running, or to end.",
    "members": [
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent."
      },
      {
        "name": "agent_uid",
        "type": "string",
        "doc": "Its uid."
      },
      {
        "name": "template",
        "type": "string",
        "doc": "One of the launcher's templates."
      },
      {
        "name": "desired_state",
        "type": "mesh.v1.AgentDesiredState",
        "doc": "Whether it shall run or end."
      },
      {
        "name": "grace",
        "type": "google.protobuf.Duration",
        "doc": "Time left to end by itself, if it shall end."
      }
    ]
  },
  "mesh.v1.Launched": {
    "kind": "message",
    "doc": "What a launcher says of the process of one of its children.",
    "members": [
      {
        "name": "agent_uid",
        "type": "string",
        "doc": "The child.",
        "bounds": "1 to 36 characters"
      },
      {
        "name": "state",
        "type": "mesh.v1.ProcessState",
        "doc": "How its process is."
      },
      {
        "name": "process_id",
        "type": "int32",
        "doc": "Id of the process; 0 where there is none.",
        "bounds": "at least 0"
      },
      {
        "name": "exit_code",
        "type": "int32",
        "doc": "Exit code of the last process that ended by itself. -1 where none did.",
        "bounds": "at least -1; at most 255"
      },
      {
        "name": "signal",
        "type": "string",
        "doc": "Signal that ended the last process, such as `SIGKILL`. At most 16 characters.",
        "bounds": "at most 16 characters"
      },
      {
        "name": "restarts",
        "type": "int32",
        "doc": "How often it was started again.",
        "bounds": "at least 0"
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "For people. At most 256 characters.",
        "bounds": "at most 256 characters"
      },
      {
        "name": "next_start",
        "type": "google.protobuf.Duration",
        "doc": "Wait until it is started again.",
        "bounds": "at least 0 s; at most 3600 s"
      }
    ]
  },
  "mesh.v1.LinkLimits": {
    "kind": "message",
    "doc": "What the server takes on a link.",
    "members": [
      {
        "name": "frame_bytes_max",
        "type": "int32",
        "doc": "Size of one frame."
      },
      {
        "name": "frames_per_second_max",
        "type": "int32",
        "doc": "Frames in any second, on average."
      },
      {
        "name": "publish_messages_max",
        "type": "int32",
        "doc": "Messages in one publish frame."
      },
      {
        "name": "messages_per_second_max",
        "type": "int32",
        "doc": "Messages in any second, on average, however few frames bring them."
      },
      {
        "name": "unconfirmed_messages_max",
        "type": "int32",
        "doc": "At-least-once messages sent and not confirmed yet."
      }
    ]
  },
  "mesh.v1.LinkWindow": {
    "kind": "message",
    "doc": "How much an agent takes at once.",
    "members": [
      {
        "name": "calls_max",
        "type": "int32",
        "doc": "Calls in flight. 0 means 64; at most 1,024.",
        "bounds": "at least 0; at most 1024"
      },
      {
        "name": "deliveries_max",
        "type": "int32",
        "doc": "At-least-once messages delivered and not settled. 0 means 64; at most 1,024.",
        "bounds": "at least 0; at most 1024"
      },
      {
        "name": "delivery_bytes_max",
        "type": "int32",
        "doc": "Bytes of their payloads; one message goes out in any case. 0 means 4 MiB; at most 64 MiB.",
        "bounds": "at least 0; at most 67108864"
      }
    ]
  },
  "mesh.v1.ListAgentsRequest": {
    "kind": "message",
    "doc": "Request of ListAgents.",
    "members": [
      {
        "name": "page_size",
        "type": "int32",
        "doc": "At most so many. 0 means 50; more than 1,000 counts as 1,000.",
        "bounds": "at least 0"
      },
      {
        "name": "page_token",
        "type": "string",
        "doc": "`next_page_token` of the page before. Empty: the first page.",
        "bounds": "at most 2048 characters"
      },
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "liveness",
        "type": "repeated mesh.v1.AgentLiveness",
        "doc": "Only agents of one of these. Empty: all.",
        "bounds": "at most 16 items; each: a defined value"
      },
      {
        "name": "states",
        "type": "repeated mesh.v1.AgentState",
        "doc": "Only agents in one of these. Empty: all.",
        "bounds": "at most 16 items; each: a defined value"
      },
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "Only agents of this role. Unspecified: all.",
        "bounds": "a defined value"
      },
      {
        "name": "match_labels",
        "type": "map<string, string>",
        "doc": "Only agents that have all of these labels. At most 16.",
        "bounds": "at most 16 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      }
    ]
  },
  "mesh.v1.ListAgentsResponse": {
    "kind": "message",
    "doc": "Response of ListAgents.",
    "members": [
      {
        "name": "agents",
        "type": "repeated mesh.v1.Agent",
        "doc": "The agents, by id."
      },
      {
        "name": "next_page_token",
        "type": "string",
        "doc": "Asks for the next page. Empty: this was the last."
      }
    ]
  },
  "mesh.v1.ListApiKeysRequest": {
    "kind": "message",
    "doc": "Request of ListApiKeys.",
    "members": [
      {
        "name": "page_size",
        "type": "int32",
        "doc": "At most so many. 0 means 50; more than 1,000 counts as 1,000.",
        "bounds": "at least 0"
      },
      {
        "name": "page_token",
        "type": "string",
        "doc": "`next_page_token` of the page before. Empty: the first page.",
        "bounds": "at most 2048 characters"
      }
    ]
  },
  "mesh.v1.ListApiKeysResponse": {
    "kind": "message",
    "doc": "Response of ListApiKeys.",
    "members": [
      {
        "name": "api_keys",
        "type": "repeated mesh.v1.ApiKey",
        "doc": "The keys; a caller bound to one mesh sees only those of that mesh."
      },
      {
        "name": "next_page_token",
        "type": "string",
        "doc": "Asks for the next page. Empty: this was the last."
      }
    ]
  },
  "mesh.v1.ListDeadLettersRequest": {
    "kind": "message",
    "doc": "Request of ListDeadLetters.",
    "members": [
      {
        "name": "page_size",
        "type": "int32",
        "doc": "At most so many. 0 means 50; more than 1,000 counts as 1,000.",
        "bounds": "at least 0"
      },
      {
        "name": "page_token",
        "type": "string",
        "doc": "`next_page_token` of the page before. Empty: the first page.",
        "bounds": "at most 2048 characters"
      },
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "Only those of this agent. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "group",
        "type": "string",
        "doc": "Only those of this group. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "reason",
        "type": "mesh.v1.DeadLetterReason",
        "doc": "Only those here for this reason. Unspecified: for any.",
        "bounds": "a defined value"
      }
    ]
  },
  "mesh.v1.ListDeadLettersResponse": {
    "kind": "message",
    "doc": "Response of ListDeadLetters.",
    "members": [
      {
        "name": "dead_letters",
        "type": "repeated mesh.v1.DeadLetter",
        "doc": "The dead letters, without the payload of their messages."
      },
      {
        "name": "next_page_token",
        "type": "string",
        "doc": "Asks for the next page. Empty: this was the last."
      }
    ]
  },
  "mesh.v1.ListJoinTokensRequest": {
    "kind": "message",
    "doc": "Request of ListJoinTokens.",
    "members": [
      {
        "name": "page_size",
        "type": "int32",
        "doc": "At most so many. 0 means 50; more than 1,000 counts as 1,000.",
        "bounds": "at least 0"
      },
      {
        "name": "page_token",
        "type": "string",
        "doc": "`next_page_token` of the page before. Empty: the first page.",
        "bounds": "at most 2048 characters"
      },
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ]
  },
  "mesh.v1.ListJoinTokensResponse": {
    "kind": "message",
    "doc": "Response of ListJoinTokens.",
    "members": [
      {
        "name": "join_tokens",
        "type": "repeated mesh.v1.JoinToken",
        "doc": "The tokens."
      },
      {
        "name": "next_page_token",
        "type": "string",
        "doc": "Asks for the next page. Empty: this was the last."
      }
    ]
  },
  "mesh.v1.ListMeshesRequest": {
    "kind": "message",
    "doc": "Request of ListMeshes.",
    "members": [
      {
        "name": "page_size",
        "type": "int32",
        "doc": "At most so many. 0 means 50; more than 1,000 counts as 1,000.",
        "bounds": "at least 0"
      },
      {
        "name": "page_token",
        "type": "string",
        "doc": "`next_page_token` of the page before. Empty: the first page.",
        "bounds": "at most 2048 characters"
      }
    ]
  },
  "mesh.v1.ListMeshesResponse": {
    "kind": "message",
    "doc": "Response of ListMeshes.",
    "members": [
      {
        "name": "meshes",
        "type": "repeated mesh.v1.Mesh",
        "doc": "The meshes, by id."
      },
      {
        "name": "next_page_token",
        "type": "string",
        "doc": "Asks for the next page. Empty: this was the last."
      }
    ]
  },
  "mesh.v1.LivenessChange": {
    "kind": "message",
    "doc": "A change of an agent's liveness, with its reason.",
    "members": [
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent."
      },
      {
        "name": "agent_uid",
        "type": "string",
        "doc": "Its uid."
      },
      {
        "name": "previous",
        "type": "mesh.v1.AgentLiveness",
        "doc": "What it was; unspecified in a snapshot."
      },
      {
        "name": "liveness",
        "type": "mesh.v1.AgentLiveness",
        "doc": "What it is."
      },
      {
        "name": "cause",
        "type": "mesh.v1.LivenessCause",
        "doc": "Why."
      },
      {
        "name": "evidence",
        "type": "string",
        "doc": "What was observed, for people."
      },
      {
        "name": "time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it changed."
      },
      {
        "name": "last_seen_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the agent was last heard."
      }
    ]
  },
  "mesh.v1.LivenessCount": {
    "kind": "message",
    "doc": "Number of agents of one liveness.",
    "members": [
      {
        "name": "liveness",
        "type": "mesh.v1.AgentLiveness",
        "doc": "The liveness."
      },
      {
        "name": "agents",
        "type": "int32",
        "doc": "How many."
      }
    ]
  },
  "mesh.v1.Mesh": {
    "kind": "message",
    "doc": "A set of agents that know of each other, with settings of its own. Meshes of one installation are isolated from one another.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "Name and identity, unique in the installation, fixed at creation."
      },
      {
        "name": "uid",
        "type": "string",
        "doc": "Made by the server; tells this mesh from an earlier one of the same name."
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people."
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Free key/value pairs."
      },
      {
        "name": "settings",
        "type": "mesh.v1.MeshSettings",
        "doc": "How the mesh treats its agents."
      },
      {
        "name": "state",
        "type": "mesh.v1.Mesh.State",
        "doc": "Where in its life the mesh is."
      },
      {
        "name": "create_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was created."
      },
      {
        "name": "update_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it was last changed."
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "Opaque; changes with every write."
      }
    ]
  },
  "mesh.v1.MeshChange": {
    "kind": "message",
    "doc": "Something that happened in a mesh.",
    "members": [
      {
        "name": "time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it happened."
      },
      {
        "name": "mesh",
        "type": "mesh.v1.Mesh",
        "doc": "The mesh was created or changed."
      },
      {
        "name": "deleted_mesh_id",
        "type": "string",
        "doc": "The mesh was deleted; its id."
      },
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "An agent's record was created or changed."
      },
      {
        "name": "deleted_agent_id",
        "type": "string",
        "doc": "An agent's record was deleted; its id."
      },
      {
        "name": "liveness",
        "type": "mesh.v1.LivenessChange",
        "doc": "An agent's liveness changed."
      }
    ]
  },
  "mesh.v1.MeshMail": {
    "kind": "message",
    "doc": "At-least-once messages of a mesh that are not settled, counted by receiver.",
    "members": [
      {
        "name": "waiting",
        "type": "int64",
        "doc": "Wait for their receivers."
      },
      {
        "name": "scheduled",
        "type": "int64",
        "doc": "Wait for their time: delayed, or to be delivered again."
      },
      {
        "name": "in_flight",
        "type": "int64",
        "doc": "Handed to their receivers."
      },
      {
        "name": "dead_letters",
        "type": "int64",
        "doc": "Dead letters."
      }
    ]
  },
  "mesh.v1.MeshSettings": {
    "kind": "message",
    "doc": "How a mesh treats its agents.",
    "members": [
      {
        "name": "heartbeat_interval",
        "type": "google.protobuf.Duration",
        "doc": "How often agents beat. 0.1 s to 10 min; default 10 s.",
        "bounds": "at least 0.1 s; at most 600 s"
      },
      {
        "name": "lost_after",
        "type": "google.protobuf.Duration",
        "doc": "Silence after which an agent counts as lost, from its last frame. Two intervals to 1 h; default three intervals.",
        "bounds": "at least 0.2 s; at most 3600 s"
      }
    ]
  },
  "mesh.v1.MeshStatus": {
    "kind": "message",
    "doc": "How a mesh is right now, as the answering server sees it.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh."
      },
      {
        "name": "health",
        "type": "mesh.v1.MeshStatus.Health",
        "doc": "How the mesh fares."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "One sentence that says why."
      },
      {
        "name": "agents",
        "type": "int32",
        "doc": "All agents on record."
      },
      {
        "name": "by_liveness",
        "type": "repeated mesh.v1.LivenessCount",
        "doc": "Agents by liveness; what does not occur is left out."
      },
      {
        "name": "by_state",
        "type": "repeated mesh.v1.StateCount",
        "doc": "Agents by state; what does not occur is left out."
      },
      {
        "name": "by_role",
        "type": "repeated mesh.v1.RoleCount",
        "doc": "Agents by role; what does not occur is left out."
      },
      {
        "name": "sessions",
        "type": "int32",
        "doc": "Sessions open on this server."
      },
      {
        "name": "calls_in_flight",
        "type": "int32",
        "doc": "Calls in flight on this server."
      },
      {
        "name": "traffic",
        "type": "mesh.v1.MeshTraffic",
        "doc": "Traffic of the mesh since this server started."
      },
      {
        "name": "time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the answer was put together."
      },
      {
        "name": "mail",
        "type": "mesh.v1.MeshMail",
        "doc": "At-least-once messages that are not settled."
      }
    ]
  },
  "mesh.v1.MeshTopology": {
    "kind": "message",
    "doc": "Who is linked to whom.",
    "members": [
      {
        "name": "nodes",
        "type": "repeated mesh.v1.TopologyNode",
        "doc": "The servers and agents of the mesh."
      },
      {
        "name": "edges",
        "type": "repeated mesh.v1.TopologyEdge",
        "doc": "The links between them, and who talked to whom."
      },
      {
        "name": "time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the answer was put together."
      }
    ]
  },
  "mesh.v1.MeshTraffic": {
    "kind": "message",
    "doc": "Counts since the answering server started.",
    "members": [
      {
        "name": "frames_received",
        "type": "int64",
        "doc": "Frames received from agents."
      },
      {
        "name": "frames_sent",
        "type": "int64",
        "doc": "Frames sent to agents."
      },
      {
        "name": "messages_delivered",
        "type": "int64",
        "doc": "Messages handed to an agent's link."
      },
      {
        "name": "messages_dropped",
        "type": "int64",
        "doc": "At-most-once messages that found no receiver or no room."
      },
      {
        "name": "calls_succeeded",
        "type": "int64",
        "doc": "Calls that ended with OK."
      },
      {
        "name": "calls_failed",
        "type": "int64",
        "doc": "Calls that ended otherwise."
      },
      {
        "name": "messages_per_second",
        "type": "double",
        "doc": "Messages per second over the last 10 s."
      },
      {
        "name": "calls_per_second",
        "type": "double",
        "doc": "Calls per second over the last 10 s."
      },
      {
        "name": "messages_accepted",
        "type": "int64",
        "doc": "At-least-once messages accepted, counted once each."
      },
      {
        "name": "messages_redelivered",
        "type": "int64",
        "doc": "At-least-once messages delivered again."
      },
      {
        "name": "messages_acknowledged",
        "type": "int64",
        "doc": "At-least-once messages acknowledged, by receiver."
      },
      {
        "name": "messages_dead_lettered",
        "type": "int64",
        "doc": "At-least-once messages that became dead letters, by receiver."
      }
    ]
  },
  "mesh.v1.MessageDelivery": {
    "kind": "message",
    "doc": "A message with one of its receivers.",
    "members": [
      {
        "name": "agent_id",
        "type": "string",
        "doc": "An agent, by id."
      },
      {
        "name": "group",
        "type": "string",
        "doc": "A group."
      },
      {
        "name": "state",
        "type": "mesh.v1.DeliveryState",
        "doc": "Where it stands."
      },
      {
        "name": "attempts",
        "type": "int32",
        "doc": "Deliveries begun so far."
      },
      {
        "name": "next_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When it is due, where it is scheduled."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When its ttl runs out."
      }
    ]
  },
  "mesh.v1.MessageStep": {
    "kind": "message",
    "doc": "One step of a message's way.",
    "members": [
      {
        "name": "time",
        "type": "google.protobuf.Timestamp",
        "doc": "When."
      },
      {
        "name": "kind",
        "type": "mesh.v1.MessageStep.Kind",
        "doc": "What happened."
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The receiver; empty where the step concerns the message as a whole."
      },
      {
        "name": "group",
        "type": "string",
        "doc": "The group, where it went to one."
      },
      {
        "name": "attempt",
        "type": "int32",
        "doc": "The delivery, from 1; 0 where there was none."
      },
      {
        "name": "node_id",
        "type": "string",
        "doc": "The server process."
      },
      {
        "name": "detail",
        "type": "string",
        "doc": "For people."
      }
    ]
  },
  "mesh.v1.Notice": {
    "kind": "message",
    "doc": "Something the agent ought to know.",
    "members": [
      {
        "name": "kind",
        "type": "mesh.v1.Notice.Kind",
        "doc": "What it is about."
      },
      {
        "name": "count",
        "type": "int32",
        "doc": "How many."
      },
      {
        "name": "message",
        "type": "string",
        "doc": "For people."
      }
    ]
  },
  "mesh.v1.Producer": {
    "kind": "message",
    "doc": "What numbers the at-least-once messages of an agent: born with the agent's outbox, and renewed when the outbox is lost.",
    "members": [
      {
        "name": "producer_id",
        "type": "string",
        "doc": "Made by the agent. 1 to 36 characters.",
        "bounds": "matches `^[a-zA-Z0-9-]{1,36}$`"
      },
      {
        "name": "known_through",
        "type": "int64",
        "doc": "Highest sequence up to which the agent knows every outcome; 0 for none. The server may forget them.",
        "bounds": "at least 0"
      }
    ]
  },
  "mesh.v1.ProvisionAgentRequest": {
    "kind": "message",
    "doc": "Request of ProvisionAgent.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "Name of the agent: lower-case letters, digits and hyphens, at most 63, beginning with a letter. Empty: one is made up.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "What the agent is for. Unspecified means worker.",
        "bounds": "a defined value"
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Labels, which beat those the agent brings. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "desired_configuration",
        "type": "google.protobuf.Struct",
        "doc": "What the agent shall be configured with. At most 64 KiB as JSON."
      },
      {
        "name": "join_token_ttl",
        "type": "google.protobuf.Duration",
        "doc": "How long the join token is good for. 1 s to 7 days; default 1 h.",
        "bounds": "at least 1 s; at most 604800 s"
      },
      {
        "name": "request_id",
        "type": "string",
        "doc": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "validate_only",
        "type": "bool",
        "doc": "Only say whether it would work."
      },
      {
        "name": "launch",
        "type": "mesh.v1.AgentLaunch",
        "doc": "Who launches the agent. Absent: it is started by hand."
      }
    ]
  },
  "mesh.v1.ProvisionAgentResponse": {
    "kind": "message",
    "doc": "Response of ProvisionAgent.",
    "members": [
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent."
      },
      {
        "name": "join_token",
        "type": "string",
        "doc": "Exchanged by the agent for a credential of its own. Shown once; empty when only validated, and for an agent with a launcher."
      },
      {
        "name": "join_token_id",
        "type": "string",
        "doc": "Names the token, to revoke it."
      },
      {
        "name": "expire_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the token runs out."
      }
    ]
  },
  "mesh.v1.Publish": {
    "kind": "message",
    "doc": "Messages of an agent. Of those at most once, what finds no receiver is dropped, counted and told by a notice; those at least once are numbered, and confirmed by `published`.",
    "members": [
      {
        "name": "messages",
        "type": "repeated mesh.v1.AgentMessage",
        "doc": "The messages, in order. 1 to 256.",
        "bounds": "1 to 256 items"
      },
      {
        "name": "first_sequence",
        "type": "int64",
        "doc": "Sequence of the first at-least-once message; those after it follow one by one. 0 where there is none.",
        "bounds": "at least 0"
      },
      {
        "name": "known_through",
        "type": "int64",
        "doc": "As the producer's.",
        "bounds": "at least 0"
      }
    ]
  },
  "mesh.v1.PublishOutcome": {
    "kind": "message",
    "doc": "What became of one at-least-once message: accepted, or refused for good.",
    "members": [
      {
        "name": "sequence",
        "type": "int64",
        "doc": "Its sequence."
      },
      {
        "name": "message_id",
        "type": "string",
        "doc": "Its id, where it was accepted."
      },
      {
        "name": "status",
        "type": "google.rpc.Status",
        "doc": "Why it was not."
      }
    ]
  },
  "mesh.v1.Published": {
    "kind": "message",
    "doc": "The outcomes of at-least-once messages, on disk before they are told.",
    "members": [
      {
        "name": "outcomes",
        "type": "repeated mesh.v1.PublishOutcome",
        "doc": "In order."
      }
    ]
  },
  "mesh.v1.PurgeDeadLettersRequest": {
    "kind": "message",
    "doc": "Request of PurgeDeadLetters.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "dead_letter_ids",
        "type": "repeated string",
        "doc": "The dead letters. Empty only with `all`. At most 500.",
        "bounds": "at most 500 items; each once; each: matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      },
      {
        "name": "all",
        "type": "bool",
        "doc": "All that the filters leave, in place of naming them."
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "With `all`: only those of this agent. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "group",
        "type": "string",
        "doc": "With `all`: only those of this group. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "reason",
        "type": "mesh.v1.DeadLetterReason",
        "doc": "With `all`: only those here for this reason. Unspecified: for any.",
        "bounds": "a defined value"
      },
      {
        "name": "validate_only",
        "type": "bool",
        "doc": "Only say how many it would be."
      }
    ]
  },
  "mesh.v1.PurgeDeadLettersResponse": {
    "kind": "message",
    "doc": "Response of PurgeDeadLetters.",
    "members": [
      {
        "name": "purged",
        "type": "int32",
        "doc": "How many are forgotten, or would be."
      },
      {
        "name": "remaining",
        "type": "int32",
        "doc": "How many more the filters leave; at least so many where it is 10,000."
      }
    ]
  },
  "mesh.v1.ReplayDeadLettersRequest": {
    "kind": "message",
    "doc": "Request of ReplayDeadLetters.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "dead_letter_ids",
        "type": "repeated string",
        "doc": "The dead letters. Empty only with `all`. At most 500.",
        "bounds": "at most 500 items; each once; each: matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      },
      {
        "name": "all",
        "type": "bool",
        "doc": "All that the filters leave, in place of naming them."
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "With `all`: only those of this agent. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "group",
        "type": "string",
        "doc": "With `all`: only those of this group. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "name": "reason",
        "type": "mesh.v1.DeadLetterReason",
        "doc": "With `all`: only those here for this reason. Unspecified: for any.",
        "bounds": "a defined value"
      },
      {
        "name": "validate_only",
        "type": "bool",
        "doc": "Only say how many it would be."
      }
    ]
  },
  "mesh.v1.ReplayDeadLettersResponse": {
    "kind": "message",
    "doc": "Response of ReplayDeadLetters.",
    "members": [
      {
        "name": "replayed",
        "type": "int32",
        "doc": "How many went back, or would."
      },
      {
        "name": "refused",
        "type": "int32",
        "doc": "How many could not, since their receiver is gone or its mailbox full."
      },
      {
        "name": "remaining",
        "type": "int32",
        "doc": "How many more the filters leave; at least so many where it is 10,000."
      }
    ]
  },
  "mesh.v1.Reply": {
    "kind": "message",
    "doc": "One answer of a call, or its end.",
    "members": [
      {
        "name": "call_id",
        "type": "string",
        "doc": "The call.",
        "bounds": "1 to 36 characters"
      },
      {
        "name": "content_type",
        "type": "string",
        "doc": "Media type of the payload. At most 127 characters.",
        "bounds": "at most 127 characters"
      },
      {
        "name": "payload",
        "type": "bytes",
        "doc": "The answer.",
        "bounds": "at most 1048576 bytes"
      },
      {
        "name": "status",
        "type": "google.rpc.Status",
        "doc": "Present on the last frame of the call, which has an answer too where `has_payload` is set."
      },
      {
        "name": "has_payload",
        "type": "bool",
        "doc": "Whether the frame carries an answer."
      }
    ]
  },
  "mesh.v1.RevokeAgentCredentialRequest": {
    "kind": "message",
    "doc": "Request of RevokeAgentCredential.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, for people and for the audit log. At most 256 characters.",
        "bounds": "at most 256 characters"
      }
    ]
  },
  "mesh.v1.RevokeAgentCredentialResponse": {
    "kind": "message",
    "doc": "Response of RevokeAgentCredential.",
    "members": []
  },
  "mesh.v1.RevokeApiKeyRequest": {
    "kind": "message",
    "doc": "Request of RevokeApiKey.",
    "members": [
      {
        "name": "key_id",
        "type": "string",
        "doc": "The key's id.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ]
  },
  "mesh.v1.RevokeApiKeyResponse": {
    "kind": "message",
    "doc": "Response of RevokeApiKey.",
    "members": [
      {
        "name": "api_key",
        "type": "mesh.v1.ApiKey",
        "doc": "The key's record."
      }
    ]
  },
  "mesh.v1.RevokeJoinTokenRequest": {
    "kind": "message",
    "doc": "Request of RevokeJoinToken.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "token_id",
        "type": "string",
        "doc": "The token's id.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ]
  },
  "mesh.v1.RevokeJoinTokenResponse": {
    "kind": "message",
    "doc": "Response of RevokeJoinToken.",
    "members": [
      {
        "name": "join_token",
        "type": "mesh.v1.JoinToken",
        "doc": "The token's record."
      }
    ]
  },
  "mesh.v1.RoleCount": {
    "kind": "message",
    "doc": "Number of agents in one role.",
    "members": [
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "The role."
      },
      {
        "name": "agents",
        "type": "int32",
        "doc": "How many."
      }
    ]
  },
  "mesh.v1.SendMessageRequest": {
    "kind": "message",
    "doc": "Request of SendMessage.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "message",
        "type": "mesh.v1.AgentMessage",
        "doc": "The message; the server fills in id, sender and time.",
        "bounds": "required"
      },
      {
        "name": "request_id",
        "type": "string",
        "doc": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters. At least once only.",
        "bounds": "at most 128 characters"
      }
    ]
  },
  "mesh.v1.SendMessageResponse": {
    "kind": "message",
    "doc": "Response of SendMessage.",
    "members": [
      {
        "name": "message_id",
        "type": "string",
        "doc": "Made by the server."
      },
      {
        "name": "accept_time",
        "type": "google.protobuf.Timestamp",
        "doc": "When the server accepted it."
      },
      {
        "name": "receivers",
        "type": "int32",
        "doc": "Receivers: of an at-most-once message those that it was handed to; of an at-least-once message those addressed, without mailboxes known to be full when it was accepted."
      }
    ]
  },
  "mesh.v1.ServerGoodbye": {
    "kind": "message",
    "doc": "End of a session by the server; the last frame.",
    "members": [
      {
        "name": "reason",
        "type": "mesh.v1.ErrorReason",
        "doc": "Why."
      },
      {
        "name": "message",
        "type": "string",
        "doc": "For people."
      },
      {
        "name": "reconnect",
        "type": "bool",
        "doc": "Whether coming back makes sense."
      },
      {
        "name": "reconnect_after",
        "type": "google.protobuf.Duration",
        "doc": "How long to wait before that."
      }
    ]
  },
  "mesh.v1.Settle": {
    "kind": "message",
    "doc": "What an agent says to messages that were delivered to it.",
    "members": [
      {
        "name": "settlements",
        "type": "repeated mesh.v1.Settlement",
        "doc": "In order. 1 to 1,024.",
        "bounds": "1 to 1024 items"
      }
    ]
  },
  "mesh.v1.SettleOutcome": {
    "kind": "message",
    "doc": "What became of one settlement.",
    "members": [
      {
        "name": "message_id",
        "type": "string",
        "doc": "The message."
      },
      {
        "name": "attempt",
        "type": "int32",
        "doc": "The attempt."
      },
      {
        "name": "kind",
        "type": "mesh.v1.Settlement.Kind",
        "doc": "What was said."
      },
      {
        "name": "status",
        "type": "google.rpc.Status",
        "doc": "Why it does not count; absent where it does."
      }
    ]
  },
  "mesh.v1.Settled": {
    "kind": "message",
    "doc": "Confirms settlements, once they are on disk.",
    "members": [
      {
        "name": "outcomes",
        "type": "repeated mesh.v1.SettleOutcome",
        "doc": "In order."
      }
    ]
  },
  "mesh.v1.Settlement": {
    "kind": "message",
    "doc": "What an agent says to one message.",
    "members": [
      {
        "name": "message_id",
        "type": "string",
        "doc": "The message.",
        "bounds": "1 to 36 characters"
      },
      {
        "name": "attempt",
        "type": "int32",
        "doc": "The attempt that was delivered.",
        "bounds": "at least 1"
      },
      {
        "name": "kind",
        "type": "mesh.v1.Settlement.Kind",
        "doc": "What it says."
      },
      {
        "name": "duration",
        "type": "google.protobuf.Duration",
        "doc": "NAK: the least wait until it comes again; absent: the back-off of the server. EXTEND: how much longer from now; absent: 30 s. At most 1 h.",
        "bounds": "at least 0 s; at most 3600 s"
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "NAK and REJECT: why, for people. At most 256 characters.",
        "bounds": "at most 256 characters"
      }
    ]
  },
  "mesh.v1.StateCount": {
    "kind": "message",
    "doc": "Number of agents in one state.",
    "members": [
      {
        "name": "state",
        "type": "mesh.v1.AgentState",
        "doc": "The state."
      },
      {
        "name": "agents",
        "type": "int32",
        "doc": "How many."
      }
    ]
  },
  "mesh.v1.StateUpdateMessage": {
    "kind": "message",
    "doc": "A change of what the agent says of itself.",
    "members": [
      {
        "name": "state",
        "type": "mesh.v1.AgentState",
        "doc": "Where in its life the agent is: STARTING, RUNNING, DRAINING or FAILED."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, where there is something to say. At most 256 characters.",
        "bounds": "at most 256 characters"
      },
      {
        "name": "effective_configuration",
        "type": "google.protobuf.Struct",
        "doc": "What it is configured with. Absent: unchanged."
      }
    ]
  },
  "mesh.v1.Subscribe": {
    "kind": "message",
    "doc": "More that an agent wants to receive.",
    "members": [
      {
        "name": "subscriptions",
        "type": "repeated mesh.v1.Subscription",
        "doc": "1 to 256.",
        "bounds": "1 to 256 items"
      }
    ]
  },
  "mesh.v1.SubscribeOutcome": {
    "kind": "message",
    "doc": "What became of one subscription.",
    "members": [
      {
        "name": "subscription",
        "type": "mesh.v1.Subscription",
        "doc": "The subscription."
      },
      {
        "name": "subscribed",
        "type": "bool",
        "doc": "Whether it stands now."
      },
      {
        "name": "status",
        "type": "google.rpc.Status",
        "doc": "Why it was refused; absent where it was not."
      }
    ]
  },
  "mesh.v1.SubscribeRequest": {
    "kind": "message",
    "doc": "Request of Subscribe.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "topic",
        "type": "string",
        "doc": "The topic, or a pattern: `*` stands for one token, `>` at the end for one or more.",
        "bounds": "matches `^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$`"
      }
    ]
  },
  "mesh.v1.SubscribeResponse": {
    "kind": "message",
    "doc": "A message of the topic.",
    "members": [
      {
        "name": "message",
        "type": "mesh.v1.AgentMessage",
        "doc": "The message. Absent in the first response, which says that the subscription stands."
      },
      {
        "name": "dropped",
        "type": "int64",
        "doc": "Messages left out since the response before, because the caller took them too slowly."
      }
    ]
  },
  "mesh.v1.Subscribed": {
    "kind": "message",
    "doc": "Answers hello's subscriptions, subscribe and unsubscribe, in their order, once it is so.",
    "members": [
      {
        "name": "outcomes",
        "type": "repeated mesh.v1.SubscribeOutcome",
        "doc": "In order."
      }
    ]
  },
  "mesh.v1.Subscription": {
    "kind": "message",
    "doc": "What an agent wants to receive.",
    "members": [
      {
        "name": "topic",
        "type": "string",
        "doc": "A topic, or a pattern: `*` stands for one token, `>` at the end for one or more.",
        "bounds": "matches `^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$`"
      },
      {
        "name": "group",
        "type": "string",
        "doc": "A group, of which the agent takes its share.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "durable",
        "type": "bool",
        "doc": "Whether it outlives the session: it is on record until it is ended, and at-least-once messages of the topic wait for the agent while it is away."
      }
    ]
  },
  "mesh.v1.TerminateAgentRequest": {
    "kind": "message",
    "doc": "Request of TerminateAgent.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "grace",
        "type": "google.protobuf.Duration",
        "doc": "Time to finish what it has. Absent means 10 s; at most 1 h; 0 cuts it off at once.",
        "bounds": "at least 0 s; at most 3600 s"
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, for people and for the audit log. At most 256 characters.",
        "bounds": "at most 256 characters"
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      },
      {
        "name": "validate_only",
        "type": "bool",
        "doc": "Only say whether it would work."
      }
    ]
  },
  "mesh.v1.TerminateAgentResponse": {
    "kind": "message",
    "doc": "Response of TerminateAgent.",
    "members": [
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent, on its way out."
      }
    ]
  },
  "mesh.v1.TopologyEdge": {
    "kind": "message",
    "doc": "A relation between two nodes of a topology.",
    "members": [
      {
        "name": "from_node_id",
        "type": "string",
        "doc": "Where it begins."
      },
      {
        "name": "to_node_id",
        "type": "string",
        "doc": "Where it ends."
      },
      {
        "name": "kind",
        "type": "mesh.v1.TopologyEdge.Kind",
        "doc": "What it stands for."
      },
      {
        "name": "round_trip_duration",
        "type": "google.protobuf.Duration",
        "doc": "Links: last measured round trip."
      },
      {
        "name": "messages",
        "type": "int64",
        "doc": "Flows: messages since the server started."
      },
      {
        "name": "calls",
        "type": "int64",
        "doc": "Flows: calls since the server started."
      }
    ]
  },
  "mesh.v1.TopologyNode": {
    "kind": "message",
    "doc": "A server or an agent in a topology.",
    "members": [
      {
        "name": "node_id",
        "type": "string",
        "doc": "Agent id, or id of the server process."
      },
      {
        "name": "kind",
        "type": "mesh.v1.TopologyNode.Kind",
        "doc": "What it stands for."
      },
      {
        "name": "role",
        "type": "mesh.v1.AgentRole",
        "doc": "Agents: role."
      },
      {
        "name": "liveness",
        "type": "mesh.v1.AgentLiveness",
        "doc": "Agents: liveness."
      },
      {
        "name": "state",
        "type": "mesh.v1.AgentState",
        "doc": "Agents: state."
      },
      {
        "name": "capabilities",
        "type": "repeated string",
        "doc": "Agents: what they can do."
      }
    ]
  },
  "mesh.v1.TraceMessageRequest": {
    "kind": "message",
    "doc": "Request of TraceMessage.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "message_id",
        "type": "string",
        "doc": "The message.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ]
  },
  "mesh.v1.TraceMessageResponse": {
    "kind": "message",
    "doc": "Response of TraceMessage.",
    "members": [
      {
        "name": "steps",
        "type": "repeated mesh.v1.MessageStep",
        "doc": "The steps, in order; at most 10,000."
      },
      {
        "name": "gap",
        "type": "string",
        "doc": "Whether steps are missing, and why; empty where the way is whole."
      }
    ]
  },
  "mesh.v1.Unsubscribe": {
    "kind": "message",
    "doc": "What an agent does not want to receive any more. One that is not there does no harm.",
    "members": [
      {
        "name": "subscriptions",
        "type": "repeated mesh.v1.Subscription",
        "doc": "1 to 256.",
        "bounds": "1 to 256 items"
      }
    ]
  },
  "mesh.v1.UpdateAgentRequest": {
    "kind": "message",
    "doc": "Request of UpdateAgent.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "agent_id",
        "type": "string",
        "doc": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Labels, which beat those the agent brings. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "desired_configuration",
        "type": "google.protobuf.Struct",
        "doc": "What the agent shall be configured with. At most 64 KiB as JSON."
      },
      {
        "name": "update_mask",
        "type": "google.protobuf.FieldMask",
        "doc": "Which of the fields above to change: `display_name`, `labels`, `desired_configuration`. At least one.",
        "bounds": "required"
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ]
  },
  "mesh.v1.UpdateAgentResponse": {
    "kind": "message",
    "doc": "Response of UpdateAgent.",
    "members": [
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent."
      }
    ]
  },
  "mesh.v1.UpdateMeshRequest": {
    "kind": "message",
    "doc": "Request of UpdateMesh.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "display_name",
        "type": "string",
        "doc": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "name": "labels",
        "type": "map<string, string>",
        "doc": "Free key/value pairs. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "name": "settings",
        "type": "mesh.v1.MeshSettings",
        "doc": "How the mesh treats its agents."
      },
      {
        "name": "update_mask",
        "type": "google.protobuf.FieldMask",
        "doc": "Which of the fields above to change: `display_name`, `labels`, `settings`, `settings.heartbeat_interval`, `settings.lost_after`. At least one.",
        "bounds": "required"
      },
      {
        "name": "etag",
        "type": "string",
        "doc": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ]
  },
  "mesh.v1.UpdateMeshResponse": {
    "kind": "message",
    "doc": "Response of UpdateMesh.",
    "members": [
      {
        "name": "mesh",
        "type": "mesh.v1.Mesh",
        "doc": "The mesh."
      }
    ]
  },
  "mesh.v1.WatchAgentsRequest": {
    "kind": "message",
    "doc": "Request of WatchAgents.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "cursor",
        "type": "string",
        "doc": "Cursor of the last response seen. Empty: begin with what is there.",
        "bounds": "at most 1024 characters"
      }
    ]
  },
  "mesh.v1.WatchAgentsResponse": {
    "kind": "message",
    "doc": "Response of WatchAgents.",
    "members": [
      {
        "name": "changes",
        "type": "repeated mesh.v1.AgentChange",
        "doc": "One whole commit or more. Empty: a bookmark."
      },
      {
        "name": "cursor",
        "type": "string",
        "doc": "Where to go on."
      },
      {
        "name": "phase",
        "type": "mesh.v1.WatchPhase",
        "doc": "Whether this is what was there, or news."
      },
      {
        "name": "more",
        "type": "bool",
        "doc": "Whether the rest of the same commit, or of the snapshot, follows."
      }
    ]
  },
  "mesh.v1.WatchMeshRequest": {
    "kind": "message",
    "doc": "Request of WatchMesh.",
    "members": [
      {
        "name": "mesh_id",
        "type": "string",
        "doc": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "name": "cursor",
        "type": "string",
        "doc": "Cursor of the last response seen. Empty: begin with what is there.",
        "bounds": "at most 1024 characters"
      }
    ]
  },
  "mesh.v1.WatchMeshResponse": {
    "kind": "message",
    "doc": "Response of WatchMesh.",
    "members": [
      {
        "name": "changes",
        "type": "repeated mesh.v1.MeshChange",
        "doc": "One whole commit or more. Empty: a bookmark."
      },
      {
        "name": "cursor",
        "type": "string",
        "doc": "Where to go on."
      },
      {
        "name": "phase",
        "type": "mesh.v1.WatchPhase",
        "doc": "Whether this is what was there, or news."
      },
      {
        "name": "more",
        "type": "bool",
        "doc": "Whether the rest of the same commit, or of the snapshot, follows."
      }
    ]
  },
  "mesh.v1.Welcome": {
    "kind": "message",
    "doc": "Answer to hello, after the session's epoch is on record.",
    "members": [
      {
        "name": "session_id",
        "type": "string",
        "doc": "The session."
      },
      {
        "name": "epoch",
        "type": "int64",
        "doc": "Rises with every attachment of the agent."
      },
      {
        "name": "resumed",
        "type": "bool",
        "doc": "Whether the session asked for goes on. Calls that were given up meanwhile are cancelled next."
      },
      {
        "name": "features",
        "type": "repeated string",
        "doc": "Features that both sides know."
      },
      {
        "name": "heartbeat_interval",
        "type": "google.protobuf.Duration",
        "doc": "How often to beat."
      },
      {
        "name": "lost_after",
        "type": "google.protobuf.Duration",
        "doc": "Silence after which either side gives the other up."
      },
      {
        "name": "limits",
        "type": "mesh.v1.LinkLimits",
        "doc": "What the server takes."
      },
      {
        "name": "server_time",
        "type": "google.protobuf.Timestamp",
        "doc": "The server's clock."
      },
      {
        "name": "node_id",
        "type": "string",
        "doc": "The server process."
      },
      {
        "name": "agent",
        "type": "mesh.v1.Agent",
        "doc": "The agent's record."
      },
      {
        "name": "producer_sequence",
        "type": "int64",
        "doc": "Highest sequence of the producer that the server has judged; 0 for none."
      }
    ]
  },
  "mesh.v1.WhoAmIRequest": {
    "kind": "message",
    "doc": "Request of WhoAmI.",
    "members": []
  },
  "mesh.v1.WhoAmIResponse": {
    "kind": "message",
    "doc": "Response of WhoAmI.",
    "members": [
      {
        "name": "auth_context",
        "type": "mesh.v1.AuthContext",
        "doc": "The caller."
      }
    ]
  },
  "mesh.v1.AgentDesiredState": {
    "kind": "enum",
    "doc": "The state that an agent is meant to be in.",
    "members": [
      {
        "name": "AGENT_DESIRED_STATE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "AGENT_DESIRED_STATE_RUNNING",
        "type": "1",
        "doc": "May run whenever it likes."
      },
      {
        "name": "AGENT_DESIRED_STATE_TERMINATED",
        "type": "2",
        "doc": "Shall end."
      }
    ]
  },
  "mesh.v1.AgentLiveness": {
    "kind": "enum",
    "doc": "What the server can tell of whether an agent is there. It is a fact with a time, not truth: LOST says nothing about whether the agent still runs. Expect new values.",
    "members": [
      {
        "name": "AGENT_LIVENESS_UNSPECIFIED",
        "type": "0",
        "doc": "The agent has never been connected."
      },
      {
        "name": "AGENT_LIVENESS_JOINING",
        "type": "1",
        "doc": "Connected; the session is being set up. Passes before it could be seen on record."
      },
      {
        "name": "AGENT_LIVENESS_ALIVE",
        "type": "2",
        "doc": "Heard within two heartbeat intervals."
      },
      {
        "name": "AGENT_LIVENESS_SUSPECT",
        "type": "3",
        "doc": "Silent for two intervals, or its stream ended without goodbye."
      },
      {
        "name": "AGENT_LIVENESS_LOST",
        "type": "4",
        "doc": "Silent for the mesh's `lost_after`."
      },
      {
        "name": "AGENT_LIVENESS_LEFT",
        "type": "5",
        "doc": "Said goodbye."
      }
    ]
  },
  "mesh.v1.AgentRole": {
    "kind": "enum",
    "doc": "What an agent is for. Expect new values.",
    "members": [
      {
        "name": "AGENT_ROLE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "AGENT_ROLE_WORKER",
        "type": "1",
        "doc": "Does work when called."
      },
      {
        "name": "AGENT_ROLE_MANAGER",
        "type": "2",
        "doc": "Hands out work and watches over workers."
      }
    ]
  },
  "mesh.v1.AgentState": {
    "kind": "enum",
    "doc": "Where in its life an agent is. Expect new values.",
    "members": [
      {
        "name": "AGENT_STATE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "AGENT_STATE_PROVISIONED",
        "type": "1",
        "doc": "On record and not running: it has never been connected, or it has said goodbye."
      },
      {
        "name": "AGENT_STATE_STARTING",
        "type": "2",
        "doc": "Connected, not ready for work yet."
      },
      {
        "name": "AGENT_STATE_RUNNING",
        "type": "3",
        "doc": "Ready for work."
      },
      {
        "name": "AGENT_STATE_DRAINING",
        "type": "4",
        "doc": "Finishes what it has, takes nothing new."
      },
      {
        "name": "AGENT_STATE_TERMINATED",
        "type": "5",
        "doc": "Ended for good; its credential is void."
      },
      {
        "name": "AGENT_STATE_FAILED",
        "type": "6",
        "doc": "Cannot work; the reason says why."
      }
    ]
  },
  "mesh.v1.AuthContext.PrincipalKind": {
    "kind": "enum",
    "doc": "Kind of caller. Expect new values.",
    "members": [
      {
        "name": "PRINCIPAL_KIND_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "PRINCIPAL_KIND_API_KEY",
        "type": "1",
        "doc": "An API key."
      },
      {
        "name": "PRINCIPAL_KIND_AGENT",
        "type": "2",
        "doc": "An agent."
      },
      {
        "name": "PRINCIPAL_KIND_BOOTSTRAP",
        "type": "3",
        "doc": "The one-time token of a new installation."
      }
    ]
  },
  "mesh.v1.DeadLetterReason": {
    "kind": "enum",
    "doc": "Why a message became a dead letter. Expect new values.",
    "members": [
      {
        "name": "DEAD_LETTER_REASON_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "DEAD_LETTER_REASON_ATTEMPTS_EXHAUSTED",
        "type": "1",
        "doc": "It was delivered as often as allowed and never acknowledged."
      },
      {
        "name": "DEAD_LETTER_REASON_EXPIRED",
        "type": "2",
        "doc": "Its `ttl` ran out."
      },
      {
        "name": "DEAD_LETTER_REASON_REJECTED",
        "type": "3",
        "doc": "The receiver rejected it."
      },
      {
        "name": "DEAD_LETTER_REASON_RECEIVER_GONE",
        "type": "4",
        "doc": "The receiver was terminated or deleted."
      }
    ]
  },
  "mesh.v1.DeliveryGuarantee": {
    "kind": "enum",
    "doc": "How hard the platform tries to deliver a message. Expect new values.",
    "members": [
      {
        "name": "DELIVERY_GUARANTEE_UNSPECIFIED",
        "type": "0",
        "doc": "The default of the call."
      },
      {
        "name": "DELIVERY_GUARANTEE_AT_MOST_ONCE",
        "type": "1",
        "doc": "Delivered once or not at all; never stored, never sent again."
      },
      {
        "name": "DELIVERY_GUARANTEE_AT_LEAST_ONCE",
        "type": "2",
        "doc": "Stored before it is accepted and delivered, again if need be, until the receiver has settled it or it is a dead letter."
      }
    ]
  },
  "mesh.v1.DeliveryState": {
    "kind": "enum",
    "doc": "Where an at-least-once message stands, with one of its receivers. Expect new values.",
    "members": [
      {
        "name": "DELIVERY_STATE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "DELIVERY_STATE_WAITING",
        "type": "1",
        "doc": "Waits for its receiver."
      },
      {
        "name": "DELIVERY_STATE_SCHEDULED",
        "type": "2",
        "doc": "Waits for its time: delayed, or to be delivered again."
      },
      {
        "name": "DELIVERY_STATE_IN_FLIGHT",
        "type": "3",
        "doc": "Handed to the receiver and not settled."
      },
      {
        "name": "DELIVERY_STATE_ACKNOWLEDGED",
        "type": "4",
        "doc": "Acknowledged by the receiver."
      },
      {
        "name": "DELIVERY_STATE_DEAD",
        "type": "5",
        "doc": "A dead letter."
      },
      {
        "name": "DELIVERY_STATE_CANCELLED",
        "type": "6",
        "doc": "Taken back before it was delivered."
      }
    ]
  },
  "mesh.v1.ErrorReason": {
    "kind": "enum",
    "doc": "Why a call failed: the `reason` of the google.rpc.ErrorInfo that every error carries, without the prefix `ERROR_REASON_`, with the domain `meshwork`. The comment begins with the canonical code. Expect new values.",
    "members": [
      {
        "name": "ERROR_REASON_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "ERROR_REASON_INVALID_REQUEST",
        "type": "1",
        "doc": "INVALID_ARGUMENT: a field of the request breaks its rule; BadRequest names field and rule."
      },
      {
        "name": "ERROR_REASON_MALFORMED_REQUEST",
        "type": "2",
        "doc": "INVALID_ARGUMENT: the bytes are not a request of this RPC. UNIMPLEMENTED where its protocol asks for that: an unknown compression, a message too many or too few."
      },
      {
        "name": "ERROR_REASON_INVALID_PAGE_TOKEN",
        "type": "3",
        "doc": "INVALID_ARGUMENT: the page token was not made for this list, or was changed."
      },
      {
        "name": "ERROR_REASON_CREDENTIAL_MISSING",
        "type": "4",
        "doc": "UNAUTHENTICATED: the call carries no credential."
      },
      {
        "name": "ERROR_REASON_CREDENTIAL_INVALID",
        "type": "5",
        "doc": "UNAUTHENTICATED: the credential is unknown, wrong, expired or revoked."
      },
      {
        "name": "ERROR_REASON_PERMISSION_MISSING",
        "type": "6",
        "doc": "PERMISSION_DENIED: the caller lacks a permission; the metadata names it."
      },
      {
        "name": "ERROR_REASON_RESOURCE_NOT_FOUND",
        "type": "7",
        "doc": "NOT_FOUND: there is no such thing, or the caller has no right to know of it."
      },
      {
        "name": "ERROR_REASON_RESOURCE_EXISTS",
        "type": "8",
        "doc": "ALREADY_EXISTS: the id is taken."
      },
      {
        "name": "ERROR_REASON_ETAG_MISMATCH",
        "type": "9",
        "doc": "ABORTED: the record changed since the etag was read."
      },
      {
        "name": "ERROR_REASON_CONTENDED",
        "type": "10",
        "doc": "ABORTED: others keep changing the same record; retry."
      },
      {
        "name": "ERROR_REASON_REQUEST_ID_REUSED",
        "type": "11",
        "doc": "FAILED_PRECONDITION: the request id came before with another request."
      },
      {
        "name": "ERROR_REASON_SECRET_NOT_REPLAYED",
        "type": "12",
        "doc": "ALREADY_EXISTS: the request was carried out before, and its answer held a secret that is not kept."
      },
      {
        "name": "ERROR_REASON_MESH_NOT_EMPTY",
        "type": "13",
        "doc": "FAILED_PRECONDITION: the mesh still has agents."
      },
      {
        "name": "ERROR_REASON_MESH_DELETING",
        "type": "14",
        "doc": "FAILED_PRECONDITION: the mesh is being deleted."
      },
      {
        "name": "ERROR_REASON_AGENT_NOT_TERMINATED",
        "type": "15",
        "doc": "FAILED_PRECONDITION: only a terminated agent can be deleted."
      },
      {
        "name": "ERROR_REASON_AGENT_TERMINATED",
        "type": "16",
        "doc": "FAILED_PRECONDITION or PERMISSION_DENIED on a link: the agent is terminated or about to be."
      },
      {
        "name": "ERROR_REASON_JOIN_TOKEN_USED",
        "type": "17",
        "doc": "FAILED_PRECONDITION: the join token has been used as often as it may."
      },
      {
        "name": "ERROR_REASON_NO_RECEIVER",
        "type": "18",
        "doc": "FAILED_PRECONDITION: the agent is not connected."
      },
      {
        "name": "ERROR_REASON_CAPABILITY_UNKNOWN",
        "type": "19",
        "doc": "NOT_FOUND: the agent has no such capability."
      },
      {
        "name": "ERROR_REASON_CAPABILITY_FAILED",
        "type": "20",
        "doc": "UNKNOWN or what the agent said: the capability's handler failed."
      },
      {
        "name": "ERROR_REASON_REPLIES_TOO_SLOW",
        "type": "21",
        "doc": "RESOURCE_EXHAUSTED: the caller takes the replies too slowly."
      },
      {
        "name": "ERROR_REASON_CALLS_IN_FLIGHT",
        "type": "22",
        "doc": "RESOURCE_EXHAUSTED: the agent has as many calls in flight as it takes."
      },
      {
        "name": "ERROR_REASON_OUTCOME_UNKNOWN",
        "type": "23",
        "doc": "UNAVAILABLE: the effect may have happened or not; retry with the same request id only."
      },
      {
        "name": "ERROR_REASON_NOT_SENT",
        "type": "24",
        "doc": "UNAVAILABLE: nothing happened; a retry may help."
      },
      {
        "name": "ERROR_REASON_RATE_LIMITED",
        "type": "25",
        "doc": "RESOURCE_EXHAUSTED: too many calls; RetryInfo tells when to come back."
      },
      {
        "name": "ERROR_REASON_QUOTA_EXCEEDED",
        "type": "26",
        "doc": "RESOURCE_EXHAUSTED: a limit on the number of things is reached; QuotaFailure names it."
      },
      {
        "name": "ERROR_REASON_MESSAGE_TOO_LARGE",
        "type": "27",
        "doc": "RESOURCE_EXHAUSTED: the message is larger than the limit."
      },
      {
        "name": "ERROR_REASON_STORE_FULL",
        "type": "28",
        "doc": "RESOURCE_EXHAUSTED: the store has no room for writes."
      },
      {
        "name": "ERROR_REASON_CURSOR_TOO_OLD",
        "type": "29",
        "doc": "OUT_OF_RANGE: the cursor is too old, or of another store: list again."
      },
      {
        "name": "ERROR_REASON_HELLO_REQUIRED",
        "type": "30",
        "doc": "INVALID_ARGUMENT on a link: the first frame has to be hello."
      },
      {
        "name": "ERROR_REASON_HELLO_TIMEOUT",
        "type": "31",
        "doc": "DEADLINE_EXCEEDED on a link: no hello in time."
      },
      {
        "name": "ERROR_REASON_HELLO_REPEATED",
        "type": "32",
        "doc": "INVALID_ARGUMENT on a link: a second hello."
      },
      {
        "name": "ERROR_REASON_FRAME_NOT_AGREED",
        "type": "33",
        "doc": "INVALID_ARGUMENT on a link: a frame outside the agreed features or without content."
      },
      {
        "name": "ERROR_REASON_FRAME_RATE_EXCEEDED",
        "type": "34",
        "doc": "RESOURCE_EXHAUSTED on a link: more frames than the limit."
      },
      {
        "name": "ERROR_REASON_SESSION_SUPERSEDED",
        "type": "35",
        "doc": "ABORTED on a link: a newer session of the same agent took over."
      },
      {
        "name": "ERROR_REASON_LINK_STALLED",
        "type": "36",
        "doc": "RESOURCE_EXHAUSTED on a link: the agent took no byte while something was waiting."
      },
      {
        "name": "ERROR_REASON_SERVER_DRAINING",
        "type": "37",
        "doc": "UNAVAILABLE: the server is stopping."
      },
      {
        "name": "ERROR_REASON_PROTOCOL_UNSUPPORTED",
        "type": "38",
        "doc": "FAILED_PRECONDITION on a link: no protocol version in common."
      },
      {
        "name": "ERROR_REASON_DEADLINE_EXCEEDED",
        "type": "39",
        "doc": "DEADLINE_EXCEEDED: no answer within the caller's deadline."
      },
      {
        "name": "ERROR_REASON_CANCELLED",
        "type": "40",
        "doc": "CANCELLED: the caller went away."
      },
      {
        "name": "ERROR_REASON_METHOD_UNKNOWN",
        "type": "41",
        "doc": "UNIMPLEMENTED: there is no such RPC."
      },
      {
        "name": "ERROR_REASON_INTERNAL",
        "type": "42",
        "doc": "INTERNAL: a defect of the server; the request id finds it in the log."
      },
      {
        "name": "ERROR_REASON_SEQUENCE_GAP",
        "type": "43",
        "doc": "FAILED_PRECONDITION on a link: the sequence is above the next one; the messages before it come first."
      },
      {
        "name": "ERROR_REASON_SEQUENCE_FORGOTTEN",
        "type": "44",
        "doc": "OUT_OF_RANGE on a link: the outcome of the sequence was known to the agent, and is forgotten."
      },
      {
        "name": "ERROR_REASON_MAILBOX_FULL",
        "type": "45",
        "doc": "RESOURCE_EXHAUSTED: the mailbox of a receiver has no room."
      },
      {
        "name": "ERROR_REASON_CREDIT_EXCEEDED",
        "type": "46",
        "doc": "RESOURCE_EXHAUSTED on a link: more unconfirmed messages than the server takes."
      },
      {
        "name": "ERROR_REASON_NOT_IN_FLIGHT",
        "type": "47",
        "doc": "FAILED_PRECONDITION on a link: the message is not in flight with that attempt any more."
      },
      {
        "name": "ERROR_REASON_LAUNCHER_UNFIT",
        "type": "48",
        "doc": "FAILED_PRECONDITION: the launcher is unknown, cannot launch, or has no such template."
      },
      {
        "name": "ERROR_REASON_PROCESS_RUNNING",
        "type": "49",
        "doc": "FAILED_PRECONDITION: the process of the agent still runs."
      }
    ]
  },
  "mesh.v1.HealthCheck.Result": {
    "kind": "enum",
    "doc": "Result of a check. Expect new values.",
    "members": [
      {
        "name": "RESULT_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "RESULT_PASSING",
        "type": "1",
        "doc": "Passed."
      },
      {
        "name": "RESULT_WARNING",
        "type": "2",
        "doc": "Passed with a reservation."
      },
      {
        "name": "RESULT_FAILING",
        "type": "3",
        "doc": "Failed."
      }
    ]
  },
  "mesh.v1.LivenessCause": {
    "kind": "enum",
    "doc": "Why an agent's liveness changed. Expect new values.",
    "members": [
      {
        "name": "LIVENESS_CAUSE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "LIVENESS_CAUSE_SESSION_STARTED",
        "type": "1",
        "doc": "A session was opened."
      },
      {
        "name": "LIVENESS_CAUSE_FRAME_RECEIVED",
        "type": "2",
        "doc": "A frame came after silence."
      },
      {
        "name": "LIVENESS_CAUSE_MISSED_HEARTBEATS",
        "type": "3",
        "doc": "Nothing was heard in time while the stream was open."
      },
      {
        "name": "LIVENESS_CAUSE_STREAM_ENDED",
        "type": "4",
        "doc": "The stream ended without goodbye."
      },
      {
        "name": "LIVENESS_CAUSE_GOODBYE",
        "type": "5",
        "doc": "The agent said goodbye."
      },
      {
        "name": "LIVENESS_CAUSE_SERVER_RESTARTED",
        "type": "6",
        "doc": "The server restarted and the agent did not come back in time."
      },
      {
        "name": "LIVENESS_CAUSE_TERMINATED",
        "type": "7",
        "doc": "The agent was terminated and cut off."
      },
      {
        "name": "LIVENESS_CAUSE_CREDENTIAL_REVOKED",
        "type": "8",
        "doc": "The agent's credential was revoked."
      },
      {
        "name": "LIVENESS_CAUSE_PROTOCOL_VIOLATION",
        "type": "9",
        "doc": "The server closed the session because of what the agent did."
      }
    ]
  },
  "mesh.v1.Mesh.State": {
    "kind": "enum",
    "doc": "Life cycle of a mesh. Expect new values.",
    "members": [
      {
        "name": "STATE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "STATE_ACTIVE",
        "type": "1",
        "doc": "Takes agents."
      },
      {
        "name": "STATE_DELETING",
        "type": "2",
        "doc": "Being deleted; takes no new agents."
      }
    ]
  },
  "mesh.v1.MeshStatus.Health": {
    "kind": "enum",
    "doc": "How a mesh fares as a whole.",
    "members": [
      {
        "name": "HEALTH_UNSPECIFIED",
        "type": "0",
        "doc": "Not known."
      },
      {
        "name": "HEALTH_HEALTHY",
        "type": "1",
        "doc": "Every running agent is alive and passes its checks."
      },
      {
        "name": "HEALTH_DEGRADED",
        "type": "2",
        "doc": "Some running agent is suspect, lost or fails a check."
      },
      {
        "name": "HEALTH_UNHEALTHY",
        "type": "3",
        "doc": "No agent that should be running is alive."
      },
      {
        "name": "HEALTH_EMPTY",
        "type": "4",
        "doc": "The mesh has no agent that should be running."
      }
    ]
  },
  "mesh.v1.MessageStep.Kind": {
    "kind": "enum",
    "doc": "What happened. Expect new values.",
    "members": [
      {
        "name": "KIND_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "KIND_ACCEPTED",
        "type": "1",
        "doc": "The server took it from its sender."
      },
      {
        "name": "KIND_STORED",
        "type": "2",
        "doc": "It is on disk."
      },
      {
        "name": "KIND_ADDRESSED",
        "type": "3",
        "doc": "It was put into the mailbox of one of its receivers."
      },
      {
        "name": "KIND_DELIVERED",
        "type": "4",
        "doc": "It was handed to the receiver's link."
      },
      {
        "name": "KIND_ACKNOWLEDGED",
        "type": "5",
        "doc": "The receiver acknowledged it."
      },
      {
        "name": "KIND_RETRY_ASKED",
        "type": "6",
        "doc": "The receiver asked for it again later (NAK)."
      },
      {
        "name": "KIND_REJECTED",
        "type": "7",
        "doc": "The receiver rejected it."
      },
      {
        "name": "KIND_EXTENDED",
        "type": "8",
        "doc": "The receiver asked for more time."
      },
      {
        "name": "KIND_TIMED_OUT",
        "type": "9",
        "doc": "The receiver did not settle it in time."
      },
      {
        "name": "KIND_RETURNED",
        "type": "10",
        "doc": "The receiver's session ended before it was settled."
      },
      {
        "name": "KIND_DEAD_LETTERED",
        "type": "11",
        "doc": "It became a dead letter."
      },
      {
        "name": "KIND_CANCELLED",
        "type": "12",
        "doc": "It was taken back."
      },
      {
        "name": "KIND_REPLAYED",
        "type": "13",
        "doc": "It was put back from the dead letters."
      },
      {
        "name": "KIND_DROPPED",
        "type": "14",
        "doc": "It found no receiver or no room, and was not to be kept."
      }
    ]
  },
  "mesh.v1.Notice.Kind": {
    "kind": "enum",
    "doc": "What a notice is about. Expect new values.",
    "members": [
      {
        "name": "KIND_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "KIND_MESSAGES_NOT_DELIVERED",
        "type": "1",
        "doc": "Messages that the agent sent found no receiver or no room."
      },
      {
        "name": "KIND_MESSAGES_DROPPED",
        "type": "2",
        "doc": "Messages to the agent were dropped because it took them too slowly."
      },
      {
        "name": "KIND_SERVER_DRAINING",
        "type": "3",
        "doc": "The server is about to stop."
      }
    ]
  },
  "mesh.v1.ProcessState": {
    "kind": "enum",
    "doc": "What a launcher last said of the process of an agent. Expect new values.",
    "members": [
      {
        "name": "PROCESS_STATE_UNSPECIFIED",
        "type": "0",
        "doc": "Nobody launches the agent, or nobody can tell: its launcher is away."
      },
      {
        "name": "PROCESS_STATE_STARTING",
        "type": "1",
        "doc": "Being started, or about to be started again."
      },
      {
        "name": "PROCESS_STATE_RUNNING",
        "type": "2",
        "doc": "There is a process."
      },
      {
        "name": "PROCESS_STATE_STOPPING",
        "type": "3",
        "doc": "Being ended."
      },
      {
        "name": "PROCESS_STATE_GONE",
        "type": "4",
        "doc": "There is none any more, and none will be started."
      },
      {
        "name": "PROCESS_STATE_FAILED",
        "type": "5",
        "doc": "It ended as often as its template allows, or cannot be started."
      }
    ]
  },
  "mesh.v1.Role": {
    "kind": "enum",
    "doc": "A built-in set of permissions. Expect new values.",
    "members": [
      {
        "name": "ROLE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "ROLE_ADMIN",
        "type": "1",
        "doc": "Everything."
      },
      {
        "name": "ROLE_OPERATOR",
        "type": "2",
        "doc": "Runs meshes and agents; hands out join tokens, no API keys."
      },
      {
        "name": "ROLE_VIEWER",
        "type": "3",
        "doc": "Reads."
      },
      {
        "name": "ROLE_AGENT",
        "type": "4",
        "doc": "An agent: its own link; lists, watches, messages and calls agents of its mesh. Not for API keys."
      }
    ]
  },
  "mesh.v1.Settlement.Kind": {
    "kind": "enum",
    "doc": "What it says.",
    "members": [
      {
        "name": "KIND_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "KIND_ACK",
        "type": "1",
        "doc": "It is done with it. Counts for any attempt."
      },
      {
        "name": "KIND_NAK",
        "type": "2",
        "doc": "It wants it again later."
      },
      {
        "name": "KIND_REJECT",
        "type": "3",
        "doc": "It will never take it."
      },
      {
        "name": "KIND_EXTEND",
        "type": "4",
        "doc": "It needs more time."
      }
    ]
  },
  "mesh.v1.TopologyEdge.Kind": {
    "kind": "enum",
    "doc": "What the edge stands for.",
    "members": [
      {
        "name": "KIND_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "KIND_LINK",
        "type": "1",
        "doc": "An open session between a server and an agent."
      },
      {
        "name": "KIND_FLOW",
        "type": "2",
        "doc": "Messages and calls from one agent to another."
      }
    ]
  },
  "mesh.v1.TopologyNode.Kind": {
    "kind": "enum",
    "doc": "What the node stands for.",
    "members": [
      {
        "name": "KIND_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "KIND_SERVER",
        "type": "1",
        "doc": "A server process."
      },
      {
        "name": "KIND_AGENT",
        "type": "2",
        "doc": "An agent."
      }
    ]
  },
  "mesh.v1.WatchPhase": {
    "kind": "enum",
    "doc": "What a response of a watch holds.",
    "members": [
      {
        "name": "WATCH_PHASE_UNSPECIFIED",
        "type": "0",
        "doc": "Not given."
      },
      {
        "name": "WATCH_PHASE_SNAPSHOT",
        "type": "1",
        "doc": "What was there when the watch began."
      },
      {
        "name": "WATCH_PHASE_LIVE",
        "type": "2",
        "doc": "What has happened since."
      }
    ]
  }
};

