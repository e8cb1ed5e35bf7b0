import type { BatteryProblem, HouseholdProblem } from "@ohmstead/contract";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { checkSchedule } from "../plan/check-schedule.ts";
import { priceSchedule } from "../plan/price-schedule.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { eliminateStates } from "./eliminate-states.ts";
import { followPowers } from "./follow-powers.ts";
import type { Powers } from "./powers.ts";
import { coarsen, transplant } from "./resample.ts";
import { settleHouse, solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());
const TIME_LIMIT_MS = 20_000;
const PATIENCE_MS = 60_000;

const optimumOf = async (problem: HouseholdProblem): Promise<number> => {
  const { lp } = buildModel(problem);
  return (await solver.solve(lp, { engine: "highs", timeLimitMs: TIME_LIMIT_MS })).objective;
};
const relative = (value: number): number => 1e-5 * Math.max(1, Math.abs(value));

/** A step of negative worth would make what is left worth more, the more of it there is: no linear programme, and nobody's wish. */
const withoutNegativeSteps = <S extends Pick<BatteryProblem, "endValueSteps">>(storage: S): S => ({
  ...storage,
  endValueSteps: storage.endValueSteps?.map((step) => ({ ...step, pricePerKwh: Math.max(0, step.pricePerKwh) })),
});
const anyHouse = anyHousehold.map((problem): HouseholdProblem => ({
  ...problem,
  batteries: problem.batteries.map(withoutNegativeSteps),
  evs: problem.evs.map(withoutNegativeSteps),
}));

describe("laws, for any household", () => {
  test(
    "the exact programme's answer keeps every limit, costs what it claims, and nothing that keeps them costs less",
    () =>
      fc.assert(
        fc.asyncProperty(anyHouse, async (problem) => {
          const { schedule, money } = await solveHouse(solver, problem, { exact: true });
          expect(checkSchedule(problem, schedule, money)).toEqual([]);
          const least = money - 1e-3 * Math.max(1, Math.abs(money));
          const relaxed = (await solveHouse(solver, problem)).schedule;
          for (const other of [rulesSchedule(problem), relaxed])
            expect(priceSchedule(problem, other).total).toBeGreaterThanOrEqual(least);
        }),
        { numRuns: 60 },
      ),
    PATIENCE_MS,
  );

  test(
    "the relaxed programme always has an optimum, whose schedule keeps every limit, and costs what it claims where nothing is left to switch",
    () =>
      fc.assert(
        fc.asyncProperty(anyHouse, async (problem) => {
          const { schedule, money, model } = await settleHouse(solver, problem);
          const isClaimed = model.switches.length === 0;
          expect(checkSchedule(problem, schedule, isClaimed ? money : undefined)).toEqual([]);
        }),
        { numRuns: 100 },
      ),
    PATIENCE_MS,
  );

  test(
    "the switches of any schedule that keeps the limits can be fixed, and then cost no more than it does",
    () =>
      fc.assert(
        fc.asyncProperty(anyHouse, async (problem) => {
          const rules = transplant(problem, { slots: problem.slots, schedule: rulesSchedule(problem) });
          const pattern = buildModel(problem).patternOf(rules);
          const { money } = await solveHouse(solver, problem, { exact: true, pattern });
          const { total } = priceSchedule(problem, rules);
          expect(money).toBeLessThanOrEqual(total + 1e-3 * Math.max(1, Math.abs(total)));
        }),
        { numRuns: 60 },
      ),
    PATIENCE_MS,
  );

  test(
    "more freedom never costs more",
    () =>
      fc.assert(
        fc.asyncProperty(anyHouse, async (problem) => {
          const least = await optimumOf(problem);
          const free = { mayChargeFromGrid: true, mayExport: true, minGridChargeKw: 0 };
          const freer: Partial<HouseholdProblem>[] = [
            { pvArrays: problem.pvArrays.map((array) => ({ ...array, curtailable: true })) },
            { batteries: problem.batteries.map((each) => ({ ...each, ...free })) },
            { evs: problem.evs.map((each) => ({ ...each, ...free })) },
            { inverters: [] },
            { boilers: problem.boilers.map((each) => ({ ...each, maxHeatKw: each.maxHeatKw.map((kw) => kw + 1) })) },
            { immersionHeaters: problem.immersionHeaters.map((each) => ({ ...each, powerKw: each.powerKw + 1 })) },
            { site: {} },
          ];
          for (const freedom of freer)
            expect(await optimumOf({ ...problem, ...freedom })).toBeLessThanOrEqual(least + relative(least));
        }),
        { numRuns: 30 },
      ),
    PATIENCE_MS,
  );

  test(
    "both engines find the same optimum of the small programme, and what they find can be carried out on finer slots",
    () =>
      fc.assert(
        fc.asyncProperty(anyHouse, async (problem) => {
          const coarse = coarsen(problem, 4);
          const model = buildModel(coarse, { lite: true });
          expect(model.switches).toEqual([]);
          const highs = await solver.solve(model.lp, { engine: "highs", timeLimitMs: TIME_LIMIT_MS });
          const reduced = eliminateStates(model.lp, model.definitions);
          const dense = await solver.solve(reduced.lp, { engine: "javascript-lp-solver", timeLimitMs: TIME_LIMIT_MS });
          const costOf = (x: Float64Array) => x.reduce((sum, value, j) => sum + value * (model.lp.cost[j] ?? 0), 0);
          const x = reduced.recover(dense.x);
          expect(Math.abs(costOf(x) - costOf(highs.x))).toBeLessThan(10 * relative(costOf(x)));
          const onFine = transplant(problem, { slots: coarse.slots, schedule: model.schedule(x) });
          expect(checkSchedule(problem, onFine)).toEqual([]);
        }),
        { numRuns: 60 },
      ),
    PATIENCE_MS,
  );

  test(
    "whatever is asked of it, a house follows within its limits",
    () =>
      fc.assert(
        fc.property(anyHouse, fc.infiniteStream(fc.integer({ min: 0, max: 100 })), (problem, percents) => {
          const wish = (mostKw: number): number[] =>
            problem.slots.map(() => Math.max(0, Number(percents.next().value) / 75 - 0.3) * mostKw);
          const storage = (each: { readonly maxChargeKw: number; readonly maxDischargeKw: number }) => ({
            chargeKw: wish(each.maxChargeKw),
            dischargeKw: wish(each.maxDischargeKw),
          });
          const rooms = (zoneIds: readonly string[]) => zoneIds.map((id) => ({ id, kw: wish(4) }));
          const powers: Powers = {
            pvArrays: problem.pvArrays.map(() => ({ usedKw: wish(8) })),
            batteries: problem.batteries.map(storage),
            evs: problem.evs.map(storage),
            heatPumps: problem.heatPumps.map(({ zoneIds }) => ({
              zones: rooms(zoneIds).map(({ id, kw }) => ({ id, powerKw: kw })),
              waterKw: wish(3),
            })),
            boilers: problem.boilers.map(({ zoneIds }) => ({
              zones: rooms(zoneIds).map(({ id, kw }) => ({ id, heatKw: kw })),
              waterKw: wish(8),
            })),
            immersionHeaters: problem.immersionHeaters.map(({ powerKw }) => ({ powerKw: wish(powerKw) })),
            appliances: problem.appliances.map(({ powerKw }) => ({ powerKw: wish(powerKw) })),
          };
          expect(checkSchedule(problem, followPowers(problem, powers))).toEqual([]);
        }),
        { numRuns: 200 },
      ),
    PATIENCE_MS,
  );
});
