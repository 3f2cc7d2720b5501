#!/usr/bin/env node
// Re-executes with the project's own Node where the running one cannot strip types.
import { spawn } from "node:child_process";
import module from "node:module"; // Node 20 lacks enableCompileCache, and a named import of it would not load
import process from "node:process";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache();
  const { run } = await import("../src/main.ts");
  await run();
} else {
  runWith(bundledNode());
}

/** Path of the Node that npm installs with the project, or the end of the process. */
function bundledNode() {
  const system = process.platform === "win32" ? "win" : process.platform;
  const file = system === "win" ? "bin/node.exe" : "bin/node";
  const name = `node-${system}-${process.arch}`;
  try {
    return module.createRequire(import.meta.url).resolve(`${name}/${file}`);
  } catch {
    console.error(
      [
        `error: mesh needs Node 22.18 or newer, and this is ${process.versions.node}`,
        `  the optional package ${name}, which brings one along, is not installed here`,
        "  → install a newer Node from https://nodejs.org, or run npm ci without --omit=optional",
      ].join("\n"),
    );
    process.exit(3);
  }
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const pass = (name) => child.kill(name);
  for (const name of signals) process.on(name, pass);
  child.on("error", (error) => {
    console.error(`error: ${node} cannot be started: ${error.message}`);
    process.exit(3);
  });
  child.on("exit", (status, signal) => {
    if (signal === null) process.exit(status);
    for (const name of signals) process.off(name, pass);
    process.kill(process.pid, signal);
  });
}
