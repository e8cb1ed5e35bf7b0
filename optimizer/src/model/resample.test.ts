import { slotEndMs } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { household } from "../../../tests/bench/household.ts";
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

const idle = (count: number): number[] => Array.from({ length: count }, () => 0);

test("a schedule's energies survive another grid", () => {
  const problem = household(3, QUARTERS);
  const coarse = coarsen(problem, 60);
  const count = coarse.slots.length;
  const heated = followPowers(coarse, {
    pvArrays: [{ usedKw: coarse.pvArrays[0]?.forecastKw ?? [] }],
    batteries: [{ chargeKw: idle(count), dischargeKw: idle(count) }],
    heatPumps: [{ spaceKw: coarse.slots.map((_, k) => (k % 3) * 0.7), waterKw: idle(count) }],
    immersionHeaters: [{ powerKw: idle(count) }, { powerKw: idle(count) }],
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
  heatPumps: [{ spaceKw: idle(count).map(() => kw), waterKw: idle(count) }],
  immersionHeaters: [],
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
