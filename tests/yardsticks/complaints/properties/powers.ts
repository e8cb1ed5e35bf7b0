import { z } from "zod";
import { seriesOf } from "../series-of.ts";
import { at, deviceKw, dischargeKw, heatedOf, powersOf, slotsIn, type Step, storagesOf } from "../step.ts";
import { ofPlan, type PropertyKind, shown, slotNamed, span, TOLERANCE } from "./property-kind.ts";

/** Above this a device runs. */
const RUNNING_KW = 0.05;

const kwTolerance = { toleranceKw: z.number().optional(), tolerance: z.number().optional() };
const slackKw = (property: { readonly toleranceKw?: number | undefined; readonly tolerance?: number | undefined }) =>
  property.toleranceKw ?? property.tolerance ?? TOLERANCE.kw;

/** Sun that the house itself does not use. */
const surplusKw = (step: Step, k: number): number => Math.max(0, at(step.plan.pvUsedKw, k) - at(step.loadKw, k));

/** Complaints about slots; the first of a kind with its figures. */
const perSlot = (step: Step, slots: readonly number[], complaint: (k: number) => string | undefined): string[] =>
  slots.flatMap((k) => {
    const text = complaint(k);
    return text === undefined ? [] : [`${slotNamed(step, k)}: ${text}`];
  });
const everySlot = (step: Step): number[] => step.slots.map((_, k) => k);

function ratings(step: Step): { name: string; kw: readonly number[]; maxKw: number }[] {
  const { input, plan } = step;
  const { exportLimitKw, importLimitKw: _ } = input.site;
  return [
    { name: "site.import", kw: plan.importKw, maxKw: Number.POSITIVE_INFINITY },
    { name: "site.export", kw: plan.exportKw, maxKw: exportLimitKw ?? Number.POSITIVE_INFINITY },
    { name: "site.pvUsed", kw: plan.pvUsedKw, maxKw: Number.POSITIVE_INFINITY },
    ...storagesOf(step).flatMap((storage) => [
      { name: `${storage.id}.charge`, kw: powersOf(step, storage.id).chargeKw, maxKw: storage.maxChargeKw },
      {
        name: `${storage.id}.discharge`,
        kw: powersOf(step, storage.id).dischargeKw,
        maxKw: "maxDischargeKw" in storage ? storage.maxDischargeKw : 0,
      },
    ]),
    ...heatedOf(step).flatMap(({ heater }) => {
      if (!heater) return [];
      const kw = plan.heaters[heater.id];
      if (!kw) throw new Error(`the plan has no "${heater.id}"`);
      return [{ name: heater.id, kw, maxKw: heater.maxKw }];
    }),
    ...(input.appliances ?? []).map(({ id, powerKw }) => {
      const kw = plan.appliances[id];
      if (!kw) throw new Error(`the plan has no "${id}"`);
      return { name: id, kw, maxKw: powerKw };
    }),
  ];
}

/** Changes between running and resting over the plan. */
const switchesOf = (kw: readonly number[]): number =>
  kw.filter((each, k) => k > 0 && each > RUNNING_KW !== at(kw, k - 1) > RUNNING_KW).length;

/** What the powers themselves must be. */
export const powers: Readonly<Record<string, PropertyKind>> = {
  loadServed: ofPlan(kwTolerance, (property, step) => {
    const slack = slackKw(property);
    const { plan } = step;
    const balance = perSlot(step, everySlot(step), (k) => {
      const given = at(plan.importKw, k) - at(plan.exportKw, k) + at(plan.pvUsedKw, k) + dischargeKw(step, k);
      const taken = at(step.loadKw, k) + deviceKw(step, k);
      if (Number.isNaN(given - taken)) return "the load is not known, and no assumption is stated";
      return Math.abs(given - taken) <= slack ? undefined : `${shown(given)} kW given, ${shown(taken)} kW taken`;
    });
    const sun = perSlot(step, everySlot(step), (k) => {
      const [used, offered] = [at(plan.pvUsedKw, k), at(step.pvKw, k)];
      if (Number.isNaN(offered)) return "the sun is not known, and no assumption is stated";
      if (used < -slack || used > offered + slack) return `${shown(used)} kW of sun used, ${shown(offered)} offered`;
      if (step.input.site.pvCurtailable === true || used >= offered - slack) return undefined;
      return `${shown(used)} kW of sun used of ${shown(offered)}, which cannot be curtailed`;
    });
    return [...step.badAssumptions, ...balance, ...sun];
  }),

  powersWithinRatings: ofPlan(kwTolerance, (property, step) => {
    const slack = slackKw(property);
    return ratings(step).flatMap(({ name, kw, maxKw }) =>
      perSlot(step, everySlot(step), (k) =>
        at(kw, k) >= -slack && at(kw, k) <= maxKw + slack
          ? undefined
          : `${name} ${shown(at(kw, k))} kW, at most ${maxKw}`,
      ),
    );
  }),

  powerAtMost: ofPlan({ of: z.string(), kw: z.number(), ...span, ...kwTolerance }, (property, step) => {
    const series = seriesOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) =>
      at(series, k) <= property.kw + slackKw(property)
        ? undefined
        : `${shown(at(series, k))} kW, at most ${property.kw}`,
    );
  }),

  powerAtLeast: ofPlan({ of: z.string(), kw: z.number(), ...span, ...kwTolerance }, (property, step) => {
    const series = seriesOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) =>
      at(series, k) >= property.kw - slackKw(property)
        ? undefined
        : `${shown(at(series, k))} kW, at least ${property.kw}`,
    );
  }),

  energyBetween: ofPlan(
    {
      of: z.string(),
      atLeastKwh: z.number().optional(),
      atMostKwh: z.number().optional(),
      ...span,
      toleranceKwh: z.number().optional(),
      tolerance: z.number().optional(),
    },
    (property, step) => {
      const { of, atLeastKwh = Number.NEGATIVE_INFINITY, atMostKwh = Number.POSITIVE_INFINITY } = property;
      if (property.atLeastKwh === undefined && property.atMostKwh === undefined)
        throw new Error("energyBetween has neither atLeastKwh nor atMostKwh");
      const slack = property.toleranceKwh ?? property.tolerance ?? TOLERANCE.kwh;
      const series = seriesOf(step, of);
      const kwh = slotsIn(step, property).reduce((sum, k) => sum + at(series, k) * (step.slots[k]?.hours ?? 0), 0);
      if (kwh >= atLeastKwh - slack && kwh <= atMostKwh + slack) return [];
      return [`${of} is ${shown(kwh)} kWh, wanted ${atLeastKwh} to ${atMostKwh}`];
    },
  ),

  noActionBelowKw: ofPlan({ of: z.string(), kw: z.number(), ...span, ...kwTolerance }, (property, step) => {
    const slack = slackKw(property);
    const series = seriesOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) =>
      at(series, k) <= slack || at(series, k) >= property.kw - slack
        ? undefined
        : `${shown(at(series, k))} kW, wanted none or at least ${property.kw}`,
    );
  }),

  noGridChargeBelowKw: ofPlan({ of: z.string(), kw: z.number(), ...span, ...kwTolerance }, (property, step) => {
    const slack = slackKw(property);
    const { chargeKw } = powersOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) => {
      const kw = at(chargeKw, k);
      return kw <= surplusKw(step, k) + slack || kw >= property.kw - slack
        ? undefined
        : `${shown(kw)} kW with a surplus of ${shown(surplusKw(step, k))}, wanted at least ${property.kw}`;
    });
  }),

  onOffOnly: ofPlan({ of: z.string(), kw: z.number(), ...span, ...kwTolerance }, (property, step) => {
    const slack = slackKw(property);
    const series = seriesOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) =>
      Math.abs(at(series, k)) <= slack || Math.abs(at(series, k) - property.kw) <= slack
        ? undefined
        : `${shown(at(series, k))} kW, wanted none or ${property.kw}`,
    );
  }),

  chargesOnlyFromSurplus: ofPlan({ of: z.string(), ...span, ...kwTolerance }, (property, step) => {
    const { chargeKw } = powersOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) =>
      at(chargeKw, k) <= surplusKw(step, k) + slackKw(property)
        ? undefined
        : `charges with ${shown(at(chargeKw, k))} kW, the surplus is ${shown(surplusKw(step, k))}`,
    );
  }),

  exportsOnlySurplus: ofPlan({ ...span, ...kwTolerance }, (property, step) =>
    perSlot(step, slotsIn(step, property), (k) => {
      const left = Math.max(0, at(step.plan.pvUsedKw, k) - at(step.loadKw, k) - deviceKw(step, k));
      return at(step.plan.exportKw, k) <= left + slackKw(property)
        ? undefined
        : `sells ${shown(at(step.plan.exportKw, k))} kW, of the sun ${shown(left)} are left`;
    }),
  ),

  noSimultaneousImportExport: ofPlan({ ...span, ...kwTolerance }, (property, step) =>
    perSlot(step, slotsIn(step, property), (k) => {
      const both = Math.min(at(step.plan.importKw, k), at(step.plan.exportKw, k));
      return both <= slackKw(property) ? undefined : `buys and sells ${shown(both)} kW`;
    }),
  ),

  noSimultaneousChargeDischarge: ofPlan({ of: z.string(), ...span, ...kwTolerance }, (property, step) => {
    const { chargeKw, dischargeKw } = powersOf(step, property.of);
    return perSlot(step, slotsIn(step, property), (k) => {
      const both = Math.min(at(chargeKw, k), at(dischargeKw, k));
      return both <= slackKw(property) ? undefined : `charges and discharges with ${shown(both)} kW`;
    });
  }),

  noCrossCharge: ofPlan({ of: z.array(z.string()).min(2), ...span, ...kwTolerance }, (property, step) =>
    perSlot(step, slotsIn(step, property), (k) => {
      const charging = property.of.find((id) => at(powersOf(step, id).chargeKw, k) > slackKw(property));
      const giving = property.of.find(
        (id) => id !== charging && at(powersOf(step, id).dischargeKw, k) > slackKw(property),
      );
      return charging !== undefined && giving !== undefined
        ? `${giving} discharges while ${charging} charges`
        : undefined;
    }),
  ),

  switchesAtMost: ofPlan({ of: z.string(), count: z.int() }, ({ of, count }, step) => {
    const switches = switchesOf(seriesOf(step, of));
    return switches <= count ? [] : [`${of} switches ${switches} times, wanted at most ${count}`];
  }),

  runsOnce: ofPlan({ of: z.string(), kw: z.number(), hours: z.number(), ...kwTolerance }, (property, step) => {
    const kw = seriesOf(step, property.of);
    const running = everySlot(step).filter((k) => at(kw, k) > RUNNING_KW);
    const hours = running.reduce((sum, k) => sum + (step.slots[k]?.hours ?? 0), 0);
    const isUnbroken = running.every((k, n) => n === 0 || k === (running[n - 1] ?? k) + 1);
    const wrong = running.find((k) => Math.abs(at(kw, k) - property.kw) > slackKw(property));
    return [
      ...(isUnbroken ? [] : [`${property.of} runs in pieces`]),
      ...(Math.abs(hours - property.hours) <= 0.001 ? [] : [`runs ${shown(hours)} h, wanted ${property.hours}`]),
      ...(wrong === undefined ? [] : [`${slotNamed(step, wrong)}: ${shown(at(kw, wrong))} kW, wanted ${property.kw}`]),
    ];
  }),

  pvUsedShareAtLeast: ofPlan({ share: z.number() }, ({ share }, step) => {
    const total = (kw: readonly number[]) => step.slots.reduce((sum, { hours }, k) => sum + hours * at(kw, k), 0);
    const offered = total(step.pvKw);
    const used = offered > 0 ? total(step.plan.pvUsedKw) / offered : 1;
    return used >= share - 1e-6 ? [] : [`${shown(used)} of the sun is used, wanted ${share}`];
  }),
};
