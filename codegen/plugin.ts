// Our protoc plugin: `emit=cli` writes the CLI's command table, `emit=codec` the codecs of the agent
// link, `emit=markdown` the reference docs.
import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
  type CodeGeneratorRequest,
  type CodeGeneratorResponse,
} from "@bufbuild/protobuf/wkt";
import { runNodeJs } from "@bufbuild/protoplugin";
import { cliFiles, type Output } from "./emit/cli-table.ts";
import { codecFiles } from "./emit/codec/codec-files.ts";
import { docsFiles } from "./emit/docs.ts";
import { contractOf, type Contract } from "./model/contract.ts";

const emitters: Readonly<Record<string, (contract: Contract) => Output[]>> = {
  cli: cliFiles,
  codec: codecFiles,
  markdown: docsFiles,
};

/** Answers protoc. The same request always gives the same bytes. Throws for an unknown `emit`. */
export function run(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const emit = /(?:^|,)emit=([a-z]+)/.exec(request.parameter)?.[1] ?? "";
  const emitter = emitters[emit];
  if (emitter === undefined) {
    throw new Error(`emit=${emit} is unknown: give one of ${Object.keys(emitters).join(", ")}`);
  }
  const files = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  return create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
    file: emitter(contractOf(files)).map((each) => create(CodeGeneratorResponse_FileSchema, each)),
  });
}

if (import.meta.main) runNodeJs({ name: "protoc-gen-mesh", version: "0.1.0", run });
