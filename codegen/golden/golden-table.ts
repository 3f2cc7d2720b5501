// The golden table: what a call of each RPC has to pass. buf does not notice a changed permission.
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { contractOf, methodName, termsOf, type Contract } from "../model/contract.ts";

/** First line of the table. */
const heading = ["rpc", "permission", "scope", "audit", "rate", "idempotency"];

/** The table as text: tab-separated, a line for every RPC in order of name; `-` where nothing is declared. */
export function goldenTable(contract: Contract): string {
  const rows = contract.services
    .flatMap(({ methods }) => methods)
    .map((method) => {
      const terms = termsOf(method);
      return [
        methodName(method),
        terms?.permission,
        terms?.scope,
        terms?.audit,
        terms?.rate,
        terms?.idempotency,
      ];
    });
  const lines = rows
    .map((row) => row.map((cell) => (cell === undefined || cell === "" ? "-" : cell)).join("\t"))
    .sort();
  return `${[heading.join("\t"), ...lines].join("\n")}\n`;
}

/** The contract out of a build by `buf build`. */
export function contractOfImage(image: Uint8Array): Contract {
  return contractOf(createFileRegistry(fromBinary(FileDescriptorSetSchema, image)));
}
