/**
 * What can be wrong with the disk while the house must go on: `full`, `locked` by another program, `readOnly`, `failing` (the disk answers with
 * errors), `damaged` (what is in the file is no database any more).
 */
export type DiskTrouble = "full" | "locked" | "readOnly" | "failing" | "damaged";

const TROUBLES: readonly (readonly [pattern: RegExp, trouble: DiskTrouble])[] = [
  [/^SQLITE_FULL/, "full"],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, "locked"],
  // The file was moved or deleted under us: what is at its place now must be opened anew.
  [/^SQLITE_READONLY_DBMOVED/, "damaged"],
  [/^SQLITE_(READONLY|PERM|AUTH)/, "readOnly"],
  [/^SQLITE_(CORRUPT|NOTADB)/, "damaged"],
  [/^SQLITE_(IOERR|CANTOPEN)/, "failing"],
  [/^(ENOSPC|EDQUOT|EFBIG)$/, "full"],
  [/^(EROFS|EACCES|EPERM)$/, "readOnly"],
  [/^EIO$/, "failing"],
];

/** The trouble behind an error of SQLite or of the file system; undefined when it says nothing about the disk. */
export function diskTroubleOf(error: unknown): DiskTrouble | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (typeof code !== "string") return undefined;
  return TROUBLES.find(([pattern]) => pattern.test(code))?.[1];
}

/** What is the case, and what to do. */
export const TROUBLE_SENTENCES: Readonly<Record<DiskTrouble, string>> = {
  full: "the disk is full: make room",
  locked: "another program holds the database: end it",
  readOnly: "the data folder cannot be written: check its owner, and whether the disk has been mounted read-only",
  failing: "the disk answers with errors: check it, and replace the SD card",
  damaged: "the database file is damaged",
};
