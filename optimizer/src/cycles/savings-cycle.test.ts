import { HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aBattery, aCar, flat, householdOf, MIDNIGHT_MS } from "../../../tests/support/household-of.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import { everythingProblem } from "./testing/everything.ts";
import { addInterval, beginSavings, type MeasuredInterval, savingsOf, withoutControl } from "./savings-cycle.ts";

const house = householdOf(4, { batteries: [aBattery({ soc: 0.5, minSoc: 0.1 })] });
const at = (soc: number) => ({ ...house, batteries: house.batteries.map((battery) => ({ ...battery, soc })) });
const WORTH = new Map([["battery", 0.2]]);

const interval = (parts: Partial<MeasuredInterval> = {}): MeasuredInterval => ({
  startMs: MIDNIGHT_MS,
  endMs: MIDNIGHT_MS + MS_PER_HOUR,
  importKwh: 1,
  exportKwh: 0,
  baseLoadKw: 1,
  pvKw: new Map(),
  carKw: new Map(),
  appliancesKw: 0,
  outdoorTempC: 0,
  importPricePerKwh: 0.3,
  exportPricePerKwh: 0.1,
  ...parts,
});

test("our house pays what its meter counted, the one without control what its rules would have", () => {
  const account = addInterval(beginSavings(house, MIDNIGHT_MS), house, interval({ importKwh: 3, exportKwh: 1 }));
  expect(account.costSoFar).toBeCloseTo(3 * 0.3 - 0.1);
  // Its battery serves the house: nothing is bought, and 1 kWh is gone from it.
  expect(account.costWithoutControl).toBeCloseTo(0);
  expect(account.states["battery"]).toBeCloseTo(0.4);
});

test("a house that does what the rules would do saves nothing", () => {
  const start = beginSavings(house, MIDNIGHT_MS);
  const account = addInterval(start, house, interval({ importKwh: 0 }));
  const present = at(0.4);
  expect(savingsOf(account, present, WORTH).saved).toBeCloseTo(0);
});

test("energy that was stored and not used is no loss", () => {
  // 4 kWh more than the load were bought, and are in the battery now: 0.9 against 0.4 of 10 kWh.
  const account = addInterval(beginSavings(house, MIDNIGHT_MS), house, interval({ importKwh: 5 }));
  const present = at(0.9);
  const { costSoFar, costWithoutControl, storedValueDifference, saved } = savingsOf(account, present, WORTH);
  expect([costSoFar, costWithoutControl]).toEqual([1.5, 0].map((each) => expect.closeTo(each)));
  expect(storedValueDifference).toBeCloseTo(5 * 0.2);
  expect(saved).toBeCloseTo(1 - 1.5);
});

test("the sun that was measured serves both houses", () => {
  const sunny = householdOf(4, {
    batteries: [aBattery({ soc: 0.5 })],
    pvArrays: [{ id: "roof", forecastKw: flat(4, 0) }],
  });
  const account = addInterval(
    beginSavings(sunny, MIDNIGHT_MS),
    sunny,
    interval({ pvKw: new Map([["roof", 3]]), importKwh: 0 }),
  );
  expect(account.states["battery"]).toBeCloseTo(0.7);
});

test("of a house with everything one slot is left, and its rules can be lived through", () => {
  const problem = everythingProblem();
  expect(problem.slots.length).toBeGreaterThan(50);
  const hour = interval({
    startMs: problem.slots[0]?.startMs ?? 0,
    endMs: (problem.slots[0]?.startMs ?? 0) + MS_PER_HOUR,
  });
  const { previous } = problem;
  expect(previous).toBeDefined();
  const one = withoutControl(problem, {}, hour);
  // A series that was forgotten has more values than there are slots, and is refused here.
  expect(HouseholdProblem.safeParse(one).error).toBeUndefined();
  expect(one.previous).toBeUndefined();
  expect([one.site.importLimitPerSlotKw, one.evs[0]?.connected, one.boilers[0]?.maxHeatKw]).toEqual([
    [expect.any(Number)],
    [expect.any(Boolean)],
    [18],
  ]);
  expect(one.batteries[0]?.dischargeStages).toHaveLength(3);
  const { importKw, zones, evs } = rulesSchedule(one);
  expect(importKw).toHaveLength(1);
  const account = addInterval(beginSavings(problem, hour.startMs), problem, hour);
  expect(Object.keys(account.states).toSorted()).toEqual(
    ["battery", "car", "ground_floor", "ground_floor.mass", "hot_water", "upstairs"].toSorted(),
  );
  for (const value of [...Object.values(account.states), account.costWithoutControl])
    expect(value).toEqual(expect.any(Number));
  expect(account.states["ground_floor.mass"]).toBe(zones[0]?.massTempC?.at(-1));
  expect(account.states["car"]).toBe(evs[0]?.soc.at(-1));
});

const withCar = (soc: number, parts: object = {}) => householdOf(4, { evs: [aCar(4, { soc, ...parts })] });
const carAt = (soc: number) => beginSavings(withCar(soc), MIDNIGHT_MS);
const kwhOf = (share: number) => share * aCar(1).capacityKwh;

test("the car without control charges at once, ours when it is cheap: who has charged more has more", () => {
  // Ours has waited; the other has charged 11 kW in the hour.
  const account = addInterval(carAt(0.5), withCar(0.5), interval({ carKw: new Map([["car", 0]]) }));
  expect(account.costWithoutControl).toBeCloseTo(0.3 * (1 + 11));
  expect(kwhOf((account.states["car"] ?? 0) - 0.5)).toBeCloseTo(11);
  const worth = new Map([["car", 0.3]]);
  const { storedValueDifference, saved } = savingsOf(account, withCar(0.5), worth);
  expect(storedValueDifference).toBeCloseTo(-11 * 0.3);
  expect(saved).toBeCloseTo(0.3 * 12 - 0.3 - 11 * 0.3);
});

test("both cars are driven alike", () => {
  // Ours took 5 kWh in this hour, and came back with 8 kWh less than it would have then.
  const back = withCar(0.5 + (5 - 8) / kwhOf(1));
  const begun = { ...carAt(0.5), states: { car: 0.7 } };
  const away = { ...back, evs: back.evs.map((ev) => ({ ...ev, connected: flat(4, 0).map(() => false) })) };
  const account = addInterval(begun, away, interval({ carKw: new Map([["car", 5]]) }));
  expect(account.states["car"]).toBeCloseTo(0.7 - 8 / kwhOf(1));
});

test("the car without control charges no further than its goals", () => {
  const goals = [{ soc: 0.55, atMs: MIDNIGHT_MS + 3 * MS_PER_HOUR }];
  const account = addInterval(carAt(0.5), withCar(0.5, { goals }), interval());
  expect(account.states["car"]).toBeCloseTo(0.55);
});

test("what an appliance, or a car that cannot be planned, took is the same in both houses", () => {
  const plain = householdOf(4);
  const hour = interval({ importKwh: 4.5, appliancesKw: 1.5, carKw: new Map([["car", 2]]) });
  const { costSoFar, costWithoutControl } = addInterval(beginSavings(plain, MIDNIGHT_MS), plain, hour);
  expect(costWithoutControl).toBeCloseTo(costSoFar);
});
