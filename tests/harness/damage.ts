// A store's files, copied and damaged; and all of a server's records, to compare.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { AgentSchema } from "@meshwork/gen/mesh/v1/agent";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MeshSchema } from "@meshwork/gen/mesh/v1/mesh";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";

/** Numbers in [0, 1), the same for the same seed. */
export function randomOf(seed: string): () => number {
  let count = 0;
  return () => {
    const bytes = createHash("sha256").update(`${seed} ${count++}`).digest();
    return bytes.readUInt32BE() / 2 ** 32;
  };
}

/** Copies a store's files, but not who has it. */
export function copyStore(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from))
    if (!/\.(lock|owner)$/.test(name)) copyFileSync(join(from, name), join(to, name));
}

/** Turns one bit of the byte at a fraction of the file's length; answers where. */
export function flipByte(file: string, fraction: number): string {
  const bytes = readFileSync(file);
  const at = Math.floor(fraction * bytes.length);
  const bit = Math.floor(fraction * bytes.length * 8) % 8;
  bytes[at] = bytes[at]! ^ (1 << bit);
  writeFileSync(file, bytes);
  return `bit ${bit} of byte ${at} of ${bytes.length}`;
}

/** Cuts off what is behind a fraction of the file's length; answers where. */
export function tear(file: string, fraction: number): string {
  const bytes = readFileSync(file);
  const kept = Math.floor(fraction * bytes.length);
  writeFileSync(file, bytes.subarray(0, kept));
  return `${kept} of ${bytes.length} bytes`;
}

/**
 * Checksums of a store's files by name: all but the lock, the index of the log, which each process makes
 * anew, and empty files.
 */
export function checksums(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => !/\.(lock|owner)$|-shm$/.test(name));
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).size > 0)
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]),
  );
}

/** What a server answers about its records. */
export interface Records {
  readonly meshes: Readonly<Record<string, unknown>>;
  readonly agents: Readonly<Record<string, unknown>>;
  readonly apiKeys: readonly string[];
  readonly joinTokens: readonly string[];
}

/** Calls about the records of the mesh `demo`. */
export interface Reader {
  records(): Promise<Records>;
  /** Puts agents on record. */
  provision(agentIds: readonly string[]): Promise<void>;
  /** The cursor of a watch of agents that has told all there is. */
  cursor(): Promise<string>;
  /** The ids of the next `count` changes of agents after the cursor. */
  changesAfter(cursor: string, count: number): Promise<readonly string[]>;
  close(): void;
}

export function createReader(url: string, token: string): Reader {
  const headers = { authorization: `Bearer ${token}` };
  const transport = createGrpcTransport({ endpoint: url, headers });
  const agents = createClient(AgentService, transport);
  const credentials = createClient(CredentialService, transport);
  const pageSize = 1000;
  const meshId = "demo";

  async function* changes(cursor: string): AsyncGenerator<{ ids: string[]; cursor: string }> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 10_000);
    try {
      const stream = agents.watchAgents({ meshId, cursor }, { signal: abort.signal });
      for await (const response of stream) {
        const ids = response.changes.map(({ change }) =>
          change.case === "agent" ? change.value.agentId : String(change.value),
        );
        yield { ids, cursor: response.more ? "" : response.cursor };
      }
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }
  return {
    async records() {
      const all = await createClient(MeshService, transport).listMeshes({ pageSize });
      const kept = await agents.listAgents({ meshId, pageSize });
      const keys = await credentials.listApiKeys({ pageSize });
      const tokens = await credentials.listJoinTokens({ meshId, pageSize });
      return {
        meshes: byId(MeshSchema, all.meshes, ({ meshId: id }) => id),
        agents: byId(AgentSchema, kept.agents, ({ agentId }) => agentId),
        apiKeys: keys.apiKeys.map(({ keyId }) => keyId).sort(),
        joinTokens: tokens.joinTokens.map(({ tokenId }) => tokenId).sort(),
      };
    },
    async provision(agentIds) {
      for (const agentId of agentIds) {
        const labels = { name: agentId, text: "x".repeat(200) };
        await agents.provisionAgent({ meshId, agentId, requestId: agentId, labels });
      }
    },
    async cursor() {
      for await (const { cursor } of changes("")) if (cursor !== "") return cursor;
      throw new Error("the watch ended");
    },
    async changesAfter(from, count) {
      const found: string[] = [];
      for await (const { ids } of changes(from)) {
        found.push(...ids);
        if (found.length >= count) break;
      }
      return found;
    },
    close: () => transport.close(),
  };
}

function byId<Schema extends DescMessage>(
  schema: Schema,
  messages: readonly MessageShape<Schema>[],
  idOf: (message: MessageShape<Schema>) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(messages.map((each) => [idOf(each), toJson(schema, each)]));
}
