import { type CurrencyCode, type HouseholdProblem, inOtherMoney, perEuro } from "@ohmstead/contract";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { household } from "../../../tests/bench/household.ts";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { planningGrid } from "../domain/slots.ts";
import { checkSchedule } from "../plan/check-schedule.ts";
import { priceSchedule } from "../plan/price-schedule.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import { createSolver } from "../solver/solver.ts";
import { solveHousehold } from "./solve-household.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const OTHERS = ["HUF", "JPY", "CZK"] as const satisfies readonly CurrencyCode[];
const anyCurrency = fc.constantFrom(...OTHERS, "ISK" as const, "SEK" as const);

const inMoney = (problem: HouseholdProblem, currency: CurrencyCode): HouseholdProblem =>
  inOtherMoney(problem, currency, perEuro(currency));

const plan = (problem: HouseholdProblem) =>
  solveHousehold(problem, {
    solver,
    nowMs: problem.slots[0]?.startMs ?? 0,
    validHours: 2,
    planId: "plan-1",
    timeLimitMs: 20_000,
    alternatives: true,
  });

/** Every number of a schedule, in its order. */
const figuresOf = (value: unknown): number[] => {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(figuresOf) : [];
};

test("whatever the house, a schedule costs as much in every currency: no amount is left behind", () =>
  fc.assert(
    fc.property(anyHousehold, anyCurrency, (problem, currency) => {
      const schedule = rulesSchedule(problem);
      const other = inMoney(problem, currency);
      const [euro, cost] = [priceSchedule(problem, schedule), priceSchedule(other, schedule)];
      for (const item of Object.keys(euro) as (keyof typeof euro)[])
        expect(cost[item] / perEuro(currency)).toBeCloseTo(euro[item], 6);
      expect(checkSchedule(other, schedule, cost)).toEqual([]);
    }),
  ));

test("whatever the house, it is planned the same in every currency", { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(anyHousehold, anyCurrency, async (problem, currency) => {
      const [made, other] = [await plan(problem), await plan(inMoney(problem, currency))];
      const factor = perEuro(currency);
      expect(other.notes).toEqual([]);
      expect(other.cost.total / factor).toBeCloseTo(made.cost.total, 3);
      expect(checkSchedule(inMoney(problem, currency), other.schedule, other.cost)).toEqual([]);
      const [figures, others] = [figuresOf(made.schedule), figuresOf(other.schedule)];
      expect(others).toHaveLength(figures.length);
      for (const [k, figure] of figures.entries()) expect(others[k]).toBeCloseTo(figure, 3);
      expect(other.devices.map(({ segments }) => segments.map(({ intent }) => intent))).toEqual(
        made.devices.map(({ segments }) => segments.map(({ intent }) => intent)),
      );
    }),
    { numRuns: 25 },
  ),
);

describe("a whole house with everything in it", () => {
  const house = household(3, planningGrid(Date.UTC(2024, 0, 5, 10, 2), 24));
  const READS = { HUF: /\d+\.\d Ft\/kWh/, JPY: /\d+\.\d ¥\/kWh/, CZK: /\d+\.\d\d Kč\/kWh/ } as const;

  test.each(OTHERS)("in %s: the same schedule, in words that read well", { timeout: 60_000 }, async (currency) => {
    const factor = perEuro(currency);
    const [made, other] = [await plan(house), await plan(inMoney(house, currency))];
    const [figures, others] = [figuresOf(made.schedule), figuresOf(other.schedule)];
    for (const [k, figure] of figures.entries()) expect(others[k]).toBeCloseTo(figure, 3);
    expect(other.currency).toBe(currency);
    expect(other.cost.total / factor).toBeCloseTo(made.cost.total, 3);
    other.marginalPricePerKwh.forEach((price, k) =>
      expect(price / factor).toBeCloseTo(made.marginalPricePerKwh[k] ?? 0, 4),
    );
    const segments = [made, other].map(({ devices }) => devices.flatMap((device) => device.segments));
    for (const [k, { alternative }] of (segments[1] ?? []).entries())
      expect((alternative?.extraCost ?? 0) / factor).toBeCloseTo(segments[0]?.[k]?.alternative?.extraCost ?? 0, 3);
    const reasons = other.devices.flatMap((device) => device.segments.map(({ reason }) => reason));
    expect(reasons.filter((reason) => READS[currency].test(reason)).length).toBeGreaterThan(3);
    expect(reasons.filter((reason) => /\b0\.0+ |\d\.\d{3,}|€/.test(reason))).toEqual([]);
  });
});
