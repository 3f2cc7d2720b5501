// Proves, in processes of their own and without a server, what wrong command lines are told, with which
// exit code, and that help and completion know every command.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commands } from "@meshwork/gen-cli/commands";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { commands as classes } from "./commands.ts";
import { checkNoSecrets } from "./errors/secret-arguments.ts";
import { candidates } from "./help/candidates.ts";
import { commandWords } from "./help/known-command.ts";
import { manualCommands } from "./help/manual-commands.ts";
import { rootHelp } from "./help/root-help.ts";
import { topicHelp } from "./help/topic-help.ts";
import { sandbox, type Sandbox } from "./testing/mesh-process.ts";

let box: Sandbox;
let closedPort: number;
beforeAll(async () => {
  box = sandbox();
  // A port that was free a moment ago: nothing listens there.
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  closedPort = (server.address() as AddressInfo).port;
  server.close();
  await once(server, "close");
});
afterAll(() => {
  box.remove();
});

test.each([
  ["agnets list", 2, 'no command "agnets"', "did you mean `mesh agents`?"],
  ["agents lst", 2, 'no command "agents lst"', "did you mean `mesh agents list`?"],
  ["agents list --livenes x", 2, "no flag --livenes", "did you mean `--liveness`?"],
  ["agents get", 2, "AGENT is required", "for example: mesh agents get w1"],
  ["agents get a b", 2, 'agents get takes no argument "b"', "--help"],
  ["agents get w1", 2, "no mesh is given", "--mesh NAME"],
  [
    "agents provision --mesh m --role managr",
    2,
    '--role has no value "managr"',
    "did you mean `manager`?",
  ],
  ["agents terminate w1 --mesh m --grace 10", 2, '--grace takes a duration, not "10"', "10s"],
  ["links join --join-token abc --public-key aGk=", 2, "--join-token is a secret", "@FILE"],
  ["meshes create x --settings {a}", 2, "--settings takes JSON", "quote it"],
  [
    'meshes create x --settings {"nope":1}',
    2,
    "the request is not a mesh.v1.CreateMeshRequest",
    "mesh explain CreateMeshRequest",
  ],
  ["agents list -o tabel --mesh m", 2, '-o has no format "tabel"', "table, wide"],
  ["agents list --mesh m --endpoint nowhere", 2, 'the endpoint "nowhere"', "http://127.0.0.1:7400"],
  ["agents list --mesh m --timeout 0s", 2, "--timeout takes at least 1ms", ""],
  ["agents list --limit 0 --mesh m", 2, '--limit takes a whole number of at least 1, not "0"', ""],
  ["agents list --context nowhere", 3, 'no context "nowhere"', "mesh login"],
  ["explain Agnt", 2, 'no type "Agnt"', "did you mean `Agent`?"],
  ["send w1 --mesh m", 2, "--subject is required", "--help"],
  ["send --subject s --mesh m", 2, "it is not said who receives", "--topic, --selector"],
  ["send w1 --group g --mesh m", 2, "AGENT and --group are given", "once for each"],
  ["send w1 --subject s --ttl 1h", 2, "--ttl is for messages that", "--guarantee at-least-once"],
  ["send w1 --subjct s", 2, "no flag --subjct", "did you mean `--subject`?"],
  ["send w1 --guarantee exactly-once", 2, '--guarantee has no value "exactly-once"', ""],
  ["send --selector role=boss --subject s", 2, 'no role "boss"', ""],
  ["gather role=worker --mesh m", 2, "CAPABILITY is required: the capability", "--help"],
  ["dead-letters replay --mesh m", 2, "which dead letters are meant", "--all"],
  ["dead-letters purge x --all --mesh m", 2, "named, and --all is given", ""],
  ["dead-letters purge --group g --mesh m", 2, "--group narrows --all", "add --all"],
  ["agents provision w4 --launcher b --mesh m", 2, "--template is required", "--launcher boss"],
  ["messages trace --mesh m", 2, "MESSAGE is required", "for example: mesh messages trace"],
  ["ping --count 0", 2, '--count takes a whole number of at least 1, not "0"', ""],
  ["ping w1 --interval -1s", 2, "no negative duration", ""],
  ["top --mesh m", 2, "there is no terminal", "--once"],
  ["top --once --interval 10ms", 2, "--interval takes at least 250ms", ""],
  ["call w1 --mesh m", 2, "CAPABILITY is required: the capability", "--help"],
  ["agents list extra --mesh m", 2, 'agents list takes no argument "extra"', "--help"],
  ["agents list --mesh m --limit x", 2, '--limit takes a whole number, not "x"', ""],
  [
    "agent run --role managr",
    2,
    '--role has no value "managr": it takes',
    "did you mean `manager`?",
  ],
  ["agent run --role", 2, "--role needs a value", "--help"],
  ["context list extra", 2, 'context list takes no argument "extra"', "--help"],
  ["context show nope", 3, 'no context "nope"\n', "mesh login"],
  ["--mesh m agents list", 2, "no command is given before --mesh", "commands come first"],
])(
  "mesh %s ends with %d",
  async (line, code, message, next) => {
    const ran = await box.mesh(line.split(" "));
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: "" });
    expect(ran.stderr.toLowerCase()).toContain(message.toLowerCase());
    expect(ran.stderr).toContain(next);
    expect(ran.stderr).not.toContain("    at ");
  },
  30_000,
);

test("stdin is no argument that was left out", async () => {
  for (const line of ["agents get --mesh m", "send --subject s --mesh m"]) {
    const ran = await box.mesh(line.split(" "), { stdin: "w1\n" });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: "" });
  }
}, 30_000);

test.each([
  ["login mesh_k1_0123456789abcdef", "type it at the prompt"],
  ["login --key=meshadmin_0123456789abcdef", "pipe it"],
  ["agnets lst meshjoin_k1_0123456789abcdef", "MESH_TOKEN"],
  ["links join --join-token meshjoin_k1_0123456789abcdef -o json", "@FILE"],
])(
  "a secret in the arguments of mesh %s is refused and not repeated",
  async (line, next) => {
    const ran = await box.mesh(line.split(" "));
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("secrets must not stand in the arguments");
    expect(ran.stderr).toContain(next);
    expect(ran.stderr).not.toContain("0123456789abcdef");
  },
  30_000,
);

test("names of fields, of files and of meshes are no secrets", () => {
  const harmless = [
    "mesh_id",
    "@mesh_a_b",
    "./mesh_a_b.json",
    "mesh_a_b.token",
    "meshes",
    "my_mesh_a_b",
  ];
  expect(() => {
    checkNoSecrets(harmless);
  }).not.toThrow();
});

test("a server that is not there is told with its endpoint, with exit code 7", async () => {
  const ran = await box.mesh([
    "meshes",
    "list",
    "-o",
    "json",
    "--endpoint",
    `http://127.0.0.1:${closedPort}`,
  ]);
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 7, stdout: "" });
  const { error } = JSON.parse(ran.stderr) as { error: { code: string; message: string } };
  expect(error.code).toBe("UNAVAILABLE");
  expect(error.message).toContain(`http://127.0.0.1:${closedPort}`);
}, 30_000);

test("an endpoint of the environment that is none is an error of the configuration", async () => {
  const ran = await box.mesh(["meshes", "list"], { env: { MESH_ENDPOINT: "nowhere" } });
  expect(ran).toMatchObject({ code: 3, stdout: "" });
  expect(ran.stderr).toContain('the endpoint "nowhere" (from MESH_ENDPOINT)');
}, 30_000);

test.each([
  ["a file is in the way", "blocked/mesh.db"],
  ["there is no file but a folder", "folder"],
])(
  "a store that cannot be opened, as %s, is told with where else it may go",
  async (_, path) => {
    writeFileSync(join(box.folder, "blocked"), "");
    mkdirSync(join(box.folder, "folder"), { recursive: true });
    const store = `sqlite:${join(box.folder, path)}`;
    const ran = await box.mesh(["server", "--listen", "127.0.0.1:0", "--store", store]);
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toContain(`error: store = ${store}: `);
    expect(ran.stderr).toContain("→ choose another place: --store");
    expect(ran.stderr).toContain("--ephemeral");
  },
  30_000,
);

test("usage errors are JSON where output is", async () => {
  const ran = await box.mesh(["agents", "get", "--output=json"]);
  expect(JSON.parse(ran.stderr)).toMatchObject({ error: { exit: 2 } });
}, 30_000);

test("a broken file of contexts ends with 3 and names the file", async () => {
  const broken = sandbox();
  try {
    mkdirSync(join(broken.folder, "meshwork"));
    writeFileSync(join(broken.folder, "meshwork", "contexts.yaml"), "contexts: [");
    const ran = await broken.mesh(["meshes", "list"]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("contexts.yaml is not YAML");
  } finally {
    broken.remove();
  }
}, 30_000);

describe("help", () => {
  test("of the whole names every topic and every command by hand", async () => {
    const { code, stdout } = await box.mesh(["--help"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: rootHelp() });
    for (const { topic } of commands) expect(stdout).toContain(`\n  ${topic} `);
    for (const { id, hidden } of manualCommands) {
      if (hidden !== true) expect(stdout).toContain(`\n  ${id.replace(":", " ")} `);
    }
  }, 30_000);

  test("of a topic names its commands by group", async () => {
    const { code, stdout } = await box.mesh(["agents"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: topicHelp("agents") });
    for (const { verb } of commands.filter(({ topic }) => topic === "agents"))
      expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, "m"));
  }, 30_000);

  test("of a command shows flags and examples", async () => {
    const { code, stdout } = await box.mesh(["help", "agents", "list"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--liveness=ENUM...");
    expect(stdout).toContain("joining, alive, suspect, lost, left");
    expect(stdout).toContain("$ mesh agents list --match-labels zone=eu -o name");
  }, 30_000);

  test("shows what is required without brackets, and what may be several", async () => {
    const get = await box.mesh(["agents", "get", "--help"]);
    expect(get.stdout).toContain("$ mesh agents get AGENT [");
    const replay = await box.mesh(["dead-letters", "replay", "--help"]);
    expect(replay.stdout).toContain("$ mesh dead-letters replay [DEAD-LETTER...] [");
    const provision = await box.mesh(["agents", "provision", "--help"]);
    expect(provision.stdout).toContain("$ mesh agents provision [AGENT] [");
    expect(provision.stdout).toContain("--launcher=AGENT");
    expect(provision.stdout).not.toContain("--launch=");
    const keys = await box.mesh(["api-keys", "create", "--help"]);
    expect(keys.stdout).toMatch(/One of:\s+admin, operator, viewer\./);
  }, 30_000);
});

describe("completion", () => {
  test("offers commands, flags and values", () => {
    expect(candidates(["ag"])).toEqual(["agent", "agent-credentials", "agents"]);
    expect(candidates(["agents", "l"])).toEqual(["list"]);
    expect(candidates(["agents", "list", "--l"])).toEqual(["--limit", "--liveness"]);
    expect(candidates(["agents", "list", "--liveness", "alive,s"])).toEqual(["alive,suspect"]);
    expect(candidates(["agents", "list", "-o", "j"])).toEqual(["json", "jsonl"]);
    expect(candidates(["complet"])).toEqual(["completion"]);
    expect(candidates(["dead-letters", ""])).toEqual(["get", "list", "purge", "replay"]);
    expect(candidates(["dead-letters", "purge", "--reason", "e"])).toEqual(["expired"]);
    expect(candidates(["send", "--guarantee", "at-l"])).toEqual(["at-least-once"]);
    expect(candidates(["send", "w1", "--d"])).toEqual(["--data", "--debug", "--delay"]);
    expect(candidates(["agents", "provision", "--la"])).toEqual(["--labels", "--launcher"]);
    expect(candidates(["send", "w1", ""])).toEqual([]);
  });

  test.each(["bash", "zsh", "fish"])(
    "has a script for %s that asks mesh",
    async (shell) => {
      const { code, stdout } = await box.mesh(["completion", shell]);
      expect(code).toBe(0);
      expect(stdout).toContain("mesh complete -- ");
    },
    30_000,
  );
});

test("every command of the overview has a class, and every class is in the overview", () => {
  const started = new Set(["dev", "server"]);
  const named = commandWords()
    .map((each) => each.join(":"))
    .filter((id) => !started.has(id));
  expect(
    Object.keys(classes)
      .filter((id) => !started.has(id))
      .sort(),
  ).toEqual(named.sort());
});
