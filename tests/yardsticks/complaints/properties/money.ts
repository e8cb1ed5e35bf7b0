import { z } from "zod";
import { type Money, moneyOf } from "../money-of.ts";
import { ofCase, ofPlan, type PropertyKind, sceneNamed, shown } from "./property-kind.ts";

const measure = z.enum(["bill", "wear", "stored", "netCost"]);
/** Limits are printed with four digits. */
const ROUNDING = 5e-5;

/** What it costs, recomputed from the powers. */
export const money: Readonly<Record<string, PropertyKind>> = {
  costAtMost: ofPlan({ measure, limit: z.number() }, ({ measure, limit }, step) => {
    const cost = moneyOf(step)[measure];
    return cost <= limit + ROUNDING ? [] : [`${measure} ${shown(cost)}, wanted at most ${limit}`];
  }),

  costFallsOver: ofCase({ measure, order: z.array(z.string()).min(2), eachAtLeast: z.number() }, (property, judged) => {
    const costs = property.order.map((id) => ({ id, cost: costOf(sceneNamed(judged, id).executed, property.measure) }));
    return costs.slice(1).flatMap(({ id, cost }, n) => {
      const before = costs[n];
      return before && before.cost - cost >= property.eachAtLeast - ROUNDING
        ? []
        : [
            `${property.measure} ${shown(cost)} of ${id} after ${shown(before?.cost ?? Number.NaN)}, wanted ${property.eachAtLeast} less`,
          ];
    });
  }),
};

const costOf = (step: Parameters<typeof moneyOf>[0], measure: keyof Money): number =>
  step.plan.slots.length > 0 ? moneyOf(step)[measure] : Number.NaN;
