import { describe, expect, test } from "vitest";
import { fullHouse, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { assemblePlan } from "../../plan/assemble-plan.ts";
import { planDifferences } from "./plan-differences.ts";
import { replayText } from "./replay.ts";

const problem = fullHouse(2);
const planOf = (chargeKw: readonly number[]) =>
  assemblePlan({
    problem,
    schedule: scheduleOf(problem, { chargeKw }),
    marginalPricePerKwh: [0.2, 0.2],
    rung: "full",
    engine: "highs",
    status: "optimal",
    solveMs: 5,
    nowMs: MIDNIGHT_MS,
    validHours: 2,
    planId: "plan-1",
    notes: [],
  });
const plan = planOf([2, 0]);
const stored = { plan, problem, cause: "time", settings: { validHours: 2 } };

test("a plan is the same as itself out of the store, however long it took", () => {
  const again = { ...(JSON.parse(JSON.stringify(plan)) as typeof plan), id: "plan-2", solveMs: 77, notes: ["slow"] };
  expect(planDifferences(plan, again)).toEqual([]);
  expect(replayText(stored, again, [])).toBe(`same: plan plan-1, rung full, total ${plan.cost.total} EUR`);
});

describe("differences", () => {
  test("name the device, the slot and both figures, unrounded", () => {
    const [battery] = plan.schedule.batteries;
    if (!battery) throw new Error("no battery");
    const moved = { ...battery, chargeKw: [2.000001, 0] };
    const other = { ...plan, schedule: { ...plan.schedule, batteries: [moved] } };
    expect(planDifferences(plan, other)).toEqual([
      { where: "schedule.batteries.battery.chargeKw[0]", before: "2", after: "2.000001" },
    ]);
  });
  test("are found in schedule, money and intents with their reasons", () => {
    const places = planDifferences(plan, planOf([0, 0])).map(({ where }) => where);
    for (const place of ["schedule.importKw[0]", "cost.energy", "cost.total", "devices.battery.segments[0].reason"])
      expect(places).toContain(place);
  });
  test("tell what only one of the two has", () => {
    const less = { ...plan, devices: plan.devices.slice(1) };
    expect(planDifferences(less, plan)).toMatchObject([{ where: "devices.battery", before: "nothing" }]);
    const missed = [...plan.missed, { subject: "a.goal", startMs: 0, amount: 1, unit: "K" }];
    expect(planDifferences(plan, { ...plan, missed })).toEqual([
      { where: "missed.a.goal", before: "nothing", after: '{"subject":"a.goal","startMs":0,"amount":1,"unit":"K"}' },
    ]);
  });
});

test("a long list is cut, and says by how much", () => {
  const differences = Array.from({ length: 45 }, (_, i) => ({ where: `x[${i}]`, before: "1", after: "2" }));
  const lines = replayText(stored, plan, differences).split("\n");
  expect(lines[0]).toMatch(/^different in 45 places: plan plan-1, then /);
  expect(lines[1]).toBe("x[0]: 1 -> 2");
  expect(lines.at(-1)).toBe("and 5 more");
});

test("what a reader must know of the stored plan comes first", () => {
  const rescued = { ...plan, rung: "lite", status: "feasible", notes: ["full: no answer"] } as const;
  const text = replayText({ plan: rescued, problem, cause: "time" }, plan, []);
  expect(text.split("\n")).toEqual([
    "The stored plan came from rung lite: full: no answer",
    "The stored plan was stopped early or made by rules: how far it came may depend on the machine.",
    "The stored plan does not say how it was solved: time limit and plan in force are not those of then.",
    expect.stringMatching(/^same: /),
  ]);
});
