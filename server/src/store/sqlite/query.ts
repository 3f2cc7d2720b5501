// A query as SQL over the generated columns.
import { PAGE_RECORDS_MAX, type Query, StoreError } from "../store.ts";
import type { KindSpec } from "./kinds.ts";
import { fieldColumn } from "./schema.ts";

type Value = string | number;
/** What a page is asked by, whatever the record's type. */
export type AnyQuery = Query<Readonly<Record<string, unknown>>>;

export interface PlannedQuery {
  readonly sql: string;
  readonly values: readonly Value[];
  /** The token of the page behind a row. */
  token(row: { readonly id: string; readonly sort?: Value }): string;
}

/** Fails with INVALID for an undeclared combination of fields, a bad limit or a foreign token. */
export function planQuery(kind: KindSpec, query: AnyQuery): PlannedQuery {
  const { range, order, limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_RECORDS_MAX) {
    throw new StoreError("INVALID", `page limit ${limit} must be 1 to ${PAGE_RECORDS_MAX}`);
  }
  const eq = Object.entries(query.eq ?? {}).filter(([, value]) => value !== undefined);
  checkDeclared(kind, [...eq.map(([field]) => field), range?.field, order?.field]);
  const where = ["deletedAt IS NULL"];
  const values: Value[] = [];
  const add = (condition: string, ...bound: Value[]) => {
    where.push(condition);
    values.push(...bound);
  };
  for (const [field, value] of eq) add(`${fieldColumn(field)} = ?`, scalar(field, value));
  if (range !== undefined) {
    const column = fieldColumn(range.field);
    // records without the field are in no range
    if (range.from === undefined) add(`${column} > -9e999`);
    else add(`${column} >= ?`, scalar(range.field, range.from));
    if (range.to !== undefined) add(`${column} < ?`, scalar(range.field, range.to));
  }
  const after = query.after === undefined ? undefined : readToken(query.after, query);
  const [compare, direction] = order?.descending === true ? ["<", "DESC"] : [">", "ASC"];
  if (order === undefined) {
    if (after !== undefined) add("id > ?", after.id);
    return { sql: select("", where, "id"), values, token: ({ id }) => writeToken(query, id) };
  }
  const column = fieldColumn(order.field);
  if (after !== undefined)
    add(`(${column}, id) ${compare} (?, ?)`, after.sort ?? -Infinity, after.id);
  return {
    sql: select(`, ${column} AS sort`, where, `${column} ${direction}, id ${direction}`),
    values,
    token: ({ id, sort }) => writeToken(query, id, sort),
  };

  function select(columns: string, conditions: readonly string[], sorting: string): string {
    return `SELECT id, version, _op, _schema, doc${columns} FROM "${kind.name}"
      WHERE ${conditions.join(" AND ")} ORDER BY ${sorting} LIMIT ${limit + 1}`;
  }
}

/** The fields named must be the first ones of a declared combination, or an index would not help. */
function checkDeclared(kind: KindSpec, fields: readonly (string | undefined)[]): void {
  const named = new Set(fields.filter((field) => field !== undefined));
  const declared = kind.indexes.some((index) => {
    return (
      index.slice(0, named.size).every((field) => named.has(field)) && index.length >= named.size
    );
  });
  if (named.size === 0 || declared) return;
  throw new StoreError(
    "INVALID",
    `kind "${kind.name}" declares no index that begins with ${[...named].join(", ")}`,
  );
}

function scalar(field: string, value: unknown): Value {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const number = value instanceof Date ? value.getTime() : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new StoreError("INVALID", `field "${field}" cannot be compared with ${String(value)}`);
}

/** Ties a token to its order, as it makes no sense in another. */
function orderName({ order }: AnyQuery): string {
  return order === undefined ? "" : `${order.descending === true ? "-" : "+"}${order.field}`;
}

function writeToken(query: AnyQuery, id: string, sort?: Value): string {
  // JSON has no infinity: a missing value is null
  const parts = [orderName(query), id, sort === -Infinity ? null : sort];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function readToken(token: string, query: AnyQuery): { id: string; sort: Value | undefined } {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(parts)) {
      const [order, id, sort] = parts as unknown[];
      const sortable = sort === null || typeof sort === "string" || typeof sort === "number";
      if (order === orderName(query) && typeof id === "string" && sortable) {
        return { id, sort: sort ?? undefined };
      }
    }
  } catch {
    // not JSON: refused below like any other foreign token
  }
  throw new StoreError(
    "INVALID",
    "the page token does not belong to this query; begin with the first page",
  );
}
