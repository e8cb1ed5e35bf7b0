import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { StoreError } from "../domain/errors.ts";
import { migrations } from "./migrations/index.ts";
import { demandNodeApi } from "./node-api.ts";
import { type PlanRepository, planRepository } from "./plan-repository.ts";

/** The plans of a data folder, for a reader that changes nothing, even while the appliance is writing. */
export interface StoredPlans extends Pick<PlanRepository, "latest" | "byId" | "newestBefore" | "planOf" | "reach"> {
  close(): void;
}

/** Throws StoreError when there is no such database, or one of another schema. */
export function openStoredPlans(path: string): StoredPlans {
  demandNodeApi();
  if (!existsSync(path)) throw new StoreError(`there is no database ${path}: start Ohmstead first, or name its folder`);
  let db: Database.Database;
  try {
    db = new Database(path, { readonly: true });
    const applied = Number(db.pragma("user_version", { simple: true }));
    if (applied !== migrations.length) {
      db.close();
      const remedy =
        applied > migrations.length ? "update this one" : "start Ohmstead once, which brings it up to date";
      throw new StoreError(`${path} was written by another version of the program: ${remedy}`);
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return { ...planRepository(db), close: () => db.close() };
}
