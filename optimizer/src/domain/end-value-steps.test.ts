import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type BeyondSlot, endValueSteps, type WorthStep } from "./end-value-steps.ts";

type BatteryInput = NonNullable<HouseholdProblemInput["batteries"]>[number];

function battery(changes: Partial<BatteryInput> = {}) {
  const [parsed] = HouseholdProblem.parse({
    currency: "EUR",
    slots: [{ startMs: 0, hours: 1 }],
    importPricePerKwh: [0],
    exportPricePerKwh: [0],
    baseLoadKw: [0],
    outdoorTempC: [0],
    batteries: [{ id: "battery", capacityKwh: 10, soc: 0.5, maxChargeKw: 3, maxDischargeKw: 3, ...changes }],
  }).batteries;
  if (!parsed) throw new Error("no battery");
  return parsed;
}

const hour = (importPricePerKwh: number, netLoadKw: number, exportPricePerKwh = 0): BeyondSlot => ({
  hours: 1,
  importPricePerKwh,
  exportPricePerKwh,
  netLoadKw,
});
const worthOf = (steps: readonly WorthStep[], kwh: number): number => {
  let left = kwh;
  return steps.reduce((sum, step) => {
    const taken = Math.min(left, step.kwh);
    left -= taken;
    return sum + taken * step.pricePerKwh;
  }, 0);
};
const worthOfKwh = (steps: readonly WorthStep[], content: number): number =>
  (worthOf(steps, content) - worthOf(steps, content - 0.01)) / 0.01;
const LOSSLESS = { chargeEfficiency: 1, dischargeEfficiency: 1, wearPricePerKwh: 0, minSoc: 0 } as const;

test("the first kWh serves the dearest hours, the last what is left; what nobody can use is worth nothing", () => {
  // Four hours a day: two dear ones that take 1 kWh each, two ordinary ones; nothing to refill it from but the same prices.
  const day = [hour(0.2, 1), hour(0.5, 1), hour(0.5, 1), hour(0.2, 1)];
  const steps = endValueSteps(battery({ ...LOSSLESS, capacityKwh: 4, mayChargeFromGrid: false }), day);
  expect(worthOfKwh(steps, 1)).toBeCloseTo(0.5, 1);
  expect(worthOfKwh(steps, 4)).toBeCloseTo(0.5, 1);
  // A sun that fills it every morning ends all use of what is carried past it.
  const sunny = [hour(0.4, 1), hour(0.3, 1), ...Array.from({ length: 6 }, () => hour(0.2, -3))];
  const before = endValueSteps(battery({ ...LOSSLESS, capacityKwh: 6 }), sunny);
  expect(worthOfKwh(before, 1)).toBeCloseTo(0.4, 2);
  expect(worthOfKwh(before, 2)).toBeCloseTo(0.3, 2);
  expect(worthOfKwh(before, 3)).toBe(0);
});

test("it is never worth more than refilling it before the dear hours, nor less than serving the cheap ones", () => {
  const day = [
    hour(0.1, 0.5),
    hour(0.1, 0.5),
    hour(0.1, 0.5),
    hour(0.1, 0.5),
    ...Array.from({ length: 8 }, () => hour(0.4, 0.5)),
  ];
  const steps = endValueSteps(battery({ wearPricePerKwh: 0.02 }), day);
  for (const { pricePerKwh } of steps) {
    expect(pricePerKwh).toBeLessThanOrEqual(0.1 / 0.95);
    expect(pricePerKwh).toBeGreaterThanOrEqual((0.1 - 0.02) * 0.95 - 1e-3);
  }
});

test("a battery that starts an ordinary day is filled where power costs nothing now, and not at that day's own prices", () => {
  const typical = [24, 23, 22, 22, 22, 23, 26, 30, 31, 28, 26, 25, 24, 24, 25, 27, 30, 34, 35, 33, 30, 28, 27, 25];
  const steps = endValueSteps(
    battery(),
    typical.map((cents) => hour(cents / 100, 0.45, cents / 100 - 0.13)),
  );
  const worthKeepingAt = (price: number) =>
    steps.filter((each) => each.pricePerKwh > price / 0.95).reduce((sum, each) => sum + each.kwh, 0);
  expect(worthKeepingAt(0.157)).toBeCloseTo(10, 9);
  expect(worthKeepingAt(0.22)).toBeLessThan(7.5);
});

test.each([
  { rule: "content below its minimum counts like the first kWh above it", more: { minSoc: 0.3 }, kwh: 10 },
  { rule: "nothing above its maximum counts", more: { maxSoc: 0.6 }, kwh: 6 },
])("$rule", ({ more, kwh }) => {
  const steps = endValueSteps(battery(more), [hour(0.3, 1), hour(0.1, 1)]);
  expect(steps.reduce((sum, each) => sum + each.kwh, 0)).toBeCloseTo(kwh, 9);
});

test.each([
  { rule: "without load a kWh earns what it is sold for", more: {}, worth: (0.25 - 0.02) * 0.95 },
  { rule: "where it may not sell it earns nothing", more: { mayExport: false }, worth: 0 },
  { rule: "less the losses of its stages", more: { dischargeStages: [{ kw: 3, efficiency: 0.8 }] }, worth: 0.23 * 0.8 },
])("$rule", ({ more, worth }) => {
  const steps = endValueSteps(
    battery(more),
    Array.from({ length: 24 }, () => hour(0.3, 0, 0.25)),
  );
  expect(worthOfKwh(steps, 5)).toBeCloseTo(worth, 2);
});

test("a leaking battery's content is worth less, a battery that only the sun may charge has more worth kept", () => {
  const night = [hour(0.05, 0), hour(0.05, 0), ...Array.from({ length: 6 }, () => hour(0.3, 1))];
  const steps = endValueSteps(battery(), night);
  expect(worthOf(endValueSteps(battery({ selfDischargePerHour: 0.05 }), night), 9)).toBeLessThan(worthOf(steps, 9));
  expect(worthOf(endValueSteps(battery({ mayChargeFromGrid: false }), night), 9)).toBeGreaterThan(worthOf(steps, 9));
});

const PATIENCE = 0.9995;

/** Every whole kWh of content, every whole kWh moved: the same question by trying all. */
function byTrying(capacityKwh: number, maxKw: number, hoursOfAll: readonly BeyondSlot[]): number[] {
  let worth = Array.from({ length: capacityKwh + 1 }, () => 0);
  for (const { importPricePerKwh, exportPricePerKwh, netLoadKw } of hoursOfAll.toReversed()) {
    const money = (kw: number) =>
      kw > 0 ? -kw * importPricePerKwh : -kw * Math.min(importPricePerKwh, exportPricePerKwh);
    worth = worth.map((_, content) =>
      Math.max(
        ...Array.from({ length: 2 * maxKw + 1 }, (__, k) => k - maxKw).flatMap((given) =>
          content - given < 0 || content - given > capacityKwh
            ? []
            : [money(netLoadKw - given) + PATIENCE * (worth[content - given] ?? 0)],
        ),
      ),
    );
  }
  return worth.map((each) => each - (worth[0] ?? 0));
}

test("the worth is the one found by trying every course of action", () => {
  const anyHour = fc
    .record({
      buy: fc.integer({ min: 1, max: 40 }),
      sell: fc.integer({ min: 0, max: 40 }),
      load: fc.integer({ min: -3, max: 3 }),
    })
    .map(({ buy, sell, load }) => hour(buy / 100, load, sell / 100));
  fc.assert(
    fc.property(
      fc.array(anyHour, { minLength: 24, maxLength: 24 }),
      fc.integer({ min: 1, max: 8 }),
      (day, capacityKwh) => {
        const steps = endValueSteps(battery({ ...LOSSLESS, capacityKwh, maxChargeKw: 2, maxDischargeKw: 2 }), day);
        const tried = byTrying(capacityKwh, 2, Array.from({ length: 6 }, () => day).flat());
        tried.forEach((worth, content) => expect(worthOf(steps, content)).toBeCloseTo(worth, 2));
      },
    ),
    { numRuns: 60 },
  );
});

test("steps fall and are few, whatever the hours", () => {
  const anySlot = fc.record({
    hours: fc.constantFrom(0.25, 1, 3),
    importPricePerKwh: fc.double({ min: -0.5, max: 2, noNaN: true }),
    exportPricePerKwh: fc.double({ min: -0.5, max: 2, noNaN: true }),
    netLoadKw: fc.double({ min: -8, max: 8, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(anySlot, { maxLength: 60 }), (beyond) => {
      const steps = endValueSteps(battery(), beyond);
      expect(steps.length).toBeLessThanOrEqual(12);
      steps.forEach((step, k) => {
        expect(step.pricePerKwh).toBeGreaterThan(0);
        expect(step.pricePerKwh).toBeLessThan(steps[k - 1]?.pricePerKwh ?? Number.POSITIVE_INFINITY);
      });
      expect(steps.reduce((sum, each) => sum + each.kwh, 0)).toBeLessThanOrEqual(10 + 1e-9);
    }),
  );
});
