import type { HouseholdProblem } from "@ohmstead/contract";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { checkSchedule } from "../plan/check-schedule.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { eliminateStates } from "./eliminate-states.ts";

const solver = createSolver();
afterAll(() => solver.stop());
const TIME_LIMIT_MS = 20_000;

async function solve(problem: HouseholdProblem) {
  const model = buildModel(problem);
  const answer = await solver.solve(model.lp, { engine: "highs", timeLimitMs: TIME_LIMIT_MS });
  return { model, answer, schedule: model.schedule(answer.x), money: model.objectiveMoney(answer.x) };
}

const optimumOf = async (problem: HouseholdProblem): Promise<number> => (await solve(problem)).answer.objective;
const relative = (value: number): number => 1e-5 * Math.max(1, Math.abs(value));

describe("laws, for any household", () => {
  const lawRuns = { numRuns: 100 };

  test("the programme always has an optimum, whose schedule keeps every limit", () =>
    fc.assert(
      fc.asyncProperty(anyHousehold, async (problem) => {
        const { model, answer, schedule, money } = await solve(problem);
        const isFinal = model.directionsToFix(answer.x) === undefined;
        expect(checkSchedule(problem, schedule, isFinal ? money : undefined)).toEqual([]);
      }),
      lawRuns,
    ));

  test("more freedom never costs more", () =>
    fc.assert(
      fc.asyncProperty(anyHousehold, async (problem) => {
        const least = await optimumOf(problem);
        const freer: Partial<HouseholdProblem>[] = [
          { pvArrays: problem.pvArrays.map((array) => ({ ...array, curtailable: true })) },
          { batteries: problem.batteries.map((each) => ({ ...each, maxChargeKw: each.maxChargeKw + 1 })) },
          {
            heatPumps: problem.heatPumps.map((each) => ({ ...each, maxPowerKw: each.maxPowerKw.map((kw) => kw + 1) })),
          },
          { immersionHeaters: problem.immersionHeaters.map((each) => ({ ...each, powerKw: each.powerKw + 1 })) },
          { overrides: problem.overrides.filter((each) => each.kind !== "batteryHold") },
          { site: {} },
        ];
        for (const freedom of freer)
          expect(await optimumOf({ ...problem, ...freedom })).toBeLessThanOrEqual(least + relative(least));
      }),
      { numRuns: 30 },
    ));

  test("both engines find the same optimum", () =>
    fc.assert(
      fc.asyncProperty(anyHousehold, fc.boolean(), async (problem, lite) => {
        const model = buildModel(problem, { lite });
        const highs = await solver.solve(model.lp, { engine: "highs", timeLimitMs: TIME_LIMIT_MS });
        const reduced = eliminateStates(model.lp, model.definitions);
        const dense = await solver.solve(reduced.lp, { engine: "javascript-lp-solver", timeLimitMs: TIME_LIMIT_MS });
        const costOf = (x: Float64Array) => x.reduce((sum, value, j) => sum + value * (model.lp.cost[j] ?? 0), 0);
        const cost = costOf(reduced.recover(dense.x));
        expect(Math.abs(cost - costOf(highs.x))).toBeLessThan(10 * relative(cost));
      }),
      lawRuns,
    ));
});
