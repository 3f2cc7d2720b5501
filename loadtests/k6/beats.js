// Agents that beat, by k6's own gRPC and the .proto files as they are: hello, heartbeats, goodbye.
import { check } from "k6";
import exec from "k6/execution";
import { Counter, Trend } from "k6/metrics";
import grpc from "k6/net/grpc";
import { setTimeout } from "k6/timers";
import { given } from "./given.js";

export { summary as handleSummary } from "./given.js";

const beats = new Counter("beats");
const acks = new Counter("acks");
const roundTrip = new Trend("ack_duration", true);

export const options = {
  scenarios: {
    beats: {
      executor: "per-vu-iterations",
      exec: "link",
      vus: given.vus,
      iterations: 1,
      maxDuration: `${given.durationMs + 20_000}ms`,
    },
  },
  thresholds: { checks: ["rate==1"], iterations: [`count==${given.vus}`] },
};

const client = new grpc.Client();
client.load(given.protoFolders, "mesh/v1/agent_link_service.proto");

/** One agent's link, with one heartbeat at a time unanswered. */
export function link() {
  const agent = given.agents[exec.vu.idInTest - 1];
  client.connect(given.address, { plaintext: true });
  const stream = new grpc.Stream(client, "mesh.v1.AgentLinkService/Connect", {
    metadata: { authorization: `Bearer ${agent.token}` },
  });
  const seen = { welcomed: [], beats: 0, acks: 0, wrongAcks: 0, others: [], errors: [] };
  let endMs = 0;
  let gapMs = 0;
  let sentMs = 0;

  const next = () => {
    if (Date.now() >= endMs) {
      stream.write({ goodbye: { reason: "the load is over" } });
      return;
    }
    sentMs = Date.now();
    stream.write({
      heartbeat: {
        sequence: seen.beats,
        agentTime: new Date(sentMs).toISOString(),
        load: { cpuCores: 0.25, memoryBytes: 83_886_080 },
      },
    });
    seen.beats += 1;
    beats.add(1);
  };

  stream.on("data", ({ welcome, heartbeatAck, config, ...other }) => {
    if (welcome) {
      seen.welcomed.push(welcome.agent.agentId);
      endMs = Date.now() + given.durationMs;
      // Whoever sends more frames than this is closed.
      gapMs = Math.ceil(1000 / welcome.limits.framesPerSecondMax);
      next();
    } else if (heartbeatAck) {
      if (Number(heartbeatAck.sequence) !== seen.acks) seen.wrongAcks += 1;
      seen.acks += 1;
      acks.add(1);
      roundTrip.add(Date.now() - sentMs);
      setTimeout(next, gapMs);
    } else if (!config) seen.others.push(JSON.stringify(other));
  });
  stream.on("error", (error) => seen.errors.push(JSON.stringify(error)));
  stream.on("end", () => {
    check(seen, {
      "one welcome, to the right agent": ({ welcomed }) => welcomed.join() === agent.agentId,
      "every heartbeat acknowledged, in order": (each) =>
        each.beats > 0 && each.acks === each.beats && each.wrongAcks === 0,
      "no notice, no goodbye of the server": ({ others }) => others.length === 0,
      "the link ends without an error after goodbye": ({ errors }) => errors.length === 0,
    });
    for (const what of seen.others.concat(seen.errors)) console.error(`${agent.agentId}: ${what}`);
    client.close();
  });
  stream.write({
    hello: { protocolVersion: 1, spec: { capabilities: [], labels: { load: "k6" } } },
  });
}
