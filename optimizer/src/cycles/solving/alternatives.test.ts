import type { HouseholdProblem, Plan } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { household } from "../../../../tests/bench/household.ts";
import { anAppliance, householdOf } from "../../../../tests/support/household-of.ts";
import { completeEndValues } from "../../domain/end-values.ts";
import { planningGrid } from "../../domain/slots.ts";
import { buildModel } from "../../model/build-model.ts";
import { changedProgram } from "../../solver/changed-program.ts";
import { createSolver } from "../../solver/solver.ts";
import { solveHousehold } from "../solve-household.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const START_MS = Date.UTC(2024, 0, 5, 10, 2);
const plan = (problem: HouseholdProblem): Promise<Plan> =>
  solveHousehold(problem, {
    solver,
    nowMs: problem.slots[0]?.startMs ?? 0,
    validHours: 2,
    planId: "plan-1",
    timeLimitMs: 20_000,
    alternatives: true,
  });
const segmentsOf = ({ devices }: Plan, deviceId: string) =>
  devices.find((device) => device.deviceId === deviceId)?.segments ?? [];

/** The house when a device's powers are forced to nothing in a span, solved by itself. */
async function costWithout(problem: HouseholdProblem, deviceId: string, fromMs: number, untilMs: number) {
  const model = buildModel(problem);
  const bounds = model.powerColumns
    .filter((each) => each.deviceId === deviceId)
    .filter(({ slot }) => {
      const startMs = problem.slots[slot]?.startMs ?? 0;
      return startMs >= fromMs && startMs < untilMs;
    })
    .flatMap(({ terms }) => terms.map(([column]) => [column, 0, 0] as const));
  const answer = await solver.solve(changedProgram(model.lp, { bounds }), { engine: "highs", timeLimitMs: 20_000 });
  return model.objectiveMoney(answer.x);
}

describe("alternatives", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])("of a battery that moves: what resting costs more, house %i", async (seed) => {
    // Prices under which one programme settles everything.
    const problem = household(seed, planningGrid(START_MS, 48), { tariff: seed % 2 === 0 ? "spot" : "twoRate" });
    const made = await plan(problem);
    const held = segmentsOf(made, "battery").filter(({ alternative }) => alternative?.intent.kind === "hold");
    for (const { startMs, endMs, alternative } of held) {
      const forced = (await costWithout(problem, "battery", startMs, endMs)) - made.cost.total;
      expect(alternative?.extraCost).toBeGreaterThanOrEqual(0);
      expect(Math.abs((alternative?.extraCost ?? 0) - forced)).toBeLessThanOrEqual(0.01 * Math.abs(forced) + 2e-3);
    }
  });

  test.each([false, true])(
    "are never cheaper than the plan, and never what it does anyway; on/off: %s",
    async (isSwitched) => {
      let count = 0;
      for (let seed = 0; seed < 5; seed++) {
        const made = await plan(household(seed, planningGrid(START_MS, 48), { isSwitched }));
        for (const { deviceId } of made.devices)
          for (const { intent, alternative } of segmentsOf(made, deviceId)) {
            if (!alternative) continue;
            count += 1;
            expect(alternative.extraCost).toBeGreaterThanOrEqual(0);
            expect(alternative.intent).not.toEqual(intent);
          }
      }
      expect(count).toBeGreaterThan(8);
    },
  );

  test("of an appliance: its next best start", async () => {
    const problem = completeEndValues(
      householdOf(5, {
        importPricePerKwh: [0.3, 0.2, 0.3, 0.25, 0.3],
        appliances: [anAppliance(5, { runHours: 1 })],
      }),
    );
    const made = await plan(problem);
    const running = segmentsOf(made, "dishwasher").find(({ intent }) => intent.kind === "on");
    expect(running?.alternative).toMatchObject({ intent: { kind: "off" } });
    expect(running?.alternative?.extraCost).toBeCloseTo(1.2 * 0.05, 4);
    // While it waits the other way is to start at once.
    const [waiting] = segmentsOf(made, "dishwasher");
    expect(waiting?.alternative).toMatchObject({ intent: { kind: "on" } });
    expect(waiting?.alternative?.extraCost).toBeCloseTo(1.2 * 0.1, 4);
  });

  test("are only priced when asked for", async () => {
    const problem = household(0, planningGrid(START_MS, 48));
    const made = await solveHousehold(problem, { solver, nowMs: START_MS, validHours: 2, planId: "plan-1" });
    for (const { deviceId } of made.devices)
      for (const { alternative } of segmentsOf(made, deviceId)) expect(alternative).toBeUndefined();
  });
});
