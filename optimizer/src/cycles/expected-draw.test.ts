import { HomeConfig, type HomeConfigInput, MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import type { Stretch } from "../domain/series.ts";
import { createDrawExpectation, learnDraws, type Means, tankFacts, tankHeat } from "./expected-draw.ts";

const NOW_MS = Date.UTC(2024, 0, 29);
const QUARTER_MS = MS_PER_HOUR / 4;
const raw: HomeConfigInput = {
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "open-meteo" } },
  meters: { gridPower: "sensor.grid" },
  zones: [
    {
      id: "room",
      heatLossKwPerK: 0.2,
      heatCapacityKwhPerK: 8,
      comfort: { minTempC: 20, maxTempC: 23 },
      sensors: { temp: "sensor.room" },
    },
  ],
  tanks: [{ id: "tank", litres: 300, dailyDrawKwh: 6, sensors: { temp: "sensor.tank" } }],
  heatPumps: [
    {
      id: "pump",
      zoneIds: ["room"],
      tankId: "tank",
      maxPowerKw: 3,
      copByOutdoorTemp: [[5, 4]],
      waterCopFactor: 0.75,
      sensors: { power: "sensor.pump" },
    },
  ],
  immersionHeaters: [{ id: "rod", tankId: "tank", powerKw: 2, sensors: { power: "sensor.rod" } }],
};
const home = (more: Partial<HomeConfigInput> = {}) => HomeConfig.parse({ ...raw, ...more });
const [tank] = home().tanks;
if (!tank) throw new Error("the house of this test has a tank");
const C = tankFacts(tank).heatCapacityKwhPerK;

const series = (values: readonly number[]): Stretch[] =>
  values.map((value, k) => ({
    startMs: NOW_MS - (values.length - k) * QUARTER_MS,
    endMs: NOW_MS - (values.length - k - 1) * QUARTER_MS,
    value,
  }));
const meansOf = (values: Record<string, readonly number[]>): Means =>
  new Map(Object.entries(values).map(([signal, each]) => [signal, series(each)]));
const always = (value: number, count = 6) => Array.from({ length: count }, () => value);
const known = {
  "tank.tempC": always(50),
  "pump.powerKw": always(0),
  "rod.powerKw": always(0),
  "outdoor.tempC": always(5),
};

test("a heat pump that heats rooms, too, heats the tank while the tank warms: with its COP for water", () => {
  const rising = [50, 50, 53.75, 57.5, 57.5, 57.5];
  const heat = tankHeat(home(), tank, meansOf({ ...known, "tank.tempC": rising, "pump.powerKw": always(2) }));
  // At the edges nobody can tell.
  expect(heat.map(({ value }) => value)).toEqual([6, 6, 6, 0].map((kw) => expect.closeTo(kw, 6)));
});

test("a heat pump for water only heats it whenever it runs, and heaters count as they are measured", () => {
  const config = home({ heatPumps: [{ ...raw.heatPumps?.[0], id: "pump", zoneIds: [], maxPowerKw: 3 } as never] });
  const heat = tankHeat(config, tank, meansOf({ ...known, "pump.powerKw": always(1), "rod.powerKw": always(2) }));
  expect(heat.map(({ value }) => value)).toEqual(always(5).map((kw) => expect.closeTo(kw, 6)));
});

test.each([
  { what: "a heater that is not measured", missing: "rod.powerKw" },
  { what: "a heat pump that is not measured", missing: "pump.powerKw" },
  { what: "a running heat pump and no outdoor temperature", missing: "outdoor.tempC" },
])("E14 with $what the heat is unknown, not 0, and the preset stays", ({ missing }) => {
  const means = new Map(meansOf({ ...known, "pump.powerKw": always(2) }));
  means.delete(missing);
  expect(tankHeat(home(), tank, means)).toEqual([]);
  const profile = learnDraws(home(), { means, nowMs: NOW_MS }).get("tank");
  expect(profile?.days).toBe(0);
  const kwh = Array.from({ length: 96 }, (_, k) => profile?.at(NOW_MS + k * QUARTER_MS) ?? 0);
  expect(kwh.reduce((a, b) => a + b, 0) / 4).toBeCloseTo(6, 1);
});

test("a tank that a boiler heats has its preset: what a boiler gives is not measured", () => {
  const boiler = { id: "boiler", tankId: "tank", maxHeatKw: 10, fuelPricePerKwh: 0.1 };
  expect(tankHeat(home({ boilers: [boiler] }), tank, meansOf(known))).toEqual([]);
});

/** Twelve quarter-hours of each hour's heat are drawn at once: a house that taps at seven, 3 kWh. */
const sevenOClock = (days: number) => {
  const temps: number[] = [];
  const heats: number[] = [];
  let tempC = 50;
  for (let k = 0; k < days * 96; k += 1) {
    const quarter = k % 96;
    const drawKw = quarter >= 28 && quarter < 30 ? 6 : 0;
    const heatKw = quarter >= 60 && quarter < 66 ? 2 : 0;
    const lossKw = tank.heatLossKwPerK * (tempC - tank.ambientTempC);
    temps.push(tempC);
    heats.push(heatKw);
    tempC += (heatKw - drawKw - lossKw) / 4 / C;
  }
  return { "tank.tempC": temps, "rod.powerKw": heats };
};

test("what a house taps is learned from its tank: when, and how much", () => {
  const days = 28;
  const means = meansOf({
    ...sevenOClock(days),
    "pump.powerKw": always(0, days * 96),
    "outdoor.tempC": always(5, days * 96),
  });
  const profile = learnDraws(home(), { means, nowMs: NOW_MS }).get("tank");
  const day = Array.from({ length: 96 }, (_, k) => profile?.at(NOW_MS + k * QUARTER_MS) ?? 0);
  const kwh = (from: number, until: number) => day.slice(from, until).reduce((a, b) => a + b, 0) / 4;
  expect(kwh(0, 96)).toBeGreaterThan(2.7);
  expect(kwh(0, 96)).toBeLessThan(3.3);
  expect(kwh(26, 32) / kwh(0, 96)).toBeGreaterThan(0.9);
});

test("it is learned once an hour, not with every plan", () => {
  const expectation = createDrawExpectation(home());
  const means = meansOf(known);
  const learned = expectation.at({ means, nowMs: NOW_MS });
  expect(expectation.at({ means, nowMs: NOW_MS + 59 * 60_000 })).toBe(learned);
  expect(expectation.at({ means, nowMs: NOW_MS + MS_PER_HOUR })).not.toBe(learned);
});
