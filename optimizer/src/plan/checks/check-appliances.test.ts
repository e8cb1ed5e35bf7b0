import { describe, expect, test } from "vitest";
import { anAppliance, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";

const at = (hour: number): string => `dishwasher, slot 2024-01-05T0${hour}:00:00Z`;
const HOUR_MS = 3_600_000;
const hour = (hours: number): number => MIDNIGHT_MS + hours * HOUR_MS;

function complaints(parts: Parameters<typeof anAppliance>[1], applianceKw: number[]): string[] {
  const problem = householdOf(5, { appliances: [anAppliance(5, parts)] });
  return checkSchedule(problem, scheduleOf(problem, { applianceKw }));
}

describe("one run in one piece: 1.2 kW for an hour and a half", () => {
  const window = { fromMs: hour(1), untilMs: hour(4) };
  test.each<{ rule: string; kw: number[]; complaint?: string }>([
    { rule: "not at all", kw: [0, 0, 0, 0, 0] },
    { rule: "at the beginning of its window", kw: [0, 1.2, 0.6, 0, 0] },
    { rule: "as late as it may", kw: [0, 0, 1.2, 0.6, 0] },
    { rule: "too early", kw: [1.2, 0.6, 0, 0, 0], complaint: `${at(0)}: starts before its window by 1 h` },
    { rule: "too late", kw: [0, 0, 0, 1.2, 0.6], complaint: `${at(3)}: ends after its window by 0.5 h` },
    {
      rule: "cut off",
      kw: [0, 1.2, 0, 0, 0],
      complaint: `${at(2)}: differs from an unbroken run at its powerKw by 0.6 kW`,
    },
    {
      rule: "with a pause",
      kw: [0, 1.2, 0, 0.6, 0],
      complaint: `${at(2)}: differs from an unbroken run at its powerKw by 0.6 kW, and in 1 more`,
    },
    {
      rule: "weaker",
      kw: [0, 1, 0.6, 0, 0],
      complaint: `${at(1)}: differs from an unbroken run at its powerKw by 0.2 kW`,
    },
    {
      rule: "twice",
      kw: [0, 1.2, 0.6, 1.2, 0],
      complaint: `${at(3)}: differs from an unbroken run at its powerKw by 1.2 kW`,
    },
  ])("$rule", ({ kw, complaint }) => {
    expect(complaints({ window }, kw)).toEqual(complaint ? [complaint] : []);
  });

  test("what runs past the horizon does not start", () => {
    expect(complaints({ window: { fromMs: hour(0), untilMs: hour(9) } }, [0, 0, 0, 0, 1.2])).toEqual([
      `${at(4)}: ends after its window by 0.5 h`,
    ]);
  });

  test("clocks differ by a second", () => {
    const tight = { fromMs: hour(1) + 900, untilMs: hour(2.5) - 900 };
    expect(complaints({ window: tight }, [0, 1.2, 0.6, 0, 0])).toEqual([]);
    expect(complaints({ window: { ...tight, fromMs: hour(1) + 60_000 } }, [0, 1.2, 0.6, 0, 0])).toHaveLength(1);
  });
});

describe("in parts", () => {
  const parts = { singleBlock: false, window: { fromMs: hour(0.5), untilMs: hour(3.25) } };
  test.each<{ rule: string; kw: number[]; complaint?: string }>([
    { rule: "any share of a slot", kw: [0.6, 0.3, 0, 0.3, 0] },
    { rule: "all of it", kw: [0.6, 1.2, 0, 0, 0] },
    { rule: "before its window", kw: [0.8, 0, 0, 0, 0], complaint: `${at(0)}: powerKw exceeds its limit by 0.2 kW` },
    { rule: "after its window", kw: [0, 0, 0, 0, 0.1], complaint: `${at(4)}: powerKw exceeds its limit by 0.1 kW` },
    {
      rule: "more than once",
      kw: [0.6, 1.2, 0.3, 0, 0],
      complaint: `${at(4)}: takes more than its runHours need by 0.3 kWh`,
    },
    { rule: "backwards", kw: [0, -0.5, 0, 0, 0], complaint: `${at(1)}: powerKw is negative by 0.5 kW` },
  ])("$rule", ({ kw, complaint }) => {
    expect(complaints(parts, kw)).toEqual(complaint ? [complaint] : []);
  });
});

describe("what runs already goes on", () => {
  const running = { startedMs: hour(-0.25), window: { fromMs: hour(2), untilMs: hour(3) } };
  test.each<{ rule: string; kw: number[]; complaint?: string }>([
    { rule: "to its end", kw: [1.2, 0.3, 0, 0, 0] },
    {
      rule: "and is not stopped",
      kw: [1.2, 0, 0, 0, 0],
      complaint: `${at(1)}: differs from the run that has begun by 0.3 kW`,
    },
    {
      rule: "and is not moved",
      kw: [0, 0, 1.2, 0.6, 0],
      complaint: `${at(0)}: differs from the run that has begun by 1.2 kW, and in 3 more`,
    },
  ])("$rule", ({ kw, complaint }) => {
    expect(complaints(running, kw)).toEqual(complaint ? [complaint] : []);
  });
});
