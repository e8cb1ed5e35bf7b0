import { readFileSync } from "node:fs";
import {
  HomeConfig,
  type HomeConfigInput,
  MS_PER_HOUR,
  type Override,
  type Plan,
  type RestsOn,
  type Slot,
  slotEndMs,
} from "@ohmstead/contract";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Stretch } from "../domain/series.ts";
import type { KnownPrice, PriceGiver } from "../forecasts/price-ladder.ts";
import { buildProblem, type PlanInForce, type ProblemInputs } from "./build-problem.ts";
import { said } from "./testing/said-weather.ts";

/** Friday, 10:02 in Helsinki. */
const NOW_MS = Date.UTC(2024, 0, 5, 8, 2);
const HOUR_MS = Math.floor(NOW_MS / MS_PER_HOUR) * MS_PER_HOUR;
const MINUTE_MS = 60_000;
const raw: { [Key in keyof HomeConfigInput]-?: NonNullable<HomeConfigInput[Key]> } = parse(
  readFileSync(new URL("../../../config/demo/home.yaml", import.meta.url), "utf8"),
);
const config = HomeConfig.parse(raw);

const prices = (hours: number): KnownPrice[] =>
  Array.from({ length: hours }, (_, k) => ({
    startMs: HOUR_MS + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: 0.1 + k / 1000,
    exportPricePerKwh: 0.05,
    by: { rung: "best", source: "csv" },
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
  weather: said(constant(-10, HOUR_MS, HOUR_MS + 72 * MS_PER_HOUR)),
  history: {
    baseLoad: constant(0.7, NOW_MS - 21 * 24 * MS_PER_HOUR, NOW_MS),
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
  cost: {
    energy: 0,
    export: 0,
    fuel: 0,
    wear: 0,
    start: 0,
    demand: 0,
    discomfort: 0,
    change: 0,
    endValue: 0,
    total: 0,
  },
  schedule: {
    importKw: [0],
    exportKw: [0],
    pvArrays: [],
    batteries: [{ id: "battery", chargeKw: [0], dischargeKw: [2], soc }],
    evs: [{ id: "car", chargeKw: [0], dischargeKw: [0], soc: [0.4, 0.4] }],
    zones: [{ id: "living_room", tempC: [21, 20] }],
    tanks: [{ id: "hot_water", tempC: [50, 54] }],
    heatPumps: [{ id: "heat_pump", spaceKw: [1], waterKw: [0.5], zones: [{ id: "living_room", powerKw: [1] }] }],
    boilers: [],
    immersionHeaters: [],
    appliances: [],
  },
});

/** As it was made from the house with everything known, or with some inputs guessed. */
const inForce = (plan = previous(), missing: readonly string[] = []): PlanInForce => ({
  plan,
  problem: build().problem,
  missing,
});

const ofPrices = (restsOn: readonly RestsOn[]): RestsOn[] => restsOn.filter(({ series }) => series === "prices");

test("the demo house: everything known makes a whole problem, and only the end of the prices is worth a note", () => {
  const { problem, notes, missing, restsOn } = build();
  expect(notes).toEqual(["Prices: until Sun 7 Jan, 00:00 from csv; the plan ends there"]);
  expect(missing).toEqual([]);
  const untilMs = HOUR_MS + 38 * MS_PER_HOUR;
  expect(restsOn.map(({ series, rung, source }) => [series, rung, source])).toEqual([
    ["prices", "best", "csv"],
    ["outdoorTempC", "best", "test"],
    ["pv/roof", "learned", "days before"],
    ["baseLoadKw", "learned", "days before"],
  ]);
  for (const each of restsOn) expect(each).toMatchObject({ fromMs: NOW_MS, untilMs });
  expect(problem.slots[0]?.startMs).toBe(NOW_MS);
  expect(Math.max(...problem.slots.map(slotEndMs))).toBe(untilMs);
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
    weather: said(constant(28, HOUR_MS, HOUR_MS + 72 * MS_PER_HOUR)),
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

test.each([
  { signal: "living_room.tempC", gone: (p: ReturnType<typeof build>["problem"]) => [...p.zones, ...p.heatPumps] },
  { signal: "hot_water.tempC", gone: (p: ReturnType<typeof build>["problem"]) => [...p.tanks, ...p.immersionHeaters] },
])("$signal never read: the device is left out and named, nothing is assumed", ({ signal, gone }) => {
  const { problem, notes, missing } = build({ states: without(signal), previous: inForce() });
  expect(gone(problem)).toEqual([]);
  expect(missing).toEqual([signal]);
  expect(notes.join()).toContain(`${signal} has not been read yet`);
});

test("a stale SoC is not used: the last plan's prediction is, and it is said", () => {
  const { problem, notes, missing } = build({ states: stale("battery.soc", 45), previous: inForce() });
  expect(problem.batteries[0]?.soc).toBeCloseTo(0.5, 9);
  expect(
    build({ states: stale("battery.soc", 45), previous: inForce(previous([0.9, 0.9])) }).problem.batteries[0]?.soc,
  ).toBeCloseTo(0.9, 9);
  expect(missing).toEqual(["battery.soc"]);
  expect(notes).toContain("battery.soc was last read 45 minutes ago: the last plan's prediction is used");
});

test.each([
  { what: "of more than six hours ago", states: stale("battery.soc", 400), plan: inForce() },
  { what: "without a plan to predict it", states: stale("battery.soc", 45), plan: undefined },
  {
    what: "when the plan knows nothing of now",
    states: stale("battery.soc", 45),
    plan: inForce({ ...previous(), slots: [{ startMs: 0, hours: 1 }] }),
  },
  { what: "that nobody ever read", states: without("battery.soc"), plan: inForce() },
])("with a SoC $what the sun may fill the battery: nothing is bought for it, and nothing of it is sold", (each) => {
  const { problem, notes, missing } = build({ states: each.states, previous: each.plan });
  expect(problem.batteries).toEqual([
    expect.objectContaining({ soc: 0.1, minSoc: 0.1, mayChargeFromGrid: false, mayExport: false }),
  ]);
  expect(missing).toEqual(["battery.soc"]);
  expect(notes.join()).toMatch(/battery\.soc .*: battery is filled by the sun only, and nothing of it is sold/);
});

const recently = (signal: string, ...pairs: readonly (readonly [minutesAgo: number, value: number | undefined])[]) => ({
  recent: new Map([[signal, pairs.map(([minutes, value]) => ({ atMs: NOW_MS - minutes * MINUTE_MS, value }))]]),
});

test("a SoC of zero minutes after 71 % is not believed: the older one goes on with the measured power, and it is said", () => {
  const states = fresh({ ...ALL, "battery.soc": 0, "battery.powerKw": -1.9 });
  const { problem, notes, missing } = build({ states, ...recently("battery.soc", [35, 0.73], [6, 0.71], [1, 0]) });
  expect(problem.batteries[0]?.soc).toBeCloseTo(0.71 - ((1.9 / 0.95) * 6) / 60 / 10, 9);
  expect(problem.batteries[0]?.mayChargeFromGrid).toBe(true);
  expect(missing).toEqual(["battery.soc"]);
  expect(notes).toContain(
    "battery.soc says 0, which does not follow from the 0.71 of 6 minutes ago: the older one is used",
  );
  const falling = recently("battery.soc", [35, 0.3], [6, 0.08], [1, 0.05]);
  expect(build({ states: fresh({ ...ALL, "battery.soc": 0.05 }), ...falling })).toMatchObject({
    problem: { batteries: [{ soc: 0.05 }] },
    missing: [],
  });
});

test.each([
  {
    signal: "living_room.tempC",
    says: 0,
    was: 21.2,
    of: (p: ReturnType<typeof build>["problem"]) => p.zones[0]?.tempC,
  },
  { signal: "hot_water.tempC", says: 85, was: 51.5, of: (p: ReturnType<typeof build>["problem"]) => p.tanks[0]?.tempC },
])("$signal does not jump to $says either", ({ signal, says, was, of }) => {
  const states = fresh({ ...ALL, [signal]: says });
  const { problem, missing } = build({ states, ...recently(signal, [60, was], [5, was], [1, says]) });
  expect(of(problem)).toBe(was);
  expect(missing).toEqual([signal]);
  const settled = recently(signal, [90, was], [40, says], [1, says]);
  expect(of(build({ states, ...settled }).problem)).toBe(says);
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
  expect(build({ states: without("heat_pump.powerKw"), previous: inForce() }).problem.heatPumps[0]?.previousKw).toBe(
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

test("without history a usual household's load is assumed, as much as the config says; no sun is counted on", () => {
  const nothing = { baseLoad: [], pv: new Map() };
  const { problem, missing, notes } = build({ history: nothing });
  const kwh = problem.slots.reduce((sum, { hours }, k) => sum + hours * (problem.baseLoadKw[k] ?? 0), 0);
  const hours = problem.slots.reduce((sum, slot) => sum + slot.hours, 0);
  expect(kwh / hours).toBeCloseTo(3500 / 8766, 1);
  expect(Math.max(...problem.baseLoadKw)).toBeGreaterThan(2 * Math.min(...problem.baseLoadKw));
  const dear = build({ history: nothing, config: { ...config, load: { annualKwh: 7000 } } }).problem;
  dear.baseLoadKw.forEach((kw, k) => expect(kw).toBeCloseTo(2 * (problem.baseLoadKw[k] ?? 0), 6));
  expect(new Set(problem.pvArrays[0]?.forecastKw)).toEqual(new Set([0]));
  expect(missing).toEqual(["history.roof", "history.baseLoad"]);
  expect(notes.join()).toContain("no history of its load yet: that of a usual household with 3500 kWh a year");
});

const lastHours = (count: number) => constant(0.7, NOW_MS - count * MS_PER_HOUR, NOW_MS);
test("the plan says whether its load rests on the days before or on a usual household", () => {
  const loadRestsOn = (baseLoad: readonly Stretch[]) =>
    build({ history: { baseLoad, pv: new Map() } }).restsOn.filter(({ series }) => series === "baseLoadKw");
  const { slots } = build().problem;
  const all = { fromMs: slots[0]?.startMs, untilMs: slots.at(-1) && slotEndMs(slots.at(-1) as Slot) };
  expect(loadRestsOn(lastHours(48))).toEqual([
    expect.objectContaining({ rung: "learned", source: "days before", ...all }),
  ]);
  expect(loadRestsOn(lastHours(12))).toEqual([
    expect.objectContaining({ rung: "fallback", source: "usual household", ...all }),
  ]);
  expect(loadRestsOn([])).toEqual([expect.objectContaining({ rung: "fallback", source: "usual household" })]);
});

test("wishes of people become constraints until their end; those that are over or have no device do not", () => {
  const wish = (kind: Override["kind"], deviceId: string, minutes: number): Override => ({
    id: `${kind} ${deviceId}`,
    kind,
    deviceId,
    origin: "person",
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
  expect(build({ overrides, states: without("hot_water.tempC") }).problem.overrides).toHaveLength(2);
});

const hhmm = (local: string): number => Date.parse(`${local}+02:00`);
const withDevices = (more: object): ProblemInputs["config"] => HomeConfig.parse({ ...raw, ...more });
const built = (more: object, inputsMore: Partial<ProblemInputs> = {}) =>
  build({ config: withDevices(more), ...inputsMore }).problem;
/** Prices will be 0.2 and 0.05, always. */
const always: PriceGiver[] = [
  { rung: "learned", source: "price-shape", at: () => ({ importPricePerKwh: 0.2, exportPricePerKwh: 0.05 }) },
];
const slotAt = ({ slots }: { readonly slots: readonly Slot[] }, ms: number): number =>
  slots.findIndex((slot) => slot.startMs <= ms && ms < slotEndMs(slot));

test("with prices to expect the plan reaches its whole horizon, and says from where on they are expected", () => {
  const { problem, notes, missing, restsOn } = build({ priceGivers: always });
  expect(Math.max(...problem.slots.map(slotEndMs))).toBeGreaterThanOrEqual(NOW_MS + 48 * MS_PER_HOUR);
  expect(ofPrices(restsOn).map(({ rung, untilMs }) => [rung, untilMs])).toEqual([
    ["best", HOUR_MS + 38 * MS_PER_HOUR],
    ["learned", Math.max(...problem.slots.map(slotEndMs))],
  ]);
  expect(problem.importPricePerKwh.at(-1)).toBe(0.2);
  expect(notes).toEqual(["Prices: until Sun 7 Jan, 00:00 from csv, then as on days like these"]);
  expect(missing).toEqual([]);
});

test("what the battery holds at the end is worth what it serves in the days after, part by part; walls, tank and car have one worth", () => {
  const { batteries, zones, tanks } = build({ priceGivers: always }).problem;
  expect(batteries[0]?.endValuePerKwh).toBeUndefined();
  const steps = batteries[0]?.endValueSteps ?? [];
  expect(steps.length).toBeGreaterThan(0);
  for (const { pricePerKwh } of steps) expect(pricePerKwh).toBeLessThanOrEqual(0.2);
  expect(zones[0]?.endValuePerKwh).toBeGreaterThan(0.2 / 4);
  expect(tanks[0]?.endValuePerKwh).toBeGreaterThan(0.2 / 4);
});

test("the plan in force goes into the problem; one that is over does not", () => {
  const plan = previous();
  expect(build({ previous: inForce() }).problem.previous).toEqual({ slots: plan.slots, schedule: plan.schedule });
  const over = inForce({ ...plan, slots: [{ startMs: 0, hours: 1 }] });
  expect(build({ previous: over }).problem.previous).toBeUndefined();
});

test("a plan that was made from guesses does not hold back one that knows, nor one of another house", () => {
  const guessed = inForce(previous(), ["battery.soc"]);
  expect(build({ previous: guessed }).problem.previous).toBeUndefined();
  const stillGuessed = build({ previous: guessed, states: without("battery.soc") });
  expect(stillGuessed.missing).toEqual(["battery.soc"]);
  expect(inForce().problem.batteries[0]?.mayChargeFromGrid).toBe(true);
  // With its content unknown the battery may do less: that is another question.
  expect(stillGuessed.problem.previous).toBeUndefined();
  const limited = { config: withDevices({ site: { importLimitKw: 6 } }) };
  expect(build({ ...limited, previous: inForce() }).problem.previous).toBeUndefined();
});

const car = {
  id: "car",
  capacityKwh: 60,
  maxChargeKw: 11,
  minChargeKw: 1.4,
  goals: [{ soc: 0.8, at: "07:00", days: ["sat", "mon"] }],
  away: [{ from: "07:30", until: "16:10" }],
  sensors: { soc: "sensor.car", power: "sensor.charger", connected: "binary_sensor.plug" },
};
const PLUGGED = fresh({ ...ALL, "car.soc": 0.4, "car.connected": 1 });

test("a car: goals at local times of their days, plugged in as its plug and its habits say, slots cut at both", () => {
  const problem = built({ evs: [car] }, { states: PLUGGED, priceGivers: always });
  const [ev] = problem.evs;
  expect(ev).toMatchObject({
    soc: 0.4,
    minChargeKw: 1.4,
    chargeEfficiency: 0.9,
    goals: [{ soc: 0.8, atMs: hhmm("2024-01-06T07:00") }],
  });
  const isHere = (local: string) => ev?.connected[slotAt(problem, hhmm(local))];
  expect(["2024-01-05T12:00", "2024-01-06T07:29", "2024-01-06T16:10"].map(isHere)).toEqual([true, true, true]);
  expect(["2024-01-06T07:30", "2024-01-06T16:00"].map(isHere)).toEqual([false, false]);
  const ends = problem.slots.map(slotEndMs);
  expect(ends).toEqual(expect.arrayContaining(["2024-01-06T07:00", "2024-01-06T07:30", "2024-01-06T16:10"].map(hhmm)));
});

test("a goal before which the car is never there is none; a plug that said nothing for a day is not believed", () => {
  const away = fresh({ ...ALL, "car.soc": 0.4, "car.connected": 0 });
  const elsewhere = { ...car, away: [] };
  expect(built({ evs: [elsewhere] }, { states: away }).evs[0]?.goals).toEqual([]);
  const old = { value: 0, atMs: NOW_MS - 25 * MS_PER_HOUR, isStale: true };
  const { connected } =
    built({ evs: [elsewhere] }, { states: new Map([...PLUGGED, ["car.connected", old]]) }).evs[0] ?? {};
  expect(new Set(connected)).toEqual(new Set([true]));
  const { problem, missing } = build({ config: withDevices({ evs: [car] }) });
  expect([problem.evs, missing]).toEqual([[], ["car.soc"]]);
});

test("limits of the local day: on the connection, a battery and a heat pump, only while they hold", () => {
  const night = { from: "22:00", until: "06:00" };
  const problem = built({
    site: { importLimitKw: 17, limits: [{ ...night, importLimitKw: 6, exportLimitKw: 2 }] },
    batteries: [{ ...raw.batteries[0], limits: [{ ...night, maxChargeKw: 1 }] }],
    heatPumps: [{ ...raw.heatPumps[0], limits: [{ ...night, maxPowerKw: 2 }] }],
  });
  const [day, dark] = [slotAt(problem, hhmm("2024-01-05T15:00")), slotAt(problem, hhmm("2024-01-05T23:00"))];
  const both = (series: readonly number[] | undefined) => [series?.[day], series?.[dark]];
  expect(both(problem.site.importLimitPerSlotKw)).toEqual([17, 6]);
  expect(both(problem.site.exportLimitPerSlotKw)).toEqual([1000, 2]);
  expect(both(problem.batteries[0]?.chargeLimitKw)).toEqual([5, 1]);
  expect(problem.batteries[0]?.dischargeLimitKw).toBeUndefined();
  expect(both(problem.heatPumps[0]?.maxPowerKw)).toEqual([4.5, 2]);
  expect(problem.slots.map(slotEndMs)).toContain(hhmm("2024-01-06T06:00"));
});

test("a heat pump tells since when it has been running, or standing by", () => {
  const powers = (kw: number, hours: number) =>
    new Map([["heat_pump.powerKw", constant(kw, NOW_MS - hours * MS_PER_HOUR, NOW_MS)]]);
  const pump = {
    ...raw.heatPumps[0],
    minPowerKw: 0.8,
    minRunHours: 1,
    minPauseHours: 0.5,
    startPrice: 0.05,
    heatingLimitTempC: 16,
  };
  const of = (measured: ProblemInputs["measured"], kw: number) =>
    built({ heatPumps: [pump] }, { measured, states: fresh({ ...ALL, "heat_pump.powerKw": kw }) }).heatPumps[0];
  const ran = new Map([
    [
      "heat_pump.powerKw",
      [
        ...constant(0.01, NOW_MS - 5 * MS_PER_HOUR, NOW_MS - 2 * MS_PER_HOUR),
        ...constant(1.2, NOW_MS - 2 * MS_PER_HOUR, NOW_MS),
      ],
    ],
  ]);
  expect(of(ran, 1.2)).toMatchObject({
    previousKw: 1.2,
    previousHours: 2,
    minRunHours: 1,
    startPrice: 0.05,
    heatingLimitTempC: 16,
  });
  expect(of(ran, 0.03)).toMatchObject({ previousKw: 0, previousHours: 0 });
  expect(of(powers(0.01, 3), 0.03)).toMatchObject({ previousKw: 0, previousHours: 3 });
  expect(of(undefined, 1.2)).toMatchObject({ previousHours: 24 });
});

test("one heat pump for several rooms plans for those that can be read; a boiler is a producer of its own", () => {
  const attic = { ...raw.zones[0], id: "attic", sensors: { temp: "sensor.attic" } };
  const boilers = [
    { id: "gas", zoneIds: ["living_room", "attic"], tankId: "hot_water", maxHeatKw: 18, fuelPricePerKwh: 0.11 },
  ];
  const both = {
    zones: [raw.zones[0], attic],
    heatPumps: [{ ...raw.heatPumps[0], zoneIds: ["living_room", "attic"] }],
    boilers,
  };
  const one = built(both);
  expect(one.heatPumps[0]?.zoneIds).toEqual(["living_room"]);
  expect(one.boilers[0]).toMatchObject({ zoneIds: ["living_room"], tankId: "hot_water", efficiency: 0.92 });
  expect(new Set(one.boilers[0]?.fuelPricePerKwh)).toEqual(new Set([0.11]));
  const two = built(both, { states: fresh({ ...ALL, "attic.tempC": 18 }) });
  expect(two.heatPumps[0]?.zoneIds).toEqual(["living_room", "attic"]);
});

test("walls begin where the last plan saw them, else where they would settle", () => {
  const mass = { heatCapacityKwhPerK: 20, couplingKwPerK: 0.9, heatLossKwPerK: 0.1 };
  const zones = [{ ...raw.zones[0], mass }];
  const settled = built({ zones }).zones[0]?.mass;
  expect(settled).toEqual({ ...mass, gainShare: 0, tempC: expect.closeTo((0.9 * 21 + 0.1 * -10) / 1, 9) });
  const plan = previous();
  const zone = { id: "living_room", tempC: [21, 20], massTempC: [19, 18] };
  const remembered = { ...plan, schedule: { ...plan.schedule, zones: [zone] } };
  expect(built({ zones }, { previous: inForce(remembered) }).zones[0]?.mass?.tempC).toBeCloseTo(18.5, 9);
});

const hot = (fromMs: number) => ({
  measured: new Map([["hot_water.tempC", constant(62, fromMs, fromMs + 900_000)]]),
});

test("a tank is heated through once a week, and not twice", () => {
  const hygiene = { from: "09:00", until: "15:00", days: ["fri"], tempC: 62 };
  const tanks = [{ ...raw.tanks[0], hygiene }];
  const due = { fromMs: hhmm("2024-01-05T09:00"), untilMs: hhmm("2024-01-05T15:00") };
  expect(built({ tanks }).tanks[0]?.hygiene).toEqual({ ...due, tempC: 62, pricePerKelvin: 0.5 });
  expect(built({ tanks }, hot(due.fromMs + 900_000)).tanks[0]?.hygiene).toBeUndefined();
  expect(built({ tanks }, hot(due.fromMs - 7_200_000)).tanks[0]?.hygiene).toBeDefined();
  const later = [{ ...raw.tanks[0], hygiene: { ...hygiene, days: ["thu"] } }];
  expect(built({ tanks: later }).tanks[0]?.hygiene).toBeUndefined();
});

test("an appliance has its next window, or goes on with what it has begun", () => {
  const washer = {
    id: "washer",
    powerKw: 2,
    runHours: 1.5,
    window: { from: "09:00", until: "14:00" },
    sensors: { power: "sensor.washer" },
  };
  const window = { fromMs: hhmm("2024-01-05T09:00"), untilMs: hhmm("2024-01-05T14:00") };
  expect(built({ appliances: [washer] }).appliances).toEqual([
    { id: "washer", powerKw: 2, runHours: 1.5, singleBlock: true, window },
  ]);
  const startedMs = hhmm("2024-01-05T09:30");
  const measured = new Map([["washer.powerKw", constant(1.9, startedMs, startedMs + 1_800_000)]]);
  expect(built({ appliances: [washer] }, { measured }).appliances[0]).toMatchObject({ startedMs });
});

test("an inverter clips its arrays: they may be curtailed, though nobody commands them", () => {
  const { control: _, ...array } = raw.pvArrays[0] ?? {};
  const inverters = [{ id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw: 5 }];
  const problem = built({ pvArrays: [array], inverters });
  expect(problem.inverters).toEqual([{ ...inverters[0], maxFromHouseKw: 5 }]);
  expect(problem.pvArrays[0]?.curtailable).toBe(true);
});

test("a battery keeps all that its config says of it", () => {
  const more = {
    minChargeKw: 0.5,
    minDischargeKw: 0.3,
    minGridChargeKw: 2,
    taper: { fromSoc: 0.9, endKw: 1 },
    dischargeStages: [
      { kw: 1, efficiency: 0.9 },
      { kw: 5, efficiency: 0.94 },
    ],
    selfDischargePerHour: 0.0005,
    reserveSoc: 0.3,
    reservePricePerKwhHour: 0.02,
    mayChargeFromGrid: false,
    mayExport: false,
  };
  const goals = [{ soc: 0.9, at: "18:00" }];
  const [battery] = built({ batteries: [{ ...raw.batteries[0], ...more, goals }] }).batteries;
  expect(battery).toMatchObject({
    ...more,
    goals: [
      { soc: 0.9, atMs: hhmm("2024-01-05T18:00") },
      { soc: 0.9, atMs: hhmm("2024-01-06T18:00") },
    ],
  });
});

test("a demand charge and the patience with the plan in force come from the config", () => {
  const demandCharge = { pricePerKw: 4, aboveKw: 3, meteringHours: 0.25 };
  const problem = built({ site: { demandCharge }, planning: { keepUnlessGain: 0.1 } });
  expect([problem.site.demandCharge, problem.keepUnlessGain]).toEqual([demandCharge, 0.1]);
});

test("a week ahead is not many more slots than two days", () => {
  const problem = built({ planning: { horizonHours: 168 }, zones: [] }, { priceGivers: always });
  expect(problem.slots.length).toBeLessThanOrEqual(130);
});

const priceAt = (problem: ReturnType<typeof build>["problem"], hour: number): number | undefined =>
  problem.importPricePerKwh[slotAt(problem, HOUR_MS + hour * MS_PER_HOUR)];

test("a hole in the prices is as on days like these, the prices behind it count, and it is said", () => {
  const holed = prices(38).filter((_, k) => k < 10 || k >= 15);
  const { problem, notes, missing } = build({ prices: holed, priceGivers: always });
  expect([9, 10, 14, 15].map((hour) => priceAt(problem, hour))).toEqual([0.109, 0.2, 0.2, 0.115]);
  expect(problem.exportPricePerKwh[slotAt(problem, HOUR_MS + 12 * MS_PER_HOUR)]).toBe(0.05);
  expect(missing).toEqual(["prices"]);
  expect(notes).toEqual([
    "Prices: until Fri 5 Jan, 20:00 from csv, then until Sat 6 Jan, 01:00 as on days like these, then until Sun 7 Jan, 00:00 from csv, then as on days like these",
  ]);
});

test("E08 with no price for now, or none at all, the plan is made with what they usually are, and never with 0", () => {
  const later = build({ prices: prices(38).slice(4), priceGivers: always });
  expect([0.1, 3, 4].map((hour) => priceAt(later.problem, hour))).toEqual([0.2, 0.2, 0.1 + 4 / 1000]);
  expect(later.missing).toEqual(["prices"]);
  const none = build({ prices: [], priceGivers: always });
  expect(new Set(none.problem.importPricePerKwh)).toEqual(new Set([0.2]));
  expect(ofPrices(none.restsOn).map(({ rung }) => rung)).toEqual(["learned"]);
  expect(none.missing).toEqual(["prices"]);
});

test("a second source, and one that has been silent, are named with when they spoke", () => {
  const [issuedAtMs, source] = [HOUR_MS - 30 * MS_PER_HOUR, "octopus-agile"];
  const by = (k: number): KnownPrice["by"] =>
    k < 8 ? { rung: "second", source: "nord-pool" } : { rung: "cached", source, issuedAtMs };
  const { notes, missing } = build({ prices: prices(20).map((each, k) => ({ ...each, by: by(k) })) });
  expect(notes).toEqual([
    "Prices: until Fri 5 Jan, 18:00 from nord-pool, then until Sat 6 Jan, 06:00 as octopus-agile said on Thu 4 Jan, 04:00; the plan ends there",
  ]);
  expect(missing).toEqual([]);
});

/** Sun of 3 kW every noon, but for the hour before now, which our limit of 1 kW has held back. */
const limitedRoof = () => {
  const days = [1, 2, 3, 4, 5].flatMap((day) => {
    const fromMs = NOW_MS - day * 24 * MS_PER_HOUR - 2 * MS_PER_HOUR;
    return constant(3, fromMs, fromMs + 4 * MS_PER_HOUR);
  });
  const today = constant(1, NOW_MS - MS_PER_HOUR, NOW_MS);
  return { baseLoad: inputs().history.baseLoad, pv: new Map([["roof", [...days.toReversed(), ...today]]]) };
};

test("power at our own limit says nothing of the sun: neither of now nor of the hours to come", () => {
  const history = limitedRoof();
  history.pv.set("roof", history.pv.get("roof")?.toSorted((a, b) => a.startMs - b.startMs) ?? []);
  const states = fresh({ ...ALL, "roof.powerKw": 1 });
  const limit = { fromMs: NOW_MS - MS_PER_HOUR, untilMs: Number.POSITIVE_INFINITY, kw: 1 };
  const sun = (pvLimits: ProblemInputs["pvLimits"]) =>
    build({ history, states, pvLimits }).problem.pvArrays[0]?.forecastKw;
  expect(sun(new Map([["roof", [limit]]]))?.slice(0, 12)).toEqual(Array(12).fill(expect.closeTo(3, 6)));
  expect(sun(undefined)?.[0]).toBeLessThan(1.5);
});

test("at our own limit the sun offers at least what is measured, whatever is usual", () => {
  const dull = new Map([["roof", constant(0.5, NOW_MS - 72 * MS_PER_HOUR, NOW_MS - 2 * MS_PER_HOUR)]]);
  const states = fresh({ ...ALL, "roof.powerKw": 1 });
  const limit = { fromMs: NOW_MS - MS_PER_HOUR, untilMs: Number.POSITIVE_INFINITY, kw: 1 };
  const history = { ...inputs().history, pv: dull };
  const { problem, notes } = build({ history, states, pvLimits: new Map([["roof", [limit]]]) });
  expect(problem.pvArrays[0]?.forecastKw.slice(0, 2)).toEqual([1, expect.closeTo(0.5, 6)]);
  expect(notes).toContain("roof is held back by our own limit: the sun is expected to offer 1.0 kW");
  expect(build({ history, states }).problem.pvArrays[0]?.forecastKw[0]).toBeCloseTo(0.5, 6);
});

test("without a history the sun of now is what is measured", () => {
  const nothing = { baseLoad: [], pv: new Map() };
  const { problem } = build({ history: nothing, states: fresh({ ...ALL, "roof.powerKw": 1 }) });
  expect(problem.pvArrays[0]?.forecastKw.slice(0, 2)).toEqual([1, 0]);
});

test("a hole in the sun's history is bridged, and it is said", () => {
  const holed = constant(2, NOW_MS - 72 * MS_PER_HOUR, NOW_MS).filter(({ startMs }) => {
    const hour = ((startMs - NOW_MS) / MS_PER_HOUR + 72) % 24;
    return hour < 2 || hour >= 2.75;
  });
  const { problem, notes, missing } = build({ history: { ...inputs().history, pv: new Map([["roof", holed]]) } });
  const at = slotAt(problem, NOW_MS + 2.25 * MS_PER_HOUR);
  expect(problem.pvArrays[0]?.forecastKw[at]).toBeCloseTo(2, 1);
  expect(missing).toEqual(["history.roof"]);
  expect(notes.join()).toMatch(/roof: The solar forecast has holes in daylight/);
});

test("a car that is silent has what it had and what its charger has given since", () => {
  const silent = { value: 0.4, atMs: NOW_MS - 3 * MS_PER_HOUR, isStale: true };
  const states = new Map([...PLUGGED, ["car.soc", silent] as const]);
  const measured = new Map([["car.powerKw", constant(6, NOW_MS - 4 * MS_PER_HOUR, NOW_MS - 2 * MS_PER_HOUR)]]);
  const { problem, notes, missing } = build({ config: withDevices({ evs: [car] }), states, measured });
  expect(problem.evs[0]?.soc).toBeCloseTo(0.4 + (6 * 0.9) / 60, 9);
  expect(missing).toEqual([]);
  expect(notes.join()).toContain("car.soc was last read 3 hours ago: what the charger has given since then is added");
  const dead = { ...silent, atMs: NOW_MS - 25 * MS_PER_HOUR };
  expect(built({ evs: [car] }, { states: new Map([...PLUGGED, ["car.soc", dead] as const]) }).evs).toEqual([]);
});

const carAt = (soc: number) => fresh({ ...ALL, "car.soc": soc, "car.connected": 1 });

test("a car may come home emptier, but not lose everything in minutes", () => {
  const config = withDevices({ evs: [car] });
  const home = recently("car.soc", [60, 0.9], [1, 0.5]);
  expect(build({ config, states: carAt(0.5), ...home }).problem.evs[0]?.soc).toBe(0.5);
  const zero = recently("car.soc", [60, 0.9], [5, 0.9], [1, 0]);
  expect(build({ config, states: carAt(0), ...zero })).toMatchObject({
    problem: { evs: [{ soc: 0.9 }] },
    missing: ["car.soc"],
  });
});
