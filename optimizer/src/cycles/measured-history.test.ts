import { expect, test } from "vitest";
import { openStore } from "../store/store.ts";
import type { Signal } from "../telemetry/signals.ts";
import { createMeasuredHistory } from "./measured-history.ts";

const QUARTER_MS = 900_000;
const START_MS = Date.UTC(2024, 0, 5);

const ROOF: Signal[] = [
  {
    id: "roof.powerKw",
    source: "sensor.pv",
    quantity: "power",
    invert: false,
    staleAfterMs: 1_800_000,
    min: 0,
    max: 100,
    deviceId: "roof",
  },
];

/** One reading a minute: the number of the quarter-hour it lies in. */
function houseOf(quarters: number) {
  const store = openStore(":memory:");
  const readings = Array.from({ length: quarters * 15 }, (_, minute) => ({
    signal: "roof.powerKw",
    atMs: START_MS + minute * 60_000,
    value: Math.floor(minute / 15),
  }));
  return { store, readings };
}

test("taking it in piece by piece gives the same as reading all at once", () => {
  const { store, readings } = houseOf(40);
  const piecewise = createMeasuredHistory(store.readings, ROOF, 14);
  for (let minute = 0; minute < readings.length; minute += 7) {
    store.readings.save(readings.slice(minute, minute + 7));
    piecewise.update(START_MS + (minute + 7) * 60_000);
  }
  const endMs = START_MS + 40 * QUARTER_MS;
  piecewise.update(endMs);
  const atOnce = createMeasuredHistory(store.readings, ROOF, 14);
  atOnce.update(endMs);
  expect(piecewise.means()).toEqual(atOnce.means());
  expect(piecewise.means().get("roof.powerKw")?.at(7)).toEqual({
    startMs: START_MS + 7 * QUARTER_MS,
    endMs: START_MS + 8 * QUARTER_MS,
    value: 7,
  });
  store.close();
});

test("a reading that comes late by less than half an hour still counts", () => {
  const { store } = houseOf(1);
  const history = createMeasuredHistory(store.readings, ROOF, 14);
  store.readings.save([{ signal: "roof.powerKw", atMs: START_MS, value: 1 }]);
  history.update(START_MS + 2 * QUARTER_MS);
  store.readings.save([{ signal: "roof.powerKw", atMs: START_MS + 60_000, value: 3 }]);
  history.update(START_MS + 2 * QUARTER_MS + 60_000);
  expect(history.means().get("roof.powerKw")?.[0]?.value).toBeCloseTo((1 + 14 * 3) / 15);
  store.close();
});

test("a reading that comes hours late reopens its quarter-hours, and no others are read again", () => {
  const { store, readings } = houseOf(40);
  const missing = readings.filter(
    ({ atMs }) => atMs >= START_MS + 10 * QUARTER_MS && atMs < START_MS + 14 * QUARTER_MS,
  );
  const asked: number[] = [];
  const means: typeof store.readings.means = (signal, fromMs, ...rest) => {
    asked.push(fromMs);
    return store.readings.means(signal, fromMs, ...rest);
  };
  const history = createMeasuredHistory({ means }, ROOF, 14);
  store.readings.save(readings.filter((each) => !missing.includes(each)));
  const endMs = START_MS + 40 * QUARTER_MS;
  history.update(endMs);
  const before = history.means().get("roof.powerKw");
  store.readings.save(missing);
  history.reopen(missing);
  history.update(endMs);
  const after = history.means().get("roof.powerKw");
  expect(before?.map(({ value }) => value)).not.toEqual(after?.map(({ value }) => value));
  expect(after?.map(({ value }) => value)).toEqual(Array.from({ length: 40 }, (_, k) => k));
  history.update(endMs + 60_000);
  // As far back as a line may be drawn.
  expect(asked.slice(1)).toEqual([START_MS + 2 * QUARTER_MS, START_MS + 31 * QUARTER_MS]);
  store.close();
});

test("what is older than it keeps goes", () => {
  const { store, readings } = houseOf(8);
  const history = createMeasuredHistory(store.readings, ROOF, 1);
  store.readings.save(readings);
  history.update(START_MS + 8 * QUARTER_MS);
  expect(history.means().get("roof.powerKw")).toHaveLength(8);
  history.update(START_MS + 86_400_000 + 4 * QUARTER_MS);
  expect(history.means().get("roof.powerKw")?.[0]?.startMs).toBe(START_MS + 4 * QUARTER_MS);
  store.close();
});
