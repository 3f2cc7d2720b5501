import { fromBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { AgentMessageSchema, MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import type { Change, Rec } from "../../store/store.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import type { Call } from "../call.ts";
import type { Plan } from "../commit.ts";
import { checkActive, meshOf } from "../meshes/mesh-access.ts";
import { meshKind } from "../meshes/mesh-record.ts";
import { deadLetterKind, type DeadLetterRecord } from "./dead-letter-record.ts";
import type { DeadLettersDeps, DeadLettersDone } from "./dead-letters.ts";
import type { Letter, MailboxAddress } from "./mail.ts";
import { RECORD_BYTES_EACH, REWRITE_BYTES_MAX } from "./mail-limits.ts";
import { ttlMs } from "./message-rules.ts";
import { orUnsure } from "./unsure.ts";

/** Puts some dead letters back into their mailboxes as new messages, in one commit. */
export async function planReplay(
  deps: DeadLettersDeps,
  call: Call,
  { meshId, validateOnly }: { readonly meshId: string; readonly validateOnly: boolean },
  ids: readonly string[],
): Promise<DeadLettersDone> {
  const { store, committer, mailboxes } = deps;
  let asked: readonly MailboxAddress[] = [];

  const decide = async (): Promise<Plan<DeadLettersDone>> => {
    const mesh = await meshOf(store, call.principal, meshId);
    checkActive(mesh);
    const changes: Change[] = [];
    const effects: (() => void)[] = [];
    const addresses: MailboxAddress[] = [];
    asked = addresses;
    let [done, refused, lookedAt, bytes] = [0, 0, 0, 0];
    for (const rec of await store.getMany(deadLetterKind, ids)) {
      if (bytes > REWRITE_BYTES_MAX) break;
      lookedAt += 1;
      if (rec?.doc.meshUid !== mesh.doc.uid) continue;
      const address = addressOf(rec.doc);
      const letter = letterOf(deps, rec);
      const isRefused =
        letter === undefined ||
        !(await isThere(deps, address)) ||
        (await mailboxes.admit(address)) !== undefined;
      if (isRefused) {
        refused += 1;
        continue;
      }
      done += 1;
      bytes += 2 * RECORD_BYTES_EACH + rec.doc.body!.length;
      changes.push(
        { delete: deadLetterKind, id: rec.id, expect: rec.version },
        ...mailboxes.changesOf(address, letter),
      );
      addresses.push(address);
      effects.push(() => landed(deps, rec.doc, address, letter));
    }
    return {
      changes,
      // Nothing new comes into a mesh that is being deleted.
      require: [{ kind: meshKind, id: mesh.id, version: mesh.version }],
      reply: { done, refused, lookedAt },
      effects,
      audit: {
        action: "dead_letters.replay",
        resource: `meshes/${meshId}`,
        meshUid: mesh.doc.uid,
        details: { replayed: String(done), refused: String(refused) },
      },
    };
  };
  if (validateOnly) return (await decide()).reply;
  return orUnsure(committer.run(call, decide), () => {
    for (const address of asked) mailboxes.doubt(address);
  });
}

function addressOf({ mailboxKey: key, meshUid, agentId, group }: DeadLetterRecord): MailboxAddress {
  const isGroup = group !== "";
  return { key, meshUid, name: isGroup ? group : agentId, isGroup };
}

/** The same message of the same sender, as if it had been sent just now; undefined where it is gone. */
function letterOf(
  { ids, clock }: DeadLettersDeps,
  { doc }: Rec<DeadLetterRecord>,
): Letter | undefined {
  if (doc.body === undefined) return undefined;
  const message = fromBinary(AgentMessageSchema, doc.body);
  const nowMs = clock.now();
  message.messageId = ids.uuid();
  message.acceptTime = timestampFromMs(nowMs);
  return {
    message,
    meshUid: doc.meshUid,
    acceptTime: new Date(nowMs),
    expireTime: new Date(nowMs + ttlMs(message)),
    isFanOut: false,
  };
}

async function isThere(
  { store }: DeadLettersDeps,
  { key, isGroup }: MailboxAddress,
): Promise<boolean> {
  if (isGroup) return true;
  const agent = await agentByUid(store, key);
  return agent !== undefined && agent.doc.state !== AgentState.TERMINATED;
}

function landed(
  { mailboxes, traces }: DeadLettersDeps,
  doc: DeadLetterRecord,
  address: MailboxAddress,
  letter: Letter,
): void {
  const { messageId } = letter.message;
  const kind = MessageStep_Kind.REPLAYED;
  mailboxes.landed(address, letter);
  traces.note(doc.messageId, { kind, address, detail: `as message ${messageId}` });
  traces.note(messageId, { kind, address, detail: `it was message ${doc.messageId}` });
}
