import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import {
  ConnectRequestSchema,
  type ConnectRequest,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { DomainError } from "../errors.ts";

// The rules are compiled once. The platform's regular expressions do: the patterns are our own, each
// anchored and bounded in length.
const patterns = new Map<string, RegExp>();
const validator = createValidator({
  failFast: true,
  regexMatch: (pattern, against) => {
    let compiled = patterns.get(pattern);
    if (compiled === undefined) patterns.set(pattern, (compiled = new RegExp(pattern, "u")));
    return compiled.test(against);
  },
});

/**
 * What is wrong with a frame by the rules that the contract states: FRAME_NOT_AGREED for one without
 * content that this server knows, INVALID_REQUEST with the first field that breaks its rule.
 */
export function frameError(frame: ConnectRequest): DomainError | undefined {
  if (frame.frame.case === undefined)
    return new DomainError(
      "FRAME_NOT_AGREED",
      "the frame is empty or of a kind that was not agreed on",
    );
  const result = validator.validate(ConnectRequestSchema, frame);
  if (result.kind === "valid") return undefined;
  if (result.kind === "error")
    return new DomainError("INTERNAL", "the rules of a frame failed", { cause: result.error });
  const violations = result.violations.map((violation) => ({
    field: pathToString(violation.field),
    description: violation.message,
  }));
  const [first] = violations;
  return new DomainError("INVALID_REQUEST", `${first!.field}: ${first!.description}`, {
    violations,
    metadata: { field: first!.field },
  });
}
