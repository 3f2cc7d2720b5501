import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  GetDeadLetterResponseSchema,
  ListDeadLettersResponseSchema,
  type MessageService,
  PurgeDeadLettersResponseSchema,
  ReplayDeadLettersResponseSchema,
} from "@meshwork/gen/mesh/v1/message_service";
import { callOf } from "../call-service.ts";
import type { DeadLetters } from "./dead-letters.ts";

/** The RPCs of dead letters. */
export type DeadLetterService = Pick<
  ServiceImpl<typeof MessageService>,
  "listDeadLetters" | "getDeadLetter" | "replayDeadLetters" | "purgeDeadLetters"
>;

export function createDeadLetterService({
  deadLetters,
}: {
  readonly deadLetters: DeadLetters;
}): DeadLetterService {
  return {
    listDeadLetters: async (request, context) => {
      const { deadLetters: found, nextPageToken } = await deadLetters.list(
        callOf(context),
        request,
      );
      return create(ListDeadLettersResponseSchema, { deadLetters: [...found], nextPageToken });
    },
    getDeadLetter: async (request, context) =>
      create(GetDeadLetterResponseSchema, {
        deadLetter: await deadLetters.get(callOf(context), request),
      }),
    replayDeadLetters: async (request, context) =>
      create(ReplayDeadLettersResponseSchema, await deadLetters.replay(callOf(context), request)),
    purgeDeadLetters: async (request, context) =>
      create(PurgeDeadLettersResponseSchema, await deadLetters.purge(callOf(context), request)),
  };
}
