import { expect, test } from "vitest";
import { aBattery, aCar, householdOf, MIDNIGHT_MS } from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";
import { rulesSchedule } from "../rules-schedule.ts";

const rounded = (values: readonly number[] | undefined) => values?.map((value) => Number(value.toFixed(3)));

const charging = (car: Parameters<typeof aCar>[1], house: Parameters<typeof householdOf>[1] = {}) =>
  rounded(rulesSchedule(householdOf(4, { ...house, evs: [aCar(4, car)] })).evs[0]?.chargeKw);
const HOUR_MS = 3_600_000;

test("a car charges at once when it is plugged in, until it is full", () => {
  expect(charging({ soc: 0.7, connected: [false, true, true, true] })).toEqual([0, 11, 7, 0]);
});
test("a car charges no further than its goals", () => {
  const goals = [{ soc: 0.65, atMs: MIDNIGHT_MS + 4 * HOUR_MS }];
  expect(charging({ goals })).toEqual([11, 4, 0, 0]);
  expect(charging({ goals: [...goals, { soc: 0.9, atMs: MIDNIGHT_MS + 40 * HOUR_MS }] })).toEqual([11, 4, 0, 0]);
});
test("a car takes its least power for the last bit of a goal, and none above full", () => {
  const goals = [{ soc: 0.6, atMs: MIDNIGHT_MS + 4 * HOUR_MS }];
  expect(charging({ goals, minChargeKw: 4 })).toEqual([11, 4, 0, 0]);
  expect(charging({ soc: 0.8, minChargeKw: 4 })).toEqual([11, 0, 0, 0]);
});
test("a car leaves the connection to the house", () => {
  expect(charging({}, { site: { importLimitKw: 7, importLimitPerSlotKw: [20, 20, 4, 0.5] } })).toEqual([6, 6, 3, 0]);
});
test("a car takes what somebody asks for, beyond its goal", () => {
  const goals = [{ soc: 0.45, atMs: MIDNIGHT_MS + HOUR_MS }];
  expect(charging({ goals, demandKw: [1, 0, 2, 40] })).toEqual([3, 0, 2, 11]);
});
test("a car that waits for the sun gets what is left of it", () => {
  const sun = { pvArrays: [{ id: "roof", forecastKw: [0, 1.5, 4, 20] }] };
  expect(charging({ mayChargeFromGrid: false, minChargeKw: 1.4 }, sun)).toEqual([0, 0, 3, 11]);
  const two = householdOf(1, {
    pvArrays: [{ id: "roof", forecastKw: [5] }],
    evs: [aCar(1, { mayChargeFromGrid: false }), aCar(1, { id: "van", maxChargeKw: 3 })],
  });
  expect(rulesSchedule(two).evs.map(({ chargeKw }) => chargeKw)).toEqual([[1], [3]]);
});

const behind = (sunKw: number, parts: object, inverter: object) => {
  const house = householdOf(1, {
    pvArrays: [{ id: "roof", forecastKw: [sunKw], curtailable: true }],
    batteries: [aBattery(parts)],
    inverters: [
      {
        id: "hybrid",
        pvArrayIds: ["roof"],
        batteryIds: ["battery"],
        maxToHouseKw: 4,
        maxFromHouseKw: 2,
        ...inverter,
      },
    ],
  });
  const schedule = rulesSchedule(house);
  expect(checkSchedule(house, schedule)).toEqual([]);
  return [schedule.pvArrays[0]?.usedKw[0], schedule.batteries[0]?.chargeKw[0], schedule.batteries[0]?.dischargeKw[0]];
};
test("an inverter clips the sun that does not pass", () => expect(behind(9, { soc: 1 }, {})).toEqual([4, 0, 0]));
test("an inverter lets more sun in where the battery takes it before", () =>
  expect(behind(6, { maxChargeKw: 3 }, {})).toEqual([6, 3, 0]));
test("an inverter limits what the battery gives", () =>
  expect(behind(0, {}, { maxToHouseKw: 0.4 })).toEqual([0, 0, 0.4]));

const switchedBattery = (sunKw: number) =>
  rulesSchedule(
    householdOf(1, {
      pvArrays: [{ id: "roof", forecastKw: [sunKw] }],
      batteries: [aBattery({ minChargeKw: 2, minDischargeKw: 2 })],
    }),
  ).batteries[0];

test("a battery rests where its least power is more than the house needs, or the sun gives", () => {
  expect(switchedBattery(0)?.dischargeKw).toEqual([0]);
  expect(switchedBattery(2.5)?.chargeKw).toEqual([0]);
  expect(switchedBattery(3.5)?.chargeKw).toEqual([2.5]);
});
