import { MS_PER_HOUR, Timeline } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { completeHouse, fullHouse, MIDNIGHT_MS, scheduleOf } from "../../../tests/support/household-of.ts";
import { assemblePlan } from "./assemble-plan.ts";
import { rulesSchedule } from "./rules-schedule.ts";
import { type PastSeries, timelineOf } from "./timeline.ts";

const HOUR = MS_PER_HOUR;
const problem = fullHouse(2, { importPricePerKwh: [0.1, 0.3] });
const planned = (
  house = problem,
  schedule = scheduleOf(house, { chargeKw: [2, 0], dischargeKw: [0, 1], spaceKw: [1, 0], waterKw: [0.5, 0] }),
) => ({
  problem: house,
  plan: assemblePlan({
    problem: house,
    schedule,
    marginalPricePerKwh: house.importPricePerKwh,
    rung: "full",
    engine: "highs",
    status: "optimal",
    solveMs: 1,
    nowMs: house.slots[0]?.startMs ?? 0,
    validHours: 2,
    planId: "plan-1",
    notes: [],
  }),
});
const common = {
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  names: new Map([["battery", "Battery"]]),
  past: [] as PastSeries[],
};
const timelineAt = (hours: number, past: readonly PastSeries[] = []) =>
  timelineOf({ ...common, past, planned: planned(), nowMs: MIDNIGHT_MS + hours * HOUR });
const line = (timeline: Timeline, id: string) => timeline.series.find((each) => each.id === id);

test("the picture has a line for everything that matters", () => {
  expect(timelineAt(0).series.map(({ id, unit, group, step }) => [id, unit, group, step])).toEqual([
    ["price.import", "EUR/kWh", "price", true],
    ["price.export", "EUR/kWh", "price", true],
    ["battery.soc", "%", "battery", false],
    ["battery.powerKw", "kW", "battery", true],
    ["living.tempC", "°C", "temperature", false],
    ["living.comfortMin", "°C", "comfort", true],
    ["living.comfortMax", "°C", "comfort", true],
    ["water.tempC", "°C", "temperature", false],
    ["pump.powerKw", "kW", "heat", true],
    ["immersion.powerKw", "kW", "heat", true],
    ["roof.powerKw", "kW", "sun", true],
    ["house.baseLoadKw", "kW", "load", true],
    ["grid.powerKw", "kW", "grid", true],
  ]);
});

test("cars, boilers and appliances have theirs", () => {
  const house = completeHouse(2);
  const wanted = { carChargeKw: [6, 0], boilerSpaceKw: [0, 2], boilerWaterKw: [0, 1], applianceKw: [1.2, 0.6] };
  const timeline = timelineOf({ ...common, planned: planned(house, scheduleOf(house, wanted)), nowMs: MIDNIGHT_MS });
  const told = (id: string) => {
    const { unit, group, future } = line(timeline, id) ?? {};
    return [unit, group, future?.map(([, value]) => value)];
  };
  expect(told("car.soc")).toEqual(["%", "battery", [40, 50, 50]]);
  expect(told("car.powerKw")).toEqual(["kW", "load", [6, 0, 0]]);
  expect(told("boiler.heatKw")).toEqual(["kW", "heat", [0, 3, 3]]);
  expect(told("dishwasher.powerKw")).toEqual(["kW", "load", [1.2, 0.6, 0.6]]);
});

test("powers and prices hold for their slot, and end with the plan", () => {
  const timeline = timelineAt(0);
  const end = MIDNIGHT_MS + 2 * HOUR;
  expect(line(timeline, "price.import")?.future).toEqual([
    [MIDNIGHT_MS, 0.1],
    [MIDNIGHT_MS + HOUR, 0.3],
    [end, 0.3],
  ]);
  expect(line(timeline, "battery.powerKw")?.future.map(([, kw]) => kw)).toEqual([2, -1, -1]);
  expect(line(timeline, "pump.powerKw")?.future.map(([, kw]) => kw)).toEqual([1.5, 0, 0]);
  expect(line(timeline, "grid.powerKw")?.future.map(([, kw]) => kw)).toEqual([4, -0.5, -0.5]);
  expect([timeline.fromMs, timeline.untilMs, timeline.planId]).toEqual([MIDNIGHT_MS, end, "plan-1"]);
});

test("states go from border to border, beginning with this very moment", () => {
  expect(line(timelineAt(0), "battery.soc")?.future).toEqual([
    [MIDNIGHT_MS, 50],
    [MIDNIGHT_MS + HOUR, 70],
    [MIDNIGHT_MS + 2 * HOUR, 60],
  ]);
  expect(line(timelineAt(0.25), "battery.soc")?.future).toEqual([
    [MIDNIGHT_MS + 0.25 * HOUR, 55],
    [MIDNIGHT_MS + HOUR, 70],
    [MIDNIGHT_MS + 2 * HOUR, 60],
  ]);
  expect(line(timelineAt(1), "battery.soc")?.future[0]).toEqual([MIDNIGHT_MS + HOUR, 70]);
  expect(line(timelineAt(1.5), "price.import")?.future).toEqual([
    [MIDNIGHT_MS + 1.5 * HOUR, 0.3],
    [MIDNIGHT_MS + 2 * HOUR, 0.3],
  ]);
});

test("what was measured joins the plan's line under the plan's name, in its unit, up to now", () => {
  const past: PastSeries = {
    id: "battery.soc",
    label: "state of charge",
    unit: "share",
    group: "battery",
    step: false,
    points: [
      [MIDNIGHT_MS - HOUR, 0.4],
      [MIDNIGHT_MS, 0.5],
      [MIDNIGHT_MS + HOUR, 0.9],
    ],
  };
  const timeline = timelineAt(0, [past]);
  expect(line(timeline, "battery.soc")).toMatchObject({
    label: "Battery",
    unit: "%",
    past: [
      [MIDNIGHT_MS - HOUR, 40],
      [MIDNIGHT_MS, 50],
    ],
  });
  expect(timeline.fromMs).toBe(MIDNIGHT_MS - HOUR);
});

const measured = (id: string, points: PastSeries["points"]): PastSeries => ({
  id,
  label: "Car",
  unit: "kW",
  group: "load",
  step: true,
  points,
});

test("what was measured and is in no plan is shown all the same; lines without a point are not", () => {
  const timeline = timelineAt(0, [measured("car.powerKw", [[MIDNIGHT_MS - 5, 7]]), measured("bike.powerKw", [])]);
  expect(line(timeline, "car.powerKw")).toMatchObject({ label: "Car", past: [[MIDNIGHT_MS - 5, 7]], future: [] });
  expect(line(timeline, "bike.powerKw")).toBeUndefined();
});

test("without a plan there is the past alone, and without that an empty picture", () => {
  const points: PastSeries["points"] = [[MIDNIGHT_MS - HOUR, 1.23456]];
  const past: PastSeries = { id: "grid.powerKw", label: "Grid", unit: "kW", group: "grid", step: true, points };
  const timeline = timelineOf({ ...common, past: [past], nowMs: MIDNIGHT_MS });
  expect(timeline.series.map(({ id, past, future }) => [id, past, future])).toEqual([
    ["grid.powerKw", [[MIDNIGHT_MS - HOUR, 1.235]], []],
  ]);
  expect(timeline).not.toHaveProperty("planId");
  expect(timelineOf({ ...common, nowMs: 5 })).toMatchObject({ fromMs: 5, untilMs: 5, series: [] });
});

test("a plan that has run out shows no future", () => {
  expect(timelineAt(3).series).toEqual([]);
});

test("the picture keeps the contract, its points in order, past before now and future from now on, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, fc.integer({ min: 0, max: 6 * HOUR }), (house, afterMs) => {
      const nowMs = (house.slots[0]?.startMs ?? 0) + afterMs;
      const timeline = timelineOf({ ...common, planned: planned(house, rulesSchedule(house)), nowMs });
      expect(Timeline.parse(timeline)).toEqual(timeline);
      for (const { future } of timeline.series) {
        expect(future[0]?.[0]).toBe(nowMs);
        const times = future.map(([ms]) => ms);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    }),
  );
});
