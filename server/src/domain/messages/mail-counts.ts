import type { MailCounts } from "./mail.ts";

/** Counts of at-least-once messages of one mesh, since the process started. */
export interface MeshMailCounts {
  readonly accepted: number;
  readonly redelivered: number;
  readonly acknowledged: number;
  readonly deadLettered: number;
}

/** What is counted beside, for the whole process. */
export interface MailMetrics {
  mailAccepted(messages: number): void;
  mailRedelivered(messages: number): void;
  mailAcknowledged(messages: number): void;
  mailDeadLettered(messages: number): void;
  mailLeftOut(receivers: number): void;
}

type Counted = { -readonly [Name in keyof MeshMailCounts]: MeshMailCounts[Name] };

/** Counts by mesh, in memory. */
export function createMailCounts(
  metrics: MailMetrics,
): MailCounts & { of(meshUid: string): MeshMailCounts } {
  const meshes = new Map<string, Counted>();

  function counted(meshUid: string): Counted {
    let counts = meshes.get(meshUid);
    if (counts === undefined) {
      counts = { accepted: 0, redelivered: 0, acknowledged: 0, deadLettered: 0 };
      meshes.set(meshUid, counts);
    }
    return counts;
  }

  return {
    accepted: (meshUid) => {
      counted(meshUid).accepted += 1;
      metrics.mailAccepted(1);
    },
    redelivered: (meshUid, messages) => {
      counted(meshUid).redelivered += messages;
      metrics.mailRedelivered(messages);
    },
    acknowledged: (meshUid, messages) => {
      counted(meshUid).acknowledged += messages;
      metrics.mailAcknowledged(messages);
    },
    deadLettered: (meshUid, messages) => {
      counted(meshUid).deadLettered += messages;
      metrics.mailDeadLettered(messages);
    },
    leftOut: (_, receivers) => metrics.mailLeftOut(receivers),
    of: (meshUid) => counted(meshUid),
  };
}
