import type { Hello, LaunchChild } from "@meshwork/gen/mesh/v1/link";
import type { Principal } from "../../security/principal.ts";
import { childrenOf } from "../agents/launch-children.ts";
import { DomainError } from "../errors.ts";
import type { DeskSession, PublishDesk, SubscriptionDesk } from "../messages/session-desks.ts";
import { attach, type Attached } from "./attach.ts";
import { epochKind } from "./epoch-record.ts";
import type { LinksDeps } from "./links-deps.ts";
import type { LinkedMesh, MeshBook } from "./mesh-book.ts";

const PROTOCOL_VERSION = 1;

/** A session that is on record, with what was read for it. */
export interface Opening {
  readonly hello: Hello;
  readonly mesh: LinkedMesh;
  readonly attached: Attached;
  readonly desk: PublishDesk | undefined;
  readonly subscriptions: SubscriptionDesk;
  readonly children: readonly LaunchChild[];
}

/** Checks the hello and puts the session on record. */
export async function openOnRecord(
  deps: LinksDeps & { readonly meshes: MeshBook },
  principal: Principal,
  hello: Hello,
): Promise<Opening> {
  const { agentUid, meshUid } = checkHello(principal, hello);
  const mesh = await deps.meshes.load(meshUid);
  if (mesh === undefined) throw new DomainError("CREDENTIAL_INVALID", "the agent's mesh is gone");
  const attached = await attach(deps, agentUid, hello);
  const { uid, agentId } = attached.agent.doc;
  const session: DeskSession = {
    agent: { uid, meshUid, agentId },
    fence: { kind: epochKind, id: uid, version: attached.epochVersion },
  };
  // Read once the epoch is on record: an older session writes nothing any more.
  const desk = hello.producer && (await deps.producers.open(session, hello.producer));
  const children = await childrenOf(deps.store, attached.agent.doc, deps.clock.now());
  return {
    hello,
    mesh,
    attached,
    desk,
    subscriptions: deps.subscriptions.open(session),
    children,
  };
}

function checkHello(
  { agent, scope }: Principal,
  hello: Hello,
): { agentUid: string; meshUid: string } {
  if (agent === undefined || scope === "all")
    throw new DomainError(
      "PERMISSION_MISSING",
      "only an agent can hold a link: use its own credential",
      {
        metadata: { permission: "links.connect" },
      },
    );
  if (hello.protocolVersion !== PROTOCOL_VERSION)
    throw new DomainError(
      "PROTOCOL_UNSUPPORTED",
      `protocol version ${hello.protocolVersion} is not spoken here: use ${PROTOCOL_VERSION}`,
      { metadata: { version: String(hello.protocolVersion), supported: String(PROTOCOL_VERSION) } },
    );
  return { agentUid: agent.uid, meshUid: scope.meshUid };
}
