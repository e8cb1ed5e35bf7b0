import { HomeConfig } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore } from "../store/store.ts";
import { createDerivedReadings } from "./derived-readings.ts";

const QUARTER_MS = 900_000;
const START_MS = Date.UTC(2024, 0, 5);
const NOW_MS = START_MS + 4 * QUARTER_MS;

const config = HomeConfig.parse({
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "sensor.grid" },
  zones: [{ id: "room", heatCapacityKwhPerK: 5, heatLossKwPerK: 0.1, comfort: {}, sensors: { temp: "sensor.room" } }],
  heatPumps: [
    {
      id: "pump",
      zoneIds: ["room"],
      maxPowerKw: 3,
      sensors: { power: "sensor.power", flowTemp: "sensor.flow", returnTemp: "sensor.return", flowRate: "sensor.rate" },
    },
  ],
});

type Reading = Readonly<{ signal: string; atMs: number; value: number }>;
/** Every 30 s for three quarter-hours, each sensor at its own second: 5 K at 20 l/min for 2 kW, resting in the second quarter. */
const READINGS: Reading[] = Array.from({ length: 90 }, (_, k) => {
  const atMs = START_MS + k * 30_000;
  const rests = k >= 30 && k < 60;
  return [
    { signal: "pump.flowTempC", atMs, value: rests ? 30 : 35 },
    { signal: "pump.returnTempC", atMs: atMs + 7000, value: 30 },
    { signal: "pump.litresPerMinute", atMs: atMs + 11_000, value: rests ? 0 : 20 },
    { signal: "pump.powerKw", atMs: atMs + 13_000, value: rests ? 0.01 : 2 },
  ];
}).flat();
const DERIVED = ["pump.spreadK", "pump.heatKw", "pump.cop"];

function derive(portions: readonly (readonly Reading[])[]) {
  const store = openStore(":memory:");
  const derived = createDerivedReadings(config, store.readings);
  for (const portion of portions) {
    store.readings.save(portion);
    derived.update(portion, NOW_MS);
  }
  const found = new Map(DERIVED.map((signal) => [signal, store.readings.between(signal, 0, NOW_MS)]));
  store.close();
  return found;
}

test("spread and heat of each moment, COP of each quarter-hour in which the heat pump runs", () => {
  const found = derive([READINGS]);
  const heatKw = ((20 / 60) * 4.18 * 5) / 1;
  expect(found.get("pump.spreadK")?.slice(0, 2)).toEqual([
    [START_MS, 5],
    [START_MS + 30_000, 5],
  ]);
  expect(found.get("pump.heatKw")?.[0]?.[1]).toBeCloseTo(heatKw, 9);
  expect(found.get("pump.cop")?.map(([atMs]) => atMs)).toEqual([START_MS, START_MS + 2 * QUARTER_MS]);
  expect(found.get("pump.cop")?.[0]?.[1]).toBeCloseTo(heatKw / 2, 1);
});

test("late partners complete: in any order and any portions the same is derived in the end", () => {
  const once = derive([READINGS]);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), fc.integer({ min: 20, max: 200 }), (numbers, size) => {
      const shuffled = READINGS.map((each) => [numbers.next().value ?? 0, each] as const)
        .toSorted((a, b) => a[0] - b[0])
        .map(([, each]) => each);
      const portions = Array.from({ length: Math.ceil(shuffled.length / size) }, (_, k) =>
        shuffled.slice(k * size, (k + 1) * size),
      );
      expect(derive(portions)).toEqual(once);
    }),
    { numRuns: 10 },
  );
});

test("a heat pump without a flow rate has a spread only", () => {
  const found = derive([READINGS.filter(({ signal }) => signal !== "pump.litresPerMinute")]);
  expect(DERIVED.map((signal) => found.get(signal)?.length)).toEqual([90, 0, 0]);
});
