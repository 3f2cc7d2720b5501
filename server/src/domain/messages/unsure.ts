import { DomainError } from "../errors.ts";

/**
 * What the commit answers. Where the store does not say whether it landed, it fails with OUTCOME_UNKNOWN, and
 * `unsure` is called before: nobody hears of what landed all the same.
 */
export async function orUnsure<Reply>(
  committing: Promise<Reply>,
  unsure: () => void,
): Promise<Reply> {
  try {
    return await committing;
  } catch (error) {
    if (error instanceof DomainError && error.reason === "OUTCOME_UNKNOWN") unsure();
    throw error;
  }
}
