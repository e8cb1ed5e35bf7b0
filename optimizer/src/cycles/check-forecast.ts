import { type ForecastsUpdate, type HomeConfig, MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import { InputError } from "../domain/errors.ts";
import type { ForecastStretch, IssuedForecast } from "../domain/forecast.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";

const EARLY_MS = 5 * MS_PER_MINUTE;
const OLDEST_ISSUE_MS = 72 * MS_PER_HOUR;
const FAR_MS = 20 * 24 * MS_PER_HOUR;

interface Scale {
  readonly units: Readonly<Partial<Record<ForecastsUpdate["unit"], (value: number) => number>>>;
  readonly min: number;
  readonly max: number;
  readonly hint: string;
}

function scaleOf(series: string, config: Pick<HomeConfig, "pvArrays">): Scale | undefined {
  if (series === "outdoorTempC")
    return {
      units: { "°C": (value) => value, "°F": (value) => ((value - 32) * 5) / 9 },
      min: -60,
      max: 60,
      hint: "which is no outdoor temperature: is the unit right?",
    };
  const array = config.pvArrays.find(({ id }) => series === `pv/${id}`);
  return (
    array && {
      units: { kW: (value) => value, W: (value) => value / 1000 },
      min: 0,
      max: 1.5 * array.peakKw + 0.5,
      hint: `which an array of ${array.peakKw} kW peak does not give: is the unit right?`,
    }
  );
}

const refuse = (field: string, message: string): never => {
  throw new InputError(`The forecast cannot be used: ${field} ${message}`, [{ field, message }]);
};

/**
 * A forecast that was sent in, in the house's units and in order. Throws InputError that names the field and the remedy: an unknown series, a unit of
 * another sort, an issue in the future or too old to be of use, slots that overlap or come twice or lie elsewhere in time, values that cannot be.
 */
export function checkForecast(
  { series, unit, issuedAtMs: given, slots }: ForecastsUpdate,
  config: Pick<HomeConfig, "pvArrays">,
  nowMs: number,
): IssuedForecast {
  const known = ["outdoorTempC", ...config.pvArrays.map(({ id }) => `pv/${id}`)];
  const scale =
    scaleOf(series, config) ?? refuse("series", `"${series}" is not known here; there are: ${known.join(", ")}`);
  const convert =
    scale.units[unit] ??
    refuse("unit", `is ${unit}, but ${series} is sent in ${Object.keys(scale.units).join(" or ")}`);
  const issuedAtMs = given ?? nowMs;
  if (issuedAtMs > nowMs + EARLY_MS) refuse("issuedAtMs", "lies in the future: send epoch milliseconds, UTC");
  if (issuedAtMs < nowMs - OLDEST_ISSUE_MS) refuse("issuedAtMs", "is more than three days ago: send a newer forecast");
  const ordered = slots.map((slot, k) => ({ slot, k })).toSorted((a, b) => a.slot.startMs - b.slot.startMs);
  const stretches = ordered.map(({ slot, k }, at): ForecastStretch => {
    if (!(Math.abs(slot.startMs - nowMs) <= FAR_MS))
      refuse(`slots[${k}].startMs`, "is not of these weeks: send epoch milliseconds, UTC");
    const next = ordered[at + 1];
    if (next && next.slot.startMs === slot.startMs)
      refuse(`slots[${next.k}].startMs`, "is there twice: send each moment once");
    if (next && slotEndMs(slot) > next.slot.startMs)
      refuse(`slots[${next.k}].startMs`, `lies within slots[${k}]: send each moment once`);
    const value = (field: "value" | "low" | "high", sent: number): number => {
      const converted = convert(sent);
      if (converted < scale.min || converted > scale.max)
        refuse(`slots[${k}].${field}`, `is ${sent} ${unit}, ${scale.hint}`);
      return converted;
    };
    const { low, high } = slot;
    if (low !== undefined && low > slot.value)
      refuse(`slots[${k}].low`, "is above value: it is what the value falls below once in ten");
    if (high !== undefined && high < slot.value)
      refuse(`slots[${k}].high`, "is below value: it is what the value falls below nine times in ten");
    return {
      startMs: slot.startMs,
      endMs: slotEndMs(slot),
      value: value("value", slot.value),
      ...(low === undefined ? {} : { low: value("low", low) }),
      ...(high === undefined ? {} : { high: value("high", high) }),
    };
  });
  return { issuedAtMs, stretches };
}
