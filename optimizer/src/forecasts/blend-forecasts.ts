import { MS_PER_HOUR, type InputRung, type Slot } from "@ohmstead/contract";
import type { ForecastStretch, IssuedForecast } from "../domain/forecast.ts";
import { meanOver } from "../domain/series.ts";
import { leadOf } from "./judged-hours.ts";
import type { Giver } from "./ladder.ts";
import type { SourceSkill } from "./source-skill.ts";

/** A forecast as the plan may use it, and which rung of the ladder it is. */
export interface RankedForecast extends IssuedForecast {
  readonly rung: InputRung;
  /** The source's name, of a blend all of them. */
  readonly source: string;
}

/** The newest word of one source, and how it has done. */
export interface SourceWord extends IssuedForecast {
  readonly source: string;
  readonly skill: SourceSkill;
}

const corrected = ({ stretches, issuedAtMs, skill }: SourceWord): ForecastStretch[] =>
  stretches.map((each) => skill.correct(each, issuedAtMs));

/** Weighted mean of what is defined; undefined where nothing is. */
function weightedMean(values: readonly (number | undefined)[], weights: readonly number[]): number | undefined {
  let sum = 0;
  let total = 0;
  values.forEach((value, k) => {
    if (value === undefined) return;
    sum += value * (weights[k] ?? 0);
    total += weights[k] ?? 0;
  });
  return total > 0 ? sum / total : undefined;
}

/**
 * Where at least two sources speak, the mean of what they say, each weighted by 1 / its mean error at this lead time (Bates and Granger, 1969,
 * without the correlations, which a few weeks do not tell); all the same where one of them has not been judged for long enough. P10 and P90 likewise:
 * so the band is not narrowed, as it would be for errors that had nothing to do with each other.
 */
export function blendOf(words: readonly SourceWord[]): ForecastStretch[] {
  const all = words.map((word) => ({ word, stretches: corrected(word), next: 0 }));
  const borders = [
    ...new Set(all.flatMap(({ stretches }) => stretches.flatMap(({ startMs, endMs }) => [startMs, endMs]))),
  ];
  borders.sort((a, b) => a - b);
  return borders.slice(0, -1).flatMap((startMs, k): ForecastStretch[] => {
    const endMs = borders[k + 1] ?? startMs;
    const speaking = all.flatMap((each) => {
      while ((each.stretches[each.next]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) each.next += 1;
      const stretch = each.stretches[each.next];
      return stretch && stretch.startMs <= startMs ? [{ word: each.word, stretch }] : [];
    });
    if (speaking.length < 2) return [];
    const errors = speaking.map(({ word }) =>
      word.skill.meanError(leadOf(((startMs + endMs) / 2 - word.issuedAtMs) / MS_PER_HOUR)),
    );
    const weights = errors.every((each) => each !== undefined)
      ? errors.map((each) => 1 / Math.max(each, 1e-3))
      : errors.map(() => 1);
    const value = weightedMean(
      speaking.map(({ stretch }) => stretch.value),
      weights,
    );
    const low = weightedMean(
      speaking.map(({ stretch }) => stretch.low),
      weights,
    );
    const high = weightedMean(
      speaking.map(({ stretch }) => stretch.high),
      weights,
    );
    if (value === undefined) return [];
    return [
      {
        startMs,
        endMs,
        value,
        ...(low === undefined ? {} : { low: Math.min(low, value) }),
        ...(high === undefined ? {} : { high: Math.max(high, value) }),
      },
    ];
  });
}

/**
 * The upper rungs of the ladder, best first: the blend of all that speak now, each of them alone in the order of the config, and then what was said
 * too long ago, newest first. `fresh` and `old` are in the order of the config; `best` is the first of it.
 */
export function rankForecasts(
  fresh: readonly SourceWord[],
  old: readonly SourceWord[],
  best: string | undefined,
): RankedForecast[] {
  const alone = (word: SourceWord, rung: InputRung): RankedForecast => ({
    rung,
    source: word.source,
    issuedAtMs: word.issuedAtMs,
    stretches: corrected(word),
  });
  const blend: RankedForecast[] =
    fresh.length < 2
      ? []
      : [
          {
            rung: "best",
            source: fresh.map(({ source }) => source).join(" + "),
            issuedAtMs: Math.min(...fresh.map(({ issuedAtMs }) => issuedAtMs)),
            stretches: blendOf(fresh),
          },
        ];
  return [
    ...blend,
    ...fresh.map((word) => alone(word, word.source === best ? "best" : "second")),
    ...old.toSorted((a, b) => b.issuedAtMs - a.issuedAtMs).map((word) => alone(word, "cached")),
  ];
}

/** Speaks of the slots that it covers at least half. */
export const giverOf = ({ rung, source, issuedAtMs, stretches }: RankedForecast): Giver<number> => ({
  rung,
  source,
  issuedAtMs,
  at: (slot: Slot) => meanOver(stretches, slot),
});
