import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { anAppliance, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";

const HOUR = 3_600_000;
type Parts = Partial<NonNullable<HouseholdProblemInput["appliances"]>[number]>;

/** A dishwasher of 1.2 kW for an hour and a half, within five hours from midnight. */
function reasons(applianceKw: readonly number[], parts: Parts = {}, house: Partial<HouseholdProblemInput> = {}) {
  const problem = householdOf(5, {
    importPricePerKwh: [0.3, 0.2, 0.1, 0.1, 0.4],
    appliances: [anAppliance(5, parts)],
    ...house,
  });
  const intents = intentsOf(problem, scheduleOf(problem, { applianceKw }), problem.importPricePerKwh);
  return intents.flatMap(({ segments }) => segments.map(({ reason }) => reason));
}

describe("a run in one block", () => {
  test("waits, runs and is done, each with the price of its time beside another's", () => {
    expect(reasons([0, 0, 1.2, 0.6, 0])).toEqual([
      "Waiting until 02:00, to run at 0.10 €/kWh: a start at 00:00 would cost 0.27 €/kWh.",
      "Running until 03:30 at 0.10 €/kWh: a start at 00:00 would cost 0.27 €/kWh, the dearest.",
      "Done at 03:30.",
    ]);
  });
  test("compares with starts that its window allows only", () => {
    const window = { fromMs: MIDNIGHT_MS + HOUR, untilMs: MIDNIGHT_MS + 5 * HOUR };
    expect(reasons([0, 0, 1.2, 0.6, 0], { window })[0]).toContain("a start at 01:00 would cost 0.17 €/kWh");
    expect(reasons([0, 0, 1.2, 0.6, 0], { window })[1]).toContain(
      "a start at 03:00 would cost 0.20 €/kWh, the dearest",
    );
  });
  test("with sun says so", () => {
    const house = { pvArrays: [{ id: "roof", forecastKw: [0, 0, 4, 4, 0] }] };
    expect(reasons([0, 0, 1.2, 0.6, 0], {}, house)[1]).toContain("with sun that would earn 0.05 €/kWh");
  });
  test("at no other price has nothing to compare with", () => {
    const flatPrice = { importPricePerKwh: [0.2, 0.2, 0.2, 0.2, 0.2] };
    expect(reasons([0, 1.2, 0.6, 0, 0], {}, flatPrice)).toEqual([
      "Waiting until 01:00, to run at 0.20 €/kWh.",
      "Running until 02:30 at 0.20 €/kWh.",
      "Done at 02:30.",
    ]);
  });
  test("that is left out says whether it can be done later", () => {
    expect(reasons([0, 0, 0, 0, 0])).toEqual(["Not run: it finds no place before 05:00."]);
    const window = { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + 20 * HOUR };
    expect(reasons([0, 0, 0, 0, 0], { window })).toEqual(["Not yet: it has time until 20:00."]);
  });
  test("that has started says since when", () => {
    expect(reasons([1.2, 0, 0, 0, 0], { startedMs: MIDNIGHT_MS - HOUR / 2 })).toEqual([
      "Running since 23:30, until 01:00.",
      "Done at 01:00.",
    ]);
  });
});

test("a run that may be interrupted says when it goes on", () => {
  expect(reasons([0, 0, 1.2, 0, 0.6], { singleBlock: false })).toEqual([
    "Waiting until 02:00, to run at 0.10 €/kWh: power costs 0.25 €/kWh now.",
    "Running at 0.10 €/kWh until 03:00.",
    "Waiting until 04:00, to run at 0.40 €/kWh.",
    "Running at 0.40 €/kWh until 05:00.",
  ]);
});
