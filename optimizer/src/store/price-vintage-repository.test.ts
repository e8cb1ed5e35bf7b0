import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseCsvSeries } from "../domain/csv-series.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { packSpots, unpackSpots } from "./packed-spots.ts";
import { memoryDatabase } from "./open-database.ts";
import { priceVintageRepository } from "./price-vintage-repository.ts";

const slot = (hour: number, importPerKwh: number, hours = 1): SpotSlot => ({
  startMs: hour * MS_PER_HOUR,
  hours,
  importPerKwh,
});
const known = (vintages: ReturnType<typeof priceVintageRepository>, atMs: number, source = "nord-pool") =>
  vintages.knownAt({ source, atMs, fromMs: 0, untilMs: 100 * MS_PER_HOUR });

test("what was known at two o'clock is known for good, whatever was said after it", () => {
  const vintages = priceVintageRepository(memoryDatabase());
  vintages.add("nord-pool", [slot(20, 0.1), slot(21, 0.2)], 1300);
  vintages.add("nord-pool", [slot(20, 0.1), slot(21, 0.3), slot(22, 0.4)], 1500);
  vintages.add("tibber", [slot(20, 0.9)], 1350);
  expect(known(vintages, 1200)).toEqual([]);
  expect(known(vintages, 1400)).toEqual([slot(20, 0.1), slot(21, 0.2)]);
  expect(known(vintages, 1500)).toEqual([slot(20, 0.1), slot(21, 0.3), slot(22, 0.4)]);
  expect(known(vintages, 1500, "tibber")).toEqual([slot(20, 0.9)]);
});

test("only what is new or different is kept: the same answer again is no news", () => {
  const vintages = priceVintageRepository(memoryDatabase());
  const first = [slot(20, 0.1), { ...slot(21, 0.2), exportPerKwh: 0.05 }];
  expect(vintages.add("nord-pool", first, 1)).toEqual(first);
  expect(vintages.add("nord-pool", first, 2)).toEqual([]);
  expect(vintages.add("nord-pool", [slot(20, 0.1), slot(21, 0.2)], 3)).toEqual([slot(21, 0.2)]);
  expect(vintages.add("nord-pool", [], 4)).toEqual([]);
});

test("a finer answer replaces the coarser one that it overlaps, whole", () => {
  const vintages = priceVintageRepository(memoryDatabase());
  vintages.add("nord-pool", [slot(20, 0.1), slot(21, 0.2)], 1);
  vintages.add("nord-pool", [slot(20, 0.11, 0.5), slot(20.5, 0.12, 0.5)], 2);
  expect(known(vintages, 2)).toEqual([slot(20, 0.11, 0.5), slot(20.5, 0.12, 0.5), slot(21, 0.2)]);
});

test("what was said under other settings may be left out", () => {
  const vintages = priceVintageRepository(memoryDatabase());
  vintages.add("csv", [slot(20, 100)], 10);
  vintages.add("csv", [slot(21, 0.1)], 20);
  expect(vintages.knownAt({ source: "csv", atMs: 30, saidSinceMs: 15, fromMs: 0, untilMs: 1e9 })).toEqual([
    slot(21, 0.1),
  ]);
});

test("packing keeps every slot to a millionth of the currency", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          gapMinutes: fc.integer({ min: 0, max: 90 }),
          hours: fc.constantFrom(0.25, 0.5, 1, 1 / 3),
          importPerKwh: fc.integer({ min: -500_000, max: 4_000_000 }),
          exportPerKwh: fc.option(fc.integer({ min: -500_000, max: 4_000_000 }), { nil: undefined }),
        }),
        { minLength: 1, maxLength: 60 },
      ),
      (raw) => {
        let ms = 1_704_000_000_000;
        const spots = raw.map(({ gapMinutes, hours, importPerKwh, exportPerKwh }): SpotSlot => {
          const startMs = ms + gapMinutes * 60_000;
          ms = startMs + Math.round(hours * MS_PER_HOUR);
          return {
            startMs,
            hours,
            importPerKwh: importPerKwh / 1e6,
            ...(exportPerKwh === undefined ? {} : { exportPerKwh: exportPerKwh / 1e6 }),
          };
        });
        expect(unpackSpots(packSpots(spots))).toEqual(spots);
      },
    ),
  ));

test("a day of recorded prices takes less than 300 bytes: a source grows the database by less than 120 kB a year", () => {
  const file = new URL("../../../config/demo/winter/prices.csv", import.meta.url);
  const rows = parseCsvSeries(readFileSync(file, "utf8"), "demo prices").slice(0, 24);
  const [column = ""] = Object.keys(rows[0]?.values ?? {});
  const spots = rows.flatMap(({ startMs, values }) => {
    const price = values[column];
    return price === undefined ? [] : [{ startMs, hours: 1, importPerKwh: price / 1000 }];
  });
  expect(spots).toHaveLength(24);
  expect(packSpots(spots).length).toBeLessThan(300);
});
