import { expect, test } from "vitest";
import { importPriceAt, NOW_MS, sampleTimeline } from "../../../tests/support/sample-timeline.ts";
import { shapeOf } from "./shape.ts";
import { lineText, summaryOf } from "./summary.ts";
import { batteryPowerText, isWorthWords, moneyText, valueText } from "./value-text.ts";

const picture = shapeOf(sampleTimeline);
const summary = summaryOf(picture);

test("a line in numbers: now, lowest, highest, last", () => {
  const price = summary.lines.find(({ id }) => id === "importPrice");
  expect(price?.now).toBeCloseTo(importPriceAt(23), 3);
  expect(price?.highest?.value).toBeCloseTo(importPriceAt(29), 3);
  expect(price?.highest?.atMs).toBe(Date.UTC(2024, 0, 5, 17));
  expect(price?.last).toBeCloseTo(importPriceAt(57), 3);
});

test("a line in words", () => {
  const price = summary.lines.find(({ id }) => id === "importPrice");
  if (!price) throw new Error("no price");
  expect(lineText(price, picture)).toBe(
    "Import price now 1.310 €/kWh, from 0.207 €/kWh (Sat 03:00) to 2.421 €/kWh (19:00). Published until Sat 01:00, then expected.",
  );
});

test("the whole picture in words names its time and every line", () => {
  expect(summary.text).toMatch(/^Plan from Fri 5 Jan 13:20 until Sun 7 Jan 00:00\. /);
  for (const { label } of sampleTimeline.series.filter(({ group }) => group !== "comfort"))
    expect(summary.text).toContain(`${label} now `);
});

test("a line without a plan says so, and what is not known is not a number", () => {
  const past = sampleTimeline.series.map((each) => ({ ...each, future: [], past: [] as [number, number][] }));
  const first = { ...past[0], past: [[NOW_MS - 7_200_000, 0.2]] as [number, number][] };
  const lonely = shapeOf({ ...sampleTimeline, series: [Object.assign({}, sampleTimeline.series[0], first)] });
  expect(summaryOf(lonely).text).toContain("Import price now unknown, nothing planned.");
});

test.each([
  { value: 54.4, unit: "%", text: "54 %" },
  { value: 21.25, unit: "°C", text: "21.3 °C" },
  { value: -1.234, unit: "kW", text: "−1.23 kW" },
  { value: -0.001, unit: "kW", text: "0.00 kW" },
  { value: undefined, unit: "kW", text: "–" },
])("$value $unit is written $text", ({ value, unit, text }) => {
  expect(valueText(value, unit)).toBe(text);
});

test("a battery takes and gives in words", () => {
  expect([2, -2, 0, undefined].map(batteryPowerText)).toEqual(["charging 2.00 kW", "giving 2.00 kW", "0.00 kW", "–"]);
});

test.each([
  { amount: 9.174, currency: "EUR", text: "€9.17" },
  { amount: 223, currency: "CZK", text: "Kč 223.00" },
  { amount: 3598.4, currency: "HUF", text: "Ft 3,598" },
  { amount: 1605.3, currency: "JPY", text: "¥1,605" },
])("$amount $currency is written as people pay it", ({ amount, currency, text }) => {
  expect(moneyText(amount, currency).replaceAll("\u00a0", " ")).toBe(text);
});

test("what is not seen where it is written is not worth words", () => {
  expect([0.004, 0.006, -0.006].map((amount) => isWorthWords(amount, "EUR"))).toEqual([false, true, true]);
  expect([0.4, 0.6].map((amount) => isWorthWords(amount, "HUF"))).toEqual([false, true]);
});
