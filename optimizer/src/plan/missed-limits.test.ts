import { MissedLimit } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import {
  aBattery,
  aCar,
  anAppliance,
  aTank,
  aZone,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
} from "../../../tests/support/household-of.ts";
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

test("what is wrong now counts, too, by the wish of the first slot", () => {
  const now = householdOf(2, {
    zones: [aZone(2, { tempC: 18 })],
    tanks: [aTank(2, { tempC: 70 })],
    batteries: [aBattery({ soc: 0.02 })],
  });
  const better = {
    ...scheduleOf(now),
    zones: [{ id: "living", tempC: [18, 21, 21] }],
    tanks: [{ id: "water", tempC: [70, 59, 50] }],
    batteries: [{ id: "battery", chargeKw: [1, 0], dischargeKw: [0, 0], soc: [0.02, 0.12, 0.12] }],
  };
  expect(missedLimits(now, better)).toEqual([
    { subject: "living.comfortMinTempC", startMs: MIDNIGHT_MS, amount: 2.5, unit: "K" },
    { subject: "water.maxTempC", startMs: MIDNIGHT_MS, amount: 10, unit: "K" },
    { subject: "battery.minSoc", startMs: MIDNIGHT_MS, amount: expect.closeTo(0.08, 9), unit: "share" },
  ]);
});

test("goals, demands and reserves are missed by name", () => {
  const asked = householdOf(2, {
    evs: [
      aCar(2, {
        soc: 0.5,
        reserveSoc: 0.55,
        demandKw: [3, 1],
        goals: [
          { soc: 0.55, atMs: MIDNIGHT_MS + HOUR_MS },
          { soc: 0.6, atMs: MIDNIGHT_MS + 2 * HOUR_MS },
          { soc: 0.9, atMs: MIDNIGHT_MS + 9 * HOUR_MS },
        ],
      }),
    ],
  });
  const missed = (carChargeKw: number[]) =>
    missedLimits(asked, scheduleOf(asked, { carChargeKw })).map(({ subject, amount, startMs, unit }) => [
      subject,
      Number(amount.toFixed(4)),
      (startMs - MIDNIGHT_MS) / HOUR_MS,
      unit,
    ]);
  expect(missed([2.4, 0.8])).toEqual([
    ["car.reserveSoc", 0.01, 0, "share"],
    ["car.goal", 0.0467, 1, "share"],
    ["car.demandKw", 0.6, 0, "kW"],
  ]);
  // People see a percent of their car, and set it.
  expect(missed([3, 2.8])).toEqual([["car.goal", 0.0033, 1, "share"]]);
  expect(missed([3, 2.9])).toEqual([]);
});

test("a window that closes without the run is missed, one that stays open is not", () => {
  const missed = (untilHour: number) => {
    const window = { fromMs: MIDNIGHT_MS + 1.5 * HOUR_MS, untilMs: MIDNIGHT_MS + untilHour * HOUR_MS };
    const late = householdOf(3, { appliances: [anAppliance(3, { window })] });
    return missedLimits(late, scheduleOf(late));
  };
  expect(missed(4)).toEqual([{ subject: "dishwasher.window", startMs: MIDNIGHT_MS + HOUR_MS, amount: 1.5, unit: "h" }]);
  expect(missed(4.5)).toEqual([]);
});

test("hygiene is missed by its last chance, and only then is it no wish to be that hot", () => {
  const hygiene = { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + 2 * HOUR_MS, tempC: 64 };
  const asked = householdOf(3, { tanks: [aTank(3, { hygiene })] });
  const missed = (tempC: number[]) => missedLimits(asked, { ...scheduleOf(asked), tanks: [{ id: "water", tempC }] });
  expect(missed([50, 61, 50, 50])).toEqual([
    { subject: "water.hygiene", startMs: MIDNIGHT_MS + HOUR_MS, amount: 3, unit: "K" },
  ]);
  expect(missed([50, 64, 50, 50])).toEqual([]);
});

test("of two connection limits the lower is missed", () => {
  const night = householdOf(2, { site: { importLimitKw: 0.9, importLimitPerSlotKw: [5, 0.6] } });
  expect(missedLimits(night, scheduleOf(night))).toEqual([
    { subject: "site.importLimitKw", startMs: MIDNIGHT_MS + HOUR_MS, amount: 0.4, unit: "kW" },
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
