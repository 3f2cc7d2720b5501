/** A short list that stays sorted; mostly it grows at the end and shrinks at the beginning. */
export interface SortedList<T> extends Iterable<T> {
  readonly size: number;
  first(): T | undefined;
  last(): T | undefined;
  shift(): T | undefined;
  pop(): T | undefined;
  /** False: one of the same id is there already. */
  insert(item: T): boolean;
  /** Takes out the one with the id. */
  removeId(messageId: string): T | undefined;
}

/** Of the messages given; they may come in any order. */
export function sortedList<T extends { readonly messageId: string }>(
  compare: (a: T, b: T) => number,
  given: readonly T[] = [],
): SortedList<T> {
  const items = [...given].sort(compare);
  const ids = new Map(items.map((item) => [item.messageId, item]));

  function taken(item: T | undefined): T | undefined {
    if (item !== undefined) ids.delete(item.messageId);
    return item;
  }

  /** Of the first item that is not before the given one. */
  function indexOf(item: T): number {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get size() {
      return items.length;
    },
    first: () => items[0],
    last: () => items.at(-1),
    shift: () => taken(items.shift()),
    pop: () => taken(items.pop()),
    insert: (item) => {
      if (ids.has(item.messageId)) return false;
      ids.set(item.messageId, item);
      const last = items.at(-1);
      if (last === undefined || compare(last, item) < 0) items.push(item);
      else items.splice(indexOf(item), 0, item);
      return true;
    },
    removeId: (messageId) => {
      const item = ids.get(messageId);
      if (item === undefined) return undefined;
      ids.delete(messageId);
      items.splice(indexOf(item), 1);
      return item;
    },
    [Symbol.iterator]: () => items.values(),
  };
}
