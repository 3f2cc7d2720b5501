import type { Row } from "../report/row.ts";
import { inTurn, type Worker } from "./turns.ts";

/** Name of a subject, and what it does in its turns. */
export type Subject = readonly [name: string, worker: Worker];

/** One row for each subject, of turns that they take. */
export async function compared(
  what: Pick<Row, "benchmark" | "case" | "unit">,
  subjects: readonly Subject[],
  seconds: number,
): Promise<Row[]> {
  const rates = await inTurn(
    subjects.map(([, worker]) => worker),
    seconds,
  );
  return subjects.map(([subject], index) => {
    const { perSecond, perCpuSecond } = rates[index]!;
    return {
      ...what,
      subject,
      figure: perSecond,
      ...(perCpuSecond !== undefined && { perCpuSecond }),
    };
  });
}
