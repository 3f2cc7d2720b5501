// A launcher in a process of its own, for tests that end it. Arguments: its folder, its templates as JSON,
// its children as JSON. Prints what it reports, a line each.
import { create, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { systemClock } from "@meshwork/agents-core";
import { LaunchChildSchema, LaunchedSchema } from "@meshwork/gen/mesh/v1/link";
import { createLauncher } from "../launcher/launcher.ts";
import { checkedTemplates } from "../launcher/template.ts";

const [stateFolder = "", templatesJson = "{}", childrenJson = "[]"] = process.argv.slice(2);
const { env, platform } = process;
const machine = { path: env["PATH"] ?? "", platform };
const { templates } = checkedTemplates(JSON.parse(templatesJson), "test", machine);
const launcher = createLauncher({
  ...{ templates, stateFolder, env },
  endpoint: "http://127.0.0.1:1",
  clock: systemClock,
  random: () => 0,
});
const run = await launcher.open({
  meshId: "demo",
  joinToken: () => Promise.resolve("token"),
  report: (said) => {
    process.stdout.write(
      `${JSON.stringify(toJson(LaunchedSchema, create(LaunchedSchema, said)))}\n`,
    );
  },
  failed: (error) => {
    process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
  },
});
run.connected();
run.children(
  (JSON.parse(childrenJson) as JsonValue[]).map((child) => fromJson(LaunchChildSchema, child)),
);
process.stdin.resume().once("end", () => {
  void run.close();
});
