// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.
import type { CommandRow, TopicRow } from "./types.ts";

/** Every topic of generated commands. */
export const topics: readonly TopicRow[] = [
  {
    "name": "links",
    "summary": "The session between an agent and the server."
  },
  {
    "name": "agents",
    "summary": "Agents: the programs that belong to a mesh."
  },
  {
    "name": "auth",
    "summary": "Who calls."
  },
  {
    "name": "api-keys",
    "summary": "Api keys: create, list, revoke."
  },
  {
    "name": "join-tokens",
    "summary": "Join tokens: create-launch, create, list, revoke."
  },
  {
    "name": "agent-credentials",
    "summary": "Agent credentials: revoke."
  },
  {
    "name": "meshes",
    "summary": "Meshes: sets of agents, isolated from one another."
  },
  {
    "name": "messages",
    "summary": "Messages: send, call, gather, subscribe, get, trace, cancel."
  },
  {
    "name": "dead-letters",
    "summary": "Dead letters: list, get, replay, purge."
  }
];

/** Every RPC as a command. */
export const commands: readonly CommandRow[] = [
  {
    "topic": "links",
    "verb": "join",
    "service": "mesh.v1.AgentLinkService",
    "method": "JoinMesh",
    "module": "mesh/v1/agent_link_service",
    "kind": "unary",
    "summary": "Exchange a join token for a credential bound to the agent's own Ed25519 key.",
    "description": "From then on the agent signs its own tokens: a JWT of at most 60 s with `alg` EdDSA, `sub` the agent's uid and `aud` the mesh's uid. Repeating the call with the same token and key answers the same.",
    "examples": [
      "mesh links join --join-token @FILE --public-key BASE64",
      "mesh links join --join-token @FILE --public-key BASE64 --agent-id w7"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [],
    "flags": [
      {
        "field": "join_token",
        "json": "joinToken",
        "flag": "join-token",
        "kind": "string",
        "sensitivity": "secret",
        "required": true,
        "help": "The join token.",
        "bounds": "1 to 512 characters"
      },
      {
        "field": "public_key",
        "json": "publicKey",
        "flag": "public-key",
        "kind": "bytes",
        "required": true,
        "help": "The agent's Ed25519 public key, 32 bytes.",
        "bounds": "exactly 32 bytes"
      },
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "help": "Name of the agent, where the token is not for one agent. Empty: the token's, or one made up.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      }
    ],
    "meshFromContext": false,
    "list": false,
    "nameField": "agent.agentId",
    "columns": [
      "agent.mesh_id",
      "agent.agent_id",
      "agent.uid",
      "mesh_uid"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "links",
    "verb": "connect",
    "service": "mesh.v1.AgentLinkService",
    "method": "Connect",
    "module": "mesh/v1/agent_link_service",
    "kind": "bidi",
    "summary": "Hold the link of the calling agent: heartbeats, messages, calls, configuration.",
    "description": "The first frame is hello, within 5 s; the server answers with welcome. One session an agent: a newer one closes the older. Frames are JSON, one a line, when given to the command.",
    "examples": [
      "mesh links connect < frames.jsonl",
      "echo '{\"hello\":{\"protocolVersion\":1,\"spec\":{}}}' | mesh links connect"
    ],
    "group": "Run",
    "readOnly": false,
    "positionals": [],
    "flags": [],
    "meshFromContext": false,
    "list": false,
    "columns": [],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "agents",
    "verb": "provision",
    "service": "mesh.v1.AgentService",
    "method": "ProvisionAgent",
    "module": "mesh/v1/agent_service",
    "kind": "unary",
    "summary": "Put an agent on record and make the single-use join token by which it comes in.",
    "description": "The token is shown once. It ends with its use, its time, or the agent. An agent with a launcher gets none: its launcher starts its process and keeps it running until the agent is terminated.",
    "examples": [
      "mesh agents provision w3",
      "mesh agents provision boss --role manager --labels zone=eu --join-token-ttl 1h",
      "mesh agents provision w4 --launcher boss --template worker"
    ],
    "group": "Change",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "help": "Name of the agent: lower-case letters, digits and hyphens, at most 63, beginning with a letter. Empty: one is made up.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      }
    ],
    "flags": [
      {
        "field": "role",
        "json": "role",
        "flag": "role",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.AgentRole",
          "prefix": "AGENT_ROLE_",
          "values": [
            "worker",
            "manager"
          ]
        },
        "help": "What the agent is for. Unspecified means worker.",
        "bounds": "a defined value"
      },
      {
        "field": "display_name",
        "json": "displayName",
        "flag": "display-name",
        "kind": "string",
        "help": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "field": "labels",
        "json": "labels",
        "flag": "labels",
        "kind": "string",
        "map": true,
        "help": "Labels, which beat those the agent brings. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "field": "desired_configuration",
        "json": "desiredConfiguration",
        "flag": "desired-configuration",
        "kind": "json",
        "type": "google.protobuf.Struct",
        "help": "What the agent shall be configured with. At most 64 KiB as JSON."
      },
      {
        "field": "join_token_ttl",
        "json": "joinTokenTtl",
        "flag": "join-token-ttl",
        "kind": "duration",
        "help": "How long the join token is good for. 1 s to 7 days; default 1 h.",
        "bounds": "at least 1 s; at most 604800 s"
      },
      {
        "field": "request_id",
        "json": "requestId",
        "flag": "request-id",
        "kind": "string",
        "help": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "field": "launch",
        "json": "launch",
        "flag": "launch",
        "kind": "json",
        "type": "mesh.v1.AgentLaunch",
        "help": "Who launches the agent. Absent: it is started by hand."
      }
    ],
    "meshFromContext": true,
    "list": false,
    "nameField": "agent.agentId",
    "columns": [
      "agent.agent_id",
      "agent.role",
      "join_token",
      "expire_time"
    ],
    "secrets": [
      "join_token"
    ],
    "updateMask": false,
    "dryRun": true,
    "requestId": true
  },
  {
    "topic": "agents",
    "verb": "get",
    "service": "mesh.v1.AgentService",
    "method": "GetAgent",
    "module": "mesh/v1/agent_service",
    "kind": "unary",
    "summary": "Get one agent.",
    "description": "",
    "examples": [
      "mesh agents get w1",
      "mesh agents get w1 -o yaml"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "record": "agent",
    "nameField": "agentId",
    "columns": [
      "agent_id",
      "role",
      "status.liveness",
      "status.liveness_cause",
      "status.state",
      "status.last_seen_time",
      "capabilities"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false,
    "watch": {
      "method": "WatchAgents",
      "fields": [
        "meshId"
      ],
      "id": "agentId"
    }
  },
  {
    "topic": "agents",
    "verb": "list",
    "service": "mesh.v1.AgentService",
    "method": "ListAgents",
    "module": "mesh/v1/agent_service",
    "kind": "unary",
    "summary": "List the agents of a mesh, by id.",
    "description": "",
    "examples": [
      "mesh agents list",
      "mesh agents list --liveness suspect,lost -w",
      "mesh agents list --match-labels zone=eu -o name"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [],
    "flags": [
      {
        "field": "liveness",
        "json": "liveness",
        "flag": "liveness",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.AgentLiveness",
          "prefix": "AGENT_LIVENESS_",
          "values": [
            "joining",
            "alive",
            "suspect",
            "lost",
            "left"
          ]
        },
        "repeated": true,
        "help": "Only agents of one of these. Empty: all.",
        "bounds": "at most 16 items; each: a defined value"
      },
      {
        "field": "states",
        "json": "states",
        "flag": "states",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.AgentState",
          "prefix": "AGENT_STATE_",
          "values": [
            "provisioned",
            "starting",
            "running",
            "draining",
            "terminated",
            "failed"
          ]
        },
        "repeated": true,
        "help": "Only agents in one of these. Empty: all.",
        "bounds": "at most 16 items; each: a defined value"
      },
      {
        "field": "role",
        "json": "role",
        "flag": "role",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.AgentRole",
          "prefix": "AGENT_ROLE_",
          "values": [
            "worker",
            "manager"
          ]
        },
        "help": "Only agents of this role. Unspecified: all.",
        "bounds": "a defined value"
      },
      {
        "field": "match_labels",
        "json": "matchLabels",
        "flag": "match-labels",
        "kind": "string",
        "map": true,
        "help": "Only agents that have all of these labels. At most 16.",
        "bounds": "at most 16 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      }
    ],
    "meshFromContext": true,
    "list": true,
    "items": "agents",
    "nameField": "agentId",
    "columns": [
      "agent_id",
      "role",
      "status.liveness",
      "status.liveness_cause",
      "status.state",
      "status.last_seen_time",
      "capabilities"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false,
    "watch": {
      "method": "WatchAgents",
      "fields": [
        "meshId"
      ],
      "id": "agentId"
    }
  },
  {
    "topic": "agents",
    "verb": "update",
    "service": "mesh.v1.AgentService",
    "method": "UpdateAgent",
    "module": "mesh/v1/agent_service",
    "kind": "unary",
    "summary": "Update the named fields of an agent; a connected agent learns of its new configuration at once.",
    "description": "",
    "examples": [
      "mesh agents update w1 --display-name 'Worker one'",
      "mesh agents update w1 --labels zone=eu,tier=gold --desired-configuration '{\"verbose\":true}'"
    ],
    "group": "Change",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "display_name",
        "json": "displayName",
        "flag": "display-name",
        "kind": "string",
        "help": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "field": "labels",
        "json": "labels",
        "flag": "labels",
        "kind": "string",
        "map": true,
        "help": "Labels, which beat those the agent brings. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "field": "desired_configuration",
        "json": "desiredConfiguration",
        "flag": "desired-configuration",
        "kind": "json",
        "type": "google.protobuf.Struct",
        "help": "What the agent shall be configured with. At most 64 KiB as JSON."
      },
      {
        "field": "etag",
        "json": "etag",
        "flag": "etag",
        "kind": "string",
        "help": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "record": "agent",
    "nameField": "agentId",
    "columns": [
      "agent_id",
      "role",
      "status.liveness",
      "status.liveness_cause",
      "status.state",
      "status.last_seen_time",
      "capabilities"
    ],
    "secrets": [],
    "updateMask": true,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "agents",
    "verb": "terminate",
    "service": "mesh.v1.AgentService",
    "method": "TerminateAgent",
    "module": "mesh/v1/agent_service",
    "kind": "unary",
    "summary": "End an agent for good: it drains within the grace, then it is cut off and its credential is void.",
    "description": "Answers once the wish is on record, where it survives restarts of the server; watch the agent to see it done. A second call may only shorten the grace.",
    "examples": [
      "mesh agents terminate w1",
      "mesh agents terminate w1 --grace 30s --reason 'moving to eu'",
      "mesh agents terminate w1 --dry-run"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "grace",
        "json": "grace",
        "flag": "grace",
        "kind": "duration",
        "help": "Time to finish what it has. Absent means 10 s; at most 1 h; 0 cuts it off at once.",
        "bounds": "at least 0 s; at most 3600 s"
      },
      {
        "field": "reason",
        "json": "reason",
        "flag": "reason",
        "kind": "string",
        "help": "Why, for people and for the audit log. At most 256 characters.",
        "bounds": "at most 256 characters"
      },
      {
        "field": "etag",
        "json": "etag",
        "flag": "etag",
        "kind": "string",
        "help": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "record": "agent",
    "nameField": "agentId",
    "columns": [
      "agent_id",
      "role",
      "status.liveness",
      "status.liveness_cause",
      "status.state",
      "terminate_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": true,
    "requestId": false
  },
  {
    "topic": "agents",
    "verb": "delete",
    "service": "mesh.v1.AgentService",
    "method": "DeleteAgent",
    "module": "mesh/v1/agent_service",
    "kind": "unary",
    "summary": "Delete the record of a terminated agent; its name is free again.",
    "description": "",
    "examples": [
      "mesh agents delete w1",
      "mesh agents delete w1 --dry-run"
    ],
    "group": "Change",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "etag",
        "json": "etag",
        "flag": "etag",
        "kind": "string",
        "help": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "columns": [],
    "secrets": [],
    "updateMask": false,
    "dryRun": true,
    "requestId": false
  },
  {
    "topic": "agents",
    "verb": "watch",
    "service": "mesh.v1.AgentService",
    "method": "WatchAgents",
    "module": "mesh/v1/agent_service",
    "kind": "server",
    "summary": "Watch the agents of a mesh: what is there first, then every change, in order, each once.",
    "description": "Carries no load figures; ask GetAgent for them.",
    "examples": [
      "mesh agents watch",
      "mesh agents watch -o jsonl"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [],
    "flags": [
      {
        "field": "cursor",
        "json": "cursor",
        "flag": "cursor",
        "kind": "string",
        "help": "Cursor of the last response seen. Empty: begin with what is there.",
        "bounds": "at most 1024 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "items": "changes",
    "columns": [
      "agent_id",
      "role",
      "status.liveness",
      "status.liveness_cause",
      "status.state",
      "status.last_seen_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "auth",
    "verb": "whoami",
    "service": "mesh.v1.AuthService",
    "method": "WhoAmI",
    "module": "mesh/v1/auth_service",
    "kind": "unary",
    "summary": "Tell who the caller is and what the caller may do.",
    "description": "",
    "examples": [
      "mesh auth whoami",
      "mesh auth whoami -o json"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [],
    "flags": [],
    "meshFromContext": false,
    "list": false,
    "record": "authContext",
    "columns": [
      "principal_kind",
      "principal_id",
      "display_name",
      "role",
      "mesh_id",
      "expire_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "api-keys",
    "verb": "create",
    "service": "mesh.v1.CredentialService",
    "method": "CreateApiKey",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "Create an API key. The key itself is shown once; only a hash of it is kept.",
    "description": "",
    "examples": [
      "mesh api-keys create --role viewer --display-name dashboard",
      "mesh api-keys create --role operator --key-mesh-id demo --ttl 720h"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [],
    "flags": [
      {
        "field": "role",
        "json": "role",
        "flag": "role",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.Role",
          "prefix": "ROLE_",
          "values": [
            "admin",
            "operator",
            "viewer"
          ]
        },
        "required": true,
        "help": "What the key may do. ROLE_AGENT is not for keys."
      },
      {
        "field": "key_mesh_id",
        "json": "keyMeshId",
        "flag": "key-mesh-id",
        "kind": "string",
        "help": "The mesh that the key is good for. Empty: all.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "display_name",
        "json": "displayName",
        "flag": "display-name",
        "kind": "string",
        "help": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "field": "ttl",
        "json": "ttl",
        "flag": "ttl",
        "kind": "duration",
        "help": "How long the key is good for. Absent: for ever; else 1 s to 10 years.",
        "bounds": "at least 1 s; at most 315360000 s"
      },
      {
        "field": "request_id",
        "json": "requestId",
        "flag": "request-id",
        "kind": "string",
        "help": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      }
    ],
    "meshFromContext": false,
    "list": false,
    "nameField": "apiKey.keyId",
    "columns": [
      "api_key.key_id",
      "api_key.role",
      "api_key.mesh_id",
      "secret"
    ],
    "secrets": [
      "secret"
    ],
    "updateMask": false,
    "dryRun": false,
    "requestId": true
  },
  {
    "topic": "api-keys",
    "verb": "list",
    "service": "mesh.v1.CredentialService",
    "method": "ListApiKeys",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "List API keys, revoked ones too, in the order in which they were made.",
    "description": "",
    "examples": [
      "mesh api-keys list",
      "mesh api-keys list -o json"
    ],
    "group": "Configure",
    "readOnly": true,
    "positionals": [],
    "flags": [],
    "meshFromContext": false,
    "list": true,
    "items": "apiKeys",
    "nameField": "keyId",
    "columns": [
      "key_id",
      "role",
      "mesh_id",
      "display_name",
      "create_time",
      "expire_time",
      "last_use_time",
      "revoke_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "api-keys",
    "verb": "revoke",
    "service": "mesh.v1.CredentialService",
    "method": "RevokeApiKey",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "Revoke an API key; its open streams end within 1 s.",
    "description": "",
    "examples": [
      "mesh api-keys revoke 0198c5a4-7d3e-7f00-8000-000000000001",
      "mesh api-keys revoke 0198c5a4-7d3e-7f00-8000-000000000001 -o json"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [
      {
        "field": "key_id",
        "json": "keyId",
        "flag": "key-id",
        "kind": "string",
        "required": true,
        "help": "The key's id.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [],
    "meshFromContext": false,
    "list": false,
    "record": "apiKey",
    "nameField": "keyId",
    "columns": [
      "key_id",
      "role",
      "mesh_id",
      "display_name",
      "create_time",
      "expire_time",
      "last_use_time",
      "revoke_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "join-tokens",
    "verb": "create-launch",
    "service": "mesh.v1.CredentialService",
    "method": "CreateLaunchToken",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "Create the join token for a process that the calling agent launches: single use, good for 5 minutes.",
    "description": "A credential that an earlier process of the agent holds stays valid until the token is used.",
    "examples": [
      "mesh join-tokens create-launch w4",
      "mesh join-tokens create-launch w4 -o json"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent whose process is being started; the caller has to be its launcher.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "columns": [
      "join_token",
      "expire_time"
    ],
    "secrets": [
      "join_token"
    ],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "join-tokens",
    "verb": "create",
    "service": "mesh.v1.CredentialService",
    "method": "CreateJoinToken",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "Create a token with which agents join a mesh. It is shown once; only a hash of it is kept.",
    "description": "",
    "examples": [
      "mesh join-tokens create",
      "mesh join-tokens create --uses-max 20 --ttl 24h --labels zone=eu"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [],
    "flags": [
      {
        "field": "role",
        "json": "role",
        "flag": "role",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.AgentRole",
          "prefix": "AGENT_ROLE_",
          "values": [
            "worker",
            "manager"
          ]
        },
        "help": "Role of the agents that join by it. Unspecified means worker.",
        "bounds": "a defined value"
      },
      {
        "field": "labels",
        "json": "labels",
        "flag": "labels",
        "kind": "string",
        "map": true,
        "help": "Labels of the agents that join by it, which beat those they bring. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "field": "uses_max",
        "json": "usesMax",
        "flag": "uses-max",
        "kind": "integer",
        "help": "How many agents may join by it. 0 means 1; at most 1,000.",
        "bounds": "at least 0; at most 1000"
      },
      {
        "field": "ttl",
        "json": "ttl",
        "flag": "ttl",
        "kind": "duration",
        "help": "How long it is good for. 1 s to 30 days; default 1 h.",
        "bounds": "at least 1 s; at most 2592000 s"
      },
      {
        "field": "request_id",
        "json": "requestId",
        "flag": "request-id",
        "kind": "string",
        "help": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "nameField": "joinToken.tokenId",
    "columns": [
      "join_token.token_id",
      "join_token.uses_max",
      "join_token.expire_time",
      "secret"
    ],
    "secrets": [
      "secret"
    ],
    "updateMask": false,
    "dryRun": false,
    "requestId": true
  },
  {
    "topic": "join-tokens",
    "verb": "list",
    "service": "mesh.v1.CredentialService",
    "method": "ListJoinTokens",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "List the join tokens of a mesh, used and revoked ones too, in the order in which they were made.",
    "description": "",
    "examples": [
      "mesh join-tokens list",
      "mesh join-tokens list -o json"
    ],
    "group": "Configure",
    "readOnly": true,
    "positionals": [],
    "flags": [],
    "meshFromContext": true,
    "list": true,
    "items": "joinTokens",
    "nameField": "tokenId",
    "columns": [
      "token_id",
      "agent_id",
      "role",
      "uses",
      "uses_max",
      "create_time",
      "expire_time",
      "revoke_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "join-tokens",
    "verb": "revoke",
    "service": "mesh.v1.CredentialService",
    "method": "RevokeJoinToken",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "Revoke a join token. Agents that joined by it stay.",
    "description": "",
    "examples": [
      "mesh join-tokens revoke 0198c5a4-7d3e-7f00-8000-000000000001",
      "mesh join-tokens revoke 0198c5a4-7d3e-7f00-8000-000000000001 -o json"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [
      {
        "field": "token_id",
        "json": "tokenId",
        "flag": "token-id",
        "kind": "string",
        "required": true,
        "help": "The token's id.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "record": "joinToken",
    "nameField": "tokenId",
    "columns": [
      "token_id",
      "agent_id",
      "role",
      "uses",
      "uses_max",
      "create_time",
      "expire_time",
      "revoke_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "agent-credentials",
    "verb": "revoke",
    "service": "mesh.v1.CredentialService",
    "method": "RevokeAgentCredential",
    "module": "mesh/v1/credential_service",
    "kind": "unary",
    "summary": "Revoke the credential of an agent; its session ends within 1 s.",
    "description": "For good: to bring an agent back under its name, terminate it, delete it and provision it anew.",
    "examples": [
      "mesh agent-credentials revoke w1",
      "mesh agent-credentials revoke w1 --reason 'key on a lost laptop'"
    ],
    "group": "Configure",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "reason",
        "json": "reason",
        "flag": "reason",
        "kind": "string",
        "help": "Why, for people and for the audit log. At most 256 characters.",
        "bounds": "at most 256 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "columns": [],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "meshes",
    "verb": "create",
    "service": "mesh.v1.MeshService",
    "method": "CreateMesh",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "Create a mesh.",
    "description": "",
    "examples": [
      "mesh meshes create prod",
      "mesh meshes create lab --settings '{\"heartbeatInterval\":\"2s\"}' --labels team=infra"
    ],
    "group": "Change",
    "readOnly": false,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "help": "Name of the mesh: lower-case letters, digits and hyphens, at most 63, beginning with a letter. Empty: one is made up.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      }
    ],
    "flags": [
      {
        "field": "display_name",
        "json": "displayName",
        "flag": "display-name",
        "kind": "string",
        "help": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "field": "labels",
        "json": "labels",
        "flag": "labels",
        "kind": "string",
        "map": true,
        "help": "Free key/value pairs. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "field": "settings",
        "json": "settings",
        "flag": "settings",
        "kind": "json",
        "type": "mesh.v1.MeshSettings",
        "help": "How the mesh treats its agents. Empty: the defaults."
      },
      {
        "field": "request_id",
        "json": "requestId",
        "flag": "request-id",
        "kind": "string",
        "help": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters.",
        "bounds": "at most 128 characters"
      }
    ],
    "meshFromContext": false,
    "list": false,
    "record": "mesh",
    "nameField": "meshId",
    "columns": [
      "mesh_id",
      "state",
      "settings.heartbeat_interval",
      "settings.lost_after",
      "create_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": true
  },
  {
    "topic": "meshes",
    "verb": "get",
    "service": "mesh.v1.MeshService",
    "method": "GetMesh",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "Get one mesh.",
    "description": "",
    "examples": [
      "mesh meshes get demo",
      "mesh meshes get demo -o yaml"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "required": true,
        "help": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [],
    "meshFromContext": false,
    "list": false,
    "record": "mesh",
    "nameField": "meshId",
    "columns": [
      "mesh_id",
      "state",
      "settings.heartbeat_interval",
      "settings.lost_after",
      "create_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false,
    "watch": {
      "method": "WatchMesh",
      "fields": [
        "meshId"
      ]
    }
  },
  {
    "topic": "meshes",
    "verb": "list",
    "service": "mesh.v1.MeshService",
    "method": "ListMeshes",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "List the meshes that the caller may read, by id.",
    "description": "",
    "examples": [
      "mesh meshes list",
      "mesh meshes list -o name"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [],
    "flags": [],
    "meshFromContext": false,
    "list": true,
    "items": "meshes",
    "nameField": "meshId",
    "columns": [
      "mesh_id",
      "state",
      "settings.heartbeat_interval",
      "settings.lost_after",
      "create_time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "meshes",
    "verb": "update",
    "service": "mesh.v1.MeshService",
    "method": "UpdateMesh",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "Update the named fields of a mesh; its agents learn of new settings at their next heartbeat.",
    "description": "",
    "examples": [
      "mesh meshes update demo --display-name 'Demo of the day'",
      "mesh meshes update demo --settings '{\"heartbeatInterval\":\"5s\",\"lostAfter\":\"15s\"}'"
    ],
    "group": "Change",
    "readOnly": false,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "required": true,
        "help": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "display_name",
        "json": "displayName",
        "flag": "display-name",
        "kind": "string",
        "help": "Free text for people. At most 128 characters.",
        "bounds": "at most 128 characters"
      },
      {
        "field": "labels",
        "json": "labels",
        "flag": "labels",
        "kind": "string",
        "map": true,
        "help": "Free key/value pairs. At most 64.",
        "bounds": "at most 64 pairs; keys: matches `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`; values: at most 255 characters"
      },
      {
        "field": "settings",
        "json": "settings",
        "flag": "settings",
        "kind": "json",
        "type": "mesh.v1.MeshSettings",
        "help": "How the mesh treats its agents."
      },
      {
        "field": "etag",
        "json": "etag",
        "flag": "etag",
        "kind": "string",
        "help": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ],
    "meshFromContext": false,
    "list": false,
    "record": "mesh",
    "nameField": "meshId",
    "columns": [
      "mesh_id",
      "state",
      "settings.heartbeat_interval",
      "settings.lost_after",
      "update_time"
    ],
    "secrets": [],
    "updateMask": true,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "meshes",
    "verb": "delete",
    "service": "mesh.v1.MeshService",
    "method": "DeleteMesh",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "Delete a mesh that has no agents left.",
    "description": "",
    "examples": [
      "mesh meshes delete lab",
      "mesh meshes delete lab --dry-run"
    ],
    "group": "Change",
    "readOnly": false,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "required": true,
        "help": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "etag",
        "json": "etag",
        "flag": "etag",
        "kind": "string",
        "help": "The record's etag as it was read. Empty: whatever it is now.",
        "bounds": "at most 64 characters"
      }
    ],
    "meshFromContext": false,
    "list": false,
    "columns": [],
    "secrets": [],
    "updateMask": false,
    "dryRun": true,
    "requestId": false
  },
  {
    "topic": "meshes",
    "verb": "status",
    "service": "mesh.v1.MeshService",
    "method": "GetMeshStatus",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "Get how a mesh is right now, as the answering server sees it.",
    "description": "",
    "examples": [
      "mesh meshes status demo",
      "mesh meshes status demo -o json"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "required": true,
        "help": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [],
    "meshFromContext": false,
    "list": false,
    "record": "status",
    "nameField": "meshId",
    "columns": [
      "mesh_id",
      "health",
      "reason",
      "agents",
      "sessions",
      "calls_in_flight",
      "time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false,
    "watch": {
      "method": "WatchMesh",
      "fields": [
        "meshId"
      ]
    }
  },
  {
    "topic": "meshes",
    "verb": "topology",
    "service": "mesh.v1.MeshService",
    "method": "GetMeshTopology",
    "module": "mesh/v1/mesh_service",
    "kind": "unary",
    "summary": "Get who is linked to whom, at most 2,000 agents and 10,000 edges.",
    "description": "",
    "examples": [
      "mesh meshes topology demo",
      "mesh meshes topology demo -o json"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "required": true,
        "help": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [],
    "meshFromContext": false,
    "list": false,
    "record": "topology",
    "columns": [
      "time"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false,
    "watch": {
      "method": "WatchMesh",
      "fields": [
        "meshId"
      ]
    }
  },
  {
    "topic": "meshes",
    "verb": "watch",
    "service": "mesh.v1.MeshService",
    "method": "WatchMesh",
    "module": "mesh/v1/mesh_service",
    "kind": "server",
    "summary": "Watch what happens in a mesh: what is there first, then every commit, in order, each once.",
    "description": "",
    "examples": [
      "mesh meshes watch demo",
      "mesh meshes watch demo -o jsonl"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "mesh_id",
        "json": "meshId",
        "flag": "mesh-id",
        "kind": "string",
        "required": true,
        "help": "The mesh.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "cursor",
        "json": "cursor",
        "flag": "cursor",
        "kind": "string",
        "help": "Cursor of the last response seen. Empty: begin with what is there.",
        "bounds": "at most 1024 characters"
      }
    ],
    "meshFromContext": false,
    "list": false,
    "items": "changes",
    "columns": [
      "time",
      "deleted_mesh_id",
      "deleted_agent_id"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "messages",
    "verb": "send",
    "service": "mesh.v1.MessageService",
    "method": "SendMessage",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Send a message to an agent, to one of a group, or to many.",
    "description": "At most once, it is handed to the open links of its receivers; one that finds none is refused. At least once, it is on disk when this answers, and is delivered until it is settled.",
    "examples": [
      "mesh messages send --message '{\"agentId\":\"w1\",\"subject\":\"note\",\"payload\":\"aGk=\"}'",
      "mesh send w1 --subject note --data hi",
      "mesh send --topic orders.eu.created --data hi --guarantee at-least-once"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [],
    "flags": [
      {
        "field": "message",
        "json": "message",
        "flag": "message",
        "kind": "json",
        "type": "mesh.v1.AgentMessage",
        "required": true,
        "help": "The message; the server fills in id, sender and time.",
        "bounds": "required"
      },
      {
        "field": "request_id",
        "json": "requestId",
        "flag": "request-id",
        "kind": "string",
        "help": "Makes a repetition safe: the first outcome is answered again for 24 h. Empty: no such safety. At most 128 characters. At least once only.",
        "bounds": "at most 128 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "nameField": "messageId",
    "columns": [
      "message_id",
      "accept_time",
      "receivers"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": true
  },
  {
    "topic": "messages",
    "verb": "call",
    "service": "mesh.v1.MessageService",
    "method": "CallAgent",
    "module": "mesh/v1/message_service",
    "kind": "server",
    "summary": "Call a capability of an agent and stream its answers until it is done.",
    "description": "The call's own deadline applies: 30 s unless the caller sets one. When it passes, or the caller goes away, the agent is told. A call whose agent dies ends with OUTCOME_UNKNOWN.",
    "examples": [
      "mesh messages call w1 echo --payload aGk=",
      "mesh call w1 echo --data hi"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "required": true,
        "help": "The agent.",
        "bounds": "matches `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`"
      },
      {
        "field": "capability",
        "json": "capability",
        "flag": "capability",
        "kind": "string",
        "required": true,
        "help": "The capability.",
        "bounds": "matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "content_type",
        "json": "contentType",
        "flag": "content-type",
        "kind": "string",
        "help": "Media type of the payload. At most 127 characters.",
        "bounds": "at most 127 characters"
      },
      {
        "field": "payload",
        "json": "payload",
        "flag": "payload",
        "kind": "bytes",
        "help": "The argument, at most 1 MiB less the rest of the request.",
        "bounds": "at most 1048576 bytes"
      },
      {
        "field": "headers",
        "json": "headers",
        "flag": "headers",
        "kind": "string",
        "map": true,
        "help": "Free key/value pairs for the agent. At most 32.",
        "bounds": "at most 32 pairs; keys: matches `^[a-zA-Z0-9._-]{1,63}$`; values: at most 1024 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "columns": [
      "content_type",
      "payload"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "messages",
    "verb": "gather",
    "service": "mesh.v1.MessageService",
    "method": "GatherReplies",
    "module": "mesh/v1/message_service",
    "kind": "server",
    "summary": "Gather the answers of all agents that a selector names and that have a capability, as they come.",
    "description": "The last response names who did not answer, and why. The call's own deadline applies: 30 s unless the caller sets one; when it passes, what has come so far is kept and the rest is named.",
    "examples": [
      "mesh messages gather echo --payload aGk=",
      "mesh gather role=worker echo --data hi"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [
      {
        "field": "capability",
        "json": "capability",
        "flag": "capability",
        "kind": "string",
        "required": true,
        "help": "The capability.",
        "bounds": "matches `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`"
      }
    ],
    "flags": [
      {
        "field": "selector",
        "json": "selector",
        "flag": "selector",
        "kind": "json",
        "type": "mesh.v1.AgentSelector",
        "help": "Which agents. Absent: all that have the capability. At most 1,000 agents are called."
      },
      {
        "field": "content_type",
        "json": "contentType",
        "flag": "content-type",
        "kind": "string",
        "help": "Media type of the payload. At most 127 characters.",
        "bounds": "at most 127 characters"
      },
      {
        "field": "payload",
        "json": "payload",
        "flag": "payload",
        "kind": "bytes",
        "help": "The argument, at most 1 MiB less the rest of the request.",
        "bounds": "at most 1048576 bytes"
      },
      {
        "field": "headers",
        "json": "headers",
        "flag": "headers",
        "kind": "string",
        "map": true,
        "help": "Free key/value pairs for the agents. At most 32.",
        "bounds": "at most 32 pairs; keys: matches `^[a-zA-Z0-9._-]{1,63}$`; values: at most 1024 characters"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "columns": [],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "messages",
    "verb": "subscribe",
    "service": "mesh.v1.MessageService",
    "method": "Subscribe",
    "module": "mesh/v1/message_service",
    "kind": "server",
    "summary": "Follow a topic: every message that is accepted for it from now on, at most once.",
    "description": "Nothing is kept for the caller: what it takes too slowly is left out, and the next response says how many. A durable subscription is an agent's own, made on its link.",
    "examples": [
      "mesh messages subscribe orders.eu.created",
      "mesh messages subscribe 'orders.>' -o jsonl"
    ],
    "group": "Operate",
    "readOnly": true,
    "positionals": [
      {
        "field": "topic",
        "json": "topic",
        "flag": "topic",
        "kind": "string",
        "required": true,
        "help": "The topic, or a pattern: `*` stands for one token, `>` at the end for one or more.",
        "bounds": "matches `^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "nameField": "message.messageId",
    "columns": [
      "message.accept_time",
      "message.topic",
      "message.sender",
      "message.subject",
      "message.payload"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "messages",
    "verb": "get",
    "service": "mesh.v1.MessageService",
    "method": "GetMessage",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Get an at-least-once message that is not settled everywhere yet, and where it stands.",
    "description": "A message that is acknowledged by all is forgotten; TraceMessage may still know it.",
    "examples": [
      "mesh messages get 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e",
      "mesh messages get 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e -o yaml"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "message_id",
        "json": "messageId",
        "flag": "message-id",
        "kind": "string",
        "required": true,
        "help": "The message.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "items": "deliveries",
    "columns": [
      "message.message_id",
      "message.sender",
      "message.subject",
      "deliveries"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "messages",
    "verb": "trace",
    "service": "mesh.v1.MessageService",
    "method": "TraceMessage",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Tell the way of a message, step by step.",
    "description": "The steps of the last 100,000 messages are in the server's memory; what is on disk is added. Where a restart has cut the way, the answer says so.",
    "examples": [
      "mesh messages trace 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e",
      "mesh messages trace 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e -o json"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "message_id",
        "json": "messageId",
        "flag": "message-id",
        "kind": "string",
        "required": true,
        "help": "The message.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "items": "steps",
    "columns": [
      "time",
      "kind",
      "agent_id",
      "group",
      "attempt",
      "detail"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "messages",
    "verb": "cancel",
    "service": "mesh.v1.MessageService",
    "method": "CancelMessage",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Take a message back from all receivers to whom it was not delivered yet.",
    "description": "What is in flight or settled is left as it is; the answer counts both.",
    "examples": [
      "mesh messages cancel 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e",
      "mesh messages cancel 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e -o json"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [
      {
        "field": "message_id",
        "json": "messageId",
        "flag": "message-id",
        "kind": "string",
        "required": true,
        "help": "The message.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "columns": [
      "cancelled",
      "in_flight"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "dead-letters",
    "verb": "list",
    "service": "mesh.v1.MessageService",
    "method": "ListDeadLetters",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "List dead letters, oldest first.",
    "description": "",
    "examples": [
      "mesh dead-letters list",
      "mesh dead-letters list --agent-id w1 --reason rejected"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [],
    "flags": [
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "help": "Only those of this agent. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "group",
        "json": "group",
        "flag": "group",
        "kind": "string",
        "help": "Only those of this group. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "reason",
        "json": "reason",
        "flag": "reason",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.DeadLetterReason",
          "prefix": "DEAD_LETTER_REASON_",
          "values": [
            "attempts-exhausted",
            "expired",
            "rejected",
            "receiver-gone"
          ]
        },
        "help": "Only those here for this reason. Unspecified: for any.",
        "bounds": "a defined value"
      }
    ],
    "meshFromContext": true,
    "list": true,
    "items": "deadLetters",
    "nameField": "deadLetterId",
    "columns": [
      "dead_letter_id",
      "agent_id",
      "group",
      "reason",
      "attempts",
      "dead_time",
      "message.sender",
      "message.subject"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "dead-letters",
    "verb": "get",
    "service": "mesh.v1.MessageService",
    "method": "GetDeadLetter",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Get one dead letter with its message.",
    "description": "",
    "examples": [
      "mesh dead-letters get 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e",
      "mesh dead-letters get 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e -o yaml"
    ],
    "group": "Inspect",
    "readOnly": true,
    "positionals": [
      {
        "field": "dead_letter_id",
        "json": "deadLetterId",
        "flag": "dead-letter-id",
        "kind": "string",
        "required": true,
        "help": "The dead letter.",
        "bounds": "matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [],
    "meshFromContext": true,
    "list": false,
    "record": "deadLetter",
    "nameField": "deadLetterId",
    "columns": [
      "dead_letter_id",
      "agent_id",
      "group",
      "reason",
      "detail",
      "attempts",
      "dead_time",
      "message.sender",
      "message.subject"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": false,
    "requestId": false
  },
  {
    "topic": "dead-letters",
    "verb": "replay",
    "service": "mesh.v1.MessageService",
    "method": "ReplayDeadLetters",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Put dead letters back into the mailboxes they came from, as new messages of the same sender.",
    "description": "Names some, or says `all` with the filters of the list. At most 500 a call; the answer says how many are left.",
    "examples": [
      "mesh dead-letters replay 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e",
      "mesh dead-letters replay --all --agent-id w1 --dry-run"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [
      {
        "field": "dead_letter_ids",
        "json": "deadLetterIds",
        "flag": "dead-letter-ids",
        "kind": "string",
        "repeated": true,
        "help": "The dead letters. Empty only with `all`. At most 500.",
        "bounds": "at most 500 items; each once; each: matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [
      {
        "field": "all",
        "json": "all",
        "flag": "all",
        "kind": "bool",
        "help": "All that the filters leave, in place of naming them."
      },
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "help": "With `all`: only those of this agent. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "group",
        "json": "group",
        "flag": "group",
        "kind": "string",
        "help": "With `all`: only those of this group. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "reason",
        "json": "reason",
        "flag": "reason",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.DeadLetterReason",
          "prefix": "DEAD_LETTER_REASON_",
          "values": [
            "attempts-exhausted",
            "expired",
            "rejected",
            "receiver-gone"
          ]
        },
        "help": "With `all`: only those here for this reason. Unspecified: for any.",
        "bounds": "a defined value"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "columns": [
      "replayed",
      "refused",
      "remaining"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": true,
    "requestId": false
  },
  {
    "topic": "dead-letters",
    "verb": "purge",
    "service": "mesh.v1.MessageService",
    "method": "PurgeDeadLetters",
    "module": "mesh/v1/message_service",
    "kind": "unary",
    "summary": "Forget dead letters for good.",
    "description": "Names some, or says `all` with the filters of the list. At most 500 a call; the answer says how many are left.",
    "examples": [
      "mesh dead-letters purge 0190a3c4-8f1e-7c3a-9d51-0f4b6a7c8d9e",
      "mesh dead-letters purge --all --reason expired --dry-run"
    ],
    "group": "Operate",
    "readOnly": false,
    "positionals": [
      {
        "field": "dead_letter_ids",
        "json": "deadLetterIds",
        "flag": "dead-letter-ids",
        "kind": "string",
        "repeated": true,
        "help": "The dead letters. Empty only with `all`. At most 500.",
        "bounds": "at most 500 items; each once; each: matches `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`"
      }
    ],
    "flags": [
      {
        "field": "all",
        "json": "all",
        "flag": "all",
        "kind": "bool",
        "help": "All that the filters leave, in place of naming them."
      },
      {
        "field": "agent_id",
        "json": "agentId",
        "flag": "agent-id",
        "kind": "string",
        "help": "With `all`: only those of this agent. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "group",
        "json": "group",
        "flag": "group",
        "kind": "string",
        "help": "With `all`: only those of this group. Empty: of any.",
        "bounds": "matches `^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$`"
      },
      {
        "field": "reason",
        "json": "reason",
        "flag": "reason",
        "kind": "enum",
        "enum": {
          "type": "mesh.v1.DeadLetterReason",
          "prefix": "DEAD_LETTER_REASON_",
          "values": [
            "attempts-exhausted",
            "expired",
            "rejected",
            "receiver-gone"
          ]
        },
        "help": "With `all`: only those here for this reason. Unspecified: for any.",
        "bounds": "a defined value"
      }
    ],
    "meshFromContext": true,
    "list": false,
    "columns": [
      "purged",
      "remaining"
    ],
    "secrets": [],
    "updateMask": false,
    "dryRun": true,
    "requestId": false
  }
];

