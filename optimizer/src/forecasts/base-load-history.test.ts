import { HomeConfig } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { baseLoadStretches, baseLoadTerms, blendHistory } from "./base-load-history.ts";

const config = HomeConfig.parse({
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "sensor.grid" },
  batteries: [{ id: "battery", capacityKwh: 10, maxChargeKw: 5, maxDischargeKw: 5, sensors: { soc: "s", power: "p" } }],
  pvArrays: [{ id: "roof", peakKw: 4, sensors: { power: "sensor.pv" } }],
  tanks: [{ id: "water", litres: 300, sensors: { temp: "sensor.tank" } }],
  immersionHeaters: [
    { id: "upper", tankId: "water", powerKw: 2, sensors: { power: "sensor.upper" } },
    { id: "blind", tankId: "water", powerKw: 2 },
  ],
});
const quarter = (k: number, value: number) => ({ startMs: k * 900_000, endMs: (k + 1) * 900_000, value });
const means = (more: Record<string, ReturnType<typeof quarter>[]> = {}) =>
  new Map(
    Object.entries({
      "grid.powerKw": [quarter(0, 2), quarter(1, -1), quarter(2, 1)],
      "battery.powerKw": [quarter(0, 1), quarter(1, -0.5), quarter(2, 1)],
      "roof.powerKw": [quarter(0, 0.5), quarter(1, 2), quarter(2, 0)],
      "upper.powerKw": [quarter(0, 0), quarter(1, 0.3), quarter(2, 2)],
      ...more,
    }),
  );

test("base load is what comes in, less what the planned devices take; never below 0", () => {
  expect(baseLoadStretches(config, means())).toEqual([
    quarter(0, 2 + 0.5 - 1),
    { ...quarter(1, 0), value: expect.closeTo(-1 + 2 + 0.5 - 0.3, 9) },
    quarter(2, 0),
  ]);
});

test("a quarter-hour without one of the signals is left out", () => {
  const loads = baseLoadStretches(config, means({ "roof.powerKw": [quarter(0, 0.5), quarter(2, 0)] }));
  expect(loads.map((each) => each.startMs)).toEqual([0, 2 * 900_000]);
  expect(baseLoadStretches(config, new Map())).toEqual([]);
});

test("an immersion heater without a meter stays part of the base load", () => {
  expect(baseLoadTerms(config).map((each) => each.signal)).not.toContain("blind.powerKw");
});

test("the house's own data from their beginning on, recorded ones before", () => {
  const own = [quarter(4, 1), quarter(6, 1)];
  const recorded = [quarter(2, 9), quarter(3, 9), quarter(4, 9), quarter(5, 9)];
  expect(blendHistory(own, recorded)).toEqual([quarter(2, 9), quarter(3, 9), quarter(4, 1), quarter(6, 1)]);
  expect(blendHistory([], recorded)).toEqual(recorded);
});
