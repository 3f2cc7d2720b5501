// The writer's thread: takes groups from the main thread and hands them to the engine.
import { parentPort, workerData } from "node:worker_threads";
import { type Engine, openEngine } from "./engine.ts";
import type { EngineConfig, FromWriter, ToWriter } from "./protocol.ts";

const port = parentPort!;

function say(message: FromWriter): void {
  port.postMessage(message);
}

function serve(engine: Engine): void {
  let failed = false;
  // a disk that failed once is not tried again: what it then calls synced may not be
  const report = (message: FromWriter & { readonly fatal?: string }) => {
    failed = message.fatal !== undefined;
    say(message);
  };
  port.on("message", (message: ToWriter) => {
    if (failed) return;
    switch (message.type) {
      case "write":
        report({ type: "written", ...engine.write(message.writes, message.now) });
        break;
      case "sweep":
        report({ type: "swept", ...engine.sweep(message.now) });
        break;
      case "close":
        engine.close();
        port.close();
        break;
    }
  });
  say({ type: "opened" });
}

try {
  serve(openEngine(workerData as EngineConfig));
} catch (error) {
  say({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  port.close();
}
