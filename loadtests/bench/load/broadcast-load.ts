// Messages to everybody, one after the other.
import type { OnMessage } from "./grpc-frames.ts";
import { tags } from "./link-frames.ts";
import type { LinkStream } from "./link-stream.ts";

export interface BroadcastLoad {
  /** Deliveries so far. */
  readonly count: () => number;
  /** Opens a link that gets them. */
  add(open: (onMessage: OnMessage) => Promise<LinkStream>): Promise<void>;
  /** Sends the frame on the link, and anew each time that all links have got it. */
  start(sender: LinkStream, frame: Buffer): void;
  close(): void;
}

export function createBroadcastLoad(): BroadcastLoad {
  const links: LinkStream[] = [];
  let count = 0;
  let missing = Infinity;
  let send = (): void => undefined;
  const onMessage: OnMessage = (buffer, start) => {
    if (buffer[start] !== tags.deliver) return;
    count += 1;
    missing -= 1;
    if (missing === 0) send();
  };
  return {
    count: () => count,
    add: async (open) => void links.push(await open(onMessage)),
    start: (sender, frame) => {
      send = () => {
        missing = links.length;
        sender.write(frame);
      };
      send();
    },
    close: () => {
      for (const link of links) link.close();
    },
  };
}
