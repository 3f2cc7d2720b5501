import type { HandlerContext } from "@connectrpc/connect";
import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { callOf } from "../../domain/call-service.ts";
import type { Link, Links } from "../../domain/links/links.ts";
import { createFrameQueue, type FrameQueue } from "./frame-queue.ts";

/** The handler of `AgentLinkService.Connect`. */
export type ConnectLink = (
  requests: AsyncIterable<ConnectRequest>,
  context: HandlerContext,
) => AsyncIterable<ConnectResponse>;

/**
 * Carries links over Connect's streams. The stream ends with the link's DomainError, plainly after the
 * agent's goodbye, and when the call is aborted; however it ends, the link is closed.
 */
export function createConnectLink(links: Links): ConnectLink {
  return (requests, context) => {
    const call = callOf(context);
    const queue = createFrameQueue();
    const link = links.open(call.principal, queue.sink, call.peerAddress);
    const onAbort = (): void => {
      link.close();
      queue.abort();
    };
    context.signal.addEventListener("abort", onAbort, { once: true });
    if (context.signal.aborted) onAbort();
    void pump(requests, link, queue);
    return yieldAll(queue.frames, () => {
      context.signal.removeEventListener("abort", onAbort);
      link.close();
    });
  };
}

/** Frames are taken as they come: the link limits their rate. */
async function pump(
  requests: AsyncIterable<ConnectRequest>,
  link: Link,
  queue: FrameQueue,
): Promise<void> {
  try {
    for await (const request of requests) link.receive(request);
  } catch (error) {
    // Bytes that are no frame, or a broken stream: the caller hears it if it still can.
    queue.abort(error instanceof Error ? error : new Error("the stream broke", { cause: error }));
  }
  link.close();
}

async function* yieldAll(
  frames: AsyncGenerator<ConnectResponse, void, undefined>,
  released: () => void,
): AsyncGenerator<ConnectResponse, void, undefined> {
  try {
    yield* frames;
  } finally {
    released();
  }
}
