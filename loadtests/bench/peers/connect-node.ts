// connect-node's own server of link echo and WhoAmI. Argument: 1 or 2, the version of HTTP.
import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { acked } from "./heartbeat-ack.ts";
import { listening } from "./listening.ts";
import { whoAmI } from "./who-am-i.ts";

const handler = connectNodeAdapter({
  routes: (router) => {
    router.service(AgentLinkService, {
      connect: async function* (requests) {
        for await (const request of requests) yield acked(request);
      },
    });
    router.service(AuthService, { whoAmI });
  },
});
listening(process.argv[2] === "1" ? createHttp1Server(handler) : createHttp2Server(handler));
