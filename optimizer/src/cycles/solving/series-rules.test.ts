import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenSlots } from "../../domain/slots.ts";
import type { SwitchSeries } from "../../model/switches.ts";
import { rulesOf } from "./series-rules.ts";

const SLOTS = evenSlots(Date.UTC(2024, 0, 5), 0.5, 6);

/** Runs at least an hour, pauses at least an hour, has rested for long; `x` marks slots where it cannot be on. */
const series = (parts: Partial<SwitchSeries> = {}, can = "......"): SwitchSeries => ({
  kind: "series",
  id: "pump.run",
  columns: can.split("").map((mark, k) => (mark === "x" ? undefined : k)),
  minOnHours: 1,
  minOffHours: 1,
  before: { isOn: false, hours: 24 },
  use: (x, k) => x[k] ?? 0,
  ...parts,
});
const on = (marks: string): boolean[] => marks.split("").map((mark) => mark === "1");

describe("a pattern is legal", () => {
  test.each([
    ["rests throughout", "......", {}, true],
    ["a run of an hour", ".11...", {}, true],
    ["a run of half an hour", ".1....", {}, false],
    ["a pause of half an hour", "11.11.", {}, false],
    ["a pause of an hour", "11..11", {}, true],
    ["a run that the horizon ends", ".....1", {}, true],
    ["stops at once, after a long run", "......", { before: { isOn: true, hours: 5 } }, true],
    ["stops at once, after half an hour", "......", { before: { isOn: true, hours: 0.5 } }, false],
    ["runs on for the half hour that is left", "1.....", { before: { isOn: true, hours: 0.5 } }, true],
    ["starts at once, after half an hour of rest", "11....", { before: { isOn: false, hours: 0.5 } }, false],
    ["may be switched in any slot", "1.1.1.", { minOnHours: 0, minOffHours: 0 }, true],
  ] as const)("%s: %s", (_, marks, parts, isLegal) => {
    expect(rulesOf(SLOTS, series(parts)).isLegal(on(marks))).toBe(isLegal);
  });

  test("never where it cannot be on", () => {
    expect(rulesOf(SLOTS, series({}, "..xx..")).isLegal(on(".111.."))).toBe(false);
    expect(rulesOf(SLOTS, series({}, "..xx..")).isLegal(on("11..11"))).toBe(true);
  });
});

test("the cheapest runs are legal, and no legal pattern is cheaper", () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 6, maxLength: 6 }),
      fc.constantFrom(0, 0.5, 1, 1.5),
      fc.constantFrom(0, 1),
      fc.boolean(),
      (price, minOnHours, minOffHours, isOn) => {
        const rules = rulesOf(SLOTS, series({ minOnHours, minOffHours, before: { isOn, hours: 0.5 } }));
        const cost = (pattern: readonly boolean[]): number =>
          pattern.reduce((sum, isOn, k) => sum + (isOn ? (price[k] ?? 0) : 0), 0);
        const cheapest = rules.cheapest({ on: price, off: price.map(() => 0) });
        expect(rules.isLegal(cheapest)).toBe(true);
        for (let code = 0; code < 64; code++) {
          const pattern = price.map((_, k) => (code & (1 << k)) !== 0);
          if (rules.isLegal(pattern)) expect(cost(pattern)).toBeGreaterThanOrEqual(cost(cheapest));
        }
      },
    ),
  ));
