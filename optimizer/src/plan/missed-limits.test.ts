import { MissedLimit } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { aBattery, aTank, aZone, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../tests/support/household-of.ts";
import { missedLimits } from "./missed-limits.ts";
import { rulesSchedule } from "./rules-schedule.ts";

const HOUR_MS = 3_600_000;
const house = householdOf(2, {
  site: { importLimitKw: 0.8, exportLimitKw: 1 },
  zones: [aZone(2)],
  tanks: [aTank(2)],
  batteries: [aBattery()],
});
const schedule = {
  ...scheduleOf(house),
  zones: [{ id: "living", tempC: [21, 20.2, 23.5] }],
  tanks: [{ id: "water", tempC: [50, 44.5, 44] }],
  batteries: [{ id: "battery", chargeKw: [0, 0], dischargeKw: [0, 0], soc: [0.5, 0.08, 0.05] }],
  importKw: [0.9, 1],
};

test("each limit once, at its worst slot, judged at the slot's end", () => {
  const missed = missedLimits(house, schedule);
  expect(missed.map(({ subject, startMs, unit }) => [subject, startMs - MIDNIGHT_MS, unit])).toEqual([
    ["living.comfortMinTempC", 0, "K"],
    ["living.comfortMaxTempC", HOUR_MS, "K"],
    ["water.minTempC", HOUR_MS, "K"],
    ["battery.minSoc", HOUR_MS, "share"],
    ["site.importLimitKw", HOUR_MS, "kW"],
  ]);
  expect(missed.map(({ amount }) => Number(amount.toFixed(6)))).toEqual([0.3, 0.5, 1, 0.05, 0.2]);
});

test("too hot, too full, too much sold", () => {
  const other = {
    ...schedule,
    zones: [{ id: "living", tempC: [21, 21, 21] }],
    tanks: [{ id: "water", tempC: [50, 50, 61] }],
    batteries: [{ id: "battery", chargeKw: [0, 0], dischargeKw: [0, 0], soc: [0.5, 0.5, 1.01] }],
    importKw: [0, 0],
    exportKw: [1.5, 1.2],
  };
  expect(missedLimits(house, other).map(({ subject, startMs }) => [subject, startMs - MIDNIGHT_MS])).toEqual([
    ["water.maxTempC", HOUR_MS],
    ["battery.maxSoc", HOUR_MS],
    ["site.exportLimitKw", 0],
  ]);
});

test("a hair's breadth is not missed", () => {
  const close = {
    ...schedule,
    zones: [{ id: "living", tempC: [21, 20.46, 23.04] }],
    tanks: [{ id: "water", tempC: [50, 44.96, 50] }],
    batteries: [{ id: "battery", chargeKw: [0, 0], dischargeKw: [0, 0], soc: [0.5, 0.096, 0.5] }],
    importKw: [0.809, 0],
  };
  expect(missedLimits(house, close)).toEqual([]);
});

test("what a person asks for is the wish", () => {
  const asked = householdOf(2, {
    zones: [aZone(2)],
    tanks: [aTank(2)],
    overrides: [
      { kind: "boostHeat", deviceId: "living", untilMs: MIDNIGHT_MS + 1, tempC: 22 },
      { kind: "boostWater", deviceId: "water", untilMs: MIDNIGHT_MS + 1, tempC: 55 },
    ],
  });
  const warm = {
    ...scheduleOf(asked),
    zones: [{ id: "living", tempC: [21, 21, 21] }],
    tanks: [{ id: "water", tempC: [50, 50, 50] }],
  };
  expect(missedLimits(asked, warm)).toEqual([
    { subject: "living.comfortMinTempC", startMs: MIDNIGHT_MS, amount: 1, unit: "K" },
    { subject: "water.minTempC", startMs: MIDNIGHT_MS, amount: 5, unit: "K" },
  ]);
});

test("what is missed keeps the contract, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, (problem) => {
      const missed = missedLimits(problem, rulesSchedule(problem));
      expect(missed.map((each) => MissedLimit.parse(each))).toEqual(missed);
      expect(new Set(missed.map(({ subject }) => subject)).size).toBe(missed.length);
    }),
  );
});
