// What the engine knows of a kind; free of functions, so that it can be sent to the writer.
import { type AnyKind, StoreError } from "../store.ts";

export interface KindSpec {
  readonly name: string;
  readonly watched: boolean;
  readonly schema: number;
  readonly indexes: readonly (readonly string[])[];
  /** Undefined where a delete leaves nothing behind. */
  readonly tombstoneSeconds: number | undefined;
  readonly expireAt: string | undefined;
}

/** The kinds of one store, numbered in the order in which they were declared. */
export interface KindTable {
  readonly specs: readonly KindSpec[];
  /** The number of a kind; fails with INVALID when it was not declared. */
  indexOf(kind: AnyKind): number;
  at(index: number): AnyKind;
  named(name: string): AnyKind | undefined;
}

/** Checks the declarations; fails with INVALID and the name of the kind. */
export function kindTable(kinds: readonly AnyKind[]): KindTable {
  const numbers = new Map<string, number>();
  const specs = kinds.map((kind, index) => {
    if (numbers.has(kind.name))
      throw new StoreError("INVALID", `kind "${kind.name}" is declared twice`);
    numbers.set(kind.name, index);
    return checkedSpec(kind);
  });
  return {
    specs,
    indexOf(kind) {
      const index = numbers.get(kind.name);
      if (index === undefined) {
        throw new StoreError(
          "INVALID",
          `kind "${kind.name}" was not declared when the store was opened`,
        );
      }
      return index;
    },
    at: (index) => kinds[index]!,
    named(name) {
      const index = numbers.get(name);
      return index === undefined ? undefined : kinds[index];
    },
  };
}

function checkedSpec(kind: AnyKind): KindSpec {
  const { name, schema, indexes = [], expireAt } = kind;
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name) || name.startsWith("sqlite_")) {
    throw new StoreError(
      "INVALID",
      `kind "${name}" needs a name of at most 63 lower-case letters, digits and underscores`,
    );
  }
  if (!Number.isSafeInteger(schema) || schema < 1) {
    throw new StoreError("INVALID", `kind "${name}" has schema ${schema}; it must be 1 or more`);
  }
  for (const field of [...indexes.flat(), ...(expireAt === undefined ? [] : [expireAt])]) {
    if (!/^[A-Za-z][A-Za-z0-9]{0,62}$/.test(field)) {
      throw new StoreError("INVALID", `kind "${name}" cannot index field "${field}"`);
    }
  }
  const tombstoneSeconds = kind.delete === "erase" ? undefined : kind.delete.tombstoneSeconds;
  return { name, watched: kind.watched, schema, indexes, tombstoneSeconds, expireAt };
}
