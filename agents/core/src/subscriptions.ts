// What an agent wants to receive besides what is sent to itself.
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import { SubscriptionSchema, type Subscribed, type Subscription } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { AgentError, agentErrorOfStatus } from "./agent-error.ts";
import { check, checkId } from "./argument-checks.ts";
import { agentFrame } from "./frames.ts";
import { SUBSCRIPTIONS_MAX } from "./limits.ts";
import type { GroupTarget } from "./message-target.ts";
import type { MessageHandler } from "./received-message.ts";
import { matchesTopic, TOPIC_PATTERN } from "./topic-pattern.ts";

/** A topic or a pattern, `*` for one token and `>` at the end for one or more; or a group to work in. */
export type SubscriptionSource = string | GroupTarget;

export interface SubscribeOptions {
  /**
   * Keep it on record until it is ended: at-least-once messages wait for the agent while it is away.
   * Default false: it lasts as long as the agent runs.
   */
  readonly durable?: boolean;
  /** Takes the messages of this subscription; default: the agent's `onMessage`. */
  readonly handler?: MessageHandler;
}

/** What an agent receives, until it is ended. */
export interface AgentSubscription {
  readonly source: SubscriptionSource;
  readonly durable: boolean;
  /** Resolves when the server knows, or at once when it need not; a second time does nothing. */
  unsubscribe(): Promise<void>;
}

export interface Subscriptions {
  /** Resolves when the server confirmed it; rejects with AgentError when it was refused. */
  subscribe(source: SubscriptionSource, options?: SubscribeOptions): Promise<AgentSubscription>;
  /** Handlers of subscriptions that the message is for; undefined stands for the agent's own. */
  handlersOf(message: AgentMessage): (MessageHandler | undefined)[];
  /** What hello says. */
  hello(): Subscription[];
  connected(): void;
  subscribed(subscribed: Subscribed): void;
  /** Who waits for an answer hears the error, and its subscription is not there. */
  stopped(error: AgentError): void;
}

interface Entry {
  readonly source: SubscriptionSource;
  readonly key: string;
  readonly durable: boolean;
  readonly handler: MessageHandler | undefined;
  /** Who waits for the server's answer. */
  waiting?: { resolve(): void; reject(error: AgentError): void };
}

export interface SubscriptionsDeps {
  /** False when there is no session: the next hello tells. */
  send(frame: ConnectRequest): boolean;
  /** A subscription that stood was refused when it was told again. */
  lost(error: AgentError): void;
}

export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
  const entries = new Set<Entry>();
  /** Ended, and the server has not said that it knows; by key. */
  const ending = new Map<string, { readonly source: SubscriptionSource; told: (() => void)[] }>();

  /** What the last hello said, by key. */
  let greeted = new Map<string, Subscription>();
  /** What the server has still to be told, in order; those of one tick leave together. */
  let asked: { readonly case: "subscribe" | "unsubscribe"; readonly subscription: Subscription }[] =
    [];

  const of = (key: string): Entry[] => [...entries].filter((entry) => entry.key === key);

  /** Two of the same source are one to the server, durable when either is. */
  function wanted(): Subscription[] {
    const byKey = new Map<string, Subscription>();
    for (const { key, source, durable } of entries) {
      const known = byKey.get(key);
      byKey.set(key, wireOf(source, durable || known?.durable === true));
    }
    return [...byKey.values()];
  }

  async function subscribe(
    source: SubscriptionSource,
    { durable = false, handler }: SubscribeOptions = {},
  ): Promise<AgentSubscription> {
    const key = checkedKey(source);
    if (of(key).length === 0 && wanted().length >= SUBSCRIPTIONS_MAX)
      throw new AgentError(
        Code.ResourceExhausted,
        `the agent has ${SUBSCRIPTIONS_MAX} subscriptions, which is all it can have: use patterns`,
      );
    const entry: Entry = { source, key, durable, handler };
    entries.add(entry);
    // It is wanted again before the server heard that it was not.
    ended(key);
    const standing = new Promise<void>((resolve, reject) => (entry.waiting = { resolve, reject }));
    ask("subscribe", wireOf(source, durable));
    await standing;
    return { source, durable, unsubscribe: () => unsubscribe(entry) };
  }

  async function unsubscribe(entry: Entry): Promise<void> {
    if (!entries.delete(entry)) return;
    const { key, source } = entry;
    const others = of(key);
    if (others.length > 0) return;
    const end = { source, told: [] as (() => void)[] };
    ending.set(key, end);
    const told = new Promise<void>((resolve) => end.told.push(resolve));
    ask("unsubscribe", wireOf(source, entry.durable));
    await told;
  }

  function ask(what: "subscribe" | "unsubscribe", subscription: Subscription): void {
    if (asked.length === 0) queueMicrotask(flush);
    asked.push({ case: what, subscription });
  }

  function flush(): void {
    while (asked.length > 0) {
      const what = asked[0]!.case;
      const others = asked.findIndex((one) => one.case !== what);
      const part = asked.splice(0, Math.min(others < 0 ? asked.length : others, SUBSCRIPTIONS_MAX));
      const value = { subscriptions: part.map(({ subscription }) => subscription) };
      if (deps.send(agentFrame({ case: what, value }))) continue;
      // The next hello tells what is wanted; an end that is not on record needs no telling.
      for (const { subscription } of part)
        if (what === "unsubscribe" && !subscription.durable) ended(keyOf(subscription));
    }
  }

  function ended(key: string): void {
    for (const told of ending.get(key)?.told ?? []) told();
    ending.delete(key);
  }

  function subscribed({ outcomes }: Subscribed): void {
    for (const { subscription, subscribed: stands, status } of outcomes) {
      const key = subscription === undefined ? "" : keyOf(subscription);
      if (status !== undefined) refused(key, agentErrorOfStatus(status));
      else if (stands) for (const entry of of(key)) answer(entry)?.resolve();
      else ended(key);
    }
  }

  function refused(key: string, error: AgentError): void {
    for (const entry of of(key)) {
      entries.delete(entry);
      const waiting = answer(entry);
      if (waiting === undefined) deps.lost(error);
      else waiting.reject(error);
    }
  }

  function answer(entry: Entry): Entry["waiting"] {
    const { waiting } = entry;
    delete entry.waiting;
    return waiting;
  }

  return {
    subscribe,
    handlersOf: ({ target }) => {
      const handlers = new Set<MessageHandler | undefined>();
      for (const { source, handler } of entries) {
        const takes =
          typeof source === "string"
            ? target.case === "topic" && matchesTopic(source, target.value)
            : target.case === "group" && target.value === source.group;
        if (takes) handlers.add(handler);
      }
      return handlers.size === 0 ? [undefined] : [...handlers];
    },
    hello: () => {
      const all = wanted();
      greeted = new Map(all.map((subscription) => [keyOf(subscription), subscription]));
      return all;
    },
    connected: () => {
      asked = [];
      // What has changed since hello was said.
      for (const { source, key, durable, waiting } of entries) {
        const said = greeted.get(key);
        if (waiting !== undefined && (said === undefined || (durable && !said.durable)))
          ask("subscribe", wireOf(source, durable));
      }
      for (const [key, said] of greeted)
        if (of(key).length === 0 && !ending.has(key)) ask("unsubscribe", said);
      for (const { source } of ending.values()) ask("unsubscribe", wireOf(source, true));
    },
    subscribed,
    stopped: (error) => {
      for (const entry of entries) {
        const waiting = answer(entry);
        if (waiting === undefined) continue;
        entries.delete(entry);
        waiting.reject(error);
      }
      for (const { told } of ending.values()) for (const resolve of told.splice(0)) resolve();
    },
  };
}

function checkedKey(source: SubscriptionSource): string {
  if (typeof source === "string")
    check(
      TOPIC_PATTERN.test(source),
      "topic",
      source,
      "tokens of letters, digits, _ and - separated by dots, at most 16; `*` for any token, `>` at the end for more",
    );
  else checkId("group", source.group);
  return keyOf(wireOf(source, false));
}

function keyOf({ source }: Subscription): string {
  return `${source.case ?? ""} ${source.value ?? ""}`;
}

function wireOf(source: SubscriptionSource, durable: boolean): Subscription {
  return create(SubscriptionSchema, {
    source:
      typeof source === "string"
        ? { case: "topic", value: source }
        : { case: "group", value: source.group },
    durable,
  });
}
