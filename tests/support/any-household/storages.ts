import type { Slot } from "@ohmstead/contract";
import fc from "fast-check";
import { anyMoment, decimal, device, each, sometimes } from "./figures.ts";

/** Worth of the first kWh, the next, and so on: falling. */
const anySteps = fc
  .array(fc.record({ kwh: decimal(0.5, 6, 0.5), pricePerKwh: decimal(0, 0.5) }), { minLength: 1, maxLength: 4 })
  .map((steps) => {
    const prices = steps.map((step) => step.pricePerKwh).toSorted((a, b) => b - a);
    return steps.map(({ kwh }, i) => ({ kwh, pricePerKwh: prices[i] ?? 0 }));
  });

const anyStorage = (
  id: string,
  slots: readonly Slot[],
  maxChargeKw: number,
  maxDischargeKw: number,
  maxSoc: number,
) => ({
  id: fc.constant(id),
  capacityKwh: fc.oneof(
    { weight: 12, arbitrary: decimal(2, 15, 0.5) },
    { weight: 1, arbitrary: fc.constantFrom(0.2, 80, 200) },
  ),
  soc: decimal(0, 1),
  maxSoc: fc.constant(maxSoc),
  maxChargeKw: fc.constant(maxChargeKw),
  maxDischargeKw: fc.constant(maxDischargeKw),
  chargeEfficiency: decimal(0.8, 1),
  dischargeEfficiency: decimal(0.8, 1),
  wearPricePerKwh: decimal(0, 0.05),
  chargeLimitKw: sometimes(each(slots.length, decimal(0, 6, 0.5))),
  dischargeLimitKw: sometimes(each(slots.length, decimal(0, 6, 0.5))),
  minChargeKw: sometimes(decimal(0, 1, 0.1).map((share) => share * maxChargeKw)),
  minDischargeKw: sometimes(decimal(0, 1, 0.1).map((share) => share * maxDischargeKw)),
  minGridChargeKw: sometimes(decimal(0, 1, 0.1).map((share) => share * maxChargeKw)),
  demandKw: sometimes(each(slots.length, fc.oneof(fc.constant(0), decimal(0, 6, 0.5)))),
  taper: sometimes(
    fc.record({ fromSoc: decimal(0.3, 0.95, 0.05), endKw: decimal(0, 1, 0.1).map((share) => share * maxChargeKw) }),
  ),
  selfDischargePerHour: sometimes(fc.constantFrom(0.0001, 0.01, 0.1)),
  chargeWearPricePerKwh: sometimes(decimal(0, 0.05)),
  reserveSoc: sometimes(decimal(0, 1, 0.1).map((share) => share * maxSoc)),
  reservePricePerKwhHour: sometimes(decimal(0, 0.5, 0.05)),
  mayChargeFromGrid: sometimes(fc.boolean()),
  mayExport: sometimes(fc.boolean()),
  goals: sometimes(
    fc.array(fc.record({ soc: decimal(0, 1, 0.05).map((share) => share * maxSoc), atMs: anyMoment(slots) }), {
      maxLength: 2,
    }),
  ),
  overfullPricePerKwhHour: sometimes(decimal(0, 1, 0.1)),
  goalPricePerKwh: sometimes(decimal(0, 5, 0.5)),
  endValuePerKwh: sometimes(decimal(-0.05, 0.3)),
  endValueSteps: sometimes(anySteps),
});

/** Each further kW loses no less than the one before; the first stage may be bad, since below it the battery rests. */
const anyStages = (maxKw: number, isCharge: boolean) =>
  fc
    .tuple(fc.array(decimal(0.2, 2, 0.2), { minLength: 1, maxLength: 4 }), decimal(0.75, 1), each(4, decimal(0.7, 1)))
    .map(([gaps, first, slopes]) => {
      const sum = gaps.reduce((a, b) => a + b, 0);
      // The last stage reaches the highest power.
      const stretch = Math.max(1, (maxKw + 1e-6) / sum);
      const falling = slopes.toSorted((a, b) => b - a);
      let kw = 0;
      let inside = 0;
      return gaps.map((gap, i) => {
        const step = gap * stretch;
        const slope = falling[i] ?? 1;
        kw += step;
        if (i === 0) inside = isCharge ? step * first : step / first;
        else inside += isCharge ? step * slope : step / slope;
        return { kw, efficiency: Math.min(1, isCharge ? inside / kw : kw / inside) };
      });
    });

export const anyBattery = (id: string, slots: readonly Slot[]) =>
  fc.tuple(decimal(0, 6, 0.5), decimal(0, 6, 0.5), decimal(0.7, 1, 0.05)).chain(([charge, discharge, maxSoc]) =>
    device({
      ...anyStorage(id, slots, charge, discharge, maxSoc),
      minSoc: decimal(0, 0.3, 0.05),
      chargeStages: sometimes(anyStages(charge, true)),
      dischargeStages: sometimes(anyStages(discharge, false)),
    }),
  );

const anyPresence = (slotCount: number): fc.Arbitrary<boolean[]> =>
  fc.oneof(
    fc.constant(Array.from({ length: slotCount }, () => true)),
    fc.nat({ max: slotCount }).map((from) => Array.from({ length: slotCount }, (_, k) => k >= from)),
    fc.nat({ max: slotCount }).map((until) => Array.from({ length: slotCount }, (_, k) => k < until)),
    each(slotCount, fc.boolean()),
  );

export const anyCar = (id: string, slots: readonly Slot[]) =>
  fc
    .tuple(fc.constantFrom(0, 2.3, 3.7, 11), fc.constantFrom(0, 0, 3.7, 11), decimal(0.7, 1, 0.05))
    .chain(([charge, discharge, maxSoc]) =>
      device({
        ...anyStorage(id, slots, charge, discharge, maxSoc),
        minSoc: fc.constantFrom(0, 0.1, 0.3),
        connected: anyPresence(slots.length),
      }),
    );
