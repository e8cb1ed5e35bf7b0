import { describe, expect, test } from "vitest";
import type { HouseholdProblem } from "@ohmstead/contract";
import { aBattery, aCar, flat, householdOf } from "../../../tests/support/household-of.ts";
import { followPowers } from "./follow-powers.ts";
import type { Powers } from "./powers.ts";

const none: Powers = {
  pvArrays: [],
  batteries: [],
  evs: [],
  heatPumps: [],
  boilers: [],
  immersionHeaters: [],
  appliances: [],
};

/** What batteries do when asked so: positive charges, negative discharges. */
const netOf = (problem: HouseholdProblem, ...asked: readonly number[][]): number[][] =>
  followPowers(problem, {
    ...none,
    pvArrays: problem.pvArrays.map(({ forecastKw }) => ({ usedKw: forecastKw })),
    batteries: asked.map((kw) => ({
      chargeKw: kw.map((each) => Math.max(0, each)),
      dischargeKw: kw.map((each) => Math.max(0, -each)),
    })),
  }).batteries.map(({ chargeKw, dischargeKw }) =>
    chargeKw.map((kw, k) => Math.round((kw - (dischargeKw[k] ?? 0)) * 1e6) / 1e6 + 0),
  );

const one = (parts: Parameters<typeof aBattery>[0], asked: number[], house = {}): number[] | undefined =>
  netOf(householdOf(asked.length, { batteries: [aBattery(parts)], ...house }), asked)[0];

describe("powers that are possible", () => {
  test.each([
    { rule: "the least power or nothing, whichever is nearer", parts: { minChargeKw: 2 }, asked: [0.9], done: [0] },
    { rule: "and up from half of it", parts: { minChargeKw: 2 }, asked: [1.2], done: [2] },
    {
      rule: "what rounding leaves undone is made up for within the run",
      parts: { minChargeKw: 2 },
      asked: [0.9, 0.9, 0.9, 0, 0.9],
      done: [0, 2, 0, 0, 0],
    },
    { rule: "discharging likewise", parts: { minDischargeKw: 2 }, asked: [-0.4, -1.7], done: [0, -2.1] },
    {
      rule: "the lower limit of the slot",
      parts: { chargeLimitKw: [1, 9], dischargeLimitKw: [9, 1] },
      asked: [3, -3],
      done: [1, -1],
    },
    {
      rule: "none where the least power cannot be reached",
      parts: { minChargeKw: 2, chargeLimitKw: [1] },
      asked: [3],
      done: [0],
    },
    {
      rule: "not the last bit of room with less than its least power",
      parts: { minChargeKw: 2, soc: 0.9 },
      asked: [3],
      done: [0],
    },
    {
      rule: "less near full: 5 − 4·(soc − 0.6)/0.4 at the end of the slot",
      parts: { soc: 0.6, taper: { fromSoc: 0.6, endKw: 1 } },
      asked: [5, 5],
      done: [2.5, 1.25],
    },
  ])("$rule", ({ parts, asked, done }) => {
    expect(one(parts, asked)).toEqual(done);
  });

  test.each([
    { asked: 0.4, done: 0.4 },
    { asked: 1.4, done: 1 },
    { asked: 2.4, done: 3 },
    { asked: 4, done: 4 },
  ])("beyond the sun's kW it takes three or none: $asked becomes $done", ({ asked, done }) => {
    const sun = { pvArrays: [{ id: "roof", forecastKw: [2] }] };
    expect(one({ minGridChargeKw: 3 }, [asked], sun)).toEqual([done]);
  });

  test("stages: room is what the stage's own losses leave", () => {
    const chargeStages = [
      { kw: 1, efficiency: 0.5 },
      { kw: 5, efficiency: 0.8 },
    ];
    const problem = householdOf(1, { batteries: [aBattery({ soc: 0.75, chargeStages })] });
    const { batteries } = followPowers(problem, { ...none, batteries: [{ chargeKw: [5], dischargeKw: [0] }] });
    // 0.5 kW inside at 1 kW, 4 at 5: 2.5 of room are met 2/3.5 of the way.
    expect(batteries[0]?.chargeKw[0]).toBeCloseTo(1 + (4 * 2) / 3.5, 9);
    expect(batteries[0]?.soc[1]).toBeCloseTo(1, 12);
  });

  test("a car that is away does nothing, and loses what it loses", () => {
    const problem = householdOf(2, {
      evs: [aCar(2, { capacityKwh: 10, soc: 0.5, selfDischargePerHour: 0.1, connected: [false, true] })],
    });
    const { evs } = followPowers(problem, { ...none, evs: [{ chargeKw: [2, 2], dischargeKw: [0, 0] }] });
    expect(evs[0]?.chargeKw).toEqual([0, 2]);
    expect(evs[0]?.soc.map((soc) => Math.round(soc * 1e9) / 1e9)).toEqual([0.5, 0.45, 0.605]);
  });
});

describe("a battery that loses some of its content by itself", () => {
  const leaky = { soc: 0.5, minSoc: 0.2, selfDischargePerHour: 0.1 };

  test("keeps enough to stay above its minimum until it would have sunk below it at rest", () => {
    // At rest 2.66 kWh are left after six hours, so 2 kWh are the minimum to the end: 2/0.9⁵ after the first hour.
    expect(one(leaky, [-9, 0, 0, 0, 0, 0])?.[0]).toBeCloseTo(-(4.5 - 2 / 0.9 ** 5), 6);
  });

  test("may go lower when it is charged again in time", () => {
    expect(one(leaky, [-2.5, 0.2, 0.2, 0.2, 0.2, 0.2])).toEqual([-2.5, 0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  test("but not when that charging does not come about", () => {
    // The sun that it relies on is not there, and from the grid it may not charge.
    const [first] = one({ ...leaky, mayChargeFromGrid: false }, [-2.5, 0.2, 0.2, 0.2, 0.2, 0.2]) ?? [];
    expect(first).toBeCloseTo(-(4.5 - 2 / 0.9 ** 5), 6);
  });
});

describe("what a battery may do with the grid", () => {
  const sun = { pvArrays: [{ id: "roof", forecastKw: [3, 0] }] };

  test.each([
    {
      rule: "it charges from what the house has left",
      parts: { mayChargeFromGrid: false },
      asked: [4, 4],
      done: [2, 0],
    },
    {
      rule: "and not at all with less than its least power",
      parts: { mayChargeFromGrid: false, minChargeKw: 2.5 },
      asked: [4, 4],
      done: [0, 0],
    },
    { rule: "it discharges into the house only", parts: { mayExport: false }, asked: [-4, -4], done: [0, -1] },
  ])("$rule", ({ parts, asked, done }) => {
    expect(one(parts, asked, sun)).toEqual(done);
  });

  test("of two the one that may sell feeds the other", () => {
    const batteries = [aBattery({ id: "a", mayChargeFromGrid: false }), aBattery({ id: "b" })];
    expect(netOf(householdOf(1, { batteries }), [3], [-3])).toEqual([[2], [-3]]);
  });
});

const behind = (maxToHouseKw: number, maxFromHouseKw: number, forecastKw: number[]) => ({
  pvArrays: [{ id: "roof", forecastKw, curtailable: true }],
  inverters: [{ id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw, maxFromHouseKw }],
});

describe("an inverter", () => {
  test("lets through what it can: less from the battery first, then from the sun", () => {
    const problem = householdOf(2, { batteries: [aBattery()], ...behind(4, 5, [3, 6]) });
    const { batteries, pvArrays } = followPowers(problem, {
      ...none,
      pvArrays: [{ usedKw: [3, 6] }],
      batteries: [{ chargeKw: [0, 0], dischargeKw: [3, 1] }],
    });
    expect(batteries[0]?.dischargeKw).toEqual([1, 0]);
    expect(pvArrays[0]?.usedKw).toEqual([3, 4]);
  });

  test("takes from the house what it can, the sun's share comes on top", () => {
    expect(one({}, [4, 4], behind(9, 1, [2, 0]))).toEqual([3, 1]);
  });

  test("when charging ends for want of least power, the sun has to pass too", () => {
    // 5 kW of sun, 3 of them into the battery, which then may not: the house is given 4 of the 5.
    const problem = householdOf(1, {
      batteries: [aBattery({ minChargeKw: 3, mayChargeFromGrid: false })],
      baseLoadKw: flat(1, 2.5),
      ...behind(4, 5, [5]),
    });
    const { batteries, pvArrays } = followPowers(problem, {
      ...none,
      pvArrays: [{ usedKw: [5] }],
      batteries: [{ chargeKw: [3], dischargeKw: [0] }],
    });
    expect(batteries[0]?.chargeKw).toEqual([0]);
    expect(pvArrays[0]?.usedKw).toEqual([4]);
  });
});
