import { expect, test } from "vitest";
import { meanPrice } from "./power-price.ts";
import { clearlyAbove, isNegative, money, percent, power, temp, wordsFor } from "./words.ts";

test("figures as people write them", () => {
  expect(money(0.314, "EUR")).toBe("0.31 €");
  expect(money(-0.05, "GBP")).toBe("−0.05 £");
  expect(money(-0.001, "SEK")).toBe("0.00 kr");
  expect(money(1, "CHF")).toBe("1.00 CHF");
  expect(temp(20.46)).toBe("20.5 °C");
  expect(temp(-3)).toBe("−3.0 °C");
  expect(percent(0.454)).toBe("45 %");
  expect(power(2.04)).toBe("2.0 kW");
});

test.each([
  { rule: "the same day", atIso: "2024-01-05T21:00:00Z", fromIso: "2024-01-05T06:00:00Z", text: "23:00" },
  { rule: "tomorrow morning", atIso: "2024-01-06T04:00:00Z", fromIso: "2024-01-05T18:00:00Z", text: "06:00" },
  { rule: "tomorrow evening", atIso: "2024-01-06T16:00:00Z", fromIso: "2024-01-05T18:00:00Z", text: "Sat 18:00" },
])("times in the house's own time zone: $rule", ({ atIso, fromIso, text }) => {
  const words = wordsFor({ currency: "EUR", timeZone: "Europe/Helsinki" });
  expect(words.time(Date.parse(atIso), Date.parse(fromIso))).toBe(text);
});

test.each([
  { currency: "GBP", price: "0.20 £/kWh", sum: "12.35 £", of: 1 },
  { currency: "CZK", price: "5.00 Kč/kWh", sum: "308.63 Kč", of: 25 },
  { currency: "HUF", price: "80.0 Ft/kWh", sum: "4938 Ft", of: 400 },
  { currency: "JPY", price: "35.0 ¥/kWh", sum: "2160 ¥", of: 175 },
])("prices and sums in $currency", ({ currency, price, sum, of }) => {
  expect(wordsFor({ currency, timeZone: "UTC" }).price(0.2 * of)).toBe(price);
  expect(money(12.345 * of, currency)).toBe(sum);
});

test("differences that a reader sees", () => {
  const euro = { currency: "EUR" };
  expect([clearlyAbove(0.21, 0.2, euro), clearlyAbove(0.204, 0.2, euro)]).toEqual([true, false]);
  expect([isNegative(-0.01, euro), isNegative(-0.004, euro)]).toEqual([true, false]);
});

const weights = (...weight: number[]) => weight.map((each, slot) => ({ slot, weight: each }));

test("the price of several slots is that of their main source", () => {
  const prices = [
    { from: "grid", pricePerKwh: 0.3 },
    { from: "sun", pricePerKwh: 0.05 },
    { from: "sun", pricePerKwh: 0.07 },
  ] as const;
  expect(meanPrice(prices, weights(3, 1, 1))).toEqual({ from: "grid", pricePerKwh: 0.3 });
  expect(meanPrice(prices, weights(1, 3, 1))).toEqual({ from: "sun", pricePerKwh: expect.closeTo(0.055, 9) });
  expect(meanPrice(prices, weights(0, 0, 0))).toEqual({ from: "sun", pricePerKwh: expect.closeTo(0.06, 9) });
  expect(meanPrice(prices, [])).toEqual({ from: "grid", pricePerKwh: 0 });
});
