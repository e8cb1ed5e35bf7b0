import { MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { KnownPrice, PriceGiver } from "./price-ladder.ts";
import { pricedGrid } from "./priced-grid.ts";

const NOW_MS = Date.UTC(2024, 0, 5, 10);
const price = (hour: number, importPricePerKwh: number, hours = 1, exportPricePerKwh = 0.1): KnownPrice => ({
  startMs: NOW_MS + hour * MS_PER_HOUR,
  hours,
  importPricePerKwh,
  exportPricePerKwh,
  by: { rung: "best", source: "csv" },
});
const hourly = (count: number, value = (hour: number) => hour / 100) =>
  Array.from({ length: count }, (_, k) => price(k, value(k)));
const gridOf = (prices: readonly KnownPrice[], nowMs = NOW_MS, horizonHours = 48) => {
  const grid = pricedGrid(nowMs, horizonHours, prices);
  if (!grid) throw new Error("no grid");
  return grid;
};
/** Knows every slot. */
const given = (at: PriceGiver["at"], changes?: PriceGiver["changes"]): PriceGiver[] => [
  { rung: "learned", source: "price-shape", at, ...(changes ? { changes } : {}) },
];
const flat = () => ({ importPricePerKwh: 0.3, exportPricePerKwh: 0 });
const always = given(flat);
const endOf = (grid: ReturnType<typeof gridOf>) => Math.max(...grid.slots.slice(-1).map(slotEndMs));
/** The price that the grid has at a moment. */
const at = (grid: ReturnType<typeof gridOf>, hour: number) => {
  const ms = NOW_MS + hour * MS_PER_HOUR;
  return grid.importPricePerKwh[grid.slots.findIndex((slot) => slot.startMs <= ms && ms < slotEndMs(slot))];
};

test("where nobody knows more the plan ends with the last known price", () => {
  const grid = gridOf(hourly(13));
  expect(endOf(grid)).toBe(NOW_MS + 13 * MS_PER_HOUR);
  expect(at(grid, 0)).toBe(0);
  expect(at(grid, 12.9)).toBe(0.12);
  expect(at(grid, 13)).toBeUndefined();
});

test("with somebody who knows every slot the plan goes on to the horizon, split where the known prices end", () => {
  const expected = (slot: { startMs: number }) => ({
    importPricePerKwh: slot.startMs / NOW_MS,
    exportPricePerKwh: -0.1,
  });
  const grid = pricedGrid(NOW_MS, 168, hourly(13), { givers: given(expected) });
  if (!grid) throw new Error("no grid");
  expect(grid.restsOn).toMatchObject([
    { rung: "best", source: "csv", fromMs: NOW_MS, untilMs: NOW_MS + 13 * MS_PER_HOUR },
    { rung: "learned", source: "price-shape", fromMs: NOW_MS + 13 * MS_PER_HOUR, untilMs: endOf(grid) },
  ]);
  expect(grid.slots.length).toBeLessThanOrEqual(130);
  expect(grid.slots.length).toBe(grid.importPricePerKwh.length);
  expect(endOf(grid)).toBeGreaterThanOrEqual(NOW_MS + 168 * MS_PER_HOUR);
  expect(at(grid, 12.9)).toBe(0.12);
  expect(at(grid, 13)).toBe(1 + (13 * MS_PER_HOUR) / NOW_MS);
  expect(grid.exportPricePerKwh.at(-1)).toBe(-0.1);
});

test("known prices that end within a slot, or just after it began, leave no gap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 * 40 }), fc.integer({ min: 0, max: 59 }), (minutes, nowMinute) => {
      const nowMs = NOW_MS + nowMinute * 60_000;
      const known = [price(0, 0.2, (nowMinute + minutes) / 60)];
      const grid = pricedGrid(nowMs, 48, known, { givers: always });
      grid?.slots.forEach((slot, k) => {
        expect(slot.hours * 60).toBeGreaterThanOrEqual(0.99);
        const next = grid.slots[k + 1];
        if (next) expect(next.startMs).toBe(slotEndMs(slot));
      });
    }),
  );
});

test("slots end where something begins or ends that was named, in known and expected prices", () => {
  const borders = [NOW_MS + 7.4 * MS_PER_HOUR, NOW_MS + 20.6 * MS_PER_HOUR];
  const ends = pricedGrid(NOW_MS, 48, hourly(13), { borders, givers: always })?.slots.map(slotEndMs);
  expect(ends).toEqual(expect.arrayContaining(borders));
});

test("prices beyond the horizon do not lengthen the plan", () => {
  expect(endOf(gridOf(hourly(72), NOW_MS, 24))).toBe(NOW_MS + 24 * MS_PER_HOUR);
});

test("a slot in which the price changes is split there: half-hours far ahead keep their own prices", () => {
  const halves = Array.from({ length: 60 }, (_, k) => price(k / 2, k, 0.5));
  const grid = gridOf(halves);
  expect(at(grid, 20)).toBe(40);
  expect(at(grid, 20.5)).toBe(41);
});

test("a flat price splits nothing", () => {
  const flat = Array.from({ length: 96 }, (_, k) => price(k / 2, 0.25, 0.5));
  const grid = gridOf(flat);
  expect(grid.slots.at(-1)?.hours).toBe(1);
  expect(new Set(grid.importPricePerKwh)).toEqual(new Set([0.25]));
});

test("a hole is filled by whoever knows, of any width, and split off; prices behind it count", () => {
  const holed = [price(0, 0.3), price(1, 0.1), price(4.5, 0.2, 10)];
  const grid = pricedGrid(NOW_MS, 12, holed, { givers: always });
  if (!grid) throw new Error("no grid");
  expect([0, 1, 2, 4.4, 4.5, 11].map((hour) => at(grid, hour))).toEqual([0.3, 0.1, 0.3, 0.3, 0.2, 0.2]);
  expect(grid.restsOn.map(({ rung, fromMs }) => [rung, (fromMs - NOW_MS) / MS_PER_HOUR])).toEqual([
    ["best", 0],
    ["learned", 2],
    ["best", 4.5],
  ]);
  expect(endOf(gridOf(holed))).toBe(NOW_MS + 2 * MS_PER_HOUR);
});

test("now may lie in a hole", () => {
  const grid = pricedGrid(NOW_MS, 12, [price(1, 0.1, 20)], { givers: always });
  expect([grid && at(grid, 0), grid && at(grid, 1)]).toEqual([0.3, 0.1]);
});

test("slots end where the price of the best of the others changes, but not where a price is known", () => {
  const changes = [3.3, 7.7].map((hour) => NOW_MS + hour * MS_PER_HOUR);
  const ends = pricedGrid(NOW_MS, 12, [price(0, 0.1, 5)], { givers: given(flat, () => changes) })?.slots.map(slotEndMs);
  expect(ends).toContain(changes[1]);
  expect(ends).not.toContain(changes[0]);
});

test.each([
  { what: "no prices at all", prices: [] },
  { what: "only old ones", prices: [price(-5, 0.1), price(-4, 0.1)] },
  { what: "only later ones", prices: [price(1, 0.1)] },
  { what: "one that is over in a moment", prices: [price(-1, 0.1, 1 + 0.01)] },
])("without a price for now there is no grid: $what", ({ prices }) => {
  expect(pricedGrid(NOW_MS, 48, prices)).toBeUndefined();
});

test("slots follow each other from now, none shorter than a minute, and money is conserved", () => {
  const anyPrices = fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 24, maxLength: 200 });
  fc.assert(
    fc.property(
      anyPrices,
      fc.constantFrom(0.25, 0.5, 1),
      fc.integer({ min: 0, max: 3_599_000 }),
      (values, hours, lateMs) => {
        const prices = values.map((value, k) => price(k * hours, value, hours));
        const nowMs = NOW_MS + lateMs;
        const grid = gridOf(prices, nowMs);
        expect(grid.slots[0]?.startMs).toBe(nowMs);
        grid.slots.forEach((slot, k) => {
          expect(slot.hours * 60).toBeGreaterThanOrEqual(0.9999);
          const next = grid.slots[k + 1];
          if (next) expect(next.startMs).toBe(slotEndMs(slot));
        });
        const untilMs = endOf(grid);
        // One kW throughout costs the same by the prices as by the grid.
        const byPrices = prices.reduce((sum, each) => {
          const shared = Math.min(slotEndMs(each), untilMs) - Math.max(each.startMs, nowMs);
          return sum + (Math.max(0, shared) / MS_PER_HOUR) * each.importPricePerKwh;
        }, 0);
        const byGrid = grid.slots.reduce(
          (sum, slot, k) => sum + slot.hours * (grid.importPricePerKwh[k] ?? Number.NaN),
          0,
        );
        expect(byGrid).toBeCloseTo(byPrices, 6);
      },
    ),
  );
});
