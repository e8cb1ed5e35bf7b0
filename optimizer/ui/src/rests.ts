import type { InputRung, RestsOn, Timeline, TimelineSeries } from "@ohmstead/contract";
import { clip, type Span } from "./points.ts";

/** Where the values of a stretch of a line come from. */
export interface Rest {
  readonly startMs: number;
  readonly endMs: number;
  readonly rung: InputRung;
  readonly source: string;
}

/** What the rungs of prices are called beside their pattern. */
const PRICE_WORDS: Readonly<Record<InputRung, string>> = {
  best: "published",
  second: "second source",
  cached: "last known",
  learned: "expected",
  fallback: "of the config",
};
const SUN_WORDS: Readonly<Record<InputRung, string>> = { ...PRICE_WORDS, best: "forecast", fallback: "no sun assumed" };

/** Whose values they are. */
export type Rested = "price" | "sun";

export const rungWord = (rung: InputRung, of: Rested): string => (of === "price" ? PRICE_WORDS : SUN_WORDS)[rung];

const deviceOf = ({ id }: TimelineSeries): string => id.slice(0, id.lastIndexOf("."));

/** Of prices and of the sun. What the house will draw is always learned: to mark that everywhere would say nothing. */
export function restsOf({ restsOn = [] }: Timeline, series: TimelineSeries): Rest[] {
  const name = series.group === "price" ? "prices" : series.group === "sun" ? `pv/${deviceOf(series)}` : undefined;
  return restsOn
    .filter((each) => each.series === name)
    .map(({ fromMs, untilMs, rung, source }) => ({ startMs: fromMs, endMs: untilMs, rung, source }))
    .toSorted((a, b) => a.startMs - b.startMs);
}

export const restAt = (rests: readonly Rest[], atMs: number): Rest | undefined =>
  rests.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);

/** The spans of a line cut where what they rest on changes; undefined where nobody says. */
export function byRung(
  spans: readonly Span[],
  rests: readonly Rest[],
): { readonly rung: InputRung | undefined; readonly spans: readonly Span[] }[] {
  let passedMs = Number.NEGATIVE_INFINITY;
  const pieces = rests.flatMap(({ startMs, endMs, rung }) => {
    const before = clip(spans, passedMs, startMs);
    passedMs = endMs;
    return [
      { rung: undefined, spans: before },
      { rung, spans: clip(spans, startMs, endMs) },
    ];
  });
  const after = { rung: undefined, spans: clip(spans, passedMs, Number.POSITIVE_INFINITY) };
  return [...pieces, after].filter((piece) => piece.spans.length > 0);
}

/** Who says a value: "nord-pool", "what nord-pool last said", "days like these". */
export function placeText({ rung, source }: Pick<RestsOn, "rung" | "source">): string {
  if (rung === "cached") return `what ${source} last said`;
  if (rung === "fallback") return source.startsWith("prices.") ? `${source} of the config` : source;
  if (source === "price-shape") return "days like these";
  return source === "mean-of-known-prices" ? "the mean of those known" : source;
}

/** "published by nord-pool", "expected: days like these". */
export function restText(rest: Rest, of: Rested): string {
  const word = rungWord(rest.rung, of);
  if (rest.rung === "best") return `${word} by ${rest.source}`;
  if (rest.rung === "fallback" && of === "sun") return word;
  if (rest.rung === "cached" || rest.rung === "fallback") return placeText(rest);
  return `${word}: ${placeText(rest)}`;
}

/** "Published until Sat 01:00, then expected." Undefined where there is nothing but what is published. */
export function restsText(rests: readonly Rest[], of: Rested, moment: (atMs: number) => string): string | undefined {
  const stretches = rests.filter(({ rung }, k) => rung !== rests[k - 1]?.rung);
  if (stretches.every(({ rung }) => rung === "best")) return undefined;
  const words = stretches.map(({ rung }, k) => {
    const next = stretches[k + 1];
    return next ? `${rungWord(rung, of)} until ${moment(next.startMs)}` : rungWord(rung, of);
  });
  const text = words.join(", then ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
