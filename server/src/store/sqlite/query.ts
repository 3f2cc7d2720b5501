// A query as SQL over the generated columns.
import { type IdRange, PAGE_RECORDS_MAX, type Query, StoreError } from "../store.ts";
import type { KindSpec } from "./kinds.ts";
import { fieldColumn } from "./schema.ts";

type Value = string | number;
/** What a page is asked by, whatever the record's type. */
export type AnyQuery = Query<Readonly<Record<string, unknown>>>;

/** What is counted, whatever the record's type. */
export type AnyCount = Pick<AnyQuery, "eq" | "ids">;

export interface PlannedQuery {
  readonly sql: string;
  readonly values: readonly Value[];
  /** The token of the page behind a row. */
  token(row: { readonly id: string; readonly sort?: Value }): string;
}

/** A count as SQL. Fails with INVALID for an undeclared combination of fields and a bad maximum. */
export function planCount(
  kind: KindSpec,
  query: AnyCount,
  max: number,
): { readonly sql: string; readonly values: readonly Value[] } {
  if (!Number.isSafeInteger(max) || max < 1) {
    throw new StoreError("INVALID", `a count of at most ${max} is none: it takes 1 or more`);
  }
  const eq = given(query);
  checkDeclared(
    kind,
    eq.map(([field]) => field),
  );
  const conditions = ["deletedAt IS NULL"];
  const values: Value[] = [];
  for (const [field, value] of eq) {
    conditions.push(`${fieldColumn(field)} = ?`);
    values.push(scalar(field, value));
  }
  for (const [condition, bound] of idConditions(query.ids)) {
    conditions.push(condition);
    values.push(bound);
  }
  const rows = `SELECT 1 FROM "${kind.name}" WHERE ${conditions.join(" AND ")} LIMIT ${max}`;
  return { sql: `SELECT count(*) AS found FROM (${rows})`, values };
}

function given({ eq }: AnyCount): [string, unknown][] {
  return Object.entries(eq ?? {}).filter(([, value]) => value !== undefined);
}

function idConditions({ from, to }: IdRange = {}): [string, string][] {
  const conditions: [string, string][] = [];
  if (from !== undefined) conditions.push(["id >= ?", from]);
  if (to !== undefined) conditions.push(["id < ?", to]);
  return conditions;
}

/** Fails with INVALID for an undeclared combination of fields, a bad limit or a foreign token. */
export function planQuery(kind: KindSpec, query: AnyQuery): PlannedQuery {
  const { range, order, limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_RECORDS_MAX) {
    throw new StoreError("INVALID", `page limit ${limit} must be 1 to ${PAGE_RECORDS_MAX}`);
  }
  if (query.ids !== undefined && order !== undefined) {
    throw new StoreError("INVALID", "a range of ids goes with the order by id only");
  }
  const eq = given(query);
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
  for (const [condition, bound] of idConditions(query.ids)) add(condition, bound);
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
