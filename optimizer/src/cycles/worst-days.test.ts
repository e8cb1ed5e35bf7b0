import { readFileSync } from "node:fs";
import { HomeConfig, MS_PER_HOUR, type Plan, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { parse } from "yaml";
import { afterAll, expect, test } from "vitest";
import type { Stretch } from "../domain/series.ts";
import { createSolver } from "../solver/solver.ts";
import { buildProblem, type ProblemInputs } from "./build-problem.ts";
import { solveHousehold } from "./solve-household.ts";
import { said } from "./testing/said-weather.ts";

// Whole plans of the demo house on days on which others give up or plan the impossible.
const raw: unknown = parse(readFileSync(new URL("../../../config/demo/home.yaml", import.meta.url), "utf8"));
const config = HomeConfig.parse(raw);
const solver = createSolver();
afterAll(() => solver.stop());

interface Day {
  readonly nowMs: number;
  readonly hours?: number;
  readonly priceOf?: (hour: number) => { readonly import: number; readonly export: number };
  readonly outdoorTempC?: number;
  readonly pvKw?: (hour: number) => number;
  readonly states?: Record<string, number>;
  readonly home?: HomeConfig;
}

const usualPrice = () => ({ import: 0.3, export: 0.05 });
const hourly = (fromMs: number, hours: number, value: (hour: number) => number): Stretch[] =>
  Array.from({ length: hours }, (_, k) => ({
    startMs: fromMs + k * MS_PER_HOUR,
    endMs: fromMs + (k + 1) * MS_PER_HOUR,
    value: value(k),
  }));

async function planOf({
  nowMs,
  hours = 48,
  priceOf = usualPrice,
  outdoorTempC = 0,
  pvKw = () => 0,
  states,
  home = config,
}: Day) {
  const prices: ProblemInputs["prices"] = Array.from({ length: hours }, (_, k) => ({
    startMs: nowMs + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: priceOf(k).import,
    exportPricePerKwh: priceOf(k).export,
    by: { rung: "best", source: "csv" },
  }));
  const week = 7 * 24;
  const read = {
    "battery.soc": 0.5,
    "living_room.tempC": 21,
    "hot_water.tempC": 50,
    "heat_pump.powerKw": 0,
    "outdoor.tempC": outdoorTempC,
    ...states,
  };
  const inputs: ProblemInputs = {
    config: home,
    nowMs,
    prices,
    weather: said(hourly(nowMs, 96, () => outdoorTempC)),
    history: {
      baseLoad: hourly(nowMs - week * MS_PER_HOUR, week, () => 0.6),
      pv: new Map([["roof", hourly(nowMs - week * MS_PER_HOUR, week, (k) => pvKw(k % 24))]]),
    },
    states: new Map(Object.entries(read).map(([signal, value]) => [signal, { value, atMs: nowMs, isStale: false }])),
    overrides: [],
  };
  const { problem, notes } = buildProblem(inputs);
  if (!problem) throw new Error(notes.join("; "));
  const plan = await solveHousehold(problem, { solver, nowMs, validHours: 2, planId: "p", timeLimitMs: 20_000 });
  return { plan, problem };
}

const isNight = (ms: number, zone: string) => {
  const { hour } = DateTime.fromMillis(ms, { zone });
  return hour >= 22 || hour < 6;
};
const at = (series: readonly number[] | undefined, k: number) => series?.[k] ?? 0;
/** From one to four o'clock whoever buys is paid, and whoever sells pays more. */
const negativePrice = (hour: number) =>
  hour >= 1 && hour < 4 ? { import: -0.12, export: -0.2 } : { import: 0.35, export: 0.05 };
const NOON_MS = Date.UTC(2024, 5, 21, 10);

test("E12 negative prices: it buys and stores, heats ahead and curtails the sun; never both directions in one slot", async () => {
  const day = {
    nowMs: NOON_MS,
    priceOf: negativePrice,
    pvKw: () => 3,
    outdoorTempC: 18,
    states: { "battery.soc": 0.3 },
  };
  const { plan, problem } = await planOf(day);
  const { importKw, exportKw, batteries, pvArrays } = plan.schedule;
  const [battery] = batteries;
  const isNegative = problem.slots.map((_, k) => at(problem.importPricePerKwh, k) < 0);
  plan.slots.forEach((_, k) => {
    expect(Math.min(at(importKw, k), at(exportKw, k))).toBe(0);
    expect(Math.min(at(battery?.chargeKw, k), at(battery?.dischargeKw, k))).toBe(0);
    if (isNegative[k]) expect(at(exportKw, k)).toBe(0);
  });
  const energy = (series: readonly number[] | undefined) =>
    plan.slots.reduce((sum, { hours }, k) => sum + (isNegative[k] ? at(series, k) * hours : 0), 0);
  expect(energy(importKw)).toBeGreaterThan(5);
  expect(energy(battery?.chargeKw)).toBeGreaterThan(3);
  expect(energy(battery?.dischargeKw)).toBe(0);
  expect(energy(pvArrays[0]?.usedKw)).toBeLessThan(0.1);
  const { tempC = [] } = plan.schedule.tanks[0] ?? {};
  const [firstNegative, lastNegative] = [isNegative.indexOf(true), isNegative.lastIndexOf(true)];
  expect(at(tempC, lastNegative + 1)).toBeGreaterThan(at(tempC, firstNegative) + 5);
  expect(plan.rung).toBe("full");
});

test.each([
  { zone: "Europe/London", day: "2024-03-31", hours: 23 },
  { zone: "Europe/London", day: "2024-10-27", hours: 25 },
  { zone: "Europe/Helsinki", day: "2024-03-31", hours: 23 },
  { zone: "Europe/Helsinki", day: "2024-10-27", hours: 25 },
  { zone: "Australia/Sydney", day: "2024-10-06", hours: 23 },
  { zone: "Australia/Sydney", day: "2024-04-07", hours: 25 },
])(
  "E13 the clocks change in $zone on $day: $hours hours, each once, and night follows the wall clock",
  async ({ zone, day, hours }) => {
    const start = DateTime.fromISO(day, { zone });
    const end = start.plus({ days: 1 });
    expect(end.diff(start, "hours").hours).toBe(hours);
    const home = HomeConfig.parse({ ...(raw as object), timeZone: zone, planning: { horizonHours: hours } });
    const { problem, plan } = await planOf({ nowMs: start.toMillis(), hours, home });
    expect(problem.slots.reduce((sum, slot) => sum + slot.hours, 0)).toBeCloseTo(hours, 9);
    problem.slots.forEach((slot, k) => {
      const next = problem.slots[k + 1];
      expect(next?.startMs ?? end.toMillis()).toBe(slotEndMs(slot));
      // Night is from 22:00 to 06:00 on the wall: 19.5 °C, by day 20.5 °C, and what the day asks for holds from its first to its last moment.
      const endMs = slotEndMs(slot);
      expect(at(problem.zones[0]?.comfortMinTempC, k)).toBe(
        isNight(endMs, zone) && isNight(endMs - 1, zone) ? 19.5 : 20.5,
      );
    });
    expect(plan.rung).toBe("full");
  },
);

test("E39 a cold snap that the heat pump cannot meet: it heats all it can, and the plan names what is missed and by how much", async () => {
  const home = HomeConfig.parse({
    ...(raw as object),
    heatPumps: config.heatPumps.map((pump) => ({ ...pump, maxPowerKw: 1.5 })),
    immersionHeaters: [],
  });
  const { plan } = await planOf({ nowMs: NOON_MS, outdoorTempC: -28, home, states: { "living_room.tempC": 20.5 } });
  expect(plan.rung).toBe("full");
  const missed = plan.missed.find(({ subject }) => subject === "living_room.comfortMinTempC");
  const coldest = Math.min(...(plan.schedule.zones[0]?.tempC ?? []));
  expect(missed?.unit).toBe("K");
  expect(missed?.amount).toBeGreaterThan(3);
  expect(coldest).toBeLessThan(20.5 - (missed?.amount ?? 0) + 1.5);
  const [pump] = plan.schedule.heatPumps;
  const { hours, full } = plan.slots.reduce(
    (sum, slot, k) => ({
      hours: sum.hours + slot.hours,
      full: sum.full + (at(pump?.spaceKw, k) + at(pump?.waterKw, k) > 1.4 ? slot.hours : 0),
    }),
    { hours: 0, full: 0 },
  );
  expect(full / hours).toBeGreaterThan(0.9);
});

test("E40 a heat wave: no room is heated, and what rooms are told does not change from plan to plan", async () => {
  const told: Plan["devices"][number]["segments"][] = [];
  for (const minutes of [0, 60, 120]) {
    const { plan } = await planOf({
      nowMs: NOON_MS + minutes * 60_000,
      outdoorTempC: 33,
      states: { "living_room.tempC": 26 },
    });
    expect(Math.max(...(plan.schedule.heatPumps[0]?.spaceKw ?? [0]))).toBe(0);
    told.push(plan.devices.find(({ deviceId }) => deviceId === "living_room")?.segments ?? []);
  }
  // One order that stands: nothing to write, nothing to call an API for.
  expect(told.map((segments) => segments.map(({ intent }) => intent))).toEqual(told.map(() => [told[0]?.[0]?.intent]));
});
