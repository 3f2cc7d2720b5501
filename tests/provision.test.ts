// An agent's way in and out: join token once, a credential of its own, termination as desired state
// that outlives the server, and nothing left after many starts and stops.
import { readFileSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { credentialFile, provisionedAgent, startAgent } from "./harness/agent.ts";
import { createHome, eventually, type Home } from "./harness/home.ts";
import { type ServerProcess, startServerProcess, startSignedInServer } from "./harness/server.ts";

interface Shown {
  readonly uid: string;
  readonly desiredState: string;
  readonly status: { readonly state: string; readonly liveness: string };
}

describe("provisioning and termination", () => {
  let home: Home;
  let server: ServerProcess;

  beforeAll(async () => {
    home = createHome();
    server = await startSignedInServer(home);
  }, 60_000);
  afterAll(() => home.close());

  const shown = async (agentId: string): Promise<Shown> =>
    (await home.json(["agents", "get", agentId])) as Shown;
  const alive = (agentId: string): Promise<unknown> =>
    eventually(async () => (await shown(agentId)).status.liveness === "AGENT_LIVENESS_ALIVE");

  test("a join token is good for one key, and the credential is the agent's alone", async () => {
    await provisionedAgent(home, "once");
    const agent = startAgent(home, server.url, "once");
    await alive("once");
    expect(statSync(credentialFile(home, "once")).mode & 0o777).toBe(0o600);
    agent.child.kill("SIGTERM");
    expect((await agent.ended).status).toBe(0);

    // The credential is used from then on: the token is not asked for again.
    const again = startAgent(home, server.url, "once");
    await alive("once");
    again.child.kill("SIGTERM");
    await again.ended;

    // Without the credential the token is of no use: it was for one key.
    rmSync(credentialFile(home, "once"));
    const thief = await startAgent(home, server.url, "once").ended;
    expect(thief.status).not.toBe(0);
    expect(thief.stderr).toMatch(/JOIN_TOKEN_USED/);

    // It said goodbye, so there is nobody to wait for when it is to end.
    expect((await shown("once")).status.state).toBe("AGENT_STATE_PROVISIONED");
    expect((await home.mesh(["agents", "terminate", "once", "--grace", "1h"])).status).toBe(0);
    expect((await shown("once")).status.state).toBe("AGENT_STATE_TERMINATED");
  }, 60_000);

  test("terminate: the agent drains and ends; its record stays until it is deleted", async () => {
    await provisionedAgent(home, "polite");
    const agent = startAgent(home, server.url, "polite");
    await alive("polite");
    const { uid } = await shown("polite");
    const refused = await home.mesh(["agents", "delete", "polite"]);
    expect(refused).toMatchObject({
      status: 5,
      stderr: expect.stringContaining("AGENT_NOT_TERMINATED"),
    });

    const terminated = await home.mesh(["agents", "terminate", "polite", "--grace", "20s"]);
    expect(terminated.status).toBe(0);
    expect(await shown("polite")).toMatchObject({
      uid,
      status: { state: "AGENT_STATE_TERMINATED" },
    });
    const ended = await agent.ended;
    expect(ended.status).toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(/terminated/i);

    const back = await startAgent(home, server.url, "polite").ended;
    expect(back.status).not.toBe(0);
    expect((await home.mesh(["agents", "delete", "polite"])).status).toBe(0);
    expect((await home.mesh(["agents", "get", "polite"])).status).toBe(4);
  }, 60_000);

  test("terminate: an agent that does not listen is cut off at the deadline, also by a server started since", async () => {
    await provisionedAgent(home, "deaf");
    const agent = startAgent(home, server.url, "deaf");
    await alive("deaf");
    agent.child.kill("SIGSTOP");
    const asked = await home.mesh(["agents", "terminate", "deaf", "--grace", "4s", "--no-wait"]);
    expect(asked.status).toBe(0);
    expect(await shown("deaf")).toMatchObject({ desiredState: "AGENT_DESIRED_STATE_TERMINATED" });

    server.running.child.kill("SIGKILL");
    await server.running.ended;
    server = await startServerProcess(home, Number(new URL(server.url).port));
    await eventually(
      async () => (await shown("deaf")).status.state === "AGENT_STATE_TERMINATED",
      15_000,
    );
    agent.child.kill("SIGCONT");
    expect((await agent.ended).stdout).toMatch(/terminated/);
  }, 60_000);

  test("50 starts and stops of processes leave the server's handles and memory flat", async () => {
    await provisionedAgent(home, "cycle");
    const cycle = async (): Promise<void> => {
      const agent = startAgent(home, server.url, "cycle");
      await agent.until(/connected/i);
      agent.child.kill("SIGTERM");
      expect((await agent.ended).status).toBe(0);
    };
    for (let warmUp = 0; warmUp < 5; warmUp += 1) await cycle();
    const before = resources(server.running.pid);
    for (let count = 0; count < 50; count += 1) await cycle();
    // Sockets close a moment after the process has ended.
    await eventually(() => resources(server.running.pid).sockets <= before.sockets, 10_000);
    const after = resources(server.running.pid);
    expect(after.residentKb - before.residentKb).toBeLessThan(30_000);
  }, 240_000);
});

/** Open sockets and resident memory of a process, as Linux tells them. */
function resources(pid: number): { readonly sockets: number; readonly residentKb: number } {
  const folder = `/proc/${pid}/fd`;
  const sockets = readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(join(folder, fd)).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return { sockets, residentKb: Number(kb) };
}
