import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";
import type { Samples } from "./cells.ts";
import { degreesOver, KINDS } from "./degree-hours.ts";
import { weekOf } from "./usual-week.ts";

/** What the weather adds to the usual week in a quarter-hour, kW. */
export type WeatherLoad = (quarterStartMs: number, cell: number) => number;

const DAY_MS = 24 * MS_PER_HOUR;
/** It has a say when it would have made the squared error of these last days smaller by that share, each told from the days before it. */
const JUDGED_DAYS = 10;
const WORTH_SHARE = 0.03;
const LEAST_DAYS = 14;
/** A slope is doubted for which little weather speaks, K² · hours. */
const DOUBT = 100;

const NOTHING: WeatherLoad = () => 0;

/**
 * Heating and cooling that are hidden in the load: kW for each degree that a day is colder (warmer) than those the usual week was learned from.
 * Never below 0 kW per K, and never for more degrees than were seen. Nothing unless it proves itself on the house's own last days.
 */
export function learnWeather(samples: Samples, outdoor: readonly Stretch[] | undefined): WeatherLoad {
  const { startMs, kw, cell, untilMs, longWeight: weights } = samples;
  if (!outdoor || outdoor.length === 0 || (startMs[0] ?? untilMs) > untilMs - LEAST_DAYS * DAY_MS) return NOTHING;
  const degreesAt = degreesOver(outdoor);

  /** By the first `count` samples. */
  const fit = (degrees: readonly number[], count: number) => {
    const usualKw = weekOf(samples, kw, { count });
    const usualDegrees = weekOf(samples, degrees, { count });
    let most = 0;
    let both = 0;
    let alone = 0;
    let weightSum = 0;
    for (let k = 0; k < count; k += 1) {
      const weight = weights[k] ?? 0;
      const more = (degrees[k] ?? 0) - (usualDegrees[cell[k] ?? 0] ?? 0);
      most = Math.max(most, degrees[k] ?? 0);
      both += weight * more * ((kw[k] ?? 0) - (usualKw[cell[k] ?? 0] ?? 0));
      alone += weight * more * more;
      weightSum += weight;
    }
    // Relative to the newest sample: how old the others are must not change how much is doubted.
    const newest = (weights[count - 1] ?? 1) / 0.25;
    const kwPerDegree = weightSum > 0 ? Math.max(0, both / (alone + DOUBT * newest)) : 0;
    return {
      usualKw,
      addedKw: (now: number, at: number): number => kwPerDegree * (Math.min(most, now) - (usualDegrees[at] ?? 0)),
    };
  };

  const terms = KINDS.flatMap((kind): WeatherLoad[] => {
    const known = startMs.map((ms) => degreesAt(kind, ms));
    const degrees = known.filter((each) => each !== undefined);
    if (degrees.length < known.length || degrees.every((each) => each === 0)) return [];
    let withIt = 0;
    let withoutIt = 0;
    let k = startMs.findIndex((ms) => ms >= untilMs - JUDGED_DAYS * DAY_MS);
    while (k >= 0 && k < cell.length) {
      const { usualKw, addedKw } = fit(degrees, k);
      const dayEndMs = (startMs[k] ?? 0) + DAY_MS;
      for (; k < cell.length && (startMs[k] ?? 0) < dayEndMs; k += 1) {
        const missedKw = (kw[k] ?? 0) - (usualKw[cell[k] ?? 0] ?? 0);
        withoutIt += missedKw ** 2;
        withIt += (missedKw - addedKw(degrees[k] ?? 0, cell[k] ?? 0)) ** 2;
      }
    }
    if (withIt > (1 - WORTH_SHARE) * withoutIt) return [];
    const { addedKw } = fit(degrees, cell.length);
    return [
      (ms, at) => {
        const now = degreesAt(kind, ms);
        return now === undefined ? 0 : addedKw(now, at);
      },
    ];
  });
  return (ms, at) => terms.reduce((sum, term) => sum + term(ms, at), 0);
}
