import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../domain/errors.ts";
import { copyAndCheck } from "./backup-thread.ts";
import { damageOf, syncFile } from "./whole-file.ts";

/** Backups that are kept: one a day. */
export const KEPT_BACKUPS = 7;
/** Set aside, for who wants to look: more would fill the disk that may be the cause. */
const KEPT_DAMAGED = 3;
const SIDE_FILES = ["-wal", "-shm"] as const;

export interface Backup {
  readonly path: string;
  readonly madeAtMs: number;
}

/** 2026-11-28T03-17-00Z, which sorts by time and is a file name everywhere. */
const stampOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(":", "-") + "Z";
const NAME = /^ohmstead-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.sqlite$/;

/** Newest first. */
export function backupsIn(folder: string): Backup[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, day, hour, minute, second] = NAME.exec(name) ?? [];
      return day ? [{ path: join(folder, name), madeAtMs: Date.parse(`${day}T${hour}:${minute}:${second}Z`) }] : [];
    })
    .toSorted((a, b) => b.madeAtMs - a.madeAtMs);
}

const removeWithSides = (path: string): void => {
  for (const suffix of ["", ...SIDE_FILES]) rmSync(path + suffix, { force: true });
};

/**
 * A copy of the living database, as it is now. It counts only after it has been checked, and is then there at once, by its name. Keeps the newest
 * seven. Rejects with StoreError when the copy is not whole, with what SQLite or the disk throw, and with the reason of the signal; then nothing
 * of it is left.
 */
export async function makeBackup(
  database: string,
  folder: string,
  { nowMs, signal }: { readonly nowMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Backup> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `ohmstead-${stampOf(nowMs)}.sqlite`);
  const unfinished = `${path}.unfinished`;
  for (const name of readdirSync(folder)) if (name.includes(".unfinished")) rmSync(join(folder, name), { force: true });
  try {
    // Made here for its mode: what a house measured is nobody else's business.
    closeSync(openSync(unfinished, "a", 0o600));
    const { damage } = await copyAndCheck({ database, unfinished, backup: path }, signal);
    if (damage !== undefined)
      throw new StoreError(`the backup of the database is not whole (${damage}): check the disk`);
  } catch (error) {
    removeWithSides(unfinished);
    throw error;
  }
  // Giving back the room of a large file takes its time, too.
  for (const old of backupsIn(folder).slice(KEPT_BACKUPS)) await rm(old.path, { force: true });
  return { path, madeAtMs: Math.floor(nowMs / 1000) * 1000 };
}

/** Moves a damaged database out of the way, with its log; answers its new name, undefined when there was no file. */
export function setAside(path: string, nowMs: number): string | undefined {
  const aside = `${path}.corrupt-${stampOf(nowMs)}`;
  const isThere = existsSync(path);
  for (const suffix of ["", ...SIDE_FILES]) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  const older = readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.corrupt-`) && name.endsWith("Z"))
    .toSorted()
    .slice(0, -KEPT_DAMAGED);
  for (const name of older) removeWithSides(join(dirname(path), name));
  return isThere ? aside : undefined;
}

/** Puts the newest backup that is whole in the database's place; undefined when there is none. */
export function restoreNewest(path: string, folder: string): Backup | undefined {
  const unfinished = `${path}.restoring`;
  for (const backup of backupsIn(folder)) {
    removeWithSides(unfinished);
    copyFileSync(backup.path, unfinished);
    if (damageOf(unfinished) !== undefined) continue;
    syncFile(unfinished);
    renameSync(unfinished, path);
    syncFile(dirname(path));
    return backup;
  }
  removeWithSides(unfinished);
  return undefined;
}
