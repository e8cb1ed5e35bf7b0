import { type InputRung, type Intent, MS_PER_HOUR, type Plan, type TariffShape } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { pino } from "pino";
import { buildProblem, type PlanInForce } from "../../optimizer/src/cycles/build-problem.ts";
import { createSourceAsker } from "../../optimizer/src/cycles/ask-sources.ts";
import { createPriceBook } from "../../optimizer/src/cycles/price-book.ts";
import { createPriceDesk } from "../../optimizer/src/cycles/price-desk.ts";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { SourceError } from "../../optimizer/src/domain/errors.ts";
import type { Stretch } from "../../optimizer/src/domain/series.ts";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import type { PriceSource } from "../../optimizer/src/sources/source.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import { homeConfig, openHouse } from "./battery-house.ts";
import type { Truth } from "./month.ts";
import { isIn, type Outage } from "./outages.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const HISTORY_MS = 28 * DAY_MS;
const HORIZON_HOURS = 48;
const VALID_HOURS = 2;
const QUARTER_HOURS = 0.25;

export interface Circumstances {
  /** Hours of prices that each plan knows; undefined: as published, tomorrow's from 13:00 in Brussels. */
  readonly knownHours?: number;
  /** When each source is down, best first. */
  readonly down: readonly (readonly Outage[])[];
  /** Slots that no source ever gives. */
  readonly holes?: readonly Outage[];
  /** What holds where no source says a price: the rest of the ladder, or nothing, and then the last plan while it is valid, and the rules. */
  readonly below: "ladder" | "nothing";
}

export interface MonthOptions {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly everyHours: number;
  /** What the config says prices are, for days without a market. */
  readonly fallback?: TariffShape | undefined;
}

export interface Outcome {
  readonly cost: number;
  readonly plans: number;
  /** Quarter-hours of all horizons, and those of them without a price. */
  readonly quarters: number;
  readonly empty: number;
  /** Quarter-hours lived without a valid plan. */
  readonly unplanned: number;
  /** Share of the lived quarter-hours by the rung of their price, at the time they were lived. */
  readonly lived: Readonly<Partial<Record<InputRung, number>>>;
}

/** Of a source that answers: from a day ago to what is out. */
function sourceOf(name: string, truth: Truth, down: readonly Outage[], circumstances: Circumstances): PriceSource {
  const { knownHours, holes = [] } = circumstances;
  return {
    kind: "recorded",
    name,
    refreshMinutes: 60,
    fetch: async (nowMs) => {
      if (isIn(down, nowMs)) throw new SourceError(name, "is down", { trouble: "unreachable" });
      const untilMs = knownHours === undefined ? publishedUntilMs(nowMs) : nowMs + knownHours * MS_PER_HOUR;
      return truth
        .between(nowMs - DAY_MS, untilMs)
        .map((k) => ({
          startMs: truth.year.slots[k]?.startMs ?? 0,
          hours: truth.hours,
          importPerKwh: truth.year.importPricePerKwh[k] ?? 0,
          exportPerKwh: truth.year.exportPricePerKwh[k] ?? 0,
        }))
        .filter(({ startMs }) => !isIn(holes, startMs));
    },
  };
}

function publishedUntilMs(nowMs: number): number {
  const now = DateTime.fromMillis(nowMs, { zone: "Europe/Brussels" });
  return now
    .startOf("day")
    .plus({ days: now.hour >= 13 ? 2 : 1 })
    .toMillis();
}

/** The month as the appliance lives it: sources are asked, prices stored, plans made and followed by a battery in a recorded house. */
export async function replayMonth(
  truth: Truth,
  options: MonthOptions,
  circumstances: Circumstances,
  solver: Solver,
): Promise<Outcome> {
  const { fromMs, untilMs, everyHours, fallback } = options;
  const peakKw = Math.max(1, Math.ceil(Math.max(...truth.year.pvKw)));
  const config = homeConfig(peakKw, fallback);
  const store = openStore(":memory:");
  let nowMs = fromMs;
  const sources = circumstances.down.map((down, i) => sourceOf(`market-${i + 1}`, truth, down, circumstances));
  const clock = { nowMs: () => nowMs };
  const asker = createSourceAsker({ clock, logger: pino({ level: "silent" }) });
  const desk = createPriceDesk({ config, sources, asker, store, clock, say: () => {} });
  const before = truth.between(fromMs - HISTORY_MS, fromMs).map((k) => ({
    startMs: truth.year.slots[k]?.startMs ?? 0,
    hours: truth.hours,
    importPricePerKwh: truth.year.importPricePerKwh[k] ?? 0,
    exportPricePerKwh: truth.year.exportPricePerKwh[k] ?? 0,
  }));
  store.prices.save("market-1", before, fromMs - DAY_MS);
  const book = createPriceBook(
    store.prices,
    config,
    sources.map(({ name }) => name),
  );
  const worthPerKwh = 0.95 * mean(truth.between(fromMs, untilMs).map((k) => truth.year.importPricePerKwh[k] ?? 0));
  const house = openHouse(truth, worthPerKwh);
  const lived = new Map<InputRung, number>();
  let current: PlanInForce | undefined;
  let [plans, quarters, empty, unplanned] = [0, 0, 0, 0];

  for (; nowMs < untilMs; nowMs += everyHours * MS_PER_HOUR) {
    await desk.refresh();
    const { problem, missing, restsOn } = buildProblem({
      config,
      nowMs,
      prices: book.known(nowMs, nowMs + (HORIZON_HOURS + 24) * MS_PER_HOUR, nowMs),
      priceGivers: circumstances.below === "ladder" ? book.givers(nowMs) : [],
      weather: [],
      history: historyOf(truth, nowMs),
      states: new Map([["battery.soc", { value: house.soc(), atMs: nowMs, isStale: false }]]),
      overrides: [],
      previous: current,
    });
    const horizonMs = nowMs + HORIZON_HOURS * MS_PER_HOUR;
    quarters += HORIZON_HOURS / QUARTER_HOURS;
    const pricedHours = (problem?.slots ?? []).reduce(
      (sum, { startMs, hours }, k) =>
        Number.isFinite(problem?.importPricePerKwh[k])
          ? sum + Math.min(hours, (horizonMs - startMs) / MS_PER_HOUR)
          : sum,
      0,
    );
    empty += Math.round((HORIZON_HOURS - pricedHours) / QUARTER_HOURS);
    if (problem) {
      const planId = `plan-${plans}`;
      const solved = await solveHousehold(problem, {
        solver,
        nowMs,
        validHours: VALID_HOURS,
        planId,
        timeLimitMs: 30_000,
        previous: current?.plan,
      });
      plans += 1;
      current = { plan: { ...solved, restsOn }, problem, missing };
    }
    for (let ms = nowMs; ms < Math.min(untilMs, nowMs + everyHours * MS_PER_HOUR); ms += QUARTER_HOURS * MS_PER_HOUR) {
      const valid = current && ms < current.plan.validUntilMs ? current.plan : undefined;
      if (!valid) unplanned += 1;
      const rung = valid && rungAt(valid, ms);
      if (rung) lived.set(rung, (lived.get(rung) ?? 0) + 1);
      house.live(ms, QUARTER_HOURS, (valid && intentAt(valid, ms)) ?? { kind: "selfUse" });
    }
  }
  asker.stop();
  store.close();
  const all = Math.round((untilMs - fromMs) / MS_PER_HOUR / QUARTER_HOURS);
  return {
    cost: house.cost(),
    plans,
    quarters,
    empty,
    unplanned,
    lived: Object.fromEntries([...lived].map(([rung, count]) => [rung, count / all])),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

const rungAt = ({ restsOn = [] }: Plan, ms: number): InputRung | undefined =>
  restsOn.find(({ series, fromMs, untilMs }) => series === "prices" && fromMs <= ms && ms < untilMs)?.rung;

const intentAt = ({ devices }: Plan, ms: number): Intent | undefined =>
  devices
    .find(({ deviceId }) => deviceId === "battery")
    ?.segments.find(({ startMs, endMs }) => startMs <= ms && ms < endMs)?.intent;

function historyOf(truth: Truth, nowMs: number) {
  const slots = truth.between(nowMs - HISTORY_MS, nowMs - truth.hours * MS_PER_HOUR + 1);
  const series = (values: readonly number[]): Stretch[] =>
    slots.map((k) => {
      const startMs = truth.year.slots[k]?.startMs ?? 0;
      return { startMs, endMs: startMs + truth.hours * MS_PER_HOUR, value: values[k] ?? 0 };
    });
  return { baseLoad: series(truth.year.loadKw), pv: new Map([["roof", series(truth.year.pvKw)]]) };
}
