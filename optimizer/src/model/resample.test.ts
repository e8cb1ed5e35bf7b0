import { HouseholdProblem, slotEndMs } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { household } from "../../../tests/bench/household.ts";
import {
  MIDNIGHT_MS,
  aBattery,
  aBoiler,
  aCar,
  aHeatPump,
  aTank,
  aZone,
  anAppliance,
  householdOf,
} from "../../../tests/support/household-of.ts";
import { evenSlots, planningGrid } from "../domain/slots.ts";
import { followPowers } from "./follow-powers.ts";
import { coarsen, transplant } from "./resample.ts";

const START_MS = Date.UTC(2024, 0, 5, 10);
const QUARTERS = evenSlots(START_MS, 0.25, 192);
const total = (values: readonly number[], slots: readonly { readonly hours: number }[]): number =>
  values.reduce((sum, value, k) => sum + value * (slots[k]?.hours ?? 0), 0);

test("a house that is small enough is left alone", () => {
  const problem = household(1, planningGrid(START_MS, 48));
  expect(coarsen(problem, 80)).toBe(problem);
});

test.each([192, 80, 40, 12])("at most %i slots over the same time, fine first, without gap", (maxCount) => {
  const { slots } = coarsen(household(1, QUARTERS), maxCount);
  expect(slots.length).toBeLessThanOrEqual(maxCount);
  expect(slots[0]?.startMs).toBe(START_MS);
  expect(slots.at(-1) && slotEndMs(slots.at(-1) ?? { startMs: 0, hours: 1 })).toBe(START_MS + 48 * 3_600_000);
  slots.forEach((slot, k) => {
    const next = slots[k + 1];
    if (!next) return;
    expect(next.startMs).toBe(slotEndMs(slot));
    // The last is what is left over.
    if (k < slots.length - 2) expect(next.hours).toBeGreaterThanOrEqual(slot.hours);
  });
});

test("joined slots keep energies, and the tightest wish", () => {
  const fine = household(2, QUARTERS);
  const coarse = coarsen(fine, 60);
  expect(total(coarse.baseLoadKw, coarse.slots)).toBeCloseTo(total(fine.baseLoadKw, fine.slots), 9);
  expect(total(coarse.pvArrays[0]?.forecastKw ?? [], coarse.slots)).toBeCloseTo(
    total(fine.pvArrays[0]?.forecastKw ?? [], fine.slots),
    9,
  );
  fine.zones[0]?.comfortMinTempC.forEach((min, k) => {
    const at = fine.slots[k]?.startMs ?? 0;
    const joined = coarse.slots.findLastIndex((slot) => slot.startMs <= at);
    expect(coarse.zones[0]?.comfortMinTempC[joined]).toBeGreaterThanOrEqual(min);
  });
});

test("limits, presence and demands of joined slots: the tightest of what a device may, the mean of what it is asked for", () => {
  const count = 8;
  const slots = evenSlots(START_MS, 0.25, count);
  const quarters = (one: number, rest: number): number[] => slots.map((_, k) => (k === 1 ? one : rest));
  const fine = householdOf(count, {
    slots,
    site: { importLimitKw: 9, importLimitPerSlotKw: quarters(3, 5), exportLimitPerSlotKw: quarters(4, 1) },
    batteries: [aBattery({ chargeLimitKw: quarters(2, 4), dischargeLimitKw: quarters(5, 4) })],
    evs: [aCar(count, { connected: slots.map((_, k) => k !== 1), demandKw: quarters(4, 0) })],
    zones: [aZone(count)],
    boilers: [aBoiler(count, { tankId: undefined, maxHeatKw: quarters(6, 12), fuelPricePerKwh: quarters(0.5, 0.1) })],
  });
  const coarse = coarsen(fine, 2);
  expect(coarse.slots.map(({ hours }) => hours)).toEqual([1.25, 0.75]);
  expect(coarse.site).toEqual({ importLimitKw: 9, importLimitPerSlotKw: [3, 5], exportLimitPerSlotKw: [1, 1] });
  expect(coarse.batteries[0]).toMatchObject({ chargeLimitKw: [2, 4], dischargeLimitKw: [4, 4] });
  expect(coarse.evs[0]).toMatchObject({ connected: [false, true], demandKw: [0.8, 0] });
  expect(coarse.boilers[0]).toMatchObject({
    maxHeatKw: [6, 12],
    fuelPricePerKwh: [expect.closeTo(0.18, 9), expect.closeTo(0.1, 9)],
  });
  // The coarse house is one that the contract knows.
  expect(() => HouseholdProblem.parse(coarse)).not.toThrow();
});

test("every kind of device is carried over by its name", () => {
  const count = 2;
  const parts = {
    batteries: [aBattery({ id: "a" }), aBattery({ id: "b" })],
    evs: [aCar(count)],
    zones: [aZone(count), aZone(count, { id: "attic" })],
    tanks: [aTank(count)],
    heatPumps: [aHeatPump(count, { zoneIds: ["living", "attic"] })],
    boilers: [aBoiler(count, { zoneIds: ["attic"] })],
    immersionHeaters: [{ id: "heater", tankId: "water", powerKw: 2 }],
    appliances: [anAppliance(count, { runHours: 1 })],
  };
  const planned = followPowers(householdOf(count, parts), {
    pvArrays: [],
    batteries: [
      { chargeKw: [1, 0], dischargeKw: [0, 0] },
      { chargeKw: [0, 0], dischargeKw: [0, 2] },
    ],
    evs: [{ chargeKw: [3, 0], dischargeKw: [0, 0] }],
    heatPumps: [
      {
        zones: [
          { id: "living", powerKw: [1, 0] },
          { id: "attic", powerKw: [0, 0.5] },
        ],
        waterKw: [0.25, 0],
      },
    ],
    boilers: [{ zones: [{ id: "attic", heatKw: [0, 4] }], waterKw: [0.5, 0] }],
    immersionHeaters: [{ powerKw: [0, 0.5] }],
    appliances: [{ powerKw: [0, 1.2] }],
  });
  // The same devices in another order, on halves of the slots.
  const finer = evenSlots(MIDNIGHT_MS, 0.5, 4);
  const other = householdOf(4, {
    slots: finer,
    batteries: parts.batteries.toReversed(),
    evs: [aCar(4)],
    zones: [aZone(4, { id: "attic" }), aZone(4)],
    tanks: [aTank(4)],
    heatPumps: [aHeatPump(4, { zoneIds: ["attic", "living"] })],
    boilers: [aBoiler(4, { zoneIds: ["attic"] })],
    immersionHeaters: parts.immersionHeaters,
    appliances: [anAppliance(count, { runHours: 1 })],
  });
  const carried = transplant(other, { slots: householdOf(count).slots, schedule: planned });
  expect(carried.batteries.map(({ id, chargeKw, dischargeKw }) => [id, chargeKw, dischargeKw])).toEqual([
    ["b", [0, 0, 0, 0], [0, 0, 2, 2]],
    ["a", [1, 1, 0, 0], [0, 0, 0, 0]],
  ]);
  expect(carried.evs[0]?.chargeKw).toEqual([3, 3, 0, 0]);
  expect(carried.heatPumps[0]).toMatchObject({
    waterKw: [0.25, 0.25, 0, 0],
    zones: [
      { id: "attic", powerKw: [0, 0, 0.5, 0.5] },
      { id: "living", powerKw: [1, 1, 0, 0] },
    ],
  });
  expect(carried.boilers[0]).toMatchObject({
    waterKw: [0.5, 0.5, 0, 0],
    zones: [{ id: "attic", heatKw: [0, 0, 4, 4] }],
  });
  expect(carried.immersionHeaters[0]?.powerKw).toEqual([0, 0, 0.5, 0.5]);
  expect(carried.appliances[0]?.powerKw).toEqual([0, 0, 1.2, 1.2]);
});

const idle = (count: number): number[] => Array.from({ length: count }, () => 0);

test("a schedule's energies survive another grid", () => {
  const problem = household(3, QUARTERS);
  const coarse = coarsen(problem, 60);
  const count = coarse.slots.length;
  const heated = followPowers(coarse, {
    pvArrays: [{ usedKw: coarse.pvArrays[0]?.forecastKw ?? [] }],
    batteries: [{ chargeKw: idle(count), dischargeKw: idle(count) }],
    evs: [],
    heatPumps: [
      {
        zones: [{ id: "living_room", powerKw: coarse.slots.map((_, k) => (k % 3) * 0.7) }],
        waterKw: idle(count),
      },
    ],
    boilers: [],
    immersionHeaters: [{ powerKw: idle(count) }, { powerKw: idle(count) }],
    appliances: [],
  });
  const onFine = transplant(problem, { slots: coarse.slots, schedule: heated });
  expect(total(onFine.heatPumps[0]?.spaceKw ?? [], problem.slots)).toBeCloseTo(
    total(heated.heatPumps[0]?.spaceKw ?? [], coarse.slots),
    9,
  );
  // The same heat over the same time ends in the same room, up to when within an hour it came.
  expect(onFine.zones[0]?.tempC.at(-1)).toBeCloseTo(heated.zones[0]?.tempC.at(-1) ?? 0, 1);
});

const powers = (count: number, kw: number) => ({
  pvArrays: [],
  batteries: [],
  evs: [],
  heatPumps: [{ zones: [{ id: "living_room", powerKw: idle(count).map(() => kw) }], waterKw: idle(count) }],
  boilers: [],
  immersionHeaters: [],
  appliances: [],
});

test("what the other schedule does not cover follows the rest, or idles; a device it does not know idles", () => {
  const problem = household(4, evenSlots(START_MS, 1, 4));
  const planned = household(4, evenSlots(START_MS, 1, 2));
  const schedule = followPowers(planned, powers(2, 2));
  const spaceKw = (rest?: ReturnType<typeof followPowers>) =>
    transplant(problem, { slots: planned.slots, schedule }, rest).heatPumps[0]?.spaceKw;
  expect(spaceKw()).toEqual([2, 2, 0, 0]);
  expect(spaceKw(followPowers(problem, powers(4, 1)))).toEqual([2, 2, 1, 1]);
  const unknown = transplant(problem, { slots: planned.slots, schedule: { ...schedule, heatPumps: [] } });
  expect(unknown.heatPumps[0]?.spaceKw).toEqual([0, 0, 0, 0]);
});
