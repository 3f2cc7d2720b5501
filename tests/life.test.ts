// What happens to a process shows as the agent's liveness, in time and with its cause; a server that
// is killed finds its agents again by itself. Heartbeat 2 s, lost after 6 s.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type SeenLiveness, tokenOf, watchLiveness } from "./harness/api.ts";
import { createHome, eventually, type Home, type Running } from "./harness/home.ts";
import { type ServerProcess, startServerProcess, startSignedInServer } from "./harness/server.ts";
import { provisionedAgent, startAgent } from "./harness/agent.ts";

const patienceMs = 15_000;
/** What a busy machine may add to a figure. */
const slackMs = 400;

describe("liveness of a process", () => {
  let home: Home;
  let server: ServerProcess;
  let watch: ReturnType<typeof watchLiveness>;
  let agent: Running;

  beforeAll(async () => {
    home = createHome();
    server = await startSignedInServer(home);
    await provisionedAgent(home, "w1");
    watch = watchLiveness(server.url, tokenOf(home), "demo");
    agent = startAgent(home, server.url, "w1");
    await next("ALIVE");
  }, 60_000);

  afterAll(async () => {
    watch.close();
    await home.close();
  });

  let taken = 0;
  /** The next change of liveness, which has to be this one. */
  async function next(liveness: SeenLiveness["liveness"]): Promise<SeenLiveness> {
    const found = await eventually(() => watch.seen[taken], patienceMs);
    taken += 1;
    expect(found).toMatchObject({ agentId: "w1", liveness });
    return found;
  }

  test("kill -9: SUSPECT at once, LOST 6 s after the last frame, cause STREAM_ENDED", async () => {
    const killedMs = Date.now();
    agent.child.kill("SIGKILL");
    const suspect = await next("SUSPECT");
    expect(suspect.cause).toBe("STREAM_ENDED");
    expect(suspect.receivedMs - killedMs).toBeLessThan(500);
    const lost = await next("LOST");
    expect(lost.cause).toBe("STREAM_ENDED");
    expect(lost.timeMs - lost.lastSeenMs).toBeGreaterThanOrEqual(6_000);
    expect(lost.timeMs - lost.lastSeenMs).toBeLessThan(6_000 + slackMs);
    const shown = (await home.json(["agents", "get", "w1"])) as { status: object };
    expect(shown.status).toMatchObject({
      liveness: "AGENT_LIVENESS_LOST",
      livenessCause: "LIVENESS_CAUSE_STREAM_ENDED",
    });
  });

  test("a start: the same agent, ALIVE", async () => {
    const uid = await uidOf(home);
    agent = startAgent(home, server.url, "w1");
    expect((await next("ALIVE")).cause).toBe("SESSION_STARTED");
    expect(await uidOf(home)).toBe(uid);
  });

  test("SIGSTOP: SUSPECT after 4 to 5 s, LOST after 6 to 7 s, cause MISSED_HEARTBEATS; SIGCONT: ALIVE", async () => {
    agent.child.kill("SIGSTOP");
    const suspect = await next("SUSPECT");
    expect(suspect.cause).toBe("MISSED_HEARTBEATS");
    expect(suspect.timeMs - suspect.lastSeenMs).toBeGreaterThanOrEqual(4_000);
    expect(suspect.timeMs - suspect.lastSeenMs).toBeLessThan(5_000);
    const lost = await next("LOST");
    expect(lost.cause).toBe("MISSED_HEARTBEATS");
    expect(lost.timeMs - lost.lastSeenMs).toBeGreaterThanOrEqual(6_000);
    expect(lost.timeMs - lost.lastSeenMs).toBeLessThan(7_000);
    agent.child.kill("SIGCONT");
    await next("ALIVE");
  });

  test("kill -9 of the server: the agent comes back by itself", async () => {
    watch.close();
    const killedMs = Date.now();
    server.running.child.kill("SIGKILL");
    await server.running.ended;
    server = await startServerProcess(home, Number(new URL(server.url).port));
    taken = 0;
    watch = watchLiveness(server.url, tokenOf(home), "demo");
    // A watch begins with what is on record, and that is the session that died with the server.
    await eventually(
      () =>
        watch.seen.some(({ cause, timeMs }) => cause === "SESSION_STARTED" && timeMs > killedMs),
      patienceMs,
    );
    const call = await home.mesh(["call", "w1", "echo", "--data", "still here"]);
    expect(call).toMatchObject({ status: 0, stdout: expect.stringContaining("still here") });
    taken = watch.seen.length;
  });

  test("a polite stop: LEFT", async () => {
    agent.child.kill("SIGTERM");
    expect((await next("LEFT")).cause).toBe("GOODBYE");
    expect((await agent.ended).status).toBe(0);
  });

  test("every change is told by `meshes watch`", async () => {
    const watching = home.start(["meshes", "watch", "-o", "jsonl"]);
    agent = startAgent(home, server.url, "w1");
    await watching.until(/"liveness":"AGENT_LIVENESS_ALIVE".*SESSION_STARTED/s);
    agent.child.kill("SIGKILL");
    await watching.until(/"liveness":"AGENT_LIVENESS_SUSPECT".*STREAM_ENDED/s);
    await watching.until(/"liveness":"AGENT_LIVENESS_LOST".*STREAM_ENDED/s);
    watching.child.kill("SIGINT");
    expect((await watching.ended).status).toBe(130);
  });
});

async function uidOf(home: Home): Promise<string> {
  const { uid } = (await home.json(["agents", "get", "w1"])) as { uid: string };
  return uid;
}
