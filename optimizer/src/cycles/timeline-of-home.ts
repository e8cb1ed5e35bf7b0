import type { HomeConfig, HouseholdProblem, Plan, PriceSlot, Timeline } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";
import { baseLoadStretches } from "../forecasts/base-load-history.ts";
import { type PastSeries, timelineOf } from "../plan/timeline.ts";

export interface TimelineInputs {
  readonly config: HomeConfig;
  readonly names: ReadonlyMap<string, string>;
  readonly current: { readonly plan: Plan; readonly problem: HouseholdProblem } | undefined;
  /** Quarter-hour means by signal. */
  readonly means: ReadonlyMap<string, readonly Stretch[]>;
  readonly prices: readonly PriceSlot[];
  readonly nowMs: number;
}

/** The past is shown for so long. */
const SHOWN_PAST_MS = 24 * 3_600_000;
/** A house that has just begun shows a little of what was before. */
const SHORTEST_PAST_MS = 3_600_000;

/** The picture of this home: measured lines under the ids that the plan's lines have. */
export function timelineOfHome({ config, names, current, means, prices, nowMs }: TimelineInputs): Timeline {
  const beganMs = Math.min(nowMs, ...[...means.values()].flatMap(([first]) => (first ? [first.startMs] : [])));
  const fromMs = Math.max(nowMs - SHOWN_PAST_MS, beganMs - SHORTEST_PAST_MS);
  const pointsOf = (stretches: readonly Stretch[]) =>
    stretches
      .filter(({ startMs }) => startMs >= fromMs && startMs <= nowMs)
      .map(({ startMs, value }) => [startMs, value] as const);
  const measured = (
    id: string,
    label: string,
    group: PastSeries["group"],
    unit: string,
    step: boolean,
  ): PastSeries => ({ id, label, group, unit, step, points: pointsOf(means.get(id) ?? []) });
  const name = (id: string) => names.get(id) ?? id;
  const priced = (id: string, label: string, price: (slot: PriceSlot) => number): PastSeries => ({
    id,
    label,
    group: "price",
    unit: `${config.currency}/kWh`,
    step: true,
    points: prices
      .filter(({ startMs }) => startMs >= fromMs && startMs <= nowMs)
      .map((slot) => [slot.startMs, price(slot)] as const),
  });
  const past: PastSeries[] = [
    priced("price.import", "Buying", (slot) => slot.importPricePerKwh),
    priced("price.export", "Selling", (slot) => slot.exportPricePerKwh),
    ...config.batteries.flatMap(({ id }) => [
      measured(`${id}.soc`, name(id), "battery", "share", false),
      measured(`${id}.powerKw`, name(id), "battery", "kW", true),
    ]),
    ...config.evs.flatMap(({ id }) => [
      measured(`${id}.soc`, name(id), "battery", "share", false),
      measured(`${id}.powerKw`, `${name(id)} power`, "load", "kW", true),
    ]),
    ...[...config.zones, ...config.tanks].map(({ id }) =>
      measured(`${id}.tempC`, name(id), "temperature", "°C", false),
    ),
    ...[...config.heatPumps, ...config.immersionHeaters].map(({ id }) =>
      measured(`${id}.powerKw`, name(id), "heat", "kW", true),
    ),
    ...config.appliances.map(({ id }) => measured(`${id}.powerKw`, name(id), "load", "kW", true)),
    ...config.pvArrays.map(({ id }) => measured(`${id}.powerKw`, name(id), "sun", "kW", true)),
    {
      id: "house.baseLoadKw",
      label: "House",
      group: "load",
      unit: "kW",
      step: true,
      points: pointsOf(baseLoadStretches(config, means)),
    },
    measured("grid.powerKw", "Grid", "grid", "kW", true),
  ];
  return timelineOf({
    ...(current ? { planned: current } : {}),
    past,
    nowMs,
    timeZone: config.timeZone,
    currency: config.currency,
    names,
  });
}
