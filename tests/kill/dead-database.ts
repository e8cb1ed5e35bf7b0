import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { foldCommand, isLive } from "../../optimizer/src/commands/life.ts";
import { replaces } from "../../optimizer/src/domain/same-moment.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import type { Promised } from "./promised.ts";

/** What is wrong with the database that a killed process has left, measured by what it had promised; each a sentence. */
export interface Findings {
  readonly losses: readonly string[];
  readonly integrity: readonly string[];
  readonly liveTwice: readonly string[];
}

/** Looks at a copy: the files themselves belong to the process that comes next. */
export function lookAtDeadDatabase(databasePath: string, promised: Promised): Findings {
  const folder = join(databasePath, "..", "as-left");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const copy = join(folder, "ohmstead.sqlite");
  for (const suffix of ["", "-wal"])
    if (existsSync(databasePath + suffix)) copyFileSync(databasePath + suffix, copy + suffix);
  return { ...rawFindings(copy), losses: lossesIn(copy, promised) };
}

function rawFindings(path: string): Omit<Findings, "losses"> {
  const db = new Database(path);
  const column = (sql: string): string[] => db.prepare<[], string>(sql).pluck().all();
  const integrity = column("PRAGMA integrity_check");
  const broken = db.pragma("foreign_key_check") as unknown[];
  const liveTwice = column("SELECT device_id FROM command WHERE is_live = 1 GROUP BY device_id HAVING count(*) > 1");
  db.close();
  return {
    integrity: [...integrity.filter((each) => each !== "ok"), ...broken.map((each) => JSON.stringify(each))],
    liveTwice,
  };
}

/** What was promised and is not there; and commands whose events say another thing than the database does. */
export function lossesIn(path: string, { commands, events, wishes, endedWishes, readings }: Promised): string[] {
  const store = openStore(path);
  const losses: string[] = [];
  for (const id of commands) if (!store.commands.find(id)) losses.push(`command ${id} was told, and is not stored`);
  for (const [id, told] of events) {
    const stored = store.commands.find(id)?.events.slice(0, told.length) ?? [];
    if (JSON.stringify(stored) !== JSON.stringify(told))
      losses.push(`events of command ${id} were told, and are not stored so`);
  }
  const known = new Map(store.overrides.between(0, Number.MAX_SAFE_INTEGER).map((each) => [each.id, each]));
  for (const id of wishes) if (!known.has(id)) losses.push(`override ${id} was accepted, and is not stored`);
  for (const id of endedWishes)
    if (known.get(id)?.endedAtMs === undefined)
      losses.push(`the end of override ${id} was accepted, and is not stored`);
  for (const { signal, atMs, value, answeredAtMs } of readings) {
    const [own, ...later] = store.readings.between(signal, atMs, answeredAtMs + 1);
    // The house, whose clock has steps, may have said something else of the same moment: one of the two is kept.
    const isThere = own?.[0] === atMs && (Math.abs(own[1] - value) < 1e-9 || replaces({ value: own[1] }, { value }));
    // A reading that a newer one has overtaken is taken and changes nothing.
    const isOvertaken = own !== undefined && (own[0] > atMs || later.length > 0);
    if (!isThere && !isOvertaken)
      losses.push(
        `reading ${signal} ${value} of ${new Date(atMs).toISOString()} was accepted, and is not stored: there is ${JSON.stringify(own)} until ${new Date(answeredAtMs).toISOString()}`,
      );
  }
  const live = new Set(store.commands.live().map(({ order }) => order.id));
  for (const { order, events: own } of store.commands.newest(10_000))
    if (isLive(foldCommand(order, own).state) !== live.has(order.id))
      losses.push(`command ${order.id}: its events and the database differ on whether it is live`);
  store.close();
  return losses;
}
