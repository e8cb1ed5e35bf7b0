import { expect, test } from "vitest";
import { SourceError } from "../domain/errors.ts";
import { perKwhOf, wantCurrency } from "./price-unit.ts";

test.each([
  ["EUR/MWh", "EUR", 0.001],
  ["EUR / MWh", "EUR", 0.001],
  ["Eur/MWh", "EUR", 0.001],
  ["EUR/MWH", "EUR", 0.001],
  ["€/kWh", "EUR", 1],
  ["ct/kWh", "EUR", 0.01],
  ["c/kWh", "EUR", 0.01],
  ["Cents/kWh", "EUR", 0.01],
  ["snt/kWh", "EUR", 0.01],
  ["p/kWh", "GBP", 0.01],
  ["£/kWh", "GBP", 1],
  ["GBP/kWh", "GBP", 1],
  ["Öre/kWh", "SEK", 0.01],
  ["øre/kWh", "NOK", 0.01],
  ["kr/kWh", "DKK", 1],
  ["SEK/MWh", "SEK", 0.001],
  ["zł/kWh", "PLN", 1],
  ["AUD/MWh", "AUD", 0.001],
  ["c/kWh", "AUD", 0.01],
  ["HUF/kWh", "HUF", 1],
  ["Ft/kWh", "HUF", 1],
  ["fillér/kWh", "HUF", 0.01],
  ["HUF/MWh", "HUF", 0.001],
  ["¥/kWh", "JPY", 1],
  ["円/kWh", "JPY", 1],
  ["JPY/MWh", "JPY", 0.001],
  ["Kč/kWh", "CZK", 1],
  ["haléř/kWh", "CZK", 0.01],
  ["CZK/MWh", "CZK", 0.001],
] as const)("%s in a house of %s is worth %d of it per kWh", (unit, currency, perKwh) => {
  expect(perKwhOf(unit, currency, "source", "unit")).toBeCloseTo(perKwh, 12);
});

test.each([
  [
    "SEK/kWh",
    "EUR",
    /unit is SEK\/kWh, money of SEK, but the house counts in EUR: set the source or the house's currency/,
  ],
  ["EUR/MWh", "GBP", /money of EUR, but the house counts in GBP/],
  ["p/kWh", "EUR", /money of GBP/],
  ["USD/MWh", "EUR", /money of USD/],
  ["EUR/MWh", "HUF", /write exchange: \{ from: EUR, rate: how many HUF one EUR is \} beside kind in prices\.source/],
  ["ct/kWh", "HUF", /money of EUR/],
  ["p/kWh", "CZK", /money of GBP/],
  ["öre/kWh", "JPY", /money of SEK/],
  ["c/kWh", "JPY", /money of EUR/],
  ["$/kWh", "JPY", /money of USD/],
  ["HUF/Wh", "HUF", /unit that is not known: HUF\/kWh and HUF\/MWh are/],
  ["EUR/Wh", "EUR", /unit is "EUR\/Wh", a unit that is not known: EUR\/kWh and EUR\/MWh are/],
  ["EUR", "EUR", /not known/],
  ["kWh", "EUR", /not known/],
  ["EUR/kWh/day", "EUR", /not known/],
  ["", "EUR", /not known/],
  ["bananas/kWh", "EUR", /not known/],
] as const)("%s in a house of %s is refused", (unit, currency, says) => {
  const convert = () => perKwhOf(unit, currency, "source", "unit");
  expect(convert).toThrow(SourceError);
  expect(convert).toThrow(says);
});

test("another currency is refused, however it is written", () => {
  expect(() => wantCurrency("eur", "EUR", "source", "currency")).not.toThrow();
  expect(() => wantCurrency("NOK", "SEK", "source", "data.currency")).toThrow(/data\.currency is NOK.*counts in SEK/);
});
