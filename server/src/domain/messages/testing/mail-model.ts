// What mailboxes have to do, told again from the rules alone: plain maps, no code of theirs.

export interface ModelMessage {
  readonly id: string;
  /** Of an agent or a group, by name. */
  readonly box: string;
  readonly isGroup: boolean;
  readonly bytes: number;
  readonly expireMs: number;
  /** Where its row lies. */
  isParkedRow: boolean;
  /**
   * ready, scheduled; flight: in the hands of a connected agent, or of a member of a group whose queue
   * is watched; away: in those of an agent whose session died, and the server remembers; claimed: in
   * somebody's by its row alone; or how it ended.
   */
  state: "ready" | "scheduled" | "flight" | "away" | "claimed" | "gone";
  outcome: string;
  /** When it is due lies between these. */
  dueMinMs: number;
  dueMaxMs: number;
  attempts: number;
  deaths: number;
  by: string;
  /** Of the delivery that it is in flight with. */
  attempt: number;
  isRecorded: boolean;
  isAlone: boolean;
  /** Claimed by its row, and whoever claimed it may know nothing of it. */
  isStray: boolean;
  deadlineMs: number;
}

export interface ModelAgent {
  readonly name: string;
  isAttached: boolean;
  /** How its last session ended, and whether the server remembers. */
  left: "never" | "politely" | "died";
  isRemembered: boolean;
  hasDied: boolean;
  window: number;
  bytesMax: number;
  isCautious: boolean;
  readonly groups: Set<string>;
}

export interface ModelRules {
  readonly ackWaitMs: number;
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  readonly attemptsMax: number;
}

/** Slack of timers that look at deadlines in steps. */
const TICK_MS = 30;

export class ModelError extends Error {}

export function createMailModel(rules: ModelRules) {
  /** Those that are not settled. */
  const messages = new Map<string, ModelMessage>();
  const ended = new Map<string, ModelMessage>();
  const agents = new Map<string, ModelAgent>();
  let nowMs = 0;

  function agentOf(name: string): ModelAgent {
    let agent = agents.get(name);
    if (agent === undefined) {
      agent = {
        ...{ name, isAttached: false, left: "never", isRemembered: false, hasDied: false },
        ...{ window: 0, bytesMax: 0, isCautious: true, groups: new Set<string>() },
      };
      agents.set(name, agent);
    }
    return agent;
  }

  function get(id: string): ModelMessage {
    const message = messages.get(id) ?? ended.get(id);
    if (message === undefined) throw new ModelError(`message ${id} was never sent`);
    return message;
  }

  function where(test: (message: ModelMessage) => boolean): ModelMessage[] {
    return [...messages.values()].filter(test);
  }

  function flightsOf(name: string): ModelMessage[] {
    return where(({ state, by, isStray }) => state === "flight" && by === name && !isStray);
  }

  function send(
    message: Pick<ModelMessage, "id" | "box" | "isGroup" | "bytes" | "expireMs">,
    delayMs: number,
  ): void {
    const dueMs = nowMs + delayMs;
    messages.set(message.id, {
      ...message,
      ...{ isParkedRow: delayMs > 0, state: delayMs > 0 ? "scheduled" : "ready", outcome: "" },
      ...{ dueMinMs: dueMs, dueMaxMs: dueMs, attempts: 0, deaths: 0, by: "", attempt: 0 },
      ...{ isRecorded: false, isAlone: false, isStray: false, deadlineMs: 0 },
    });
  }

  /** An agent was handed a message. */
  function delivered(name: string, id: string, attempt: number): void {
    const agent = agentOf(name);
    const message = get(id);
    const fail = (why: string): never => {
      throw new ModelError(
        `${name} was handed ${id}#${attempt}: ${why} ${JSON.stringify(message)}`,
      );
    };
    if (!agent.isAttached) fail("it is not attached");
    const mine = message.isGroup ? agent.groups.has(message.box) : message.box === name;
    if (!mine) fail("it is not for it");
    if (message.state !== "ready" && message.state !== "scheduled") fail("it does not wait");
    if (message.state === "scheduled" && message.dueMinMs > nowMs) fail("it is not due");
    if (message.expireMs <= nowMs) fail("it has expired");
    if (attempt !== message.attempts + 1) fail(`its attempt is ${message.attempts + 1}`);
    if (message.state === "ready" && !message.isGroup) {
      const first = where(
        (other) => other.box === name && other.state === "ready" && other.expireMs > nowMs,
      ).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
      if (first !== message) fail(`${first?.id} comes first`);
    }
    const flights = flightsOf(name);
    const isAlone = goesAlone(agent, message);
    if (flights.length > 0) {
      if (flights.length >= agent.window) fail("no credit is left");
      const bytes = flights.reduce((sum, flight) => sum + flight.bytes, 0);
      if (bytes + message.bytes > agent.bytesMax) fail("no credit of bytes is left");
      if (isAlone || flights.some((flight) => flight.isAlone)) fail("it has to go out alone");
    }
    message.isRecorded = message.isParkedRow || message.isGroup;
    if (message.isRecorded) message.attempts += 1;
    fly(message, name, attempt, isAlone);
  }

  function goesAlone({ isCautious }: ModelAgent, { deaths }: ModelMessage): boolean {
    return deaths >= 2 || (deaths === 1 && isCautious);
  }

  function fly(message: ModelMessage, by: string, attempt: number, isAlone: boolean): void {
    Object.assign(message, { state: "flight", by, attempt, isAlone, isStray: false });
    message.deadlineMs = nowMs + rules.ackWaitMs;
  }

  function gone(message: ModelMessage, outcome: string): void {
    Object.assign(message, { state: "gone", outcome });
    messages.delete(message.id);
    ended.set(message.id, message);
  }

  function acked(id: string): void {
    const message = get(id);
    if (message.state === "gone") return;
    if (message.state === "flight") survived(message);
    gone(message, "acked");
  }

  function survived({ by, deaths }: ModelMessage): void {
    if (deaths > 0) agentOf(by).isCautious = false;
  }

  /** Wanted again, or not settled in time. */
  function backOff(message: ModelMessage, askedMs: number): void {
    const attempts = Math.max(message.attempts, message.attempt);
    message.attempts = attempts;
    if (attempts >= rules.attemptsMax) {
      gone(message, "ATTEMPTS_EXHAUSTED");
      return;
    }
    const { backOffMs, backOffMaxMs } = rules;
    const waitMs = Math.max(askedMs, Math.min(backOffMaxMs, backOffMs * 2 ** (attempts - 1)));
    const fromMs = Math.min(nowMs, message.deadlineMs);
    park(message, fromMs + waitMs, nowMs + waitMs + 1);
  }

  function park(message: ModelMessage, dueMinMs: number, dueMaxMs: number): void {
    Object.assign(message, { state: "scheduled", isParkedRow: true, by: "", dueMinMs, dueMaxMs });
  }

  function died(message: ModelMessage): void {
    message.attempts = Math.max(message.attempts, 1);
    message.deaths += 1;
    if (message.attempts >= rules.attemptsMax) gone(message, "ATTEMPTS_EXHAUSTED");
    else park(message, nowMs, nowMs);
  }

  /** As if it had not been delivered. */
  function returned(message: ModelMessage): void {
    if (message.isRecorded) message.attempts -= 1;
    message.state = message.isParkedRow ? "scheduled" : "ready";
    message.by = "";
  }

  function agentLeft(name: string, politely: boolean): void {
    const agent = agentOf(name);
    for (const message of flightsOf(name)) {
      if (politely) returned(message);
      else if (!message.isGroup) message.state = "away";
    }
    agent.isAttached = false;
    agent.left = politely ? "politely" : "died";
    agent.isRemembered = true;
    agent.groups.clear();
  }

  function serverDied(): void {
    for (const message of where(({ state }) => state === "flight" || state === "away"))
      if (message.isRecorded) message.state = "claimed";
      else returned(message);
    for (const agent of agents.values()) {
      if (agent.isAttached) agent.left = "died";
      agent.isAttached = false;
      agent.isRemembered = false;
      agent.groups.clear();
    }
  }

  /** `held` by id and attempt, where it goes on with its session. */
  function attached(
    name: string,
    kind: "clean" | "died" | "resumed",
    window: { readonly messages: number; readonly bytes: number },
    held: ReadonlyMap<string, number>,
  ): void {
    const agent = agentOf(name);
    const windowBefore = agent.window;
    const mine = where(
      ({ state, by, isGroup }) =>
        by === name && (state === "away" || state === "claimed" || (state === "flight" && isGroup)),
    );
    for (const message of mine) {
      if (held.has(message.id)) continue;
      // A claim in a queue that nobody watches is found when somebody does.
      if (message.isGroup && message.state === "claimed") continue;
      if (kind === "died") died(message);
      else returned(message);
    }
    if (kind === "died" && !agent.isRemembered)
      where(({ box, state }) => box === name && state === "ready")
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, windowBefore)
        .forEach((message) => died(message));
    Object.assign(agent, { isAttached: true, isCautious: true, hasDied: kind === "died" });
    Object.assign(agent, { window: window.messages, bytesMax: window.bytes });
    for (const [id, attempt] of held) {
      const message = get(id);
      const isOwn = message.box === name && message.state !== "gone";
      const isMine = message.by === name && ["flight", "claimed"].includes(message.state);
      if (!isOwn && !isMine) continue;
      fly(message, name, attempt, goesAlone(agent, message));
    }
  }

  function cancelled(id: string): boolean {
    const message = get(id);
    const isClaimed = message.state === "claimed" && message.deadlineMs > nowMs;
    if (isClaimed || ["flight", "away", "gone"].includes(message.state)) return false;
    gone(message, "cancelled");
    return true;
  }

  /** What goes by itself, up to now. */
  function settleDown(): void {
    const watched = new Set([...agents.values()].flatMap(({ groups }) => [...groups]));
    for (const message of where(() => true)) {
      const isRead = watched.has(message.box) && message.expireMs > nowMs;
      if (message.isGroup && message.state === "claimed" && isRead)
        Object.assign(message, { state: "flight", isStray: true });
      const agent = agentOf(message.by);
      if (message.state !== "flight" || !message.isStray || !agent.isAttached) continue;
      if (agent.hasDied) died(message);
      else returned(message);
    }
  }

  function timePassed(toMs: number): void {
    nowMs = toMs;
    for (const message of where(({ state }) => state === "flight"))
      if (message.deadlineMs + TICK_MS <= nowMs) backOff(message, 0);
  }

  /** Whether a delivery is so near to its end that one cannot say. */
  function isDoubtful(atMs: number): boolean {
    const near = where(
      ({ state, deadlineMs }) =>
        state === "flight" && deadlineMs <= atMs && atMs < deadlineMs + TICK_MS,
    );
    return near.length > 0;
  }

  function swept(): void {
    for (const message of where(({ state }) => state !== "flight")) {
      if (message.expireMs <= nowMs) gone(message, "EXPIRED");
    }
  }

  /** Fails when an agent could take something that waits. */
  function checkNothingStuck(): void {
    for (const agent of agents.values()) {
      if (!agent.isAttached) continue;
      const waiting = where(
        (message) =>
          (message.isGroup ? agent.groups.has(message.box) : message.box === agent.name) &&
          message.expireMs > nowMs &&
          (message.state === "ready" ||
            (message.state === "scheduled" && message.dueMaxMs + TICK_MS <= nowMs)),
      );
      if (waiting.length === 0) continue;
      const flights = flightsOf(agent.name);
      if (flights.length >= agent.window) continue;
      if (flights.length > 0) {
        const bytes = flights.reduce((sum, flight) => sum + flight.bytes, 0);
        const others = where(
          ({ isGroup, box, state, dueMinMs }) =>
            (isGroup ? agent.groups.has(box) : box === agent.name) &&
            state === "scheduled" &&
            dueMinMs <= nowMs,
        );
        const next = [...waiting, ...others];
        // What does not fit holds up what comes after it; where only the encoded size is known, that counts.
        const encoded = 200 * (flights.length + 1);
        if (next.some((message) => bytes + message.bytes + encoded > agent.bytesMax)) continue;
        if (flights.some(({ isAlone }) => isAlone)) continue;
        if (next.some((message) => goesAlone(agent, message))) continue;
      }
      throw new ModelError(`${agent.name} is not handed ${JSON.stringify(waiting[0])}`);
    }
  }

  return {
    messages,
    ended,
    agents,
    ...{
      agentOf,
      get,
      where,
      flightsOf,
      send,
      delivered,
      goesAlone,
      fly,
      gone,
      acked,
      survived,
      backOff,
      park,
      died,
      returned,
      agentLeft,
      serverDied,
      attached,
      cancelled,
      settleDown,
      timePassed,
      isDoubtful,
      swept,
      checkNothingStuck,
    },
    get nowMs() {
      return nowMs;
    },
  };
}

export type MailModel = ReturnType<typeof createMailModel>;
