import { MS_PER_HOUR, type PriceSlot, slotEndMs, TariffShape } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { localClock } from "../domain/local-time.ts";
import {
  fallbackPrices,
  FRESH_MS,
  type KnownOptions,
  knownPrices,
  type LearnedPrices,
  priceGivers,
  type PriceOpinion,
} from "./price-ladder.ts";
import { pricedGrid } from "./priced-grid.ts";

const NOW_MS = Date.UTC(2024, 0, 5, 10);
const MINUTE_MS = 60_000;
const FRESH_AT_MS = NOW_MS - MS_PER_HOUR;
const SILENT_SINCE_MS = NOW_MS - FRESH_MS - MINUTE_MS;
const said = (
  source: string,
  hour: number,
  importPricePerKwh: number,
  { hours = 1, storedAtMs = FRESH_AT_MS }: { readonly hours?: number; readonly storedAtMs?: number } = {},
): PriceOpinion => ({
  source,
  startMs: NOW_MS + hour * MS_PER_HOUR,
  hours,
  importPricePerKwh,
  exportPricePerKwh: importPricePerKwh / 2,
  storedAtMs,
});
const known = (opinions: readonly PriceOpinion[], more: Partial<KnownOptions> = {}) =>
  knownPrices(opinions, { order: ["octopus-agile", "nord-pool"], nowMs: NOW_MS, ...more });
/** Who is believed, and what it says, by hours from now. */
const brief = (...all: Parameters<typeof known>) =>
  known(...all).map(({ startMs, hours, importPricePerKwh, by: { rung, source } }) => [
    (startMs - NOW_MS) / MS_PER_HOUR,
    hours,
    importPricePerKwh,
    `${rung} ${source}`,
  ]);

test("the best source counts, where it is silent the second, each told apart", () => {
  expect(
    brief([said("nord-pool", 0, 9), said("nord-pool", 1, 8), said("octopus-agile", 0, 1), said("nord-pool", 2, 7)]),
  ).toEqual([
    [0, 1, 1, "best octopus-agile"],
    [1, 1, 8, "second nord-pool"],
    [2, 1, 7, "second nord-pool"],
  ]);
});

test("what a source said longer ago than a market's day comes after whoever speaks now, and still counts", () => {
  const stale = { storedAtMs: SILENT_SINCE_MS };
  const opinions = [
    said("octopus-agile", 0, 1, stale),
    said("nord-pool", 0, 9),
    said("octopus-agile", 1, 2, stale),
    said("nord-pool", 1, 8, stale),
  ];
  expect(brief(opinions)).toEqual([
    [0, 1, 9, "second nord-pool"],
    [1, 1, 2, "cached octopus-agile"],
  ]);
  expect(known(opinions)[1]?.by.issuedAtMs).toBe(SILENT_SINCE_MS);
  expect(brief([said("octopus-agile", 0, 1, { storedAtMs: NOW_MS - FRESH_MS }), said("nord-pool", 0, 9)])[0]).toEqual([
    0,
    1,
    1,
    "best octopus-agile",
  ]);
});

test("pushed prices come first, unless the config says where they stand; a source that it does not know comes last", () => {
  const opinions = [said("csv", 0, 3), said("octopus-agile", 0, 2), said("push", 0, 1)];
  expect(brief(opinions)).toEqual([[0, 1, 1, "best push"]]);
  expect(brief(opinions, { order: ["octopus-agile", "push"] })).toEqual([[0, 1, 2, "best octopus-agile"]]);
  expect(brief(opinions.slice(0, 2))).toEqual([[0, 1, 2, "best octopus-agile"]]);
  expect(brief(opinions.slice(0, 1))).toEqual([[0, 1, 3, "second csv"]]);
});

test("of one source the finer slot holds, of equal ones the one given later; what is left of the coarser stays", () => {
  const opinions = [
    said("octopus-agile", 0, 1, { hours: 3 }),
    said("octopus-agile", 1, 2, { hours: 0.5 }),
    said("octopus-agile", 1, 3, { hours: 0.5, storedAtMs: FRESH_AT_MS + MINUTE_MS }),
  ];
  expect(brief(opinions).map(([hour, hours, value]) => [hour, hours, value])).toEqual([
    [0, 1, 1],
    [1, 0.5, 3],
    [1.5, 1.5, 1],
  ]);
});

const anyOpinions = fc.array(
  fc.record({
    source: fc.constantFrom("octopus-agile", "nord-pool", "push", "csv"),
    startMs: fc.integer({ min: -20, max: 200 }).map((k) => NOW_MS + k * 15 * MINUTE_MS),
    hours: fc.constantFrom(0.25, 0.5, 1, 3),
    importPricePerKwh: fc.double({ min: 0.01, max: 2, noNaN: true }),
    exportPricePerKwh: fc.constant(0.05),
    storedAtMs: fc.integer({ min: 0, max: 60 }).map((k) => NOW_MS - k * MS_PER_HOUR),
  }),
  { maxLength: 60 },
);
const covers = ({ startMs, hours }: PriceSlot, ms: number) => startMs <= ms && ms < startMs + hours * MS_PER_HOUR;

test("each moment that any source knows is known once, by a price that was given for it", () =>
  fc.assert(
    fc.property(anyOpinions, (opinions) => {
      const all = known(opinions);
      all.slice(1).forEach((each, k) => expect(each.startMs).toBeGreaterThanOrEqual(slotEndMs(all[k] ?? each)));
      for (let ms = NOW_MS - 5 * MS_PER_HOUR; ms < NOW_MS + 54 * MS_PER_HOUR; ms += 15 * MINUTE_MS) {
        const candidates = opinions.filter((each) => covers(each, ms));
        const found = all.find((each) => covers(each, ms));
        expect(found !== undefined).toBe(candidates.length > 0);
        if (!found) continue;
        expect(candidates.map(({ importPricePerKwh }) => importPricePerKwh)).toContain(found.importPricePerKwh);
        const isAnyFresh = candidates.some(({ storedAtMs }) => NOW_MS - storedAtMs <= FRESH_MS);
        expect(found.by.rung === "cached").toBe(!isAnyFresh);
      }
    }),
  ));

const learned = (more: Partial<LearnedPrices> = {}): LearnedPrices => ({
  days: 14,
  atMs: NOW_MS,
  untilMs: NOW_MS,
  over: () => ({ importPricePerKwh: 0.2, exportPricePerKwh: 0.05 }),
  ...more,
});
const fallback = fallbackPrices(
  TariffShape.parse({ importPerKwh: 0.3, times: [{ from: "00:00", until: "06:30", importPerKwh: 0.1 }] }),
  localClock("Europe/London"),
);
const rungs = (...parts: Parameters<typeof priceGivers>) =>
  priceGivers(...parts).map(({ rung, source }) => `${rung} ${source}`);

test("E41 what was learned is believed until two days after the last price, then the config; without a config it goes on", () => {
  const twoDaysAgo = NOW_MS - 48 * MS_PER_HOUR;
  expect(rungs(NOW_MS, learned({ untilMs: twoDaysAgo }), fallback)[0]).toBe("learned price-shape");
  const longAgo = learned({ untilMs: twoDaysAgo - MINUTE_MS });
  expect(rungs(NOW_MS, longAgo, fallback)[0]).toBe("fallback prices.fallback");
  expect(rungs(NOW_MS, longAgo, undefined)).toEqual(["learned price-shape"]);
});

test("the mean of a few hours is worth less than what the config says, and more than nothing", () => {
  const few = learned({ days: 0 });
  expect(rungs(NOW_MS, few, fallback)[0]).toBe("fallback prices.fallback");
  expect(rungs(NOW_MS, few, undefined)).toEqual(["learned mean-of-known-prices"]);
  expect(rungs(NOW_MS, undefined, undefined)).toEqual([]);
});

test("the fallback has the mean of its prices over a slot, and says where they change", () => {
  const half = { startMs: Date.UTC(2024, 0, 6, 6), hours: 1 };
  expect(fallback.at(half)).toEqual({ importPricePerKwh: expect.closeTo(0.2, 12), exportPricePerKwh: 0 });
  const from = Date.UTC(2024, 0, 6, 0, 10);
  expect(fallback.changes?.(from, from + 24 * MS_PER_HOUR)).toEqual([
    Date.UTC(2024, 0, 6, 6, 30),
    Date.UTC(2024, 0, 7),
  ]);
});

test("no slot of the horizon is without a value where anything is known or configured, and none has one that nobody gave", () =>
  fc.assert(
    fc.property(anyOpinions, fc.boolean(), fc.boolean(), (opinions, isLearned, isConfigured) => {
      const givers = priceGivers(NOW_MS, isLearned ? learned() : undefined, isConfigured ? fallback : undefined);
      const all = known(opinions);
      const grid = pricedGrid(NOW_MS, 48, all, { givers });
      if (givers.length === 0) {
        if (!all.some((each) => covers(each, NOW_MS))) expect(grid).toBeUndefined();
        return;
      }
      expect(slotEndMs(grid?.slots.at(-1) ?? { startMs: 0, hours: 1 })).toBeGreaterThanOrEqual(
        NOW_MS + 48 * MS_PER_HOUR,
      );
      expect(grid?.importPricePerKwh.every((each) => each >= 0.01)).toBe(true);
      expect(grid?.restsOn[0]?.fromMs).toBe(NOW_MS);
      grid?.restsOn.slice(1).forEach((each, k) => expect(each.fromMs).toBe(grid.restsOn[k]?.untilMs));
    }),
  ));
