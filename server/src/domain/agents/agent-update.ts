import type { UpdateAgentRequest } from "@meshwork/gen/mesh/v1/agent_service";
import { put, type Rec, type Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { invalidField } from "../errors.ts";
import { checkEtag } from "../etag.ts";
import { checkConfiguration } from "./agent-changes.ts";
import type { AgentLinks } from "./agent-links.ts";
import { without } from "../without.ts";
import { agentOf } from "./agent-queries.ts";
import { type AgentRecord, agentKind } from "./agent-record.ts";

/** The command behind UpdateAgent. `show` adds to the record what stands beside it. */
export function createAgentUpdate<Shown>(
  options: {
    readonly store: Store;
    readonly committer: Committer;
    readonly clock: Clock;
    readonly links: () => AgentLinks;
  },
  show: (rec: Rec<AgentRecord>) => Promise<Shown>,
) {
  const { store, committer, clock, links } = options;
  return async (call: Call, request: UpdateAgentRequest): Promise<Shown> => {
    const rec = await committer.run(call, async (writeId) => {
      const { rec } = await agentOf(store, call.principal, request);
      const { doc } = rec;
      const resource = `agents/${doc.meshId}/${doc.agentId}`;
      checkEtag(rec, request.etag, resource);
      const next = { ...updated(doc, request), updateTime: new Date(clock.now()) };
      return {
        changes: [put(agentKind, rec.id, next, rec.version)],
        reply: { id: rec.id, version: rec.version + 1, writeId, doc: next },
        effects: [
          () => {
            links().agentChanged(doc.uid);
          },
        ],
        audit: {
          action: "agents.update",
          resource,
          meshUid: doc.meshUid,
          details: { fields: request.updateMask?.paths.join(",") ?? "" },
        },
      };
    });
    return show(rec);
  };
}

function updated(doc: AgentRecord, request: UpdateAgentRequest): AgentRecord {
  const paths = request.updateMask?.paths ?? [];
  if (paths.length === 0) throw invalidField("update_mask", "names no field; name at least one");
  let next = doc;
  for (const path of paths) {
    switch (path) {
      case "display_name":
        next = { ...next, displayName: request.displayName };
        break;
      case "labels":
        next = { ...next, labels: { ...request.labels } };
        break;
      case "desired_configuration": {
        const { desiredConfiguration } = request;
        if (desiredConfiguration) checkConfiguration(path, desiredConfiguration);
        next = {
          ...without(next, "desiredConfiguration"),
          ...(desiredConfiguration && { desiredConfiguration }),
        };
        break;
      }
      default:
        throw invalidField(
          "update_mask",
          `"${path}" is not one of display_name, labels, desired_configuration`,
          { path },
        );
    }
  }
  return next;
}
