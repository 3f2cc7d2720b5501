// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.

/** How many messages travel in each direction. */
export type StreamKind = "unary" | "server" | "client" | "bidi";

/** How the text of a flag becomes a value of proto3 JSON. */
export type ValueKind =
  | "string"
  | "bool"
  | "integer"
  | "integer64"
  | "number"
  | "enum"
  | "bytes"
  | "duration"
  | "timestamp"
  | "mask"
  | "json";

/** Names that people type for the values of an enum. */
export interface EnumNames {
  /** Full name of the enum, such as `mesh.v1.AgentRole`. */
  readonly type: string;
  /** What a full value name begins with, such as `AGENT_ROLE_`. */
  readonly prefix: string;
  /** Short lower-case names, in order of number, without the unspecified one. */
  readonly values: readonly string[];
}

/** One field of a request. */
export interface FieldRow {
  /** Name in the proto file, such as `join_token_ttl`. */
  readonly field: string;
  /** Name in proto3 JSON, such as `joinTokenTtl`. */
  readonly json: string;
  /** Name of the flag without its dashes, such as `join-token-ttl`. */
  readonly flag: string;
  readonly kind: ValueKind;
  /** For `json`: full name of the message type. */
  readonly type?: string;
  readonly enum?: EnumNames;
  readonly repeated?: true;
  /** A map from strings to values of `kind`. */
  readonly map?: true;
  readonly sensitivity?: "personal" | "secret";
  /** A call without it is refused. */
  readonly required?: true;
  /** The oneof of which it is a member. */
  readonly oneof?: string;
  /** The field's comment: defaults and bounds in words. */
  readonly help: string;
  /** The bounds that the server checks, in words. */
  readonly bounds?: string;
}

/** How a get or a list is kept up to date. */
export interface WatchRow {
  /** Name of the RPC that streams the changes. */
  readonly method: string;
  /** JSON names of the request's fields, all of which the get or list has too. */
  readonly fields: readonly string[];
  /** JSON name of the field that identifies an item, if a change tells which item it concerns. */
  readonly id?: string;
}

/** One RPC as a command. */
export interface CommandRow {
  readonly topic: string;
  readonly verb: string;
  /** Full name of the service, such as `mesh.v1.AgentService`. */
  readonly service: string;
  readonly method: string;
  /** Path below `@meshwork/gen/` of the module that exports the service's descriptor. */
  readonly module: string;
  readonly kind: StreamKind;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly group: "Run" | "Inspect" | "Change" | "Operate" | "Configure";
  /** Whether the call leaves everything as it is. */
  readonly readOnly: boolean;
  /** Fields given without a flag, in order. */
  readonly positionals: readonly FieldRow[];
  readonly flags: readonly FieldRow[];
  /** Whether `mesh_id` comes from `--mesh` or the context. */
  readonly meshFromContext: boolean;
  /** Whether a unary call pages through a list. */
  readonly list: boolean;
  /** JSON name of the response field with the items of a list, or the changes of a watch. */
  readonly items?: string;
  /** Path of JSON names, from what is shown, of the field by which `-o name` calls it. */
  readonly nameField?: string;
  /** JSON name of the message that is all that the response holds, and so is shown in its place. */
  readonly record?: string;
  /** Paths of fields, as in the proto file, from the item, the record or the response. */
  readonly columns: readonly string[];
  /** Paths within the response of SECRET fields. */
  readonly secrets: readonly string[];
  /** Whether the request's `update_mask` is made from the flags that are given. */
  readonly updateMask: boolean;
  /** Whether `--dry-run` sets `validate_only`. */
  readonly dryRun: boolean;
  /** Whether `request_id` is filled in. */
  readonly requestId: boolean;
  readonly watch?: WatchRow;
}

/** A topic of commands. */
export interface TopicRow {
  readonly name: string;
  readonly summary: string;
}

/** What `mesh explain` tells of a field or an enum's value. */
export interface MemberDoc {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  readonly bounds?: string;
}

/** What `mesh explain` tells of a message or an enum. */
export interface TypeDoc {
  readonly kind: "message" | "enum";
  readonly doc: string;
  readonly members: readonly MemberDoc[];
}
