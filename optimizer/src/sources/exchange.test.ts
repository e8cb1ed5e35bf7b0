import { expect, test } from "vitest";
import { ConfigError } from "../domain/errors.ts";
import { createPriceSources } from "./registry.ts";

const NOW_MS = Date.UTC(2026, 0, 14, 10);
const HUF = { currency: "HUF", timeZone: "Europe/Budapest" };
const inEuro = { kind: "fixed", importPerKwh: 0.11, exportPerKwh: 0.05 };

test("a source that counts in other money comes in the house's, at the household's own rate", async () => {
  const settings = [
    { ...inEuro, exchange: { from: "EUR" as const, rate: 392 } },
    { kind: "fixed", importPerKwh: 40 },
  ];
  const [exchanged, own] = createPriceSources(settings, HUF);
  const [slot] = (await exchanged?.fetch(NOW_MS, new AbortController().signal)) ?? [];
  expect(slot?.importPerKwh).toBeCloseTo(43.12, 9);
  expect(slot?.exportPerKwh).toBeCloseTo(19.6, 9);
  const [other] = (await own?.fetch(NOW_MS, new AbortController().signal)) ?? [];
  expect(other?.importPerKwh).toBe(40);
});

test("its settings are in its own money", () => {
  const dear = { ...inEuro, importPerKwh: 40, exchange: { from: "EUR" as const, rate: 392 } };
  expect(() => createPriceSources([dear], HUF)).toThrow(
    /importPerKwh: looks like cents: write EUR per kWh, for example 0.245/,
  );
});

test.each([
  {
    what: "the wrong way round",
    exchange: { from: "EUR" as const, rate: 0.00255 },
    says: /exchange\.rate is 0\.00255, but one EUR is about 400 HUF: write how many HUF one EUR is/,
  },
  {
    what: "the house's own money",
    exchange: { from: "HUF" as const, rate: 1 },
    says: /exchange\.from is the house's own currency/,
  },
])("a rate that is $what is refused, with what to write", ({ exchange, says }) => {
  const create = () => createPriceSources([{ ...inEuro, exchange }], HUF);
  expect(create).toThrow(ConfigError);
  expect(create).toThrow(says);
});

test("what is pushed comes in the house's money", () => {
  expect(() => createPriceSources([{ kind: "push", exchange: { from: "EUR", rate: 392 } }], HUF)).toThrow(
    /kind "push": exchange means nothing here: what is pushed comes in HUF/,
  );
});
