import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, closeSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate as breathe } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore, type Store } from "./store.ts";
import { type SmallDisk, smallDisk } from "./testing/small-disk.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const MONDAY = Date.UTC(2024, 0, 8);
const DAYS = 8;
const NIGHT = MONDAY + DAYS * DAY + 4 * 60 * MINUTE;
const SIGNALS = ["roof.powerKw", "grid.powerKw", "tank.tempC", "battery.soc"];

let folder: string;
let path: string;
let disk: SmallDisk | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-archive-"));
  path = join(folder, "ohmstead.sqlite");
});
afterEach(() => {
  disk?.remove();
  disk = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const open = (at = path) => openStore(at, { nowMs: () => NIGHT, retryMs: 0, busyMs: 50 });
/** Noise, which no packing makes small. */
const valueOf = (signal: number, minute: number): number =>
  ((Math.imul(minute * 8 + signal, 2654435761) >>> 8) % 1000) / 100;
/** A reading every two minutes of each signal, for eight days. */
function lived(at = path): Store {
  const store = open(at);
  for (let day = 0; day < DAYS; day += 1)
    store.readings.save(
      SIGNALS.flatMap((signal, n) =>
        Array.from({ length: 720 }, (_, k) => {
          const minute = day * 1440 + 2 * k;
          return { signal, atMs: MONDAY + minute * MINUTE, value: valueOf(n, minute) };
        }),
      ),
    );
  return store;
}
const tidy = (store: Store, pause: () => Promise<void> = () => breathe()) =>
  store.tidy({ nowMs: NIGHT, holdsOf: () => undefined, pause });

/** All readings are there, once, and steps are right whether they were stored or not. */
function expectWhole(store: Store): void {
  for (const [n, signal] of SIGNALS.entries()) {
    const points = store.readings.between(signal, 0, Number.MAX_SAFE_INTEGER);
    expect(points).toHaveLength(DAYS * 720);
    expect(points.every(([ms, value], k) => ms === MONDAY + 2 * k * MINUTE && value === valueOf(n, 2 * k))).toBe(true);
    const hours = store.readings.means(signal, MONDAY, MONDAY + DAYS * DAY, 60 * MINUTE);
    expect(hours).toHaveLength(DAYS * 24);
    hours.forEach(({ value }, hour) => {
      const all = Array.from({ length: 30 }, (_, k) => valueOf(n, hour * 60 + 2 * k));
      expect(Math.abs(value - all.reduce((sum, each) => sum + each, 0) / 30)).toBeLessThan(1e-4);
    });
  }
}
const integrity = (at = path): unknown => {
  const db = new Database(at, { readonly: true });
  const found = db.pragma("integrity_check", { simple: true });
  db.close();
  return found;
};
/** Calls back once, before the piece of that number. */
const atPiece = (number: number, deed: () => void) => {
  let n = 0;
  return async (): Promise<void> => {
    n += 1;
    if (n === number) deed();
    await breathe();
  };
};

/** The full suite fails without a disk to fill, a plain machine may leave it out. */
const isWanted = (() => {
  if (process.env["OHMSTEAD_FULL_SUITE"] === "1") return true;
  const tried = smallDisk(64);
  tried?.remove();
  return tried !== undefined;
})();

const onSmallDisk = (): { readonly file: string; readonly small: SmallDisk; readonly store: Store } => {
  disk = smallDisk(6000);
  if (!disk) throw new Error("no disk");
  const file = join(disk.folder, "ohmstead.sqlite");
  return { file, small: disk, store: lived(file) };
};

describe("the disk is full", () => {
  test.runIf(isWanted).each([
    ["packing", 2],
    ["packing, in its middle", 5],
    ["making quarter-hours and hours", 10],
    ["making those of the last signal", 50],
  ])("E37 disk full while %s: nothing is lost, and the work is done when there is room", async (_, piece) => {
    const { small, store, file } = onSmallDisk();
    store.checkpoint();
    const filled = tidy(
      store,
      atPiece(piece, () => {
        store.checkpoint();
        small.fill();
      }),
    );
    await expect(filled).rejects.toThrow(/full/);
    expect(store.condition().outage).toContain("the disk is full: make room");
    await expect(tidy(store)).rejects.toThrow(/nothing can be tidied up: .*full/);
    small.makeRoom();
    expect(store.condition()).toEqual({});
    expectWhole(store);
    expect((await tidy(store)).settledDays).toBeGreaterThan(0);
    expectWhole(store);
    store.close();
    expect(integrity(file)).toBe("ok");
  });

  test.runIf(isWanted)(
    "E37 disk full during the backup: the backups of before stay, and nothing half is left",
    async () => {
      const { small, store } = onSmallDisk();
      await tidy(store);
      store.checkpoint();
      const { path: good } = await store.backup();
      const backups = join(small.folder, "backups");
      small.fill();
      await expect(store.backup()).rejects.toThrow(/full|ENOSPC|disk I\/O|not whole/);
      expect(readdirSync(backups)).toEqual([good.split("/").at(-1)]);
      expect(integrity(good)).toBe("ok");
      small.makeRoom();
      expectWhole(store);
      store.close();
    },
  );
});

test("E37 locked by another program in the middle of the night's work: it is said, and done after", async () => {
  const store = lived();
  const other = new Database(path);
  const locked = tidy(
    store,
    atPiece(6, () => other.exec("BEGIN IMMEDIATE")),
  );
  await expect(locked).rejects.toThrow(/locked/);
  expect(store.condition().outage).toContain("another program holds the database");
  other.exec("ROLLBACK");
  other.close();
  expect(store.condition()).toEqual({});
  await tidy(store);
  expectWhole(store);
  store.close();
  expect(integrity()).toBe("ok");
});

const plainTypeScript = [
  "--conditions=source",
  "--experimental-transform-types",
  "--disable-warning=ExperimentalWarning",
];

test("E32 killed in the middle of packing or making steps, again and again: nothing is lost or doubled", async () => {
  lived().close();
  const script = `
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, "store.ts"))};
    const store = openStore(${JSON.stringify(path)});
    setTimeout(() => process.exit(1), 20_000);
    const pause = () => new Promise((done) => process.stdout.write("piece\\n", done));
    await store.tidy({ nowMs: ${NIGHT}, holdsOf: () => undefined, pause });
    process.stdout.write("done\\n", () => process.exit(0));`;
  let kills = 0;
  for (let isDone = false, after = 5; !isDone; after *= 2) {
    const child = spawn(process.execPath, [...plainTypeScript, "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let pieces = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      isDone ||= line === "done";
      pieces += 1;
      if (pieces === after && !isDone) {
        child.kill("SIGKILL");
        kills += 1;
      }
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.exitCode === 0 || child.signalCode === "SIGKILL").toBe(true);
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(integrity()).toBe("ok");
  const store = open();
  expectWhole(store);
  expect(await tidy(store)).toMatchObject({ packedDays: 0, settledDays: 0, damage: [] });
  store.close();
}, 180_000);

const overwrite = (at: number, length: number): void => {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(length, 0x5a), 0, length, at);
  closeSync(file);
};
const onDisk = <T>(read: (db: Database.Database) => T): T => {
  const db = new Database(path, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
};

describe("the disk has changed what was packed", () => {
  test("E37 bytes of a pack: within a week a night finds it and says what was lost; all else is kept", async () => {
    const store = lived();
    await tidy(store);
    store.close();
    const day = MONDAY / DAY + 2;
    const body = onDisk((db) =>
      db.prepare<[number], Buffer>("SELECT body FROM reading_pack WHERE signal_id = 1 AND day = ?").pluck().get(day),
    );
    const part = body?.subarray(20, 120) ?? Buffer.alloc(0);
    expect(part).toHaveLength(100);
    // Pages that are empty now may hold it, too.
    const bytes = readFileSync(path);
    for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + 1)) overwrite(at, 100);
    const again = open();
    const roof = () => again.readings.between("roof.powerKw", 0, Number.MAX_SAFE_INTEGER).length;
    expect(roof()).toBe((DAYS - 1) * 720);
    const said: string[] = [];
    for (let night = 0; night < 14; night += 1) {
      const work = { nowMs: NIGHT + night * DAY, holdsOf: () => undefined, pause: () => breathe() };
      said.push(...(await again.tidy(work)).damage);
      if (night === 6) expect(said).toHaveLength(1);
    }
    expect(said).toEqual([
      "the readings of roof.powerKw on 2024-01-10 were damaged on the disk and are lost; its quarter-hours are kept",
    ]);
    expect(again.readings.means("roof.powerKw", MONDAY, MONDAY + DAYS * DAY, 60 * MINUTE)).toHaveLength(DAYS * 24);
    expect(again.readings.between("grid.powerKw", 0, Number.MAX_SAFE_INTEGER)).toHaveLength(DAYS * 720);
    again.close();
  });

  test("E37 a page of the pack table while running: set aside, the backup restored, said, and the night's work goes on with it", async () => {
    const store = lived();
    await tidy(store);
    await store.backup();
    store.checkpoint();
    const root = onDisk((db) =>
      Number(db.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'reading_pack'").pluck().get()),
    );
    // Another program's write makes SQLite forget what it had read before.
    const other = new Database(path);
    other.exec("INSERT INTO state VALUES ('theirs', '1', 0)");
    other.pragma("wal_checkpoint(TRUNCATE)");
    other.close();
    overwrite((root - 1) * 4096, 4096);
    await expect(tidy(store)).rejects.toThrow(/malformed|damaged|opened anew/);
    expect(store.condition().outage).toBeUndefined();
    expect(store.condition().loss).toContain("was restored");
    await tidy(store);
    expectWhole(store);
    store.close();
    expect(integrity()).toBe("ok");
  });
});

test("a backup with packs and steps restores as it was", async () => {
  const store = lived();
  await tidy(store);
  await store.backup();
  store.close();
  overwrite(0, 4096);
  const again = open();
  expect(again.condition().loss).toContain("was restored");
  expectWhole(again);
  expect(await tidy(again)).toMatchObject({ packedDays: 0, settledDays: 0 });
  again.close();
});

const sizeOf = (): number => onDisk((db) => Number(db.pragma("page_count", { simple: true })));

test("the file shrinks when much of it is empty; one from before that could is written anew", async () => {
  const store = openStore(path, { nowMs: () => NIGHT });
  store.close();
  const before = new Database(path);
  before.pragma("auto_vacuum = NONE");
  before.exec("VACUUM");
  expect(before.pragma("auto_vacuum", { simple: true })).toBe(0);
  before.close();
  const again = lived();
  again.checkpoint();
  const full = sizeOf();
  const { freedPages } = await tidy(again);
  again.checkpoint();
  expect(freedPages).toBeGreaterThan(full / 4);
  expect(sizeOf()).toBeLessThan(full * 0.7);
  expectWhole(again);
  again.close();
});
