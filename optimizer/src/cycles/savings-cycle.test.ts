import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aBattery, flat, householdOf, MIDNIGHT_MS } from "../../../tests/support/household-of.ts";
import { addInterval, beginSavings, type MeasuredInterval, savingsOf } from "./savings-cycle.ts";

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
