import type { Slot } from "@ohmstead/contract";
import type { HouseholdModel } from "../../model/build-model.ts";
import type { Pattern, Switch, SwitchSeries } from "../../model/switches.ts";
import type { SeriesRules } from "./series-rules.ts";

/** A device that is used more than this in a slot of the relaxed answer is on. None is always best: several are tried. */
const THRESHOLDS = [0.03, 0.1, 0.2, 0.4] as const;

const chosenBy = (columns: readonly number[], x: Float64Array): number =>
  columns.reduce((best, column, i) => ((x[column] ?? 0) > (x[columns[best] ?? 0] ?? 0) ? i : best), 0);

/** The legal runs nearest to the threshold: each slot weighs its hours times its distance from it. */
const runsAbove = (
  threshold: number,
  slots: readonly Slot[],
  series: SwitchSeries,
  rules: SeriesRules,
  x: Float64Array,
): boolean[] =>
  rules.cheapest({
    on: slots.map(({ hours }, k) => (rules.canBeOn[k] ? hours * (threshold - series.use(x, k)) : 0)),
    off: slots.map(() => 0),
  });

/**
 * Where the search sets out: the relaxed answer rounded at several thresholds, and as the house would follow it. Devices that may be switched in
 * every slot are rounded by the house (they have a least power, which it knows) but for two of the thresholds.
 */
export function roundedPatterns(
  slots: readonly Slot[],
  { model, x }: { readonly model: HouseholdModel; readonly x: Float64Array },
  rules: ReadonlyMap<string, SeriesRules>,
): Pattern[] {
  const followed = model.patternOf(model.schedule(x));
  const rounded = (threshold: number, isForAll: boolean): Pattern =>
    new Map<string, readonly boolean[] | number>(
      model.switches.map((each) => {
        if (each.kind === "choice") return [each.id, chosenBy(each.columns, x)];
        const mine = rules.get(each.id);
        const asFollowed = followed.get(each.id);
        if (!mine || (mine.isFree && !isForAll && asFollowed !== undefined)) return [each.id, asFollowed ?? []];
        return [each.id, runsAbove(threshold, slots, each, mine, x)];
      }),
    );
  return [
    followed,
    ...THRESHOLDS.map((threshold) => rounded(threshold, false)),
    ...[THRESHOLDS[0], THRESHOLDS[2]].map((threshold) => rounded(threshold, true)),
  ];
}

/** The pattern with what is against the rules repaired: as few slots changed as possible, by their hours. */
export function repaired(
  slots: readonly Slot[],
  switches: readonly Switch[],
  pattern: Pattern,
  rules: ReadonlyMap<string, SeriesRules>,
): Pattern {
  return new Map<string, readonly boolean[] | number>(
    switches.map((each) => {
      const set = pattern.get(each.id);
      if (each.kind === "choice") return [each.id, typeof set === "number" ? set : each.columns.length - 1];
      const on = typeof set === "object" ? set : slots.map(() => false);
      const mine = rules.get(each.id);
      if (!mine || mine.isLegal(on)) return [each.id, on];
      const cost = (wanted: boolean) => slots.map(({ hours }, k) => (on[k] === wanted ? 0 : hours));
      return [each.id, mine.cheapest({ on: cost(true), off: cost(false) })];
    }),
  );
}
