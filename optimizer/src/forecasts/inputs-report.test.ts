import type { InputRung, RestsOn } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { inputsReport } from "./inputs-report.ts";

const stretch = (series: string, rung: InputRung, source: string, from: number, until: number): RestsOn => ({
  series,
  rung,
  source,
  fromMs: from * QUARTER_MS,
  untilMs: until * QUARTER_MS,
});
/** A plan for the first eight quarter-hours, and another one that is made at the fourth. */
const first = [stretch("prices", "best", "agile", 0, 6), stretch("prices", "learned", "price-shape", 6, 8)];
const second = [stretch("prices", "best", "agile", 4, 8), stretch("pv/roof", "second", "solcast", 4, 8)];
const report = (until: number) => inputsReport(0, until * QUARTER_MS, (ms) => (ms < 4 * QUARTER_MS ? first : second));

test("each quarter-hour rests on what the newest plan before it said, and neighbours are one stretch", () => {
  const [prices] = report(8).series;
  expect(prices?.stretches).toEqual([{ rung: "best", source: "agile", fromMs: 0, untilMs: 8 * QUARTER_MS }]);
  expect(prices?.rungs).toEqual([{ rung: "best", quarterHours: 8, share: 1 }]);
});

test("quarter-hours without a value are counted, never passed over: where no plan reaches, and where a series is unknown", () => {
  const { quarterHours, series } = report(10);
  expect(quarterHours).toBe(10);
  expect(series.map(({ series: name, empty }) => [name, empty])).toEqual([
    ["prices", 2],
    ["pv/roof", 6],
  ]);
  expect(series[1]?.stretches).toEqual([
    { fromMs: 0, untilMs: 4 * QUARTER_MS },
    { rung: "second", source: "solcast", fromMs: 4 * QUARTER_MS, untilMs: 8 * QUARTER_MS },
    { fromMs: 8 * QUARTER_MS, untilMs: 10 * QUARTER_MS },
  ]);
  expect(series[1]?.rungs).toEqual([{ rung: "second", quarterHours: 4, share: 0.4 }]);
});

test("shares and what is empty add up to the whole period, best rung first", () => {
  const mixed = inputsReport(0, 8 * QUARTER_MS, () => [
    stretch("prices", "fallback", "prices.fallback", 5, 7),
    stretch("prices", "best", "agile", 0, 5),
  ]).series[0];
  expect(mixed?.rungs.map(({ rung }) => rung)).toEqual(["best", "fallback"]);
  expect((mixed?.empty ?? 0) / 8 + (mixed?.rungs.reduce((sum, { share }) => sum + share, 0) ?? 0)).toBeCloseTo(1, 12);
});

test("a period of no length has nothing to tell", () => {
  expect(inputsReport(0, 0, () => first)).toEqual({ fromMs: 0, untilMs: 0, quarterHours: 0, series: [] });
});
