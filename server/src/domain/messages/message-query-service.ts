import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  CancelMessageResponseSchema,
  GetMessageResponseSchema,
  type MessageService,
  TraceMessageResponseSchema,
} from "@meshwork/gen/mesh/v1/message_service";
import { callOf } from "../call-service.ts";
import type { MessageQueries } from "./message-queries.ts";

/** The RPCs that tell what became of a message, or take it back. */
export type MessageQueryService = Pick<
  ServiceImpl<typeof MessageService>,
  "getMessage" | "traceMessage" | "cancelMessage"
>;

export function createMessageQueryService({
  queries,
}: {
  readonly queries: MessageQueries;
}): MessageQueryService {
  return {
    getMessage: async (request, context) => {
      const { deliveries, ...found } = await queries.get(callOf(context), request);
      return create(GetMessageResponseSchema, { ...found, deliveries: [...deliveries] });
    },
    traceMessage: async (request, context) => {
      const { steps, gap } = await queries.trace(callOf(context), request);
      return create(TraceMessageResponseSchema, { steps: [...steps], gap });
    },
    cancelMessage: async (request, context) =>
      create(CancelMessageResponseSchema, await queries.cancel(callOf(context), request)),
  };
}
