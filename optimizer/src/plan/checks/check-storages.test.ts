import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  aBattery,
  aCar,
  flat,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";

const first = "slot 2024-01-05T00:00:00Z";
const second = "slot 2024-01-05T01:00:00Z";

const complaints = (parts: Partial<HouseholdProblemInput>, wanted: WantedPowers): string[] => {
  const problem = householdOf(2, parts);
  return checkSchedule(problem, scheduleOf(problem, wanted));
};

interface Case {
  readonly rule: string;
  readonly battery: Parameters<typeof aBattery>[0];
  readonly house?: Partial<HouseholdProblemInput>;
  readonly kept: WantedPowers;
  readonly broken: WantedPowers;
  readonly complaint: string;
}

const sun = { pvArrays: [{ id: "roof", forecastKw: [2, 2] }] };

describe("each rule alone, kept and broken", () => {
  test.each<Case>([
    {
      rule: "a limit of the slot",
      battery: { chargeLimitKw: [5, 1] },
      kept: { chargeKw: [3, 1] },
      broken: { chargeKw: [0, 1.5] },
      complaint: `battery, ${second}: chargeKw exceeds its limit by 0.5 kW`,
    },
    {
      rule: "a limit of the slot that is no limit",
      battery: { chargeLimitKw: [50, 50], maxChargeKw: 2 },
      kept: { chargeKw: [2, 0] },
      broken: { chargeKw: [0, 2.5] },
      complaint: `battery, ${second}: chargeKw exceeds its limit by 0.5 kW`,
    },
    {
      rule: "a discharge limit of the slot",
      battery: { dischargeLimitKw: [5, 1] },
      kept: { dischargeKw: [3, 1] },
      broken: { dischargeKw: [0, 1.5] },
      complaint: `battery, ${second}: dischargeKw exceeds its limit by 0.5 kW`,
    },
    {
      rule: "the least charging power",
      battery: { minChargeKw: 2 },
      kept: { chargeKw: [2, 0] },
      broken: { chargeKw: [0, 1.75] },
      complaint: `battery, ${second}: charges below its least power by 0.25 kW`,
    },
    {
      rule: "the least charging power where the slot allows less",
      battery: { minChargeKw: 2, chargeLimitKw: [5, 1] },
      kept: { chargeKw: [2, 0] },
      broken: { chargeKw: [0, 1] },
      complaint: `battery, ${second}: charges below its least power by 1 kW`,
    },
    {
      rule: "the least discharging power",
      battery: { minDischargeKw: 1.5 },
      kept: { dischargeKw: [1.5, 0] },
      broken: { dischargeKw: [0, 0.5] },
      complaint: `battery, ${second}: discharges below its least power by 0.5 kW`,
    },
    {
      rule: "the grid gives no little",
      battery: { minGridChargeKw: 3 },
      house: sun,
      kept: { chargeKw: [1, 3] },
      broken: { chargeKw: [1, 1.2] },
      complaint: `battery, ${second}: charges from the grid with less than minGridChargeKw by 0.2 kW`,
    },
    {
      rule: "the grid gives no little, though it is nearly enough",
      battery: { minGridChargeKw: 3 },
      house: sun,
      kept: { chargeKw: [0.5, 4] },
      broken: { chargeKw: [1, 2.9] },
      complaint: `battery, ${second}: charges from the grid with less than minGridChargeKw by 0.1 kW`,
    },
    {
      rule: "charges from the sun only",
      battery: { mayChargeFromGrid: false },
      house: sun,
      kept: { chargeKw: [1, 0.5] },
      broken: { chargeKw: [0, 1.4] },
      complaint: `battery, ${second}: charges while the house buys by 0.4 kW`,
    },
    {
      rule: "serves the house only",
      battery: { mayExport: false },
      kept: { dischargeKw: [1, 0.5] },
      broken: { dischargeKw: [0, 1.3] },
      complaint: `battery, ${second}: discharges while the house sells by 0.3 kW`,
    },
    {
      rule: "slower when nearly full",
      battery: { taper: { fromSoc: 0.5, endKw: 1 } },
      // 5 − 4 · (0.8 − 0.5) / 0.5 = 2.6 kW at 80 %.
      kept: { chargeKw: [2.7, 0.2] },
      broken: { chargeKw: [0, 3] },
      complaint: `battery, ${second}: chargeKw exceeds what its content leaves by 0.3999 kW`,
    },
    {
      rule: "content that rest does not explain",
      battery: { soc: 0.12, selfDischargePerHour: 0.05 },
      // Rest alone leaves 1.083 kWh of 1.2; the minimum is 1.
      kept: { dischargeKw: [0.05, 0] },
      broken: { dischargeKw: [0, 0.5] },
      complaint: `battery, ${second}: falls below minSoc by 0.417 kWh`,
    },
  ])("$rule", ({ battery, house, kept, broken, complaint }) => {
    const parts = { ...house, batteries: [aBattery(battery)] };
    expect(complaints(parts, kept)).toEqual([]);
    expect(complaints(parts, broken)).toEqual([complaint]);
  });
});

test("what is lost at rest may lie below the minimum, but nothing else", () => {
  const resting = { batteries: [aBattery({ soc: 0.1, selfDischargePerHour: 0.1 })] };
  expect(complaints(resting, {})).toEqual([]);
  expect(complaints(resting, { dischargeKw: [0.01, 0] })).toEqual([
    `battery, ${first}: falls below minSoc by 0.01 kWh, and in 1 more`,
  ]);
});

test("a car moves only while it is plugged in during the whole slot", () => {
  const parts = { evs: [aCar(2, { connected: [true, false] })] };
  expect(complaints(parts, { carChargeKw: [11, 0] })).toEqual([]);
  expect(complaints(parts, { carChargeKw: [0, 2] })).toEqual([
    `car, ${second}: moves though it is not connected by 2 kW`,
  ]);
});

test("a car that cannot give does not give", () => {
  const parts = { evs: [aCar(2, { maxDischargeKw: 0 })] };
  expect(complaints(parts, { carDischargeKw: [0, 1] })).toEqual([
    `car, ${second}: dischargeKw exceeds its limit by 1 kW`,
  ]);
});

test("a car keeps its own limits, and counts in the balance", () => {
  const problem = householdOf(2, { evs: [aCar(2, { soc: 0.95, maxDischargeKw: 11, minSoc: 0.3 })] });
  const charged = scheduleOf(problem, { carChargeKw: [6, 0] });
  expect(checkSchedule(problem, charged)).toEqual([`car, ${first}: rises above maxSoc by 3 kWh, and in 1 more`]);
  expect(checkSchedule(problem, { ...charged, importKw: [1, 1] })).toContain(
    `house, ${first}: power in and power out differ by 6 kW`,
  );
});

test("a battery above its limit may stay there, but is not charged, nor charged back to there", () => {
  const problem = householdOf(2, { batteries: [aBattery({ soc: 0.95, maxSoc: 0.8, capacityKwh: 10 })] });
  expect(checkSchedule(problem, scheduleOf(problem))).toEqual([]);
  const charged = scheduleOf(problem, { dischargeKw: [1, 0], chargeKw: [0, 0.5] });
  expect(checkSchedule(problem, charged)).toEqual([`battery, ${second}: charges to above maxSoc by 1 kWh`]);
  expect(checkSchedule(problem, scheduleOf(problem, { dischargeKw: [3, 0], chargeKw: [0, 0.5] }))).toEqual([]);
});

test("a battery with stages rests below the first, and stores what lies on the line between two", () => {
  const stages = [
    { kw: 1, efficiency: 0.8 },
    { kw: 5, efficiency: 0.9 },
  ];
  const problem = householdOf(2, { batteries: [aBattery({ chargeStages: stages, dischargeStages: stages.slice(1) })] });
  const flow = (chargeKw: number[], dischargeKw: number[], soc: number[]) => ({
    ...scheduleOf(problem),
    importKw: [1, 1].map((kw, k) => kw + (chargeKw[k] ?? 0)),
    batteries: [{ id: "battery", chargeKw, dischargeKw, soc }],
  });
  // 0.8 kW are stored of the first, 0.925 of each further.
  expect(checkSchedule(problem, flow([3, 1], [0, 0], [0.5, 0.765, 0.845]))).toEqual([]);
  expect(checkSchedule(problem, flow([0, 0.75], [0, 0], [0.5, 0.5, 0.56]))).toEqual([
    `battery, ${second}: charges below its least power by 0.25 kW`,
  ]);
  const given = { ...flow([0, 0], [0, 4], [0.5, 0.5, 0.5 - 0.4 / 0.9]), importKw: [1, 0], exportKw: [0, 3] };
  expect(checkSchedule(problem, given)).toContain(`battery, ${second}: discharges below its least power by 1 kW`);
});

test("a hold binds charge and discharge alike", () => {
  const parts = {
    batteries: [aBattery()],
    overrides: [{ kind: "batteryHold" as const, deviceId: "battery", untilMs: MIDNIGHT_MS + 1 }],
  };
  expect(complaints(parts, { dischargeKw: [0, 1], chargeKw: flat(2, 0) })).toEqual([]);
  expect(complaints(parts, { dischargeKw: [1, 0] })).toEqual([`battery, ${first}: moves though it is held by 1 kW`]);
});
