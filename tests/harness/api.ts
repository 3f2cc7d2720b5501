import { readFileSync } from "node:fs";
import { join } from "node:path";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { parse } from "yaml";
import type { Home } from "./home.ts";

/** The token of the home's current context. */
export function tokenOf(home: Home): string {
  const { current, contexts } = parse(
    readFileSync(join(home.folder, "config/meshwork/contexts.yaml"), "utf8"),
  ) as { current: string; contexts: Record<string, { token: string }> };
  return contexts[current]!.token;
}

/** A change of liveness as a watcher saw it. */
export interface SeenLiveness {
  readonly agentId: string;
  readonly liveness: keyof typeof AgentLiveness;
  readonly cause: keyof typeof LivenessCause;
  /** Milliseconds since 1970, by the server's clock. */
  readonly timeMs: number;
  readonly lastSeenMs: number;
  /** Milliseconds since 1970, when it reached this process. */
  readonly receivedMs: number;
}

/** Watches the liveness of a mesh's agents from now on. */
export function watchLiveness(
  url: string,
  token: string,
  meshId: string,
): {
  readonly seen: readonly SeenLiveness[];
  close(): void;
} {
  const transport = createGrpcTransport({
    endpoint: url,
    headers: { authorization: `Bearer ${token}` },
  });
  const abort = new AbortController();
  const seen: SeenLiveness[] = [];
  const follow = async (): Promise<void> => {
    const stream = createClient(MeshService, transport).watchMesh(
      { meshId },
      { signal: abort.signal },
    );
    for await (const { changes } of stream) {
      for (const { change } of changes) {
        if (change.case !== "liveness") continue;
        const { agentId, liveness, cause, time, lastSeenTime } = change.value;
        seen.push({
          agentId,
          liveness: nameOf(AgentLiveness, liveness),
          cause: nameOf(LivenessCause, cause),
          timeMs: timestampMs(time!),
          lastSeenMs: timestampMs(lastSeenTime!),
          receivedMs: Date.now(),
        });
      }
    }
  };
  void follow().catch(() => undefined);
  return {
    seen,
    close() {
      abort.abort();
      transport.close();
    },
  };
}

function nameOf<T extends Readonly<Record<string, number>>>(values: T, value: number): keyof T {
  return Object.entries(values).find(([, each]) => each === value)![0];
}
