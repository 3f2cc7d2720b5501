// Writers that provision agents one after the other, a recorder of what they were answered, and the
// judge of what a server then has.
import type { JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";

/** What the callers know. */
export interface Answers {
  /** Uids of what was answered OK, by agent id. */
  readonly done: Map<string, string>;
  /** Code and reason of what was refused as not having happened, by agent id. */
  readonly refused: Map<string, string>;
  /** What may have happened or not. */
  readonly unknown: Set<string>;
}

/** What a server has: uid and length of the text, by agent id. */
export type Found = ReadonlyMap<string, { readonly uid: string; readonly textLength: number }>;

/** What is wrong with it, as agent ids. */
export interface Judgement {
  /** Answered OK, and not there, or not as it was answered. */
  readonly lost: readonly string[];
  /** Refused, and there. */
  readonly risen: readonly string[];
  /** Never asked for, and there. */
  readonly strange: readonly string[];
}

/** Compares what callers were told with what there is. */
export function judge({ done, refused, unknown }: Answers, found: Found): Judgement {
  const whole = (id: string): boolean =>
    found.get(id)?.uid === done.get(id) && found.get(id)?.textLength === textLength;
  const ids = [...found.keys()];
  return {
    lost: [...done.keys()].filter((id) => !whole(id)),
    risen: ids.filter((id) => refused.has(id)),
    strange: ids.filter((id) => !done.has(id) && !refused.has(id) && !unknown.has(id)),
  };
}

/** Nothing is wrong. */
export const sound: Judgement = { lost: [], risen: [], strange: [] };

export function noAnswers(): Answers {
  return { done: new Map(), refused: new Map(), unknown: new Set() };
}

/** Each agent carries a text of this length. */
export const textLength = 30_000;

const timeoutMs = 15_000;
const writers = 4;
/** Between two calls of a writer that was refused. */
const pauseMs = 20;

const happenedOrNot = new Set(["OUTCOME_UNKNOWN", "DEADLINE_EXCEEDED", "CANCELLED"]);
const happenedNot = new Set(["STORE_FULL", "NOT_SENT", "SERVER_DRAINING"]);

/** Calls to the agents of the mesh `demo`. */
export interface Caller {
  /** Provisions one, with its id as request id, and notes the answer. */
  provision(agentId: string, answers: Answers): Promise<void>;
  /** Provisions one after the other, by several writers, until told to stop. */
  load(prefix: string, answers: Answers): { stop(): Promise<void> };
  found(): Promise<Found>;
  close(): void;
}

export function createCaller(url: string, token: string): Caller {
  const headers = { authorization: `Bearer ${token}` };
  const transport = createGrpcTransport({ endpoint: url, headers });
  const client = createClient(AgentService, transport);
  const desiredConfiguration: JsonObject = { text: "x".repeat(textLength) };

  const provision: Caller["provision"] = async (agentId, answers) => {
    const request = { meshId: "demo", agentId, requestId: agentId, desiredConfiguration };
    try {
      const { agent } = await client.provisionAgent(request, { timeoutMs });
      answers.done.set(agentId, agent!.uid);
    } catch (error) {
      note(agentId, ConnectError.from(error), answers);
    }
  };
  return {
    provision,
    load(prefix, answers) {
      let stopped = false;
      const write = async (writer: number): Promise<void> => {
        for (let number = 0; !stopped; number++) {
          const agentId = `${prefix}-${writer}-${number}`;
          await provision(agentId, answers);
          if (!answers.done.has(agentId))
            await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      };
      const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
      // told by `stop`; until then nobody waits for it
      all.catch(() => undefined);
      return {
        async stop() {
          stopped = true;
          await all;
        },
      };
    },
    async found() {
      const found = new Map<string, { uid: string; textLength: number }>();
      let pageToken = "";
      do {
        const page = await client.listAgents({ meshId: "demo", pageSize: 50, pageToken });
        for (const { agentId, uid, desiredConfiguration: kept } of page.agents)
          found.set(agentId, { uid, textLength: lengthOf(kept?.["text"]) });
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      return found;
    },
    close: () => transport.close(),
  };
}

function lengthOf(text: unknown): number {
  return typeof text === "string" ? text.length : 0;
}

/** Fails for an answer that says nothing about the effect, such as INTERNAL. */
function note(agentId: string, error: ConnectError, { refused, unknown }: Answers): void {
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? "none";
  const local = error.code === Code.DeadlineExceeded || error.code === Code.Canceled;
  if (happenedOrNot.has(reason) || (reason === "none" && local)) unknown.add(agentId);
  else if (happenedNot.has(reason)) refused.set(agentId, `${Code[error.code]} ${reason}`);
  else throw new Error(`${agentId}: unexpected ${reason}: ${error.message}`, { cause: error });
}
