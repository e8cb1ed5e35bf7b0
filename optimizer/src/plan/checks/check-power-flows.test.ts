import { describe, expect, test } from "vitest";
import { aBattery, householdOf, scheduleOf, type WantedPowers } from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";

const second = "slot 2024-01-05T01:00:00Z";

const house = householdOf(2, {
  pvArrays: [
    { id: "roof", forecastKw: [6, 6], curtailable: true },
    { id: "shed", forecastKw: [3, 3] },
  ],
  batteries: [aBattery(), aBattery({ id: "garage" })],
  inverters: [{ id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw: 4, maxFromHouseKw: 2 }],
});

describe("what is behind an inverter passes it together", () => {
  test.each<{ rule: string; wanted: WantedPowers; complaint?: string }>([
    { rule: "sun alone", wanted: { usedKw: [4, 4] } },
    { rule: "sun that a battery takes before it", wanted: { usedKw: [6, 6], chargeKw: [2, 2] } },
    { rule: "sun and battery", wanted: { usedKw: [3, 3], dischargeKw: [1, 1] } },
    {
      rule: "too much sun",
      wanted: { usedKw: [4, 4.5] },
      complaint: `hybrid, ${second}: gives more than maxToHouseKw by 0.5 kW`,
    },
    {
      rule: "too much of both",
      wanted: { usedKw: [3, 3], dischargeKw: [1, 2] },
      complaint: `hybrid, ${second}: gives more than maxToHouseKw by 1 kW`,
    },
    { rule: "charging through it", wanted: { usedKw: [0, 1], chargeKw: [2, 2.5] } },
    {
      rule: "too much charging through it",
      wanted: { usedKw: [0, 0], chargeKw: [2, 2.5] },
      complaint: `hybrid, ${second}: takes more than maxFromHouseKw by 0.5 kW`,
    },
  ])("$rule", ({ wanted, complaint }) => {
    expect(checkSchedule(house, scheduleOf(house, wanted))).toEqual(complaint ? [complaint] : []);
  });
});
