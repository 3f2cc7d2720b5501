// Whole processes, driven by the command line alone: what is sent at least once arrives whatever stops
// meanwhile, and what does not arrive can be found, replayed or forgotten.
import { join } from "node:path";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { provisionedAgent } from "./harness/agent.ts";
import { tokenOf } from "./harness/api.ts";
import { createHome, eventually, type Home, root, type Running } from "./harness/home.ts";
import { receivedBy, startMailAgent } from "./harness/mail-agent.ts";
import { type ServerProcess, startServerProcess, startSignedInServer } from "./harness/server.ts";

const bin = join(root, "cli/bin/mesh.js");
let home: Home;
let server: ServerProcess;

const atLeastOnce = ["--guarantee", "at-least-once"];

interface Sent {
  readonly messageId: string;
  readonly acceptTime: string;
  readonly receivers?: number;
}

const send = async (...args: string[]): Promise<Sent> =>
  (await home.json(["send", ...args])) as Sent;
const subjects = (agentId: string) => receivedBy(home, agentId).map(({ subject }) => subject);
const received = (agentId: string, messageId: string) =>
  eventually(() => receivedBy(home, agentId).find((each) => each.messageId === messageId));
const stop = async (running: Running): Promise<void> => {
  running.child.kill("SIGTERM");
  await running.ended;
};
const kinds = async (messageId: string): Promise<string[]> => {
  const { steps } = (await home.json(["messages", "trace", messageId])) as {
    steps: { kind: string }[];
  };
  return steps.map(({ kind }) => kind.replace("KIND_", ""));
};
const deadLetters = async (...args: string[]) =>
  (await home.json(["dead-letters", "list", ...args])) as {
    deadLetterId: string;
    reason: string;
    attempts?: number;
    message: { messageId: string; subject: string };
  }[];

beforeAll(async () => {
  home = createHome();
  server = await startSignedInServer(home);
  for (const [agentId, zone] of [
    ["w1", "eu"],
    ["w2", "us"],
    ["w3", "eu"],
  ] as const)
    await provisionedAgent(home, agentId, ["--labels", `zone=${zone}`]);
  // Never started.
  await provisionedAgent(home, "off", ["--role", "manager"]);
  await Promise.all([
    startMailAgent(home, server.url, "w1", { topic: "orders.>", group: "packers" }),
    startMailAgent(home, server.url, "w2", { group: "packers" }),
  ]);
}, 90_000);
afterAll(async () => {
  await home.close();
});

test("what is sent to an agent that is off arrives when it starts, though the server was killed", async () => {
  const first = await send(
    "w3",
    "--subject",
    "a",
    "--data",
    "one",
    "--header",
    "k=v",
    ...atLeastOnce,
  );
  const second = await send(
    "w3",
    "--subject",
    "b",
    "--data",
    "two",
    "--header",
    "n=1,m=2",
    ...atLeastOnce,
  );
  expect([first.receivers, second.receivers]).toEqual([1, 1]);
  const plain = await home.mesh(["send", "w3", "--subject", "c"]);
  expect(plain).toMatchObject({ status: 5, stdout: "" });
  expect(plain.stderr).toContain("reason NO_RECEIVER");
  expect(plain.stderr).toContain("--guarantee at-least-once");

  server.running.child.kill("SIGKILL");
  await server.running.ended;
  server = await startServerProcess(home, Number(new URL(server.url).port));
  await startMailAgent(home, server.url, "w3");
  await received("w3", second.messageId);
  expect(receivedBy(home, "w3")).toMatchObject([
    { messageId: first.messageId, subject: "a", text: "one", attempt: 1, headers: { k: "v" } },
    { messageId: second.messageId, subject: "b", text: "two", headers: { n: "1", m: "2" } },
  ]);
  expect(receivedBy(home, "w3")[0]?.sender).toMatch(/^key:/);
  const trace = await home.mesh(["messages", "trace", first.messageId]);
  expect(trace.status).toBe(0);
  expect(trace.stderr).toContain("steps are missing: ");
}, 60_000);

describe("a message to one", () => {
  test("is on record until it is settled, and is told with where it stands", async () => {
    const { messageId } = await send("w1", "--subject", "hold", "--data", "6000", ...atLeastOnce);
    await received("w1", messageId);
    const got = await home.mesh(["messages", "get", messageId]);
    expect(got.stdout).toMatch(/^Message +\S+\n[^]*Subject +hold\n[^]*\n6000\n[^]*in-flight/);
    const tooLate = await home.json(["messages", "cancel", messageId]);
    expect(tooLate).toEqual({ inFlight: 1 });
    await eventually(async () => (await kinds(messageId)).includes("ACKNOWLEDGED"));
  }, 60_000);

  test("waits for its delay, and can be taken back until then", async () => {
    const { messageId } = await send("w1", "--subject", "later", "--delay", "1h", ...atLeastOnce);
    const { deliveries } = (await home.json(["messages", "get", messageId])) as {
      deliveries: { state: string }[];
    };
    expect(deliveries).toMatchObject([{ state: "DELIVERY_STATE_SCHEDULED", agentId: "w1" }]);
    expect(await home.json(["messages", "cancel", messageId])).toEqual({ cancelled: 1 });
    expect(await kinds(messageId)).toContain("CANCELLED");
    const soon = await send("w1", "--subject", "soon", "--delay", "1500ms", ...atLeastOnce);
    const sentMs = Date.parse(soon.acceptTime);
    await received("w1", soon.messageId);
    expect(Date.now() - sentMs).toBeGreaterThanOrEqual(1_500);
    expect(subjects("w1")).not.toContain("later");
  }, 60_000);

  test("that is wanted later comes again, and its way tells so", async () => {
    const { messageId } = await send("w1", "--subject", "nak-once", ...atLeastOnce);
    await eventually(async () => (await kinds(messageId)).includes("ACKNOWLEDGED"));
    const attempts = receivedBy(home, "w1").filter((each) => each.messageId === messageId);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await kinds(messageId)).toEqual([
      ...["ACCEPTED", "STORED", "ADDRESSED"],
      ...["DELIVERED", "RETRY_ASKED", "DELIVERED", "ACKNOWLEDGED"],
    ]);
    const { stdout, stderr } = await home.mesh(["messages", "trace", messageId]);
    expect(stderr).toBe("");
    expect(stdout.split("\n")[0]).toMatch(
      /^TIME +AFTER +STEP AFTER +WHAT +RECEIVER +ATTEMPT +NODE/,
    );
    expect(stdout).toMatch(/\n\S+Z +\+\S+ +\+\S+ +asked for later +w1 +1 +\S+ +.*busy/);
    const columns = await home.mesh(["messages", "trace", messageId, "--columns", "kind,attempt"]);
    expect(columns.stdout).toContain("retry-asked   1\n");
    const got = await home.mesh(["messages", "get", messageId]);
    expect(got.stdout).toMatch(/w1 +- +acknowledged +2 /);
  }, 60_000);

  test("is accepted once, however often it is sent with one request id", async () => {
    const args = ["w1", "--subject", "once", "--request-id", "r-1", ...atLeastOnce];
    const first = await send(...args);
    expect(await send(...args)).toEqual(first);
    const raw = ["messages", "send", "--message", '{"agentId":"w1","subject":"raw","ttl":"1m30s"}'];
    expect((await home.mesh(raw)).stderr).toContain("message.ttl");
    const plain = ["messages", "send", "--message", '{"agentId":"w1","subject":"raw"}'];
    expect(await home.json(plain)).toMatchObject({ receivers: 1 });
  }, 60_000);
});

describe("a message to many", () => {
  const reached = async (args: string[], receivers: number): Promise<string[]> => {
    const sent = await send("--subject", "many", ...args, ...atLeastOnce);
    expect(sent.receivers).toBe(receivers);
    const got = () =>
      ["w1", "w2", "w3"].filter((agentId) =>
        receivedBy(home, agentId).some(({ messageId }) => messageId === sent.messageId),
      );
    await eventually(() => got().length === receivers);
    return got();
  };

  test.each([
    [
      ["--selector", "role=worker,zone=eu"],
      ["w1", "w3"],
    ],
    [["--selector", "agent=w2"], ["w2"]],
    [["--selector", 'agent.labels.zone != "eu"'], ["w2"]],
    [
      ["--selector", "role=worker"],
      ["w1", "w2", "w3"],
    ],
    [["--topic", "orders.eu.created"], ["w1"]],
  ])(
    "by %j reaches %j",
    async (args, agents) => {
      expect(await reached(args, agents.length)).toEqual(agents);
    },
    60_000,
  );

  test("by broadcast reaches all who are there, and waits for the others", async () => {
    const { receivers, messageId } = await send("--broadcast", "--subject", "all", ...atLeastOnce);
    expect(receivers).toBe(4);
    await Promise.all(["w1", "w2", "w3"].map((agentId) => received(agentId, messageId)));
    expect(await home.json(["messages", "cancel", messageId])).toEqual({ cancelled: 1 });
  }, 60_000);

  test("that nobody receives is said to be so", async () => {
    const { status, stderr } = await home.mesh(["send", "--topic", "nobody.there", ...atLeastOnce]);
    expect(status).toBe(0);
    expect(stderr).toContain("nobody receives it");
    const wrong = await home.mesh(["send", "--selector", "agent.nope(", "--subject", "s"]);
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
  }, 60_000);

  test("of a group goes to one member", async () => {
    const sent = await send("--group", "packers", "--subject", "pack", "--data", "x");
    const takers = () =>
      ["w1", "w2"].filter((agentId) =>
        receivedBy(home, agentId).some(({ messageId }) => messageId === sent.messageId),
      );
    await eventually(() => takers().length > 0);
    await eventually(async () => (await kinds(sent.messageId)).includes("ACKNOWLEDGED"));
    expect(takers()).toHaveLength(1);
  }, 60_000);
});

describe("a topic", () => {
  test("is followed line by line, through a restart of the server", async () => {
    const table = home.start(["messages", "subscribe", "orders.*.created"]);
    const lines = home.start(["messages", "subscribe", "orders.>", "-o", "jsonl"]);
    await Promise.all([table, lines].map((each) => each.until(/subscribed to orders/)));
    await send("--topic", "orders.us.created", "--data", "hi\nthere");
    await table.until(
      /\n\S+ {2}orders\.us\.created {2}key:\S+ {2}orders\.us\.created {2}hi\\nthere\n/,
    );
    await lines.until(/"payload":"aGkKdGhlcmU="/);

    const { port } = new URL(server.url);
    await stop(server.running);
    await Promise.all([table, lines].map((each) => each.until(/connection lost/)));
    server = await startServerProcess(home, Number(port));
    await Promise.all([table, lines].map((each) => each.until(/again; messages in between/)));
    await send("--topic", "orders.us.created", "--data", "after");
    await table.until(/ {2}after\n/);
    table.child.kill("SIGINT");
    lines.child.kill("SIGINT");
    expect((await table.ended).status).toBe(130);
    const { stdout } = await lines.ended;
    for (const line of stdout.trimEnd().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ topic: "orders.us.created" });
  }, 90_000);
});

describe("dead letters", () => {
  test("tell why, are replayed to their receiver, and are forgotten", async () => {
    const rejected = await send("w2", "--subject", "reject", "--data", "no thanks", ...atLeastOnce);
    const letter = await eventually(
      async () => (await deadLetters("--agent-id", "w2", "--reason", "rejected"))[0],
    );
    expect(letter).toMatchObject({
      reason: "DEAD_LETTER_REASON_REJECTED",
      attempts: 1,
      message: { messageId: rejected.messageId, subject: "reject" },
    });
    const { deadLetterId } = letter;
    const { stdout } = await home.mesh(["dead-letters", "get", deadLetterId]);
    expect(stdout).toMatch(/Reason +rejected: .*not wanted here\n[^]*\nno thanks\n$/);
    const dry = await home.mesh(["dead-letters", "replay", "--all", "--dry-run", "-o", "json"]);
    expect(JSON.parse(dry.stdout)).toEqual({ replayed: 1 });
    expect(dry.stderr).toContain("dry run");

    expect(await home.json(["dead-letters", "replay", deadLetterId])).toEqual({ replayed: 1 });
    // Rejected again, by an agent that has not changed its mind.
    const again = await eventually(async () => {
      const found = await deadLetters();
      return found.find((each) => each.deadLetterId !== deadLetterId);
    });
    expect(receivedBy(home, "w2").filter(({ subject }) => subject === "reject")).toHaveLength(2);
    const purged = await home.mesh(["dead-letters", "purge", again.deadLetterId, "-o", "json"]);
    expect(JSON.parse(purged.stdout)).toEqual({ purged: 1 });
    expect(await deadLetters()).toEqual([]);
  }, 60_000);

  test("come of a ttl that runs out, and --all takes them together", async () => {
    for (const subject of ["x", "y"])
      await send("off", "--subject", subject, "--ttl", "1s", ...atLeastOnce);
    await eventually(async () => (await deadLetters("--reason", "expired")).length === 2);
    const none = await home.mesh(["dead-letters", "purge", "--all", "--group", "g", "-o", "json"]);
    expect(JSON.parse(none.stdout)).toEqual({});
    const all = await home.json(["dead-letters", "purge", "--all", "--reason", "expired"]);
    expect(all).toEqual({ purged: 2 });
    expect(await deadLetters()).toEqual([]);
  }, 60_000);
});

describe("more dead letters than a call takes", () => {
  const many = 620;

  test("go back, and are forgotten, with one command", async () => {
    const transport = createGrpcTransport({
      endpoint: server.url,
      headers: { authorization: `Bearer ${tokenOf(home)}` },
    });
    const client = createClient(MessageService, transport);
    const message = {
      target: { case: "agentId" as const, value: "off" },
      subject: "many",
      guarantee: DeliveryGuarantee.AT_LEAST_ONCE,
      ttl: durationFromMs(1_000),
    };
    await Promise.all(
      Array.from({ length: many }, () => client.sendMessage({ meshId: "demo", message })),
    );
    transport.close();
    const dead = () => eventually(async () => (await deadLetters()).length === many);
    await dead();
    const dry = await home.json(["dead-letters", "purge", "--all", "--dry-run"]);
    expect(dry).toEqual({ purged: many });
    expect(await home.json(["dead-letters", "replay", "--all"])).toEqual({ replayed: many });
    // Nobody takes them this time either.
    await dead();
    expect(await home.json(["dead-letters", "purge", "--all"])).toEqual({ purged: many });
    expect(await deadLetters()).toEqual([]);
  }, 90_000);
});

describe("many answers", () => {
  test("are gathered as they come; who does not answer is named, with exit code 10", async () => {
    const all = await home.mesh(["gather", "role=worker,capability=echo", "echo", "--data", "hi"]);
    expect(all.stdout.trimEnd().split("\n").sort()).toEqual(["w1: hi", "w2: hi", "w3: hi"]);
    expect(all).toMatchObject({ status: 0, stderr: "3 of 3 answered\n" });
    const some = await home.mesh([
      ...["gather", "agent=w1,agent=w2,agent=nobody", "echo", "--data", "hi", "-o", "jsonl"],
    ]);
    expect(some.status).toBe(10);
    const answers = some.stdout.trimEnd().split("\n");
    expect(answers.map((line) => (JSON.parse(line) as { agentId: string }).agentId).sort()).toEqual(
      ["w1", "w2"],
    );
    expect(JSON.parse(some.stderr)).toMatchObject({
      summary: { asked: 3, answered: 2, failures: [{ agentId: "nobody" }] },
    });
    const generic = await home.mesh([
      ...["messages", "gather", "echo", "--selector", '{"agentIds":["w1","nobody"]}'],
    ]);
    expect([generic.status, generic.stdout.trimEnd().split("\n").length]).toEqual([10, 2]);
    const late = await home.mesh([
      ...["gather", 'agent.labels.zone == "eu"', "slow", "--data", "20000", "--timeout", "4s"],
    ]);
    expect(late).toMatchObject({ status: 10, stdout: "" });
    expect(late.stderr).toMatch(/^0 of 2 answered\n {2}w\d did not: .* 3\d\d\d ms \(/);
  }, 60_000);
});

describe("a look", () => {
  test("by ping tells of the server, and of agents that are there", async () => {
    const { stdout, status } = await home.mesh(["ping", "--interval", "10ms"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /: answer 4 in \S+ms\n4 sent, 4 answered, 0% lost; min \S+, median \S+, max/,
    );
    expect(await home.json(["ping", "w1", "--count", "2", "--interval", "1ms"])).toMatchObject({
      sent: 2,
      received: 2,
    });
    const off = await home.mesh(["ping", "off", "--count", "2", "--interval", "1ms"]);
    expect(off.status).toBe(7);
    expect(off.stdout).toContain("(NO_RECEIVER)\n2 sent, 0 answered, 100% lost\n");
    expect((await home.mesh(["ping", "nobody"])).status).toBe(4);
    const pinged = home.start(["ping", "w1", "--count", "100"]);
    await pinged.until(/answer 1 in/);
    pinged.child.kill("SIGINT");
    const ended = await pinged.ended;
    expect(ended.status).toBe(130);
    expect(ended.stdout).toMatch(/\n1 sent, 1 answered/);
  }, 60_000);

  test("at the mesh tells what waits and who is there", async () => {
    for (let count = 0; count < 2; count++) await send("off", "--subject", "s", ...atLeastOnce);
    await send("off", "--subject", "s", "--delay", "1h", ...atLeastOnce);
    const status = await home.mesh(["meshes", "status"]);
    expect(status.stdout).toMatch(/\nBacklog +2 waiting, 1 scheduled\n/);
    expect(status.stdout).toMatch(/\nMessages +[\d.]+\/s, \d+ delivered, \d+ redelivered/);
    const top = await home.mesh(["top", "--once"]);
    expect(top).toMatchObject({ status: 0, stderr: "" });
    expect(top.stdout).toMatch(/^Mesh +demo, healthy: /);
    expect(top.stdout).toMatch(/\nBacklog +2 waiting, 1 scheduled\n/);
    await eventually(async () =>
      /\nw1 +worker +alive +running +\d+% +[\d.]+ MiB +\d+ +/.test(
        (await home.mesh(["top", "--once"])).stdout,
      ),
    );
    const json = (await home.json(["top", "--once"])) as {
      status: object;
      agents: { agentId: string }[];
    };
    expect(json.status).toMatchObject({ meshId: "demo", mail: { waiting: "2", scheduled: "1" } });
    expect(json.agents.map(({ agentId }) => agentId)).toEqual(["off", "w1", "w2", "w3"]);
  }, 60_000);

  test.each([
    ["q", 0],
    ["\u0003", 130],
  ])(
    "that is kept up to date on a terminal ends with the key %j, and gives it back",
    async (key, exit) => {
      const command = `stty cols 80 rows 24; "${process.execPath}" "${bin}" top --interval 300ms`;
      const args = ["--quiet", "--return", "--flush", "--command", command, "/dev/null"];
      const top = home.spawn("script", args);
      await top.until(/Mesh +demo, healthy[^]*w3 +worker/);
      const { messageId } = await send("w2", "--subject", "seen", ...atLeastOnce);
      await received("w2", messageId);
      const drawn = top.output().split("\u001b[H").length;
      await eventually(() => top.output().split("\u001b[H").length > drawn + 1);
      top.child.stdin?.write(key);
      const { status } = await top.ended;
      expect(status).toBe(exit);
      expect(top.output().trimEnd().endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
    },
    60_000,
  );
});
