import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import type { Hello } from "@meshwork/gen/mesh/v1/link";
import { put, type Rec, type Require } from "../../store/store.ts";
import { helloWrite } from "../agents/agent-changes.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import type { AgentRecord } from "../agents/agent-record.ts";
import { presenceKind, type PresenceRecord } from "../agents/presence-record.ts";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { DomainError } from "../errors.ts";
import type { Before } from "../messages/mail.ts";
import { epochKind, type EpochRecord } from "./epoch-record.ts";
import { DELIVERIES_MAX_DEFAULT } from "./limits.ts";
import { mailWindow } from "./mail-window.ts";
import type { LinksDeps } from "./links-deps.ts";

/** A session that is on record. */
export interface Attached {
  /** As it is after the commit. */
  readonly agent: Pick<Rec<AgentRecord>, "doc" | "writeId">;
  readonly presence: PresenceRecord;
  readonly sessionId: string;
  /** What it takes over of the session before; `resumed` where the agent goes on with that one. */
  readonly before: Before;
  readonly epoch: number;
  /** Of the epoch's record: what the session's writes require. */
  readonly epochVersion: number;
}

/**
 * Puts a session on record in one commit: raises the agent's epoch, records what the agent brings and
 * that it is alive. An agent that names the session on record goes on with it, also after a restart of
 * the server: it has not died. Fails with CREDENTIAL_INVALID when the agent is gone or its credential void,
 * AGENT_TERMINATED, and with what a commit fails with.
 */
export async function attach(
  deps: Pick<LinksDeps, "store" | "committer" | "clock" | "ids" | "nodeId">,
  agentUid: string,
  hello: Hello,
): Promise<Attached> {
  const { store, committer, clock, ids, nodeId } = deps;
  const { deliveriesMax } = mailWindow(hello);
  let epochVersion = 0;
  const attached = await committer.runSystem(async (writeId) => {
    const agent = await agentByUid(store, agentUid);
    if (agent === undefined) throw gone(agentUid, "its agent is gone");
    const now = new Date(clock.now());
    const write = helloWrite(agent, hello.spec!, now);
    const before = await store.get(epochKind, agentUid);
    const present = await store.get(presenceKind, agentUid);
    const epoch = (before?.doc.epoch ?? 0) + 1;
    const left = leftBehind(before?.doc, present?.doc, hello);
    const sessionId = left.kind === "resumed" ? hello.resumeSessionId : ids.uuid();
    const presence: PresenceRecord = {
      agentUid,
      meshUid: agent.doc.meshUid,
      agentId: agent.doc.agentId,
      previous: present?.doc.liveness ?? AgentLiveness.UNSPECIFIED,
      liveness: AgentLiveness.ALIVE,
      cause: LivenessCause.SESSION_STARTED,
      evidence: `session ${sessionId}, epoch ${epoch}`,
      changeTime: now,
      lastSeenTime: now,
      sessionId,
      nodeId,
    };
    return {
      changes: [
        put(
          epochKind,
          agentUid,
          { epoch, sessionId, nodeId, deliveriesMax },
          before?.version ?? "absent",
        ),
        put(presenceKind, agentUid, presence, present?.version ?? "absent"),
        ...write.changes,
      ],
      require: [...write.require, await validCredential(deps, agentUid)],
      reply: {
        agent: { doc: write.doc, writeId: write.changes.length > 0 ? writeId : agent.writeId },
        presence,
        sessionId,
        before: left,
        epoch,
      },
      committed: ({ versions }) => {
        epochVersion = versions[0]!;
      },
    };
  });
  return { ...attached, epochVersion };
}

function leftBehind(
  before: EpochRecord | undefined,
  presence: PresenceRecord | undefined,
  { resumeSessionId, held }: Hello,
): Before {
  if (before === undefined || before.sessionId === "") return { kind: "clean" };
  if (presence?.liveness === AgentLiveness.LEFT) return { kind: "clean" };
  if (before.sessionId === resumeSessionId) return { kind: "resumed", held };
  const { deliveriesMax = DELIVERIES_MAX_DEFAULT } = before;
  return deliveriesMax === 0 ? { kind: "clean" } : { kind: "died", deliveriesMax };
}

/** A credential that is revoked while the session is being set up must not get one. */
async function validCredential(
  { store }: Pick<LinksDeps, "store">,
  agentUid: string,
): Promise<Require> {
  const credential = await store.get(agentCredentialKind, agentUid);
  if (credential === undefined || credential.doc.revokeTime !== undefined)
    throw gone(agentUid, "it was revoked");
  return { kind: agentCredentialKind, id: agentUid, version: credential.version };
}

function gone(agentUid: string, why: string): DomainError {
  return new DomainError("CREDENTIAL_INVALID", `the credential is void: ${why}`, {
    metadata: { agent_uid: agentUid },
  });
}
