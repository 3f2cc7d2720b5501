// The reasons of errors, with the canonical code that their comment begins with.
import type { DescEnum } from "@bufbuild/protobuf";
import type { Contract } from "./contract.ts";
import { textOf } from "./comments.ts";

/** A reason with the codes that it comes with and what it means. */
export interface ErrorReasonDoc {
  readonly reason: string;
  readonly code: string;
  readonly meaning: string;
}

/** All reasons of the contract, in order. Throws for one whose comment names no code. */
export function errorReasonsOf(contract: Contract): ErrorReasonDoc[] {
  const desc: DescEnum | undefined = contract.enums.find(({ name }) => name === "ErrorReason");
  if (desc === undefined) throw new Error("the contract has no enum ErrorReason");
  return desc.values
    .filter(({ number }) => number !== 0)
    .map((value) => {
      const text = textOf(value);
      const [, code, meaning] = /^([A-Z_]{3,}[^:]*): (.*)$/s.exec(text) ?? [];
      if (code === undefined || meaning === undefined) {
        throw new Error(`the comment of ${value.name} does not begin with a code: ${text}`);
      }
      return { reason: value.name.replace(/^ERROR_REASON_/, ""), code, meaning };
    });
}
