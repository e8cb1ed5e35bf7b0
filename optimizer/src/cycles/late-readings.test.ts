import { HomeConfig, type TelemetryReading } from "@ohmstead/contract";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../solver/solver.ts";
import { openStore, type Store } from "../store/store.ts";
import { createAppliance } from "./run-appliance.ts";

const NOW_MS = Date.UTC(2024, 0, 5, 12);
const MINUTE_MS = 60_000;
const SIGNALS = ["grid.powerKw", "battery.soc", "battery.powerKw"];

const config = HomeConfig.parse({
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "gateway:hall/grid" },
  batteries: [
    {
      id: "battery",
      capacityKwh: 10,
      maxChargeKw: 5,
      maxDischargeKw: 5,
      sensors: { soc: "sensor.soc", power: "gateway:hall/battery" },
    },
  ],
});
const solver = createSolver();
afterAll(() => solver.stop());

function houseWith(store: Store) {
  return createAppliance({
    config,
    store,
    solver,
    devices: new Map(),
    sources: { prices: [], weather: [], pv: new Map(), history: undefined },
    clock: { nowMs: () => NOW_MS, sleep: async () => {} },
    speed: 1,
    logger: pino({ level: "silent" }),
    version: "test",
  });
}

const contentOf = (store: Store) => ({
  readings: SIGNALS.map((signal) => store.readings.between(signal, 0, NOW_MS + 1)),
  refused: store.quarantine
    .since(0)
    .map(({ subject, atMs, value, reason }) => `${subject} ${atMs} ${value} ${reason}`)
    .toSorted(),
});

const anyReading: fc.Arbitrary<TelemetryReading> = fc.record({
  source: fc.constantFrom("gateway:hall/grid", "sensor.soc", "gateway:hall/battery", "sensor.nobody"),
  value: fc.oneof(fc.integer({ min: -2, max: 101 }), fc.constantFrom("unavailable", "NaN", null)),
  atMs: fc.integer({ min: -5, max: 0 }).map((minutes) => NOW_MS + minutes * MINUTE_MS),
  quality: fc.constantFrom("good" as const, "uncertain" as const, "bad" as const),
});

test("E14 whatever comes, late, twice and in any order, the same is stored and quarantined in the end", () =>
  fc.assert(
    fc.property(
      fc.array(anyReading, { maxLength: 25 }),
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      fc.integer({ min: 1, max: 10 }),
      (readings, numbers, portion) => {
        const once = openStore(":memory:");
        houseWith(once).takeTelemetry({ readings });
        const other = openStore(":memory:");
        const house = houseWith(other);
        const again = [...readings, ...readings.slice(0, 5)]
          .map((each, k) => [numbers[k] ?? 0, each] as const)
          .toSorted((a, b) => a[0] - b[0])
          .map(([, each]) => each);
        for (let k = 0; k < again.length; k += portion) house.takeTelemetry({ readings: again.slice(k, k + portion) });
        expect(contentOf(other)).toEqual(contentOf(once));
        once.close();
        other.close();
      },
    ),
    { numRuns: 60 },
  ));

test("what cannot be stored whole is not stored at all, and may come again", () => {
  const store = openStore(":memory:");
  const full: Store = {
    ...store,
    quarantine: {
      ...store.quarantine,
      add: () => {
        throw new Error("no room");
      },
    },
  };
  const payload = {
    device_id: "hall",
    timestamp: NOW_MS,
    readings: [
      { sensor_id: "grid", value: 1.5, unit: "kW", quality: "good" as const },
      { sensor_id: "battery", value: 2, unit: "kW", quality: "bad" as const },
    ],
  };
  const house = houseWith(full);
  expect(() => house.ingest([payload])).toThrow("no room");
  expect(contentOf(store)).toEqual({ readings: [[], [], []], refused: [] });
  Object.assign(full, { quarantine: store.quarantine });
  expect(house.ingest([payload])).toEqual({
    accepted: 1,
    ignored: 0,
    rejected: [{ source: "gateway:hall/battery", reason: "the source itself says that it is bad" }],
  });
  expect(contentOf(store)).toEqual({
    readings: [[[NOW_MS, 1.5]], [], []],
    refused: [`battery.powerKw ${NOW_MS} 2 kW the source itself says that it is bad`],
  });
  store.close();
});
