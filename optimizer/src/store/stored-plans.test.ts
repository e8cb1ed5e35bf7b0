import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HouseholdProblem } from "@ohmstead/contract";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { aPlan } from "../commands/testing/examples.ts";
import { StoreError } from "../domain/errors.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { openStore } from "./store.ts";
import { openStoredPlans } from "./stored-plans.ts";

const folder = mkdtempSync(join(tmpdir(), "ohmstead-plans-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const problem = { formatVersion: 1, note: "as frozen" } as unknown as HouseholdProblem;

test("a reader sees what the appliance has stored, while it stores on", () => {
  const path = join(folder, "live.sqlite");
  const store = openStore(path);
  const settings = { validHours: 2, timeLimitMs: 5000, previousId: "p0" };
  store.plans.save({ plan: aPlan({}, "p1"), problem, cause: "time", settings });
  const reader = openStoredPlans(path);
  expect(reader.byId("p1")).toMatchObject({ problem, settings });
  store.plans.save({ plan: { ...aPlan({}, "p2"), createdAtMs: 9e12 }, problem, cause: "time" });
  expect(reader.latest()?.plan.id).toBe("p2");
  expect(reader.latest()).not.toHaveProperty("settings");
  reader.close();
  store.close();
});

test("a database that is not there is not made, one of another schema not read", () => {
  const none = join(folder, "none.sqlite");
  expect(() => openStoredPlans(none)).toThrow(StoreError);
  expect(() => openStoredPlans(none)).toThrow("there is no database");
  const old = join(folder, "old.sqlite");
  const db = new Database(old);
  migrate(db, migrations.slice(0, 1));
  db.close();
  expect(() => openStoredPlans(old)).toThrow("start Ohmstead once");
  const newer = new Database(old);
  newer.pragma("user_version = 99");
  newer.close();
  expect(() => openStoredPlans(old)).toThrow("update this one");
});

test("plans from before settings were kept stay readable", () => {
  const path = join(folder, "grown.sqlite");
  const db = new Database(path);
  migrate(db, migrations.slice(0, 1));
  db.close();
  const store = openStore(path);
  store.plans.save({ plan: aPlan({}, "p1"), problem, cause: "time" });
  expect(store.plans.byId("p1")).toMatchObject({ cause: "time" });
  store.close();
});
