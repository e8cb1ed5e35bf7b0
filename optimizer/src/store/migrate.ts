import type { Database } from "better-sqlite3";
import { StoreError } from "../domain/errors.ts";

/** Brings the database to the newest schema, all or nothing. Throws StoreError when it is newer than this program. */
export function migrate(db: Database, migrations: readonly string[]): void {
  const applied = Number(db.pragma("user_version", { simple: true }));
  if (applied > migrations.length)
    throw new StoreError(
      `${db.name} was written by a newer program (schema ${applied}, this one knows ${migrations.length}): ` +
        "update the program, or restore a backup",
    );
  if (applied === migrations.length) return;
  db.transaction(() => {
    for (const sql of migrations.slice(applied)) db.exec(sql);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}
