// Finds the watch by which a get or a list can be kept up to date.
import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import type { WatchRow } from "./command-types.ts";
import { snake } from "./names.ts";

/**
 * The watch of the same service whose fields, its cursor aside, the request of the get or list has
 * too: what is watched is then never more than one scope around what is asked for.
 */
export function watchOf(method: DescMethod): WatchRow | undefined {
  if (method.methodKind !== "unary" || !/^(Get|List)/.test(method.name)) return undefined;
  const watch = method.parent.methods.find(({ name, methodKind, input }) => {
    return (
      name.startsWith("Watch") && methodKind === "server_streaming" && covers(method.input, input)
    );
  });
  if (watch === undefined) return undefined;
  const fields = watch.input.fields
    .filter(({ name }) => name !== "cursor")
    .map(({ jsonName }) => jsonName);
  const id = itemId(method, watch);
  return { method: watch.name, fields, ...(id === undefined ? {} : { id }) };
}

function covers(request: DescMessage, watchRequest: DescMessage): boolean {
  return watchRequest.fields.every(({ name }) => {
    return name === "cursor" || request.fields.some((each) => each.name === name);
  });
}

/** The id of the item's type, where every change of the watch names one item of that type. */
function itemId(method: DescMethod, watch: DescMethod): string | undefined {
  const item = method.output.fields.find(({ message }) => message !== undefined)?.message;
  const change = watch.output.fields.find(({ name }) => name === "changes")?.message;
  if (item === undefined || change === undefined) return undefined;
  const id = `${snake(item.name)}_id`;
  const every = change.fields.every(
    ({ message, name }) => message === item || name === `deleted_${id}`,
  );
  return every ? item.fields.find(({ name }) => name === id)?.jsonName : undefined;
}
