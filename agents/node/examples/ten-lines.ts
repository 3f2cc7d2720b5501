import { createWorkerAgent } from "@meshwork/agents-node";

const worker = createWorkerAgent({
  agentId: "greeter",
  capabilities: { greet: (call) => `hello, ${call.text()}` },
});
worker.onMessage(({ sender, subject }) => console.log(`${sender} says ${subject}`));
await worker.start();
worker.send("greeter", { subject: "ready" });
process.once("SIGTERM", () => void worker.stop());
