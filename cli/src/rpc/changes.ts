// What a change of a watch is about.
import type { DescMessage, Message } from "@bufbuild/protobuf";

/** The item that a change brings, or the id of one that is gone. */
export interface ChangedItem {
  readonly desc: DescMessage;
  readonly message: Message | undefined;
  readonly deletedId: string | undefined;
}

/** Looks into the `change` oneof of a change. */
export function changedItem(desc: DescMessage, change: Message): ChangedItem {
  const { change: one } = change as unknown as { change?: { case?: string; value?: unknown } };
  const field = desc.fields.find(({ localName }) => localName === one?.case);
  if (field?.message !== undefined)
    return { desc: field.message, message: one?.value as Message, deletedId: undefined };
  return {
    desc,
    message: undefined,
    deletedId: typeof one?.value === "string" ? one.value : undefined,
  };
}
