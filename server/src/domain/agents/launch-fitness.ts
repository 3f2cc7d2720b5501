import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import type { AgentLaunch } from "@meshwork/gen/mesh/v1/agent";
import type { Rec, Store } from "../../store/store.ts";
import { DomainError, quotaExceeded } from "../errors.ts";
import type { MeshRecord } from "../meshes/mesh-record.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { shallEnd } from "./launch-children.ts";
import { launchedPerLauncherMax } from "./limits.ts";
import { processKind } from "./process-record.ts";

/** Capability of a manager that launches others. */
const LAUNCH = "launch";

/**
 * The agent that shall launch another. Fails with LAUNCHER_UNFIT, naming all that it lacks, or
 * QUOTA_EXCEEDED. What it lets pass has to require the record's version as well.
 */
export async function fitLauncher(
  store: Store,
  mesh: MeshRecord,
  { launcherId, template }: AgentLaunch,
): Promise<Rec<AgentRecord>> {
  const launcher = await store.get(agentKind, agentKey(mesh.uid, launcherId));
  const lacks = launcher === undefined ? ["it does not exist"] : lacksOf(launcher.doc, template);
  if (launcher === undefined || lacks.length > 0)
    throw unfit(mesh.meshId, launcherId, template, lacks);
  const max = launchedPerLauncherMax;
  const { uid } = launcher.doc;
  if ((await store.count(processKind, { eq: { inCareOf: uid } }, max)) >= max) {
    const cure = "terminate agents that it launches, or use another launcher";
    throw quotaExceeded(`agents/${mesh.meshId}/${launcherId}`, "launchedPerLauncherMax", max, cure);
  }
  return launcher;
}

function lacksOf(launcher: AgentRecord, template: string): string[] {
  const templates = launcher.ownLaunchTemplates ?? [];
  const known = templates.length === 0 ? "none" : templates.join(", ");
  return [
    ...(launcher.role === AgentRole.MANAGER ? [] : ["it is no manager"]),
    ...(launcher.capabilities.includes(LAUNCH) ? [] : [`it lacks the capability "${LAUNCH}"`]),
    ...(templates.includes(template)
      ? []
      : [`it has no template "${template}"; its templates: ${known}`]),
    ...(shallEnd(launcher) ? ["it is terminated or about to be"] : []),
  ];
}

function unfit(
  meshId: string,
  launcherId: string,
  template: string,
  lacks: readonly string[],
): DomainError {
  const why = lacks.join("; ");
  return new DomainError(
    "LAUNCHER_UNFIT",
    `agent "${launcherId}" of mesh "${meshId}" cannot launch by template "${template}": ${why}; run it with \`mesh agent run --role manager --launch FILE\`, or name another`,
    {
      metadata: { mesh_id: meshId, launcher_id: launcherId, template, lacks: why },
      precondition: {
        type: "LAUNCHER",
        subject: `agents/${meshId}/${launcherId}`,
        description: "the launcher has to be a manager with the capability and the template",
      },
    },
  );
}
