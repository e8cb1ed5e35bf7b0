import { at, powersOf, socPath, type Step, storagesOf } from "./step.ts";

/** Money over the plan, from the powers; savings and income count negative. */
export interface Money {
  readonly bill: number;
  readonly wear: number;
  /** Worth of what is stored at the end beyond what was there at the beginning. */
  readonly stored: number;
  /** bill + wear − stored */
  readonly netCost: number;
}

export function moneyOf(step: Step): Money {
  const { slots, plan } = step;
  const bill = slots.reduce(
    (sum, { hours }, k) =>
      // Where nothing flows the price does not matter, known or not.
      sum +
      hours *
        (paid(at(plan.importKw, k), at(step.importPrice, k)) - paid(at(plan.exportKw, k), at(step.exportPrice, k))),
    0,
  );
  let wear = 0;
  let stored = 0;
  for (const storage of storagesOf(step)) {
    const { dischargeKw } = powersOf(step, storage.id);
    wear += (storage.wearPricePerKwh ?? 0) * slots.reduce((sum, { hours }, k) => sum + hours * at(dischargeKw, k), 0);
    if (storage.storedEnergyPricePerKwh === undefined) continue;
    const soc = socPath(step, storage.id);
    stored += storage.storedEnergyPricePerKwh * storage.capacityKwh * (at(soc, soc.length - 1) - at(soc, 0));
  }
  return { bill, wear, stored, netCost: bill + wear - stored };
}

const paid = (kw: number, price: number): number => (kw === 0 ? 0 : kw * price);
