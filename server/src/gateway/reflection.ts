import {
  create,
  createRegistry,
  toBinary,
  type DescFile,
  type DescService,
  type Registry,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import {
  ErrorResponseSchema,
  ExtensionNumberResponseSchema,
  FileDescriptorResponseSchema,
  ListServiceResponseSchema,
  ServerReflection,
  ServerReflectionResponseSchema,
  ServiceResponseSchema,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "@meshwork/gen/grpc/reflection/v1/reflection";
import type { Routes } from "./rpc-routes.ts";

const SYMBOL_SHOWN_MAX = 128;

type Answer = ServerReflectionResponse["messageResponse"];

/** The standard reflection service, over the descriptors of the services that are registered. */
export function reflectionRoutes(services: () => readonly DescService[]): Routes {
  let index: Index | undefined;
  return (router) =>
    router.service(ServerReflection, {
      async *serverReflectionInfo(requests) {
        // Made at the first use: at start the routes are not complete.
        index ??= createIndex(services());
        for await (const request of requests) {
          yield create(ServerReflectionResponseSchema, {
            validHost: request.host,
            originalRequest: request,
            messageResponse: answerOf(index, request),
          });
        }
      },
    });
}

interface Index {
  readonly services: readonly DescService[];
  readonly files: ReadonlyMap<string, DescFile>;
  readonly registry: Registry;
}

function createIndex(services: readonly DescService[]): Index {
  const files = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (files.has(file.proto.name)) return;
    files.set(file.proto.name, file);
    file.dependencies.forEach(add);
  };
  for (const { file } of services) add(file);
  return { services, files, registry: createRegistry(...files.values()) };
}

function answerOf(index: Index, { messageRequest }: ServerReflectionRequest): Answer {
  switch (messageRequest.case) {
    case "listServices": {
      const service = index.services.map(({ typeName }) =>
        create(ServiceResponseSchema, { name: typeName }),
      );
      return {
        case: "listServicesResponse",
        value: create(ListServiceResponseSchema, { service }),
      };
    }
    case "fileByFilename":
      return filesAnswer(index.files.get(messageRequest.value), messageRequest.value);
    case "fileContainingSymbol":
      return filesAnswer(fileOfSymbol(index, messageRequest.value), messageRequest.value);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = messageRequest.value;
      const message = index.registry.getMessage(containingType);
      const extension = message && index.registry.getExtensionFor(message, extensionNumber);
      return filesAnswer(extension?.file, `extension ${extensionNumber} of ${containingType}`);
    }
    case "allExtensionNumbersOfType":
      return extensionsAnswer(index, messageRequest.value);
    case undefined:
      return errorAnswer(Code.InvalidArgument, "the request asks for nothing");
  }
}

/** A type, a service, or something within one: `mesh.v1.Agent.uid`, `mesh.v1.AgentService.GetAgent`. */
function fileOfSymbol({ registry }: Index, symbol: string): DescFile | undefined {
  const found = registry.get(symbol);
  if (found !== undefined) return found.file;
  const dot = symbol.lastIndexOf(".");
  const parent = registry.get(symbol.slice(0, Math.max(dot, 0)));
  const name = symbol.slice(dot + 1);
  switch (parent?.kind) {
    case "service":
      return parent.methods.some((method) => method.name === name) ? parent.file : undefined;
    case "message": {
      const members = [...parent.fields, ...parent.oneofs];
      return members.some((member) => member.name === name) ? parent.file : undefined;
    }
    default:
      return undefined;
  }
}

/** The file with all that it needs, so that one question is enough. */
function filesAnswer(file: DescFile | undefined, asked: string): Answer {
  if (file === undefined) {
    return errorAnswer(Code.NotFound, `there is no "${asked.slice(0, SYMBOL_SHOWN_MAX)}"`);
  }
  const files = new Set<DescFile>();
  const add = (one: DescFile): void => {
    if (files.has(one)) return;
    files.add(one);
    one.dependencies.forEach(add);
  };
  add(file);
  const fileDescriptorProto = [...files].map(({ proto }) =>
    toBinary(FileDescriptorProtoSchema, proto),
  );
  return {
    case: "fileDescriptorResponse",
    value: create(FileDescriptorResponseSchema, { fileDescriptorProto }),
  };
}

function extensionsAnswer({ registry }: Index, typeName: string): Answer {
  if (registry.getMessage(typeName) === undefined) {
    const shown = typeName.slice(0, SYMBOL_SHOWN_MAX);
    return errorAnswer(Code.NotFound, `there is no message "${shown}"`);
  }
  const extensionNumber: number[] = [];
  for (const type of registry) {
    if (type.kind === "extension" && type.extendee.typeName === typeName) {
      extensionNumber.push(type.number);
    }
  }
  return {
    case: "allExtensionNumbersResponse",
    value: create(ExtensionNumberResponseSchema, { baseTypeName: typeName, extensionNumber }),
  };
}

function errorAnswer(errorCode: Code, errorMessage: string): Answer {
  return {
    case: "errorResponse",
    value: create(ErrorResponseSchema, { errorCode, errorMessage }),
  };
}
