import { z } from "zod";
import { at, effectiveHeaterKw, heatedNamed, slotsIn, tempPath } from "../step.ts";
import { ofPlan, type PropertyKind, shown, slotNamed, span, TOLERANCE } from "./property-kind.ts";

const wishAt = (wish: number | readonly number[] | undefined, k: number): number | undefined =>
  typeof wish === "object" ? wish[k] : wish;

/** Rooms and tanks, recomputed from the powers; and what the plan says of them. */
export const warmth: Readonly<Record<string, PropertyKind>> = {
  comfortViolationAtMost: ofPlan({ of: z.string(), kelvinHours: z.number(), ...span }, (property, step) => {
    const { minTempC, maxTempC } = heatedNamed(step, property.of);
    const path = tempPath(step, property.of);
    const missed = slotsIn(step, property).reduce((sum, k) => {
      const below = (wishAt(minTempC, k) ?? Number.NEGATIVE_INFINITY) - at(path, k + 1);
      const above = at(path, k + 1) - (wishAt(maxTempC, k) ?? Number.POSITIVE_INFINITY);
      return sum + (step.slots[k]?.hours ?? 0) * Math.max(0, below, above);
    }, 0);
    return missed <= property.kelvinHours + 1e-4
      ? []
      : [`${shown(missed)} K·h missed, wanted at most ${property.kelvinHours}`];
  }),

  temperatureWithin: ofPlan(
    {
      of: z.string(),
      min: z.number().optional(),
      max: z.number().optional(),
      toleranceC: z.number().optional(),
      tolerance: z.number().optional(),
      ...span,
    },
    (property, step) => {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = property;
      if (property.min === undefined && property.max === undefined) throw new Error("temperatureWithin has no limit");
      const slack = property.toleranceC ?? property.tolerance ?? TOLERANCE.kelvin;
      const path = tempPath(step, property.of);
      return slotsIn(step, property).flatMap((k) =>
        at(path, k + 1) >= min - slack && at(path, k + 1) <= max + slack
          ? []
          : [`${shown(at(path, k + 1))} °C at the end of ${slotNamed(step, k)}, wanted ${min} to ${max}`],
      );
    },
  ),

  predictedTempFollowsPhysics: ofPlan({ of: z.string(), toleranceC: z.number().optional() }, (property, step) => {
    const said = step.plan.tempC[property.of];
    if (!said) return [`the plan predicts no temperature of ${property.of}`];
    return tempPath(step, property.of).flatMap((tempC, border) =>
      Math.abs(at(said, border) - tempC) <= (property.toleranceC ?? TOLERANCE.kelvin)
        ? []
        : [`border ${border}: the plan says ${shown(at(said, border))} °C, its powers give ${shown(tempC)}`],
    );
  }),

  neverWarmerWithoutHeat: ofPlan({ of: z.string(), toleranceC: z.number().optional() }, (property, step) => {
    const said = step.plan.tempC[property.of];
    if (!said) return [`the plan predicts no temperature of ${property.of}`];
    const heat = effectiveHeaterKw(step, heatedNamed(step, property.of));
    return step.slots.flatMap((_, k) =>
      at(heat, k) > TOLERANCE.kw || at(said, k + 1) <= at(said, k) + (property.toleranceC ?? TOLERANCE.kelvin)
        ? []
        : [`${slotNamed(step, k)}: from ${shown(at(said, k))} to ${shown(at(said, k + 1))} °C without heat`],
    );
  }),
};
