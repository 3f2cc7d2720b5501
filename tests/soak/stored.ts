// What a killed server's database holds, read without the server.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fromBinary } from "@bufbuild/protobuf";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import type { MessageName, StoredMessage } from "./history.ts";

interface Row {
  readonly id: string;
  readonly doc: string;
}

interface Doc {
  readonly messageId: string;
  readonly name?: string;
  readonly agentId?: string;
  readonly group?: string;
  readonly recipients?: string;
  readonly body?: { readonly $bytes: string };
}

/** Reads a copy, so that the server which starts next finds the files as the killed one left them. */
export function storedMessages(database: string): readonly StoredMessage[] {
  return inCopy(database, (db) => read(db, ["mail", "parked_mail", "dead_letters"]));
}

/** What are dead letters. */
export function deadMessages(database: string): readonly StoredMessage[] {
  return inCopy(database, (db) =>
    read(db, ["dead_letters"]).filter(({ receiver }) => receiver !== ""),
  );
}

function inCopy<T>(database: string, work: (db: DatabaseSync) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "meshwork-stored-"));
  try {
    const copy = join(folder, "copy.db");
    for (const suffix of ["", "-wal"])
      if (existsSync(database + suffix)) copyFileSync(database + suffix, copy + suffix);
    const db = new DatabaseSync(copy);
    try {
      return work(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(db: DatabaseSync, tables: readonly string[]): StoredMessage[] {
  const rows = (table: string): readonly { id: string; doc: Doc }[] => {
    const all = db.prepare(`SELECT id, doc FROM "${table}" WHERE deletedAt IS NULL`).all();
    return all.map((row) => {
      const { id, doc } = row as unknown as Row;
      return { id, doc: JSON.parse(doc) as Doc };
    });
  };
  const bodies = new Map<string, MessageName>();
  const stored: StoredMessage[] = [];
  for (const { id, doc } of rows("fan_outs")) {
    if (doc.body === undefined) continue;
    const message = nameIn(doc.body.$bytes);
    bodies.set(id, message);
    if (!tables.includes("mail")) continue;
    // Those that are in mailboxes, and those that are to be put there.
    for (const recipient of doc.recipients?.split(" ") ?? [])
      stored.push({ message, receiver: recipient.split(":")[0]! });
  }
  for (const table of tables) {
    for (const { id, doc } of rows(table)) {
      const message = doc.body ? nameIn(doc.body.$bytes) : bodies.get(doc.messageId);
      if (message !== undefined) stored.push({ message, receiver: receiverOf(id, doc) });
    }
  }
  return stored;
}

/** A mailbox of a group begins its records' ids with `g~`; dead letters say whose they were. */
function receiverOf(id: string, { name, agentId, group }: Doc): string {
  if (name !== undefined) return id.startsWith("g~") ? `group:${name}` : name;
  return group ? `group:${group}` : (agentId ?? "");
}

function nameIn(base64: string): MessageName {
  const { payload } = fromBinary(AgentMessageSchema, Buffer.from(base64, "base64"));
  return JSON.parse(new TextDecoder().decode(payload)) as MessageName;
}

/** How many of them wait in mailboxes. */
export function waitingCount(database: string): number {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    return ["mail", "parked_mail"].reduce(
      (sum, table) => sum + Number(db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()!["n"]),
      0,
    );
  } finally {
    db.close();
  }
}
