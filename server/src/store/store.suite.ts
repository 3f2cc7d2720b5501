// The meaning of the store port, as tests that every engine passes.
import { afterEach, beforeEach, describe } from "@jest/globals";
import { commitSuite } from "./suite/commits.ts";
import { type Harness, type OpenHarness, suiteKinds } from "./suite/harness.ts";
import { readSuite } from "./suite/reads.ts";
import { watchSuite } from "./suite/watches.ts";

/** Declares the suite's tests for one engine; each test gets an empty store of its own from `open`. */
export function storeSuite(name: string, open: OpenHarness): void {
  describe(`${name}: the store port`, () => {
    let harness: Harness | undefined;
    const current = () => harness!;
    beforeEach(async () => {
      harness = await open(suiteKinds);
    });
    afterEach(async () => {
      await harness?.remove();
      harness = undefined;
    });
    commitSuite(() => current().store);
    readSuite(current);
    watchSuite(current, open);
  });
}
