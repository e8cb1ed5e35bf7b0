import { slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planningGrid, splitAt } from "./slots.ts";

test("the grid is fine now and coarse later: about 75 slots for two days", () => {
  const nowMs = Date.UTC(2024, 0, 5, 10, 2, 30);
  const grid = planningGrid(nowMs, 48);
  expect(grid[0]).toEqual({ startMs: nowMs, hours: 2.5 / 60 });
  expect(grid.length).toBeGreaterThan(70);
  expect(grid.length).toBeLessThan(85);
});

test("a week is planned in not many more slots than two days: beyond them each lasts three hours", () => {
  const grid = planningGrid(Date.UTC(2024, 0, 5, 10, 2, 30), 168);
  expect(grid.length).toBeLessThanOrEqual(130);
  expect(grid.at(-1)?.hours).toBe(3);
  expect(grid.filter((slot) => slot.hours === 3).every((slot) => slot.startMs % 10_800_000 === 0)).toBe(true);
});

test("slots are split where something begins or ends, never to less than a minute", () => {
  const [hour] = planningGrid(0, 48).slice(-1);
  if (!hour) throw new Error("no slot");
  const minute = (count: number) => hour.startMs + count * 60_000;
  expect(
    splitAt([hour], [minute(20), minute(0.5), minute(20.4), minute(59.5), minute(45), minute(45), minute(90)]),
  ).toEqual([
    { startMs: minute(0), hours: 20 / 60 },
    { startMs: minute(20), hours: 25 / 60 },
    { startMs: minute(45), hours: 15 / 60 },
  ]);
  expect(splitAt([hour], [])).toEqual([hour]);
});

test("slots follow each other without gap and end on the clock, whenever it is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 6, max: 168 }), (nowMs, hours) => {
      const grid = planningGrid(nowMs, hours);
      expect(grid[0]?.startMs).toBe(nowMs);
      expect((grid[0]?.hours ?? 0) * 60).toBeGreaterThanOrEqual(1);
      grid.forEach((slot, k) => {
        const next = grid[k + 1];
        if (next) expect(next.startMs).toBe(slotEndMs(slot));
        expect(slotEndMs(slot) % 300_000).toBe(0);
        if (slot.hours === 3) expect(slot.startMs % 10_800_000).toBe(0);
        if (k > 0 && slot.hours === 1) expect(slot.startMs % 3_600_000).toBe(0);
      });
      const last = grid.at(-1);
      expect(last && slotEndMs(last)).toBeGreaterThanOrEqual(nowMs + hours * 3_600_000);
    }),
  );
});
