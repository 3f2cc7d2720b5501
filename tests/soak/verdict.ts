import type { Breach } from "./checker.ts";
import type { SoakVerdict } from "./run-soak.ts";

const SHOWN_MAX = 20;

/** What is printed at the end; the last line is the verdict. */
export function verdictLines({ breaches, idleCycles, counts }: SoakVerdict): readonly string[] {
  const of = (promise: Breach["promise"]): number =>
    breaches.filter((breach) => breach.promise === promise).length;
  const { acknowledged, delivered, redelivered, dead } = counts;
  const shown = breaches.slice(0, SHOWN_MAX);
  return [
    ...shown.map(({ promise, message, text }) => `${promise}: ${message}: ${text}`),
    ...(breaches.length > shown.length ? [`and ${breaches.length - shown.length} more`] : []),
    ...(idleCycles > 0 ? [`cycles without a message in flight at a kill: ${idleCycles}`] : []),
    `confirmed before stored ${of("confirmed before stored")}`,
    `acknowledged ${acknowledged}, delivered ${delivered}, redelivered ${redelivered}, dead ${dead}`,
    `lost ${of("lost")}, doubled ${of("doubled")}, reordered ${of("reordered")}`,
  ];
}
