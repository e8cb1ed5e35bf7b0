import { type HomeConfig, type PricesUpdate, slotEndMs } from "@ohmstead/contract";
import { InputError } from "../domain/errors.ts";

/** Of what was pushed: the house's own currency, and each moment once. Throws InputError that names the field and what to do. */
export function checkPrices({ currency, slots }: PricesUpdate, config: Pick<HomeConfig, "currency">): void {
  if (currency !== config.currency)
    refuse(
      "currency",
      `is ${currency}, but this house counts in ${config.currency}: convert the prices, or change currency in the config`,
    );
  const order = slots.map((slot, place) => ({ slot, place })).toSorted((a, b) => a.slot.startMs - b.slot.startMs);
  for (const [k, { slot, place }] of order.entries()) {
    const next = order[k + 1];
    if (!next || slotEndMs(slot) <= next.slot.startMs) continue;
    const at = new Date(next.slot.startMs).toISOString();
    const how =
      slot.startMs === next.slot.startMs
        ? `begins at ${at}, as slots[${place}] does`
        : `begins at ${at}, before slots[${place}] ends`;
    refuse(`slots[${next.place}].startMs`, `${how}: send each moment once`);
  }
}

function refuse(field: string, message: string): never {
  throw new InputError(`The prices cannot be used: ${field} ${message}`, [{ field, message }]);
}
