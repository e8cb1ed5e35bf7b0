import { heatedOf, powersOf, type Step, storagesOf } from "./step.ts";

/** The powers that a property speaks of: `<device>.charge`, `.discharge`, `.heater`, `.run`, `site.import`, `site.export`, or a device. */
export function seriesOf(step: Step, of: string): readonly number[] {
  const { plan } = step;
  if (of === "site.import") return plan.importKw;
  if (of === "site.export") return plan.exportKw;
  // A heater's own name may end like a word of ours.
  const own = plan.heaters[of] ?? plan.appliances[of] ?? plan.evs[of]?.chargeKw;
  if (own) return own;
  const dot = of.lastIndexOf(".");
  const [device, what] = [of.slice(0, dot), of.slice(dot + 1)];
  const isStorage = storagesOf(step).some(({ id }) => id === device);
  if (what === "charge" && isStorage) return powersOf(step, device).chargeKw;
  if (what === "discharge" && isStorage) return powersOf(step, device).dischargeKw;
  const run = what === "run" ? plan.appliances[device] : undefined;
  if (run) return run;
  if (what === "run" && step.input.appliances?.some(({ id }) => id === device))
    throw new Error(`the plan has no "${of}"`);
  const heater = heatedOf(step).find(({ id }) => id === device)?.heater;
  const heat = what === "heater" && heater ? plan.heaters[heater.id] : undefined;
  if (heat) return heat;
  throw new Error(`there is no "${of}" in this plan`);
}
