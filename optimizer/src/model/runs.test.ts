import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenSlots } from "../domain/slots.ts";
import { type RunRules, boundSlots, cheapestRuns, firstSlotAfter } from "./runs.ts";

/** Slots of these lengths, one after the other. */
function slotsOf(hours: readonly number[]): Slot[] {
  let startMs = 0;
  return hours.map((each) => {
    const slot = { startMs, hours: each };
    startMs += Math.round(each * MS_PER_HOUR);
    return slot;
  });
}

const free: RunRules = {
  canBeOn: [true, true, true, true, true, true],
  minOnHours: 0,
  minOffHours: 0,
  before: { isOn: false, hours: 24 },
};
const hours = evenSlots(0, 1, 6);

/** "-##-": on where something is wanted. */
const written = (runs: readonly boolean[]): string => runs.map((isOn) => (isOn ? "#" : "-")).join("");
const read = (text: string): boolean[] => Array.from(text, (each) => each === "#");

/** The nearest pattern to the wanted one, every wrong slot counting the same. */
const nearest = (wanted: string, rules: Partial<RunRules>, slots = hours): string =>
  written(
    cheapestRuns(
      slots,
      { ...free, ...rules },
      {
        on: read(wanted).map((isOn) => (isOn ? 0 : 1)),
        off: read(wanted).map((isOn) => (isOn ? 1 : 0)),
      },
    ),
  );

describe("runs and pauses", () => {
  test.each([
    { rule: "stay as they are where they may", wanted: "-#-##-", runs: "-#-##-" },
    { rule: "last as long as they must", wanted: "-##-#-", minOnHours: 3, runs: "-####-" },
    { rule: "are dropped where that changes less", wanted: "-#----", minOnHours: 4, runs: "------" },
    { rule: "are joined where a pause would be too short", wanted: "##-###", minOffHours: 2, runs: "######" },
    { rule: "end with the horizon", wanted: "-----#", minOnHours: 4, runs: "-----#" },
    {
      rule: "keep away from slots in which they cannot be",
      wanted: "-###--",
      minOnHours: 3,
      barred: 3,
      runs: "###---",
    },
  ])("$rule", ({ wanted, runs, barred, ...rules }) => {
    expect(nearest(wanted, { ...rules, canBeOn: free.canBeOn.map((_, k) => k !== barred) })).toBe(runs);
  });

  test.each([
    { rule: "a run that began an hour ago goes on", isOn: true, since: 1, minOnHours: 3, runs: "##----" },
    { rule: "a run that is old enough may end", isOn: true, since: 3, minOnHours: 3, runs: "------" },
  ])("$rule", ({ isOn, since, minOnHours, runs }) => {
    expect(nearest("------", { minOnHours, before: { isOn, hours: since } })).toBe(runs);
  });

  test.each([
    { rule: "a pause that began an hour ago goes on", since: 1, minOffHours: 3, runs: "--####" },
    { rule: "a pause that is old enough may end", since: 3, minOffHours: 3, runs: "######" },
  ])("$rule", ({ since, minOffHours, runs }) => {
    expect(nearest("######", { minOffHours, before: { isOn: false, hours: since } })).toBe(runs);
  });

  test("time counts, not slots: a slot belongs to a run when it begins before the run may end", () => {
    const mixed = slotsOf([0.25, 0.25, 0.5, 1, 1, 2]);
    expect(firstSlotAfter(mixed, 0, 0.5)).toBe(2);
    expect(firstSlotAfter(mixed, 0, 0.75)).toBe(3);
    expect(firstSlotAfter(mixed, 3, 4)).toBe(6);
    expect(firstSlotAfter(mixed, 2, 0)).toBe(2);
    expect(boundSlots(mixed, { ...free, minOffHours: 2, before: { isOn: false, hours: 1 } })).toBe(3);
  });

  test("a sum of hours that is a hair too long binds no further slot", () => {
    // 0.1 + 0.2 hours are 0.30000000000000004.
    expect(firstSlotAfter(evenSlots(0, 0.1, 6), 0, 0.1 + 0.2)).toBe(3);
  });
});

/** The rules, slot by slot, as one would explain them. */
function isLegal(slots: readonly Slot[], rules: RunRules, runs: readonly boolean[]): boolean {
  const startHours = (k: number): number => (slots[k]?.startMs ?? 0) / MS_PER_HOUR;
  let { isOn, hours: lasted } = rules.before;
  return runs.every((next, k) => {
    if (k > 0) lasted += startHours(k) - startHours(k - 1);
    if (next && rules.canBeOn[k] !== true) return false;
    if (next === isOn) return true;
    if (lasted < (isOn ? rules.minOnHours : rules.minOffHours) - 1e-9) return false;
    isOn = next;
    lasted = 0;
    return true;
  });
}

const everyPattern = (count: number): boolean[][] =>
  Array.from({ length: 2 ** count }, (_, code) => Array.from({ length: count }, (_, k) => ((code >> k) & 1) === 1));

test("of all legal patterns none is cheaper", () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(1 / 12, 0.25, 0.5, 1), { minLength: 1, maxLength: 8 }).chain((lengths) => {
        const each = <T>(value: fc.Arbitrary<T>) =>
          fc.array(value, { minLength: lengths.length, maxLength: lengths.length });
        const quarter = fc.integer({ min: 0, max: 8 }).map((count) => count / 4);
        return fc.record({
          slots: fc.constant(slotsOf(lengths)),
          on: each(fc.integer({ min: 0, max: 9 })),
          off: each(fc.integer({ min: 0, max: 9 })),
          rules: fc.record({
            canBeOn: each(fc.boolean()),
            minOnHours: quarter,
            minOffHours: quarter,
            before: fc.record({ isOn: fc.boolean(), hours: quarter }),
          }),
        });
      }),
      ({ slots, on, off, rules }) => {
        // A device is not bound to run where it cannot: its owner sees to that.
        fc.pre(!rules.before.isOn || rules.canBeOn.slice(0, boundSlots(slots, rules)).every(Boolean));
        const cost = (runs: readonly boolean[]): number =>
          runs.reduce((sum, isOn, k) => sum + ((isOn ? on : off)[k] ?? 0), 0);
        const legal = everyPattern(slots.length).filter((runs) => isLegal(slots, rules, runs));
        const found = cheapestRuns(slots, rules, { on, off });
        expect(legal).toContainEqual(found);
        expect(cost(found)).toBe(Math.min(...legal.map(cost)));
      },
    ),
    { numRuns: 300 },
  ));
