// A manager that launches: what it says in hello, what comes by its link, and the order of its end.
import { afterEach, expect, test } from "@jest/globals";
import { Code, ConnectError } from "@connectrpc/connect";
import { createManagerAgent, systemClock } from "@meshwork/agents-core";
import { AgentDesiredState, ProcessState } from "@meshwork/gen/mesh/v1/agent";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { createScriptedServer } from "@meshwork/agents-core/testing/scripted-server";
import { childOf, cleanUpLaunchers, launchFolder, runs } from "../testing/launch-world.ts";
import { createLauncher } from "./launcher.ts";
import { checkedTemplates } from "./template.ts";

afterEach(cleanUpLaunchers);

function setUp(stateFolder = launchFolder()) {
  const asked: string[] = [];
  const server = createScriptedServer({
    clock: systemClock,
    random: () => 0,
    routes: (router) => {
      router.service(AgentLinkService, {
        joinMesh: ({ agentId }) => ({
          agent: { meshId: "demo", agentId, uid: "boss-uid" },
          meshUid: "mesh-uid",
        }),
      });
      router.service(CredentialService, {
        createLaunchToken: ({ meshId, agentId }) => {
          asked.push(`${meshId}/${agentId}`);
          if (agentId === "refused") throw new ConnectError("not yours", Code.PermissionDenied);
          return { joinToken: "token" };
        },
      });
    },
  });
  const machine = { path: process.env["PATH"] ?? "", platform: process.platform };
  const argv = ["/bin/sh", "-c", "while :; do sleep 0.05; done"];
  const { templates } = checkedTemplates({ worker: { argv } }, "test", machine);
  const launcher = createLauncher({
    ...{ templates, stateFolder, env: process.env, clock: systemClock },
    ...{ endpoint: "http://127.0.0.1:1", random: () => 0 },
  });
  const { runtime } = server;
  const boss = createManagerAgent({ agentId: "boss", joinToken: "jt", runtime, launcher });
  return { server, boss, asked, stateFolder };
}

test("children run as the configuration says, are told of, and are gone before the goodbye", async () => {
  const { server, boss, asked } = setUp();
  const started = boss.start();
  const link = await server.link();
  const hello = await link.welcome();
  await started;
  expect(hello.spec).toMatchObject({ launchTemplates: ["worker"], capabilities: ["launch"] });
  const children = [childOf("worker"), childOf("worker", { agentId: "refused", agentUid: "u2" })];
  link.send({ case: "config", value: { desiredState: AgentDesiredState.RUNNING, children } });
  let pid = 0;
  const seen = new Map<string, string>();
  while (pid === 0 || !seen.has("u2")) {
    const { agentUid, processId, reason, nextStart } = await link.next("launched");
    if (nextStart) seen.set(agentUid, reason);
    pid ||= processId;
  }
  expect(asked.sort()).toEqual(["demo/refused", "demo/w1"]);
  expect(seen.get("u2")).toBe("has no join token: not yours");
  expect(runs(pid)).toBe(true);

  // The next session is told all of it anew.
  link.end();
  const again = await server.link();
  await again.welcome({ sessionId: "s2" });
  const told = [await again.next("launched"), await again.next("launched")];
  expect(told.find(({ agentUid }) => agentUid === "u1")).toMatchObject({ processId: pid });

  const stopped = boss.stop();
  await again.next("goodbye");
  expect(runs(pid)).toBe(false);
  const last = again.frames
    .flatMap((frame) => (frame.case === "launched" ? [frame.value] : []))
    .findLast(({ agentUid }) => agentUid === "u1");
  expect(last).toMatchObject({ state: ProcessState.GONE, signal: "SIGTERM", processId: 0 });
  again.end();
  await stopped;
  expect(server.held).toBe(0);
}, 20_000);

test("a manager whose launcher's folder is in use does not start, and may when it is free", async () => {
  const first = setUp();
  const started = first.boss.start();
  await (await first.server.link()).welcome();
  await started;
  const second = setUp(first.stateFolder);
  await expect(second.boss.start()).rejects.toMatchObject({ code: Code.FailedPrecondition });
  expect(second.boss.status.phase).toBe("failed");
  await first.boss.stop();
  const later = second.boss.start();
  await (await second.server.link()).welcome();
  await later;
  await second.boss.stop();
  expect([first.server.held, second.server.held]).toEqual([0, 0]);
}, 20_000);
