import type { Slot } from "@ohmstead/contract";

/** A price as its source publishes it, in the house's currency per kWh, before the tariff rules of the config. */
export interface SpotSlot extends Slot {
  readonly importPerKwh: number;
  /** Absent: feeding in is paid by the same price. */
  readonly exportPerKwh?: number;
}
