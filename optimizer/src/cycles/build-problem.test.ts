import { readFileSync } from "node:fs";
import { HomeConfig, MS_PER_HOUR, type Override, type Plan, type PriceSlot, slotEndMs } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Stretch } from "../domain/series.ts";
import { buildProblem, type ProblemInputs } from "./build-problem.ts";

/** Friday, 10:02 in Helsinki. */
const NOW_MS = Date.UTC(2024, 0, 5, 8, 2);
const HOUR_MS = Math.floor(NOW_MS / MS_PER_HOUR) * MS_PER_HOUR;
const MINUTE_MS = 60_000;
const config = HomeConfig.parse(
  parse(readFileSync(new URL("../../../config/demo/home.yaml", import.meta.url), "utf8")),
);

const prices = (hours: number): PriceSlot[] =>
  Array.from({ length: hours }, (_, k) => ({
    startMs: HOUR_MS + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: 0.1 + k / 1000,
    exportPricePerKwh: 0.05,
  }));
const constant = (value: number, fromMs: number, untilMs: number): Stretch[] =>
  Array.from({ length: Math.round((untilMs - fromMs) / 900_000) }, (_, k) => ({
    startMs: fromMs + k * 900_000,
    endMs: fromMs + (k + 1) * 900_000,
    value,
  }));
const fresh = (values: Record<string, number>, ageMinutes = 1): ProblemInputs["states"] =>
  new Map(
    Object.entries(values).map(([signal, value]) => [
      signal,
      { value, atMs: NOW_MS - ageMinutes * MINUTE_MS, isStale: ageMinutes > 30 },
    ]),
  );
const ALL = {
  "battery.soc": 0.5,
  "living_room.tempC": 21,
  "hot_water.tempC": 52,
  "heat_pump.powerKw": 1.2,
  "outdoor.tempC": -12,
};
const inputs = (more: Partial<ProblemInputs> = {}): ProblemInputs => ({
  config,
  nowMs: NOW_MS,
  prices: prices(38),
  weather: constant(-10, HOUR_MS, HOUR_MS + 72 * MS_PER_HOUR),
  history: {
    baseLoad: constant(0.7, NOW_MS - 7 * 24 * MS_PER_HOUR, NOW_MS),
    pv: new Map([["roof", constant(0.5, NOW_MS - 7 * 24 * MS_PER_HOUR, NOW_MS)]]),
  },
  states: fresh(ALL),
  overrides: [],
  ...more,
});
const build = (more: Partial<ProblemInputs> = {}) => {
  const { problem, ...rest } = buildProblem(inputs(more));
  if (!problem) throw new Error(`no problem: ${rest.notes.join("; ")}`);
  return { problem, ...rest };
};
const without = (signal: string) => new Map([...fresh(ALL)].filter(([each]) => each !== signal));
const stale = (signal: string, ageMinutes: number) => {
  const state = { value: ALL[signal as keyof typeof ALL], atMs: NOW_MS - ageMinutes * MINUTE_MS, isStale: true };
  return new Map([...fresh(ALL), [signal, state] as const]);
};

/** A plan of ten minutes ago, whose battery falls from 60 % to 40 % in the hour. */
const previous = (soc: readonly [number, number] = [0.6, 0.4]): Plan => ({
  formatVersion: 1,
  id: "before",
  createdAtMs: NOW_MS - 10 * MINUTE_MS,
  validUntilMs: NOW_MS + MS_PER_HOUR,
  status: "optimal",
  rung: "full",
  engine: "highs",
  solveMs: 1,
  currency: "EUR",
  missed: [],
  devices: [],
  notes: [],
  marginalPricePerKwh: [0.1],
  slots: [{ startMs: NOW_MS - MS_PER_HOUR / 2, hours: 1 }],
  cost: { energy: 0, export: 0, wear: 0, discomfort: 0, change: 0, endValue: 0, total: 0 },
  schedule: {
    importKw: [0],
    exportKw: [0],
    pvArrays: [],
    batteries: [{ id: "battery", chargeKw: [0], dischargeKw: [2], soc }],
    zones: [{ id: "living_room", tempC: [21, 20] }],
    tanks: [{ id: "hot_water", tempC: [50, 54] }],
    heatPumps: [{ id: "heat_pump", spaceKw: [1], waterKw: [0.5] }],
    immersionHeaters: [],
  },
});

test("the demo house: everything known makes a whole problem, and only the end of the prices is worth a note", () => {
  const { problem, notes, missing, pricesUntilMs } = build();
  expect(notes).toEqual(["Prices are known until Sun 7 Jan, 00:00: the plan ends there"]);
  expect(missing).toEqual([]);
  expect(pricesUntilMs).toBe(HOUR_MS + 38 * MS_PER_HOUR);
  expect(problem.slots[0]?.startMs).toBe(NOW_MS);
  expect(Math.max(...problem.slots.map(slotEndMs))).toBe(pricesUntilMs);
  expect(problem.batteries).toEqual([
    expect.objectContaining({ id: "battery", soc: 0.5, capacityKwh: 10, wearPricePerKwh: 0.02 }),
  ]);
  expect(problem.tanks[0]).toMatchObject({
    tempC: 52,
    heatCapacityKwhPerK: expect.closeTo(0.3489, 6),
    hardMaxTempC: 75,
  });
  expect(problem.heatPumps[0]).toMatchObject({ tankId: "hot_water", previousKw: 1.2 });
  expect(problem.immersionHeaters.map((each) => each.id)).toEqual(["immersion_upper", "immersion_lower"]);
  expect(problem.pvArrays[0]).toMatchObject({ id: "roof", curtailable: true });
});

test("series mean what they say: load, sun, cold, gains, COP and comfort per slot", () => {
  const { problem } = build();
  const count = problem.slots.length;
  expect(problem.baseLoadKw).toEqual(Array(count).fill(expect.closeTo(0.7, 6)));
  expect(problem.pvArrays[0]?.forecastKw).toEqual(Array(count).fill(expect.closeTo(0.5, 6)));
  expect(problem.outdoorTempC).toEqual(Array(count).fill(-10));
  expect(problem.zones[0]?.gainsKw).toEqual(Array(count).fill(expect.closeTo(0.3 + 0.2 * 0.5, 6)));
  const cop = 1.9 + ((2.5 - 1.9) * 10) / 13;
  expect(problem.heatPumps[0]?.copSpace).toEqual(Array(count).fill(expect.closeTo(cop, 6)));
  expect(problem.heatPumps[0]?.copWater).toEqual(Array(count).fill(expect.closeTo(cop * 0.75, 6)));
  expect(new Set(problem.zones[0]?.comfortMinTempC)).toEqual(new Set([19.5, 20.5]));
});

test("sun alone may lift a zone above its comfort: then the maximum gives way", () => {
  const hot = build({
    weather: constant(28, HOUR_MS, HOUR_MS + 72 * MS_PER_HOUR),
    states: fresh({ ...ALL, "living_room.tempC": 25 }),
  });
  const [zone] = hot.problem.zones;
  zone?.comfortMaxTempC.forEach((max) => expect(max).toBeGreaterThan(25));
  expect(new Set(build().problem.zones[0]?.comfortMaxTempC)).toEqual(new Set([23]));
});

test("without a price for now there is no problem, and that is said", () => {
  const built = buildProblem(inputs({ prices: [] }));
  expect(built.problem).toBeUndefined();
  expect(built).toMatchObject({ missing: ["prices"], notes: [expect.stringContaining("No price is known for now")] });
});

test("a hole in the prices is said", () => {
  const { missing, notes } = build({ prices: prices(38).filter((_, k) => k !== 5) });
  expect(missing).toEqual(["prices"]);
  expect(notes.join()).toContain("1 hour of prices is missing");
});

test.each([
  { signal: "battery.soc", gone: (p: ReturnType<typeof build>["problem"]) => p.batteries },
  { signal: "living_room.tempC", gone: (p: ReturnType<typeof build>["problem"]) => [...p.zones, ...p.heatPumps] },
  { signal: "hot_water.tempC", gone: (p: ReturnType<typeof build>["problem"]) => [...p.tanks, ...p.immersionHeaters] },
])("$signal never read: the device is left out and named, nothing is assumed", ({ signal, gone }) => {
  const { problem, notes, missing } = build({ states: without(signal), previous: previous() });
  expect(gone(problem)).toEqual([]);
  expect(missing).toEqual([signal]);
  expect(notes.join()).toContain(`${signal} has not been read yet`);
});

test("a stale SoC is not used: the last plan's prediction is, and it is said", () => {
  const { problem, notes, missing } = build({ states: stale("battery.soc", 45), previous: previous() });
  expect(problem.batteries[0]?.soc).toBeCloseTo(0.5, 9);
  expect(
    build({ states: stale("battery.soc", 45), previous: previous([0.9, 0.9]) }).problem.batteries[0]?.soc,
  ).toBeCloseTo(0.9, 9);
  expect(missing).toEqual(["battery.soc"]);
  expect(notes).toContain("battery.soc was last read 45 minutes ago: the last plan's prediction is used");
});

test.each([
  { what: "after six hours of silence", states: stale("battery.soc", 400), plan: previous() },
  { what: "without a plan to predict it", states: stale("battery.soc", 45), plan: undefined },
  {
    what: "when the plan knows nothing of now",
    states: stale("battery.soc", 45),
    plan: { ...previous(), slots: [{ startMs: 0, hours: 1 }] },
  },
])("a stale SoC $what leaves the battery out", ({ states, plan }) => {
  const { problem, notes } = build({ states, previous: plan });
  expect(problem.batteries).toEqual([]);
  expect(notes.join()).toContain("battery is left out of the plan");
});

test("a tank that cannot be planned is taken off its heat pump, which goes on heating the zone", () => {
  const { problem } = build({ states: without("hot_water.tempC") });
  expect(problem.heatPumps[0]?.tankId).toBeUndefined();
});

test("a heat pump that cannot be planned is expected to go on as it is", () => {
  const { problem, notes } = build({ states: without("living_room.tempC") });
  expect(problem.baseLoadKw[0]).toBeCloseTo(0.7 + 1.2, 6);
  expect(notes).toContain("heat_pump is expected to go on with 1.2 kW");
});

test("a heat pump without a reading ran as the last plan had it", () => {
  expect(build({ states: without("heat_pump.powerKw"), previous: previous() }).problem.heatPumps[0]?.previousKw).toBe(
    1.5,
  );
  expect(build({ states: without("heat_pump.powerKw") }).problem.heatPumps[0]?.previousKw).toBe(0);
});

test("without a weather forecast the measured temperature is held, and it is said", () => {
  const { problem, notes, missing } = build({ weather: [] });
  expect(new Set(problem.outdoorTempC)).toEqual(new Set([-12]));
  expect(missing).toEqual(["weather"]);
  expect(notes.join()).toContain("the last known temperature is held");
});

test("without any outdoor temperature heating is left out; the rest is planned", () => {
  const { problem, notes } = build({ weather: [], states: without("outdoor.tempC") });
  expect([problem.zones, problem.heatPumps]).toEqual([[], []]);
  expect(problem.batteries).toHaveLength(1);
  expect(problem.immersionHeaters).toHaveLength(2);
  expect(notes.join()).toContain("heating is left out");
});

test("without history the load of now is assumed, or a guess that is said; no sun is counted on", () => {
  const nothing = { baseLoad: [], pv: new Map() };
  const powers = {
    "grid.powerKw": 3,
    "roof.powerKw": 1,
    "battery.powerKw": 0.5,
    "immersion_upper.powerKw": 0,
    "immersion_lower.powerKw": 0,
  };
  const measured = build({ history: nothing, states: fresh({ ...ALL, ...powers }) });
  expect(measured.problem.baseLoadKw[0]).toBeCloseTo(3 + 1 - 0.5 - 1.2, 9);
  const guessed = build({ history: nothing });
  expect(new Set(guessed.problem.baseLoadKw)).toEqual(new Set([0.4]));
  expect(new Set(guessed.problem.pvArrays[0]?.forecastKw)).toEqual(new Set([0]));
  expect(guessed.missing).toEqual(["history.roof", "history.baseLoad"]);
});

test("wishes of people become constraints until their end; those that are over or have no device do not", () => {
  const wish = (kind: Override["kind"], deviceId: string, minutes: number): Override => ({
    id: `${kind} ${deviceId}`,
    kind,
    deviceId,
    createdAtMs: 0,
    untilMs: NOW_MS + minutes * MINUTE_MS,
  });
  const overrides = [
    wish("batteryHold", "battery", 60),
    wish("boostWater", "hot_water", 30),
    wish("boostHeat", "living_room", 90),
    wish("boostHeat", "living_room", -1),
    wish("boostHeat", "hot_water", 90),
  ];
  expect(build({ overrides }).problem.overrides).toEqual([
    { kind: "batteryHold", deviceId: "battery", untilMs: NOW_MS + 60 * MINUTE_MS },
    { kind: "boostWater", deviceId: "hot_water", untilMs: NOW_MS + 30 * MINUTE_MS, tempC: 55 },
    { kind: "boostHeat", deviceId: "living_room", untilMs: NOW_MS + 90 * MINUTE_MS, tempC: 22.5 },
  ]);
  expect(build({ overrides, states: without("battery.soc") }).problem.overrides).toHaveLength(2);
});
