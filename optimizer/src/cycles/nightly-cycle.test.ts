import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
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
const cycle = (changes: Partial<Store> = {}) =>
  createNightlyCycle({
    store: { ...store, ...changes },
    clock: { nowMs: () => nowMs },
    timeZone: "Europe/Helsinki",
    logger: { info: () => undefined },
    say: (message) => said.push(message),
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
