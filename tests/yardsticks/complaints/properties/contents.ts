import { z } from "zod";
import { at, powersOf, slotsIn, socPath, stateAt, storageNamed } from "../step.ts";
import { ofPlan, type PropertyKind, shown, slotNamed, span, TOLERANCE } from "./property-kind.ts";

const tolerance = { tolerance: z.number().optional(), toleranceSoc: z.number().optional() };
const slackSoc = (property: { readonly tolerance?: number | undefined; readonly toleranceSoc?: number | undefined }) =>
  property.toleranceSoc ?? property.tolerance ?? TOLERANCE.soc;

/** What batteries and cars hold, recomputed from the powers. */
export const contents: Readonly<Record<string, PropertyKind>> = {
  socWithinBounds: ofPlan(
    { of: z.string(), min: z.number(), max: z.number(), ...span, ...tolerance },
    (property, step) => {
      const soc = socPath(step, property.of);
      return slotsIn(step, property).flatMap((k) => {
        const end = at(soc, k + 1);
        return end >= property.min - slackSoc(property) && end <= property.max + slackSoc(property)
          ? []
          : [`${shown(end)} at the end of ${slotNamed(step, k)}, wanted ${property.min} to ${property.max}`];
      });
    },
  ),

  socAtLeast: ofPlan({ of: z.string(), soc: z.number(), at: z.string(), ...tolerance }, (property, step) => {
    const soc = stateAt(step, socPath(step, property.of), property.at);
    if (soc === undefined) return [`${property.at} lies outside of the plan`];
    return soc >= property.soc - slackSoc(property) ? [] : [`${shown(soc)} at ${property.at}, wanted ${property.soc}`];
  }),

  endSocAtLeast: ofPlan({ of: z.string(), soc: z.number(), ...tolerance }, (property, step) => {
    const soc = socPath(step, property.of).at(-1) ?? Number.NaN;
    return soc >= property.soc - slackSoc(property) ? [] : [`ends with ${shown(soc)}, wanted at least ${property.soc}`];
  }),

  endSocAtMost: ofPlan({ of: z.string(), soc: z.number(), ...tolerance }, (property, step) => {
    const soc = socPath(step, property.of).at(-1) ?? Number.NaN;
    return soc <= property.soc + slackSoc(property) ? [] : [`ends with ${shown(soc)}, wanted at most ${property.soc}`];
  }),

  noActionAwayFromBand: ofPlan({ of: z.string(), ...span, ...tolerance }, (property, step) => {
    const { minSoc = 0, maxSoc = 1 } = storageNamed(step, property.of);
    const soc = socPath(step, property.of);
    const { chargeKw, dischargeKw } = powersOf(step, property.of);
    return slotsIn(step, property).flatMap((k) => {
      const slack = slackSoc(property);
      if (at(soc, k) < minSoc - slack && at(dischargeKw, k) > TOLERANCE.kw)
        return [`${slotNamed(step, k)}: discharges with ${shown(at(dischargeKw, k))} kW at ${shown(at(soc, k))}`];
      if (at(soc, k) > maxSoc + slack && at(chargeKw, k) > TOLERANCE.kw)
        return [`${slotNamed(step, k)}: charges with ${shown(at(chargeKw, k))} kW at ${shown(at(soc, k))}`];
      return [];
    });
  }),

  cyclesAtMost: ofPlan(
    { of: z.string(), count: z.number().optional(), cycles: z.number().optional() },
    ({ of, count, cycles }, step) => {
      const most = count ?? cycles;
      if (most === undefined) throw new Error("cyclesAtMost has neither count nor cycles");
      const storage = storageNamed(step, of);
      const efficiency = ("dischargeEfficiency" in storage ? storage.dischargeEfficiency : undefined) ?? 1;
      const { dischargeKw } = powersOf(step, of);
      const kwh = step.slots.reduce((sum, { hours }, k) => sum + (hours * at(dischargeKw, k)) / efficiency, 0);
      const turned = kwh / storage.capacityKwh;
      return turned <= most + TOLERANCE.soc ? [] : [`${shown(turned)} cycles, wanted at most ${most}`];
    },
  ),
};
