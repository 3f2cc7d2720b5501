// `mesh messages get` for people.
import type { Message } from "@bufbuild/protobuf";
import { MessageDeliverySchema } from "@meshwork/gen/mesh/v1/message";
import type { GetMessageResponse } from "@meshwork/gen/mesh/v1/message_service";
import type { OutputStyle } from "../../output/format-names.ts";
import { columnOf } from "../../output/paths.ts";
import { tableCells, tableLines } from "../../output/table.ts";
import { messageFacts, contentLines } from "./message-facts.ts";

const columns = ["agent_id", "group", "state", "attempts", "next_time", "expire_time"].map((path) =>
  columnOf(MessageDeliverySchema, path),
);

/** The message, its payload where it is text, and where it stands with each receiver. */
export function messageLines(response: Message, style: OutputStyle): string[] {
  const { message, deliveries, toAddress } = response as GetMessageResponse;
  const table = tableLines(tableCells(deliveries, columns, style));
  return [
    ...tableLines(messageFacts(message, style)),
    ...contentLines(message),
    ...(deliveries.length === 0 ? [] : ["", ...table]),
    ...(toAddress === 0 ? [] : ["", `${toAddress} mailboxes have still to get it`]),
  ];
}
