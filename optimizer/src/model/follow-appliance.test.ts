import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { MIDNIGHT_MS, anAppliance, householdOf } from "../../../tests/support/household-of.ts";
import { followAppliance } from "./follow-appliance.ts";

const afterHours = (hours: number): number => MIDNIGHT_MS + hours * MS_PER_HOUR;

/** 2 kW for an hour and a half of four hours. */
const follow = (asked: readonly number[], parts: Parameters<typeof anAppliance>[1] = {}) => {
  const problem = householdOf(4, { appliances: [anAppliance(4, { powerKw: 2, runHours: 1.5, ...parts })] });
  const [appliance] = problem.appliances;
  return appliance && followAppliance(problem, appliance, { powerKw: asked });
};

test.each([
  { rule: "runs as asked", asked: [0, 2, 1, 0], kw: [0, 2, 1, 0] },
  { rule: "runs whole, where most of it is asked for", asked: [0.4, 0, 0.8, 1.2], kw: [0, 0, 2, 1] },
  { rule: "does not run when less than half is asked for", asked: [0, 1, 0.4, 0], kw: [0, 0, 0, 0] },
  {
    rule: "does not begin outside of its window",
    asked: [2, 1, 0, 0],
    parts: { window: { fromMs: afterHours(0.5), untilMs: afterHours(4) } },
    kw: [0, 2, 1, 0],
  },
  {
    rule: "does not run without time for it",
    asked: [2, 1, 0, 0],
    parts: { window: { fromMs: afterHours(0), untilMs: afterHours(1) } },
    kw: [0, 0, 0, 0],
  },
  { rule: "goes on once it has started", asked: [0, 0, 0, 0], parts: { startedMs: afterHours(-1) }, kw: [1, 0, 0, 0] },
  {
    rule: "in pieces: no more than its energy",
    asked: [2, 0, 2, 2],
    parts: { singleBlock: false },
    kw: [1, 0, 1, 1],
  },
  {
    rule: "in pieces: only within its window",
    asked: [2, 0, 0, 0.5],
    parts: { singleBlock: false, window: { fromMs: afterHours(0.25), untilMs: afterHours(3) } },
    kw: [1.5, 0, 0, 0],
  },
])("an appliance $rule", ({ asked, parts, kw }) => {
  follow(asked, parts)?.forEach((each, k) => expect(each).toBeCloseTo(kw[k] ?? Number.NaN, 9));
});
