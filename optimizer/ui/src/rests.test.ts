import type { InputRung, Timeline } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { byRung, type Rest, restAt, restsOf, restsText, restText } from "./rests.ts";

const rest = (rung: InputRung, source: string, startMs: number, endMs: number): Rest => ({
  rung,
  source,
  startMs,
  endMs,
});
const rests = [rest("best", "nord-pool", 0, 10), rest("learned", "price-shape", 10, 30)];
const span = (startMs: number, endMs: number, value: number) => ({ startMs, endMs, value, endValue: value });

test("an area is cut where what it rests on changes, and none of it is lost", () => {
  expect(byRung([span(5, 20, 1), span(20, 40, 2)], rests)).toEqual([
    { rung: "best", spans: [span(5, 10, 1)] },
    { rung: "learned", spans: [span(10, 20, 1), span(20, 30, 2)] },
    { rung: undefined, spans: [span(30, 40, 2)] },
  ]);
  expect(byRung([span(5, 20, 1)], [])).toEqual([{ rung: undefined, spans: [span(5, 20, 1)] }]);
  expect(restAt(rests, 10)?.rung).toBe("learned");
  expect(restAt(rests, 30)).toBeUndefined();
});

test("prices and each roof have their own; what the house draws is learned anyway", () => {
  const timeline: Timeline = {
    nowMs: 0,
    fromMs: 0,
    untilMs: 30,
    timeZone: "UTC",
    currency: "EUR",
    series: [],
    restsOn: [
      { series: "pv/roof", rung: "second", source: "solcast", fromMs: 0, untilMs: 30 },
      { series: "prices", rung: "learned", source: "price-shape", fromMs: 10, untilMs: 30 },
      { series: "prices", rung: "best", source: "nord-pool", fromMs: 0, untilMs: 10 },
      { series: "baseLoadKw", rung: "learned", source: "days before", fromMs: 0, untilMs: 30 },
    ],
  };
  const of = (id: string, group: "price" | "sun" | "load") =>
    restsOf(timeline, { id, group, label: id, unit: "kW", step: true, past: [], future: [] });
  expect(of("price.export", "price")).toEqual(rests);
  expect(of("roof.powerKw", "sun")).toEqual([rest("second", "solcast", 0, 30)]);
  expect(of("shed.powerKw", "sun")).toEqual([]);
  expect(of("house.baseLoadKw", "load")).toEqual([]);
});

test.each([
  { rung: "best", source: "nord-pool", text: "published by nord-pool" },
  { rung: "second", source: "tibber", text: "second source: tibber" },
  { rung: "cached", source: "nord-pool", text: "what nord-pool last said" },
  { rung: "learned", source: "price-shape", text: "expected: days like these" },
  { rung: "fallback", source: "prices.fallback", text: "prices.fallback of the config" },
] as const)("$rung is told as $text", ({ rung, source, text }) => {
  expect(restText(rest(rung, source, 0, 1), "price")).toBe(text);
});

test("nobody publishes the sun, and no config has it", () => {
  expect(restText(rest("best", "open-meteo", 0, 1), "sun")).toBe("forecast by open-meteo");
  expect(restText(rest("fallback", "no sun", 0, 1), "sun")).toBe("no sun assumed");
});

const hour = (ms: number) => `hour ${ms}`;
test("for those who listen: what changes when, and nothing where all is published", () => {
  expect(restsText(rests, "price", hour)).toBe("Published until hour 10, then expected.");
  expect(restsText(rests.slice(0, 1), "price", hour)).toBeUndefined();
  expect(restsText([], "price", hour)).toBeUndefined();
});
