import { at } from "./horizon.ts";
import { BOTH_KW } from "./meter-direction.ts";
import type { StorageColumns } from "./storage.ts";

/** A content above the limit by less is at it, kWh. */
const INSIDE_KWH = 1e-5;

/**
 * A storage that begins above maxSoc may stay there, but is not charged until it is inside, and then stays inside: which is no linear rule. Where an
 * answer breaks it: the first border at which that answer is inside, from which the next has to be, with no charge before; one beyond the
 * last where it never is. Charging less it gets there no later, so the next answer exists. Undefined where nothing is broken.
 */
export function insideBorder({ storage, charge, energy }: StorageColumns, x: Float64Array): number | undefined {
  const wishedKwh = storage.maxSoc * storage.capacityKwh;
  if (storage.soc <= storage.maxSoc) return undefined;
  const isBroken = energy.some((column, k) => at(x, at(charge, k)) > BOTH_KW && at(x, column) > wishedKwh + INSIDE_KWH);
  if (!isBroken) return undefined;
  const first = energy.findIndex((column) => at(x, column) <= wishedKwh + INSIDE_KWH);
  return first < 0 ? energy.length + 1 : first + 1;
}
