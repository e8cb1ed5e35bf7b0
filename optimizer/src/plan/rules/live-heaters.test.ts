import { expect, test } from "vitest";
import { aBoiler, aHeatPump, aTank, aZone, flat, householdOf } from "../../../../tests/support/household-of.ts";
import { rulesSchedule } from "../rules-schedule.ts";

test("a boiler does all where no heat pump is", () => {
  const house = householdOf(1, {
    zones: [aZone(1, { tempC: 20 })],
    tanks: [aTank(1, { tempC: 44, drawKw: [0], heatLossKwPerK: 0 })],
    boilers: [aBoiler(1)],
    immersionHeaters: [{ id: "rod", tankId: "water", powerKw: 2 }],
  });
  const { zones, tanks, immersionHeaters } = rulesSchedule(house);
  expect(zones[0]?.tempC[1]).toBeGreaterThan(20.5);
  expect(tanks[0]?.tempC[1]).toBeCloseTo(55, 6);
  expect(immersionHeaters[0]?.powerKw).toEqual([0]);
});
const withPump = (maxPowerKw: number) =>
  rulesSchedule(
    householdOf(1, {
      outdoorTempC: [-20],
      zones: [aZone(1)],
      heatPumps: [aHeatPump(1, { tankId: undefined, maxPowerKw: [maxPowerKw] })],
      boilers: [aBoiler(1, { tankId: undefined })],
    }),
  );

test("a boiler beside a heat pump holds only the wish itself, where that does not", () => {
  expect(withPump(0.1).zones[0]?.tempC[1]).toBeCloseTo(20.5, 6);
  expect(withPump(9).boilers[0]?.zones[0]?.heatKw).toEqual([0]);
});

const withRod = (tempC: number, hardMaxTempC: number) =>
  householdOf(3, {
    tanks: [aTank(3, { tempC, drawKw: flat(3, 0), heatLossKwPerK: 0, maxTempC: 50, hardMaxTempC })],
    immersionHeaters: [{ id: "rod", tankId: "water", powerKw: 3, onOff: true }],
  });

test("an immersion heater that is on or off is on for whole slots, while the tank takes it", () => {
  expect(rulesSchedule(withRod(35, 75)).immersionHeaters[0]?.powerKw).toEqual([3, 3, 0]);
  expect(rulesSchedule(withRod(44.9, 52)).immersionHeaters[0]?.powerKw).toEqual([0, 0, 0]);
});
