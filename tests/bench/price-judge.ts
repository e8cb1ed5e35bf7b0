import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { parseCsvSeries } from "../../optimizer/src/domain/csv-series.ts";
import type { SpotSlot } from "../../optimizer/src/domain/spot-slot.ts";
import { isZero, judgePrices } from "../../optimizer/src/forecasts/judge-prices.ts";
import { seeded } from "../support/seeded.ts";

/** node tools/run.mjs --conditions=source tests/bench/price-judge.ts <folder of recorded prices> */
const SERIES = [
  { file: "de_lu_dayahead_60min_2022_2023.csv", column: "price_eur_per_mwh", perUnit: 1000, hours: 1, currency: "EUR" },
  {
    file: "ee_fi_dayahead_15min_2025-12_2026-03.csv",
    column: "ee_eur_per_mwh",
    perUnit: 1000,
    hours: 0.25,
    currency: "EUR",
  },
  {
    file: "ee_fi_dayahead_15min_2025-12_2026-03.csv",
    column: "fi_eur_per_mwh",
    perUnit: 1000,
    hours: 0.25,
    currency: "EUR",
  },
  {
    file: "fi_dayahead_60min_weather_2023-01_2024-05.csv",
    column: "price_eur_per_mwh_ex_vat",
    perUnit: 1000,
    hours: 1,
    currency: "EUR",
  },
  {
    file: "fi_dayahead_60min_weather_2023-01_2024-05.csv",
    column: "price_cent_per_kwh_inc_vat",
    perUnit: 100,
    hours: 1,
    currency: "EUR",
  },
  {
    file: "gb_agile_30min_2022-11_2023-10.csv",
    column: "import_pence_per_kwh_inc_vat",
    perUnit: 100,
    hours: 0.5,
    currency: "GBP",
  },
  {
    file: "gb_agile_30min_2022-11_2023-10.csv",
    column: "export_pence_per_kwh",
    perUnit: 100,
    hours: 0.5,
    currency: "GBP",
  },
  { file: "nl_dayahead_60min_2023.csv", column: "nl_eur_per_mwh", perUnit: 1000, hours: 1, currency: "EUR" },
] as const;

const DAY_MS = 24 * MS_PER_HOUR;
const WEEKS_MS = 14 * DAY_MS;
const WRONG = {
  "× 1000": (price: number) => price * 1000,
  "× 100": (price: number) => price * 100,
  "/ 100": (price: number) => price / 100,
  "/ 1000": (price: number) => price / 1000,
  sign: (price: number) => -price,
  NaN: () => Number.NaN,
} as const;
type Kind = keyof typeof WRONG;
const KINDS = Object.keys(WRONG) as Kind[];
const spoilt = (slot: SpotSlot, kind: Kind): SpotSlot => ({ ...slot, importPerKwh: WRONG[kind](slot.importPerKwh) });

function slotsOf(folder: string, { file, column, perUnit, hours }: (typeof SERIES)[number]): SpotSlot[] {
  return parseCsvSeries(readFileSync(join(folder, file), "utf8"), file).flatMap(({ startMs, values }) => {
    const value = values[column];
    return value === undefined ? [] : [{ startMs, hours, importPerKwh: value / perUnit }];
  });
}

/** Each day's answer at 13:00 UTC: today and tomorrow where it repeats what is known, tomorrow alone where it does not. */
function* answersOf(slots: readonly SpotSlot[], repeats: boolean) {
  const [first] = slots;
  for (let dayMs = Math.floor((first?.startMs ?? 0) / DAY_MS) * DAY_MS; ; dayMs += DAY_MS) {
    const nowMs = dayMs + 13 * MS_PER_HOUR;
    const tomorrowMs = dayMs + DAY_MS;
    const answer = slots.filter(
      ({ startMs }) => startMs >= (repeats ? dayMs : tomorrowMs) && startMs < tomorrowMs + DAY_MS,
    );
    if (dayMs > (slots.at(-1)?.startMs ?? 0)) return;
    const before = slots.filter(({ startMs }) => startMs >= nowMs - WEEKS_MS && startMs < tomorrowMs);
    if (answer.length > 0) yield { nowMs, before, answer };
  }
}

const folder = process.argv[2];
if (!folder) throw new Error("say where the recorded prices are: price-judge.ts <folder>");
const random = seeded(7);
let day = 0;
const counts = new Map<string, { caught: number; of: number }>();
const count = (what: string, isCaught: boolean, worth = 1): void => {
  const sum = counts.get(what) ?? { caught: 0, of: 0 };
  counts.set(what, { caught: sum.caught + (isCaught ? worth : 0), of: sum.of + worth });
};

for (const series of SERIES) {
  const slots = slotsOf(folder, series);
  for (const repeats of [true, false]) {
    const how = repeats ? "with today" : "tomorrow alone";
    let refusedReal = 0;
    for (const { nowMs, before, answer } of answersOf(slots, repeats)) {
      const judge = (told: readonly SpotSlot[]) =>
        judgePrices(told, { nowMs, currency: series.currency, before, isNothing: isZero });
      const real = judge(answer);
      refusedReal += real.refused.length + real.unpublished.length;
      if (real.refused.length > 0) console.log("  refused", new Date(nowMs).toISOString(), real.refused.slice(0, 3));
      // The real ones are all judged; of the spoilt ones every fourth day tells as much.
      day += 1;
      for (const kind of day % 4 === 0 ? KINDS : []) {
        const all = judge(answer.map((slot) => spoilt(slot, kind)));
        count(`whole answer ${kind}, ${how}`, all.believed.length === 0);
        // A price of nothing, or next to it, is the same in any unit.
        const candidates = answer.filter(({ importPerKwh }) => Math.abs(importPerKwh) > 0.01);
        const one = candidates[Math.floor(random() * candidates.length)];
        if (!one) continue;
        const single = judge(answer.map((slot) => (slot === one ? spoilt(slot, kind) : slot)));
        const isOther = single.refused.some(({ atMs }) => atMs !== one.startMs);
        const isKnown = before.some(({ startMs }) => startMs === one.startMs);
        count(
          `one slot ${kind}, ${isKnown ? "told before" : "new"}`,
          single.refused.some(({ atMs }) => atMs === one.startMs),
        );
        if (isOther) count(`a good slot refused beside one ${kind}`, true);
      }
    }
    console.log(`${series.file} ${series.column}, ${how}: ${slots.length} real slots, ${refusedReal} refused`);
  }
}
console.log("");
for (const [what, { caught, of }] of [...counts].toSorted(([a], [b]) => a.localeCompare(b)))
  console.log(`${what}: ${caught} of ${of} (${((100 * caught) / of).toFixed(1)} %)`);
