import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  createConnectRouter,
  type ConnectRouter,
  type MethodImpl,
  type ServiceImpl,
} from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { accessOf, type MethodAccess } from "./access.ts";
import { guard, type ServerStream, type Unary } from "./calls.ts";
import { compressionGzip } from "./compression.ts";
import type { DirectRoute } from "./direct-opening.ts";
import { type MessageForms, messageForms } from "./direct-dialects.ts";
import type { Chain } from "./interceptors/chain.ts";
import type { GatewayLimits } from "./limits.ts";

/** An RPC that is served. */
export interface RpcRoute {
  readonly access: MethodAccess;
  readonly handler: UniversalHandler;
  /** Where a request is one message: how to answer it without the library's handler. */
  readonly direct: DirectRoute | undefined;
}

export interface RpcRoutes {
  /** By path: `/mesh.v1.AgentService/ListAgents`. */
  readonly byPath: ReadonlyMap<string, RpcRoute>;
  readonly services: readonly DescService[];
}

/** Registers services on a router. */
export type Routes = (router: ConnectRouter) => void;

export interface RpcRoutesOptions {
  readonly chain: Chain;
  readonly limits: GatewayLimits;
  readonly loopback: boolean;
}

/** Builds the handlers of all RPCs, each with the chain around its implementation. */
export function createRpcRoutes(
  routes: readonly Routes[],
  { chain, limits, loopback }: RpcRoutesOptions,
): RpcRoutes {
  const io = {
    readMaxBytes: limits.messageReadBytesMax,
    writeMaxBytes: limits.messageWriteBytesMax,
    jsonOptions: strictText,
  };
  const router = createConnectRouter({
    ...io,
    acceptCompression: [compressionGzip],
    requestGate: (context) => chain.gate(context),
  });
  const services = new Set<DescService>();
  const accesses = new Map<DescMethod, MethodAccess>();
  const directs = new Map<DescMethod, DirectRoute>();

  function add(method: DescMethod, implementation: unknown): void {
    accesses.set(method, accessOf(method, { loopback }));
    services.add(method.parent);
    const guarded = guard(chain, method, implementation);
    const direct = directRoute(method, guarded, () => messageForms(method, io));
    if (direct !== undefined) directs.set(method, direct);
    router.rpc(method, guarded as MethodImpl<DescMethod>);
  }

  const guarded: ConnectRouter = {
    handlers: router.handlers,
    service<T extends DescService>(service: T, implementation: Partial<ServiceImpl<T>>) {
      const methods = implementation as Record<string, ((...args: never[]) => unknown) | undefined>;
      for (const method of service.methods) {
        const run = methods[method.localName];
        // An RPC without implementation does not exist: unknown, not a defect.
        if (run !== undefined) add(method, run.bind(implementation));
      }
      return guarded;
    },
    rpc(method, implementation) {
      add(method, implementation);
      return guarded;
    },
  };
  for (const register of routes) register(guarded);

  const byPath = new Map<string, RpcRoute>();
  for (const handler of router.handlers) {
    const access = accesses.get(handler.method)!;
    const direct = directs.get(handler.method);
    byPath.set(handler.requestPath, { access, handler, direct });
  }
  return { byPath, services: [...services] };
}

/** Undefined where callers send a stream. */
function directRoute(
  { methodKind }: DescMethod,
  guarded: unknown,
  forms: () => MessageForms,
): DirectRoute | undefined {
  if (methodKind === "unary") return { run: guarded as Unary, forms: forms() };
  if (methodKind === "server_streaming") return { stream: guarded as ServerStream, forms: forms() };
  return undefined;
}

/** The library decodes JSON leniently unless it is handed a decoder that refuses invalid UTF-8. */
const strictText = { textDecoder: new TextDecoder("utf-8", { fatal: true }) } as object;
