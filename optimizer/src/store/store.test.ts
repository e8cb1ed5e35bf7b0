import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { demandNodeApi } from "./node-api.ts";
import { openStore } from "./store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("makes folder and file, for its owner's eyes only, and finds everything again", () => {
  const path = join(folder, "deep", "house.db");
  const store = openStore(path);
  store.state.set("greeting", { text: "hello" }, 5);
  for (const each of [path, `${path}-wal`]) expect(statSync(each).mode & 0o777).toBe(0o600);
  store.close();
  store.close();
  const again = openStore(path);
  expect(again.state.get("greeting")).toEqual({ text: "hello" });
  again.state.remove("greeting");
  expect(again.state.get("greeting")).toBeUndefined();
  again.close();
});

test("a database of a newer program is refused, and left as it is", () => {
  const path = join(folder, "house.db");
  openStore(path).close();
  const db = new Database(path);
  db.pragma("user_version = 999");
  db.close();
  expect(() => openStore(path)).toThrow(StoreError);
  expect(() => openStore(path)).toThrow(/newer program \(schema 999, this one knows \d+\): update/);
});

test("where no database can ever be, the first start is refused with what to do", () => {
  expect(() => openStore(folder)).toThrow(StoreError);
  writeFileSync(join(folder, "file"), "");
  expect(() => openStore(join(folder, "file", "house.db"))).toThrow(/cannot be used \(.+\): check its folder/);
});

test("a migration is applied once, and wholly or not at all", () => {
  const db = new Database(":memory:");
  const good = ["CREATE TABLE a (x INTEGER) STRICT"];
  migrate(db, good);
  migrate(db, good);
  expect(() => migrate(db, [...good, "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (y INTEGER)"])).toThrow(
    "table a already exists",
  );
  expect(db.pragma("user_version", { simple: true })).toBe(1);
  expect(db.prepare("SELECT name FROM sqlite_master").pluck().all()).toEqual(["a"]);
  db.close();
});

test("every table is strict", () => {
  const db = new Database(":memory:");
  migrate(db, migrations);
  const tables = db.prepare<[], { name: string; strict: number }>("PRAGMA table_list").all();
  expect(tables.filter(({ name, strict }) => !name.startsWith("sqlite_") && strict !== 1)).toEqual([]);
  db.close();
});

test("an old Node is told what to do instead of crashing", () => {
  expect(() => demandNodeApi("9")).toThrow(/use Node 22.14 or newer/);
  expect(() => demandNodeApi("not a number")).toThrow(StoreError);
  expect(() => demandNodeApi("10")).not.toThrow();
  expect(() => demandNodeApi()).not.toThrow();
});

test("a transaction is all or nothing, and may hold others", () => {
  const store = openStore(":memory:");
  expect(() =>
    store.transaction(() => {
      store.transaction(() => store.state.set("a", 1, 0));
      store.readings.save([
        { signal: "grid.powerKw", atMs: 1, value: 2 },
        { signal: "grid.powerKw", atMs: 2, value: 2 },
      ]);
      throw new Error("stop");
    }),
  ).toThrow("stop");
  expect(store.state.get("a")).toBeUndefined();
  // The signal's number went with the transaction: the next reading must not refer to it.
  store.readings.save([{ signal: "battery.soc", atMs: 1, value: 0.5 }]);
  store.readings.save([{ signal: "grid.powerKw", atMs: 3, value: 4 }]);
  expect(store.readings.latest("grid.powerKw")).toMatchObject({ atMs: 3, value: 4 });
  expect(store.readings.latest("battery.soc")).toMatchObject({ atMs: 1, value: 0.5 });
  store.close();
});

/** The sources as they are, in a process of their own. */
const plainTypeScript = [
  "--conditions=source",
  "--experimental-transform-types",
  "--disable-warning=ExperimentalWarning",
];

test("what was committed outlives kill -9", async () => {
  const path = join(folder, "house.db");
  const script = `
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, "store.ts"))};
    const store = openStore(${JSON.stringify(path)});
    // Nobody must be left writing should the test itself die.
    setTimeout(() => process.exit(1), 20_000);
    for (let n = 1; ; n += 1) {
      store.state.set("fact-" + n, n, n);
      await new Promise((done) => process.stdout.write(n + "\\n", done));
    }`;
  const child = spawn(process.execPath, [...plainTypeScript, "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let confirmed = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    confirmed = Number(line);
    if (confirmed === 300) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(existsSync(`${path}-wal`)).toBe(true);
  const store = openStore(path);
  expect(confirmed).toBeGreaterThanOrEqual(300);
  for (let n = 1; n <= confirmed; n += 1) expect(store.state.get(`fact-${n}`)).toBe(n);
  store.checkpoint();
  expect(statSync(`${path}-wal`).size).toBe(0);
  store.close();
});
