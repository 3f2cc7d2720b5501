// Has k6 put load on a server process: `npm run load -- [--script unary|beats]… [--duration 10s]
// [--vus N]`. Exits 1 when a check fails. See docs/performance.md.
import { createMesh, enrol, MESH_ID } from "./bench/load/enrolment.ts";
import { startChild } from "./bench/processes/children.ts";
import { foundProgram, toolsFolder } from "./bench/processes/found.ts";
import { run } from "./bench/processes/run.ts";
import { DURATION_MS_MAX, readArguments, scripts } from "./load/arguments.ts";
import { runScript } from "./load/k6.ts";
import { skippedLine } from "./load/skipped.ts";
import { failuresOf, tablesOf } from "./load/summary.ts";

const RUN_MS_MAX = scripts.length * DURATION_MS_MAX + 120_000;

run("load", RUN_MS_MAX, async (scratch) => {
  const wanted = readArguments(process.argv.slice(2));
  const k6 = foundProgram("k6");
  if (k6 === undefined) {
    process.stdout.write(`${skippedLine(toolsFolder)}\n`);
    return;
  }
  const server = await startChild("subjects/mesh-server.ts", [scratch]);
  await createMesh(server);
  const agents = (await enrol(server, wanted.vus)).sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
  const failures: string[] = [];
  for (const script of wanted.scripts) {
    const given = {
      address: new URL(server.url).host,
      meshId: MESH_ID,
      key: server.key,
      // Made now, since each is good for 60 s.
      agents: agents.map((agent) => ({ agentId: agent.agentId, token: agent.token() })),
      vus: wanted.vus,
      durationMs: wanted.durationMs,
    };
    const { summary, output } = await runScript(k6, script, given, scratch);
    process.stdout.write(`${tablesOf(script, summary)}\n`);
    const failed = failuresOf(summary);
    if (failed.length > 0) process.stderr.write(output);
    failures.push(...failed.map((failure) => `${script}: ${failure}`));
  }
  if (failures.length > 0) throw new Error(failures.join("\n"));
});
