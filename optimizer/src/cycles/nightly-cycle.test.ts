import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DateTime } from "luxon";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
import { NOTHING_DONE } from "../store/housekeeping.ts";
import { openStore, type Store } from "../store/store.ts";
import { createNightlyCycle } from "./nightly-cycle.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2024, 0, 5, 10);
let folder: string;
let store: Store;
let nowMs: number;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-nightly-"));
  nowMs = NOON;
  said = [];
  store = openStore(join(folder, "ohmstead.sqlite"), { nowMs: () => nowMs });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});
const cycle = (changes: Partial<Store> = {}, stopping?: AbortSignal) =>
  createNightlyCycle({
    store: { ...store, ...changes },
    clock: { nowMs: () => nowMs },
    timeZone: "Europe/Helsinki",
    holdsOf: () => undefined,
    logger: { info: () => undefined },
    say: (message) => said.push(message),
    ...(stopping ? { stopping } : {}),
  });
const backups = () => {
  try {
    return readdirSync(join(folder, "backups")).length;
  } catch {
    return 0;
  }
};

test("E15 nightly work is done once a night: whatever the clock does, over restarts, and made up for after a night without power", async () => {
  const steps: readonly (readonly [hoursLater: number, done: number])[] = [
    [0, 0], // the first day
    [10, 0],
    [16, 1],
    [16.1, 1],
    [15, 1], // set back over 03:17, and on again
    [16.5, 1],
    [-48, 1],
    [30, 1],
    [64, 2], // two nights later
    [65, 2],
  ];
  for (const [hours, done] of steps) {
    nowMs = NOON + hours * HOUR;
    await Promise.all([cycle().runWhenDue(), cycle().runWhenDue()]);
    expect({ hours, backups: backups() }).toEqual({ hours, backups: done });
  }
  expect(said).toEqual([]);
});

/** Nights in which the clocks go on or back, each with the one before and after. */
test.each([
  ["Europe/London", "2024-03-31"],
  ["Europe/London", "2024-10-27"],
  ["Europe/Helsinki", "2024-03-31"],
  ["Europe/Helsinki", "2024-10-27"],
  ["Australia/Sydney", "2024-04-07"],
  ["Australia/Sydney", "2024-10-06"],
])(
  "E15 in %s around %s each night's work is done once, at 03:17 or an hour beside, however often the program begins",
  async (timeZone, day) => {
    const done: string[] = [];
    const restart = () =>
      createNightlyCycle({
        store: {
          ...store,
          tidy: async () => {
            done.push(DateTime.fromMillis(nowMs, { zone: timeZone }).toFormat("yyyy-MM-dd HH:mm"));
            return NOTHING_DONE;
          },
          backup: async () => ({ path: "", madeAtMs: nowMs }),
        },
        clock: { nowMs: () => nowMs },
        timeZone,
        holdsOf: () => undefined,
        logger: { info: () => undefined },
        say: (message) => said.push(message),
      });
    const middayMs = DateTime.fromISO(`${day}T12:00`, { zone: timeZone }).toMillis();
    let current = restart();
    for (let minute = -48 * 60; minute < 24 * 60; minute += 5) {
      nowMs = middayMs + minute * 60_000;
      if (minute % 35 === 0) current = restart();
      await current.runWhenDue();
    }
    const nights = [-1, 0, 1].map((n) => DateTime.fromISO(day).plus({ days: n }).toFormat("yyyy-MM-dd"));
    expect(done.map((each) => each.slice(0, 10))).toEqual(nights);
    for (const each of done) expect(each.slice(11)).toMatch(/^0[234]:(1[7-9]|2[01])$/);
    expect(said).toEqual([]);
  },
);

test("E37 while the disk cannot be used the night's work waits: said once, and caught up when it can", async () => {
  let outage: string | undefined;
  let tidied = 0;
  const waiting = cycle({
    condition: () => (outage === undefined ? {} : { outage }),
    tidy: async () => {
      tidied += 1;
      return NOTHING_DONE;
    },
  });
  await waiting.runWhenDue();
  outage = "Nothing is stored.";
  for (let hours = 17; hours < 24; hours += 1) {
    nowMs = NOON + hours * HOUR;
    await waiting.runWhenDue();
  }
  expect(said).toEqual(["Tonight's housekeeping waits for the disk. Nothing is stored."]);
  expect(tidied).toBe(0);
  outage = undefined;
  await waiting.runWhenDue();
  await waiting.runWhenDue();
  expect({ tidied, backups: backups() }).toEqual({ tidied: 1, backups: 1 });
});

test("E37 what failed is tried again an hour later, until it is done", async () => {
  let failures = 2;
  let tidied = 0;
  const failing = cycle({
    tidy: async () => {
      tidied += 1;
      failures -= 1;
      if (failures >= 0) throw new StoreError("another program holds the database");
      return NOTHING_DONE;
    },
  });
  await failing.runWhenDue();
  for (let minute = 0; minute < 300; minute += 5) {
    nowMs = NOON + 17 * HOUR + minute * 60_000;
    await failing.runWhenDue();
  }
  expect(tidied).toBe(3);
  expect(said).toHaveLength(2);
});

test("E37 a backup that fails is said, and the rest is done", async () => {
  let checkpoints = 0;
  const failing = cycle({
    backup: () => Promise.reject(new StoreError("the disk is full")),
    checkpoint: () => void (checkpoints += 1),
  });
  await failing.runWhenDue();
  nowMs += 24 * HOUR;
  await failing.runWhenDue();
  expect(said).toEqual(["Tonight the backup of the database failed: the disk is full"]);
  expect(checkpoints).toBe(1);
});

test.each(["tidy", "backup"] as const)(
  "a night that a stop of the program breaks off in its %s is no failure, and is made up for at the next start",
  async (where) => {
    const stop = new AbortController();
    await cycle().runWhenDue();
    nowMs += 24 * HOUR;
    const stopsIn = {
      tidy: (work) => {
        stop.abort();
        return store.tidy(work);
      },
      backup: (signal) => {
        const made = store.backup(signal);
        stop.abort();
        return made;
      },
    } satisfies Partial<Store>;
    await cycle({ [where]: stopsIn[where] }, stop.signal).runWhenDue();
    expect({ said, backups: backups() }).toEqual({ said: [], backups: 0 });
    await cycle().runWhenDue();
    expect({ said, backups: backups() }).toEqual({ said: [], backups: 1 });
  },
);
