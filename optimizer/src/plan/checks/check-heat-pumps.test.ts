import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  aHeatPump,
  aTank,
  aZone,
  flat,
  householdOf,
  hourSlots,
  MIDNIGHT_MS,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";

const at = (hour: number): string => `slot 2024-01-05T0${hour}:00:00Z`;
type Pump = Parameters<typeof aHeatPump>[1];

function complaints(count: number, pump: Pump, wanted: WantedPowers, house: Partial<HouseholdProblemInput> = {}) {
  const problem = householdOf(count, {
    zones: [aZone(count)],
    tanks: [aTank(count, { drawKw: flat(count, 0), hardMaxTempC: 95 })],
    heatPumps: [aHeatPump(count, pump)],
    ...house,
  });
  return checkSchedule(problem, scheduleOf(problem, wanted));
}

const inTwoHours = { minRunHours: 2, minPauseHours: 2 };

describe("runs and pauses by the clock", () => {
  test.each<{ rule: string; pump: Pump; spaceKw: number[]; complaint?: string }>([
    { rule: "kept", pump: inTwoHours, spaceKw: [0, 2, 2, 0, 0, 1] },
    { rule: "longer than needed", pump: inTwoHours, spaceKw: [2, 1, 1.5, 0, 0, 0] },
    {
      rule: "a run cut short",
      pump: inTwoHours,
      spaceKw: [0, 2, 0, 0, 0, 0],
      complaint: `pump, ${at(2)}: stops before the end of minRunHours by 1 h`,
    },
    {
      rule: "a pause cut short",
      pump: inTwoHours,
      spaceKw: [2, 2, 0, 2, 2, 2],
      complaint: `pump, ${at(3)}: starts before the end of minPauseHours by 1 h`,
    },
    { rule: "the horizon ends a run", pump: { minRunHours: 9 }, spaceKw: [0, 0, 0, 0, 0, 2] },
    { rule: "it ran long before", pump: { ...inTwoHours, previousKw: 2 }, spaceKw: flat(6, 0) },
    { rule: "it rested long before", pump: inTwoHours, spaceKw: flat(6, 2) },
    {
      rule: "it has run for half an hour only",
      pump: { ...inTwoHours, previousKw: 2, previousHours: 0.5 },
      spaceKw: [2, 0, 0, 0, 0, 0],
      complaint: `pump, ${at(1)}: stops before the end of minRunHours by 0.5 h`,
    },
    {
      rule: "it has run for half an hour, and goes on until it may stop",
      pump: { ...inTwoHours, previousKw: 2, previousHours: 0.5 },
      spaceKw: [2, 1, 0, 0, 0, 0],
    },
    {
      rule: "it has rested for half an hour only",
      pump: { ...inTwoHours, previousHours: 0.5 },
      spaceKw: [0, 2, 2, 0, 0, 0],
      complaint: `pump, ${at(1)}: starts before the end of minPauseHours by 0.5 h`,
    },
    {
      rule: "it has run for half an hour, but there is no power for it",
      pump: { ...inTwoHours, minPowerKw: 1, previousKw: 2, previousHours: 0.5, maxPowerKw: [0.5, 4, 4, 4, 4, 4] },
      spaceKw: flat(6, 0),
    },
    {
      rule: "a run may not begin where its power goes away",
      pump: { minRunHours: 2, maxPowerKw: [4, 0, 4, 4, 4, 4] },
      spaceKw: [2, 0, 0, 0, 0, 0],
      complaint: `pump, ${at(1)}: stops before the end of minRunHours by 1 h`,
    },
    {
      rule: "a stop in the first slot begins a pause",
      pump: { ...inTwoHours, previousKw: 2 },
      spaceKw: [0, 2, 2, 0, 0, 0],
      complaint: `pump, ${at(1)}: starts before the end of minPauseHours by 1 h`,
    },
    {
      rule: "the least power",
      pump: { minPowerKw: 1.5 },
      spaceKw: [0, 1.5, 0, 0, 1.25, 0],
      complaint: `pump, ${at(4)}: runs below its least power by 0.25 kW`,
    },
    {
      rule: "a least power where only starts count",
      pump: { startPrice: 0.1 },
      spaceKw: [0, 0.05, 0, 0, 0.02, 0],
      complaint: `pump, ${at(4)}: runs below its least power by 0.02 kW`,
    },
    { rule: "any power where nothing counts", pump: {}, spaceKw: [0.01, 0, 0.02, 0, 4, 0] },
  ])("$rule", ({ pump, spaceKw, complaint }) => {
    expect(complaints(6, pump, { spaceKw })).toEqual(complaint ? [complaint] : []);
  });

  test("short slots: the clock counts, not their number", () => {
    const starts = [0, 0.25, 0.5, 1, 2];
    const slots = starts.map((hour, k) => ({
      startMs: MIDNIGHT_MS + hour * 3_600_000,
      hours: (starts[k + 1] ?? 3) - hour,
    }));
    const runs = (spaceKw: number[]) => complaints(5, { minRunHours: 0.5 }, { spaceKw }, { slots });
    expect(runs([2, 2, 0, 0, 0])).toEqual([]);
    expect(runs([2, 0, 0, 0, 0])).toEqual([
      "pump, slot 2024-01-05T00:15:00Z: stops before the end of minRunHours by 0.25 h",
    ]);
  });

  test("a run of before ends on a warm day, one of today does not", () => {
    const warm = { outdoorTempC: [20, 0, 0], slots: hourSlots(3) };
    const young = { minRunHours: 3, heatingLimitTempC: 15, previousKw: 2, previousHours: 1 };
    expect(complaints(3, young, {}, warm)).toEqual([]);
    expect(complaints(3, young, {}, { ...warm, outdoorTempC: [0, 20, 0] })).toEqual([
      `pump, ${at(0)}: stops before the end of minRunHours by 2 h`,
    ]);
    expect(complaints(3, { ...young, previousKw: 0, previousHours: 24 }, { waterKw: [1, 0, 0] }, warm)).toEqual([
      `pump, ${at(1)}: stops before the end of minRunHours by 2 h`,
    ]);
  });

  test("a pump for water only is never forced to run on from before", () => {
    const pump = { zoneIds: [], minRunHours: 3, previousKw: 2, previousHours: 1 };
    expect(complaints(3, pump, {})).toEqual([]);
  });
});

test("no space heat above the heating limit, water as ever", () => {
  const warm = { outdoorTempC: [10, 16, 15] };
  const pump = { heatingLimitTempC: 15 };
  expect(complaints(3, pump, { spaceKw: [1, 0, 1], waterKw: [0, 1, 0] }, warm)).toEqual([]);
  expect(complaints(3, pump, { spaceKw: [1, 0.5, 1] }, warm)).toEqual([
    `pump, ${at(1)}: heats rooms above heatingLimitTempC by 0.5 kW`,
  ]);
});

test("power of several rooms adds up, and none of it is negative", () => {
  const problem = householdOf(1, {
    zones: [aZone(1), aZone(1, { id: "attic" })],
    tanks: [aTank(1)],
    heatPumps: [aHeatPump(1, { zoneIds: ["living", "attic"] })],
  });
  const schedule = scheduleOf(problem, { spaceKw: [2] });
  expect(checkSchedule(problem, schedule)).toEqual([]);
  const shared = (living: number, attic: number) => ({
    ...schedule,
    heatPumps: [
      {
        id: "pump",
        spaceKw: [2],
        waterKw: [0],
        zones: [
          { id: "living", powerKw: [living] },
          { id: "attic", powerKw: [attic] },
        ],
      },
    ],
  });
  expect(checkSchedule(problem, shared(2, 1))).toContain(
    `pump, ${at(0)}: spaceKw and the powers of its zones differ by 1 kW`,
  );
  expect(checkSchedule(problem, shared(2.5, -0.5))).toContain(`pump, ${at(0)}: power for attic is negative by 0.5 kW`);
  // One kW more for the attic, one less for the room: the sum is right, the temperatures are not.
  expect(checkSchedule(problem, shared(1, 1)).join()).toContain("attic, slot");
});

test("heat that is late warms late", () => {
  const spaceKw = [3, 0, 0];
  expect(complaints(3, { lagHours: 0.75 }, { spaceKw })).toEqual([]);
  const late = householdOf(3, { zones: [aZone(3)], heatPumps: [aHeatPump(3, { tankId: undefined, lagHours: 0.75 })] });
  const prompt = householdOf(3, { zones: [aZone(3)], heatPumps: [aHeatPump(3, { tankId: undefined })] });
  expect(checkSchedule(late, scheduleOf(prompt, { spaceKw }))).toEqual([
    expect.stringContaining(`living, ${at(0)}: state at its end is not what its powers lead to`),
  ]);
});
