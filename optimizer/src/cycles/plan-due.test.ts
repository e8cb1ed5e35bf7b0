import fc from "fast-check";
import { expect, test } from "vitest";
import { isPlanDue } from "./plan-due.ts";

const MINUTE = 60_000;
const CYCLE = { cycleMs: 5 * MINUTE, speed: 1 };
const T0 = Date.UTC(2024, 0, 5, 10, 0);

test.each([
  { rule: "in its own cycle: no", createdMin: 0, nowMin: 4.99, due: false },
  { rule: "as the next begins: yes", createdMin: 0, nowMin: 5, due: true },
  { rule: "for a quarter of a minute", createdMin: 0, nowMin: 5.2, due: true },
  { rule: "then the old one counts again", createdMin: 0, nowMin: 5.25, due: false },
  { rule: "nor is one awaited in the cycles after that", createdMin: 0, nowMin: 10, due: false },
  { rule: "made in the middle of a cycle, at the next all the same", createdMin: 4.9, nowMin: 5.1, due: true },
])("a newer plan is due, $rule", ({ createdMin, nowMin, due }) => {
  expect(isPlanDue(T0 + createdMin * MINUTE, T0 + nowMin * MINUTE, CYCLE)).toBe(due);
});

test("on a fast clock it is waited for in real time, over several cycles, but not for ever", () => {
  const fast = { ...CYCLE, speed: 600 };
  const due = (nowMin: number) => isPlanDue(T0, T0 + nowMin * MINUTE, fast);
  expect([4, 5, 10, 29, 30, 35].map(due)).toEqual([false, true, true, true, false, false]);
});

test("a plan of this cycle is never older than what is due, whatever the clock", () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), fc.nat(299_999), fc.constantFrom(1, 60, 600), (cycle, ms, speed) => {
      const startMs = cycle * CYCLE.cycleMs;
      expect(isPlanDue(startMs, startMs + ms, { ...CYCLE, speed })).toBe(false);
    }),
  );
});
