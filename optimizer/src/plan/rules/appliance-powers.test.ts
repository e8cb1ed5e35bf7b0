import { expect, test } from "vitest";
import { anAppliance, householdOf, MIDNIGHT_MS } from "../../../../tests/support/household-of.ts";
import { rulesSchedule } from "../rules-schedule.ts";

const rounded = (values: readonly number[] | undefined) => values?.map((value) => Number(value.toFixed(3)));

const powers = (parts: Parameters<typeof anAppliance>[1]) =>
  rounded(rulesSchedule(householdOf(4, { appliances: [anAppliance(4, parts)] })).appliances[0]?.powerKw);
const window = (from: number, until: number) => ({
  window: { fromMs: MIDNIGHT_MS + from * 3_600_000, untilMs: MIDNIGHT_MS + until * 3_600_000 },
});
test("an appliance starts as soon as it may", () => expect(powers(window(0.5, 4))).toEqual([0, 1.2, 0.6, 0]));
test("an appliance does not start what it cannot end", () => expect(powers(window(0.5, 2))).toEqual([0, 0, 0, 0]));
test("an appliance in parts begins with its window", () =>
  expect(powers({ ...window(0.5, 2), singleBlock: false })).toEqual([0.6, 1.2, 0, 0]));
test("an appliance goes on when it runs", () =>
  expect(powers({ startedMs: MIDNIGHT_MS - 1_800_000 })).toEqual([1.2, 0, 0, 0]));
