import { type Slot, slotEndMs } from "@ohmstead/contract";
import { meanOver, type Stretch } from "../domain/series.ts";

export interface OutdoorForecast {
  /** Mean °C per slot. */
  readonly tempC: readonly number[];
  /** Hours of the grid that no forecast covers. */
  readonly heldHours: number;
}

/**
 * Outdoor temperature per slot. Where the forecast is silent the last known temperature is held: that of the slot before, the one
 * measured, the last of the forecast before the slot, or else the first one after it. Undefined where nothing at all is known.
 */
export function forecastOutdoor(
  slots: readonly Slot[],
  weather: readonly Stretch[],
  measuredTempC: number | undefined,
): OutdoorForecast | undefined {
  const [first] = slots;
  if (!first) return undefined;
  let heldC =
    measuredTempC ??
    weather.findLast((each) => each.startMs <= first.startMs)?.value ??
    weather.find((each) => each.endMs > first.startMs)?.value;
  if (heldC === undefined) return undefined;
  let heldHours = 0;
  const tempC: number[] = [];
  for (const slot of slots) {
    const mean = meanOver(weather, slot);
    if (mean === undefined) heldHours += (slotEndMs(slot) - slot.startMs) / 3_600_000;
    heldC = mean ?? heldC;
    tempC.push(heldC);
  }
  return { tempC, heldHours };
}
