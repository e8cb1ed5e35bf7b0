import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { atMostEvery } from "./at-most-every.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that takes 300 ms, and the times at which it began. */
const slowWork = () => {
  const beginnings: number[] = [];
  const startMs = Date.now();
  return {
    beginnings,
    work: async () => {
      beginnings.push(Date.now() - startMs);
      await new Promise((done) => setTimeout(done, 300));
    },
  };
};

test("many wishes are one run, then another no sooner than allowed", async () => {
  const { beginnings, work } = slowWork();
  const calm = atMostEvery(1000, work);
  for (let count = 0; count < 5; count += 1) calm.want();
  await vi.advanceTimersByTimeAsync(100);
  calm.want();
  await vi.advanceTimersByTimeAsync(5000);
  expect(beginnings).toEqual([0, 1000]);
});

test("runs never overlap, and a wish during a run is kept", async () => {
  const { beginnings, work } = slowWork();
  const calm = atMostEvery(100, work);
  calm.want();
  await vi.advanceTimersByTimeAsync(150);
  calm.want();
  await vi.advanceTimersByTimeAsync(5000);
  expect(beginnings).toHaveLength(2);
  expect(beginnings[1]).toBeGreaterThanOrEqual(300);
  expect(beginnings[1]).toBeLessThan(310);
});

test("nothing runs after the end", async () => {
  const { beginnings, work } = slowWork();
  const calm = atMostEvery(1000, work);
  calm.want();
  await vi.advanceTimersByTimeAsync(10);
  calm.want();
  calm.close();
  await vi.advanceTimersByTimeAsync(5000);
  expect(beginnings).toEqual([0]);
});
