import { expect, test } from "vitest";
import { ConfigError } from "../domain/errors.ts";
import { createHistorySource, createPriceSources, createWeatherSources } from "./registry.ts";

test.each([
  {
    what: "price",
    create: () => createPriceSources([{ kind: "octopus-agil" }], { currency: "GBP" }),
    says: /no price source "octopus-agil"; did you mean "octopus-agile"/,
  },
  {
    what: "weather",
    create: () => createWeatherSources([{ kind: "openmeteo" }], { currency: "GBP" }),
    says: /did you mean "open-meteo"/,
  },
  { what: "history", create: () => createHistorySource({ kind: "sql" }, { currency: "GBP" }), says: /There are: csv/ },
])("an unknown $what kind is refused with the nearest one", ({ create, says }) => {
  expect(create).toThrow(ConfigError);
  expect(create).toThrow(says);
});

test("sources are created by their kind, and those of one kind told apart", () => {
  const all = [{ kind: "push" }, { kind: "push" }, { kind: "push", name: "neighbour" }];
  expect(createPriceSources(all, { currency: "EUR" }).map(({ name }) => name)).toEqual(["push", "push-2", "neighbour"]);
  const twice = [
    { kind: "push", name: "mine" },
    { kind: "push", name: "mine" },
  ];
  expect(() => createPriceSources(twice, { currency: "EUR" })).toThrow(/Two price sources are called "mine"/);
});

test("a price source's own tariff is kept beside it, and is no business of its kind", () => {
  const rule = { factor: 1, vat: 0, gridFees: [], addPerKwh: 0.02 };
  const tariff = { import: rule, export: rule };
  const made = createPriceSources([{ kind: "push", tariff }, { kind: "push" }], { currency: "EUR" });
  expect(made.map((source) => source.tariff)).toEqual([tariff, undefined]);
});
