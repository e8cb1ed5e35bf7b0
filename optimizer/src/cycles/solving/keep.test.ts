import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { aBattery, anAppliance, flat, householdOf } from "../../../../tests/support/household-of.ts";
import { completeEndValues } from "../../domain/end-values.ts";
import { checkSchedule } from "../../plan/check-schedule.ts";
import { priceSchedule } from "../../plan/price-schedule.ts";
import { createSolver } from "../../solver/solver.ts";
import { solveFully } from "../solve-fully.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const solve = (problem: HouseholdProblem) => solveFully(problem, solver, { timeLimitMs: 20_000 });
const after = (problem: HouseholdProblem, schedule: Schedule): HouseholdProblem => ({
  ...problem,
  previous: { slots: problem.slots, schedule },
});

/** Charges in one of the two cheap hours, for two dear ones. */
const houseWith = (importPricePerKwh: readonly number[]): HouseholdProblem =>
  completeEndValues(
    householdOf(4, {
      importPricePerKwh: [...importPricePerKwh],
      exportPricePerKwh: flat(4, 0.01),
      baseLoadKw: [0, 0, 2, 2],
      batteries: [aBattery({ soc: 0.1, maxChargeKw: 5, maxDischargeKw: 5, endValuePerKwh: 0 })],
    }),
  );
const chargedAt = (schedule: Schedule, k: number): number => schedule.batteries[0]?.chargeKw[k] ?? 0;

/** A dishwasher alone with the prices. */
const houseAt = (importPricePerKwh: readonly number[]): HouseholdProblem =>
  completeEndValues(
    householdOf(5, { importPricePerKwh: [...importPricePerKwh], appliances: [anAppliance(5, { runHours: 1 })] }),
  );
const startOf = (schedule: Schedule): number => schedule.appliances[0]?.powerKw.findIndex((kw) => kw > 0) ?? -1;

describe("what the previous plan meant to do now", () => {
  test("goes on when changing it saves less than the house asks for", async () => {
    const { schedule } = await solve(houseWith([0.2, 0.21, 0.5, 0.5]));
    expect(chargedAt(schedule, 0)).toBeGreaterThan(3.9);
    // A new price makes the next hour a little cheaper: a cent and a half for all of it.
    const now = after(houseWith([0.2, 0.197, 0.5, 0.5]), schedule);
    const alone = await solve({ ...now, previous: undefined });
    expect(chargedAt(alone.schedule, 0)).toBeLessThan(0.02);
    const kept = await solve(now);
    expect(chargedAt(kept.schedule, 0)).toBeCloseTo(chargedAt(schedule, 0), 3);
    expect(kept.changeGain).toBe(0);
    expect(checkSchedule(now, kept.schedule, kept.claimed)).toEqual([]);
    const extra = priceSchedule(now, kept.schedule).total - priceSchedule(now, alone.schedule).total;
    expect(extra).toBeGreaterThan(0);
    expect(extra).toBeLessThanOrEqual(now.keepUnlessGain + 1e-3);
  });

  test("is changed when that saves more, and the plan says how much", async () => {
    const { schedule } = await solve(houseWith([0.2, 0.21, 0.5, 0.5]));
    const now = after(houseWith([0.2, 0.15, 0.5, 0.5]), schedule);
    const changed = await solve(now);
    expect(chargedAt(changed.schedule, 0)).toBeLessThan(0.02);
    const goingOn = priceSchedule(now, schedule).total;
    expect(changed.changeGain).toBeCloseTo(goingOn - priceSchedule(now, changed.schedule).total, 3);
    expect(changed.changeGain).toBeGreaterThan(now.keepUnlessGain);
  });

  test("with nothing asked for, any gain changes it", async () => {
    const { schedule } = await solve(houseWith([0.2, 0.21, 0.5, 0.5]));
    const now = { ...after(houseWith([0.2, 0.197, 0.5, 0.5]), schedule), keepUnlessGain: 0 };
    expect(chargedAt((await solve(now)).schedule, 0)).toBeLessThan(0.02);
  });

  test("that has become impossible is no hindrance", async () => {
    const { schedule } = await solve(houseWith([0.2, 0.21, 0.5, 0.5]));
    const full = houseWith([0.2, 0.21, 0.5, 0.5]);
    const now = after({ ...full, batteries: full.batteries.map((each) => ({ ...each, soc: 1 })) }, schedule);
    const made = await solve(now);
    expect(checkSchedule(now, made.schedule, made.claimed)).toEqual([]);
    expect(chargedAt(made.schedule, 0)).toBeLessThan(0.02);
  });
});

describe("an appliance's announced start", () => {
  test("stays when another saves little, and moves when it saves more", async () => {
    const { schedule } = await solve(houseAt([0.3, 0.3, 0.3, 0.2, 0.3]));
    expect(startOf(schedule)).toBe(3);
    const little = await solve(after(houseAt([0.3, 0.19, 0.3, 0.2, 0.3]), schedule));
    expect(startOf(little.schedule)).toBe(3);
    expect(little.changeGain).toBe(0);
    const much = await solve(after(houseAt([0.3, 0.1, 0.3, 0.2, 0.3]), schedule));
    expect(startOf(much.schedule)).toBe(1);
    expect(much.changeGain).toBeCloseTo(1.2 * 0.1, 4);
  });
});

test("of plans that cost the same the previous one is taken", async () => {
  const tie = houseWith([0.2, 0.2, 0.5, 0.5]);
  const second = await solve(houseWith([0.21, 0.2, 0.5, 0.5]));
  expect(chargedAt(second.schedule, 1)).toBeGreaterThan(3.9);
  const made = await solve(after(tie, second.schedule));
  expect(chargedAt(made.schedule, 1)).toBeCloseTo(chargedAt(second.schedule, 1), 3);
  const alone = await solve(tie);
  // Without a plan before it the earlier hour is taken.
  expect(chargedAt(alone.schedule, 0)).toBeCloseTo(chargedAt(second.schedule, 1), 3);
  expect(priceSchedule(tie, made.schedule).total).toBeCloseTo(priceSchedule(tie, alone.schedule).total, 3);
});
