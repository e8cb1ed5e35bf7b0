import { expect, test } from "vitest";
import { aBattery, aHeatPump, aZone, householdOf, scheduleOf } from "../../../tests/support/household-of.ts";
import { aTank } from "../../../tests/support/household-of.ts";
import { checkSchedule } from "./check-schedule.ts";
import { tidySchedule } from "./tidy-schedule.ts";

const third = 1 / 3;

test("crumbs of two directions at once are swept away, and the meter takes what that changes", () => {
  const house = householdOf(2, { batteries: [aBattery({ minChargeKw: third, mayChargeFromGrid: true })] });
  const raw = scheduleOf(house, { chargeKw: [third - 4e-6, 3e-7], dischargeKw: [2e-7, 0.5 + 3e-7] });
  const tidied = tidySchedule(house, raw);
  expect(tidied.batteries[0]?.chargeKw).toEqual([third, 0]);
  expect(tidied.batteries[0]?.dischargeKw).toEqual([0, 0.5]);
  expect(tidied.importKw).toEqual([1.333333, 0.5]);
  expect(tidied.exportKw).toEqual([0, 0]);
  expect(checkSchedule(house, tidied)).toEqual([]);
});

test("bought and sold at once by a crumb becomes one direction", () => {
  const house = householdOf(1);
  const tidied = tidySchedule(house, { ...scheduleOf(house), importKw: [1.00005], exportKw: [0.00005] });
  expect([tidied.importKw, tidied.exportKw]).toEqual([[1], [0]]);
});

test("a heater that is on is wholly on, and one that is off wholly off", () => {
  const house = householdOf(2, {
    tanks: [aTank(2)],
    immersionHeaters: [{ id: "rod", tankId: "water", powerKw: 7 * third, onOff: true }],
  });
  const raw = scheduleOf(house, { immersionKw: [7 * third - 2e-6, 5e-6] });
  expect(tidySchedule(house, raw).immersionHeaters[0]?.powerKw).toEqual([7 * third, 0]);
});

test("the rooms of a heat pump still add up", () => {
  const house = householdOf(1, {
    zones: [aZone(1), aZone(1, { id: "attic" }), aZone(1, { id: "cellar" })],
    heatPumps: [aHeatPump(1, { tankId: undefined, zoneIds: ["living", "attic", "cellar"] })],
  });
  const zones = ["living", "attic", "cellar"].map((id) => ({ id, powerKw: [third] }));
  const raw = { ...scheduleOf(house), heatPumps: [{ id: "pump", spaceKw: [1], waterKw: [0], zones }] };
  expect(tidySchedule(house, raw).heatPumps[0]?.spaceKw).toEqual([0.999999]);
});

test("the content of a large battery is still what its powers lead to", () => {
  const house = householdOf(3, { batteries: [aBattery({ capacityKwh: 190, soc: third })] });
  const tidied = tidySchedule(house, scheduleOf(house, { chargeKw: [third, 2 * third, 1] }));
  expect(checkSchedule(house, tidied)).toEqual([]);
});
