// Unary RPCs as a client without any library makes them: Connect's JSON over HTTP/1.1, an API key.
import { check } from "k6";
import http from "k6/http";
import { given } from "./given.js";

export { summary as handleSummary } from "./given.js";

export const options = {
  scenarios: {
    unary: {
      executor: "constant-vus",
      exec: "calls",
      vus: given.vus,
      duration: `${given.durationMs}ms`,
      gracefulStop: "10s",
    },
  },
  // How fast is for the benchmarks to say; this is about being right under load.
  thresholds: { checks: ["rate==1"], http_req_failed: ["rate==0"] },
};

const agentIds = given.agents.map(({ agentId }) => agentId).join();

/** One call that walks records, and the one that does nothing but what every call does. */
export function calls() {
  const listed = call("AgentService/ListAgents", { meshId: given.meshId, pageSize: 1000 });
  check(listed, {
    "ListAgents: status 200": ({ status }) => status === 200,
    "ListAgents: every agent, by id": (answer) =>
      (answer.json("agents") ?? []).map(({ agentId }) => agentId).join() === agentIds,
  });
  const me = call("AuthService/WhoAmI", {});
  check(me, {
    "WhoAmI: status 200": ({ status }) => status === 200,
    "WhoAmI: an admin's key": (answer) =>
      answer.json("authContext.principalKind") === "PRINCIPAL_KIND_API_KEY" &&
      answer.json("authContext.role") === "ROLE_ADMIN",
  });
}

function call(method, request) {
  return http.post(`http://${given.address}/mesh.v1.${method}`, JSON.stringify(request), {
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${given.key}` },
    tags: { name: method },
  });
}
