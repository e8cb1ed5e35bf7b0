import { expect, test } from "vitest";
import { CURRENCY_CODES, currencySign, finePriceDigits, perEuro, priceDigits, sumDigits } from "./currency.ts";
import { HomeConfig, type HomeConfigInput } from "./home-config.ts";
import { HouseholdProblem, type HouseholdProblemInput } from "./household-problem.ts";
import { PricesUpdate } from "./prices.ts";

const house = (currency: string, price: number, more: Partial<HouseholdProblemInput> = {}) =>
  HouseholdProblem.safeParse({
    currency,
    slots: [{ startMs: 0, hours: 1 }],
    importPricePerKwh: [price],
    exportPricePerKwh: [0],
    baseLoadKw: [1],
    outdoorTempC: [0],
    batteries: [{ id: "battery", capacityKwh: 10, soc: 0.5, maxChargeKw: 5, maxDischargeKw: 5 }],
    ...more,
  });

const home = (currency: string, more: Partial<HomeConfigInput> = {}) =>
  HomeConfig.safeParse({
    timeZone: "UTC",
    currency,
    prices: { source: { kind: "push" } },
    weather: { source: { kind: "push" } },
    meters: { gridPower: "sensor.grid" },
    batteries: [
      {
        id: "battery",
        capacityKwh: 10,
        maxChargeKw: 5,
        maxDischargeKw: 5,
        sensors: { soc: "sensor.soc", power: "sensor.power" },
      },
    ],
    ...more,
  });

test.each([
  { currency: "HUF", price: 250 },
  { currency: "JPY", price: 80 },
  { currency: "CZK", price: 60 },
  { currency: "ISK", price: 25 },
  { currency: "EUR", price: 40 },
])("$price $currency per kWh is a price", ({ currency, price }) => {
  expect(house(currency, price).error).toBeUndefined();
  const slots = [{ startMs: 0, hours: 1, importPricePerKwh: price, exportPricePerKwh: -price }];
  expect(PricesUpdate.safeParse({ currency, slots }).error).toBeUndefined();
});

test.each([
  { currency: "EUR", price: 51, says: "looks like cents or price per MWh: write EUR per kWh, for example 0.245" },
  { currency: "HUF", price: 24_000, says: "looks like cents or price per MWh: write HUF per kWh, for example 98" },
  { currency: "JPY", price: -9000, says: "looks like cents or price per MWh: write JPY per kWh, for example 42.9" },
])("$price $currency per kWh is another unit, and the field is named", ({ currency, price, says }) => {
  expect(house(currency, price).error?.issues).toMatchObject([{ path: ["importPricePerKwh", 0], message: says }]);
  const slots = [{ startMs: 0, hours: 1, importPricePerKwh: price, exportPricePerKwh: 0 }];
  expect(PricesUpdate.safeParse({ currency, slots }).error?.issues).toMatchObject([
    { path: ["slots", 0, "importPricePerKwh"], message: says },
  ]);
});

test.each(["XYZ", "eur", "EURO", "", 7])("%s is no currency: refused with what to write", (currency) => {
  for (const { error } of [house(currency as string, 1), home(currency as string)])
    expect(error?.issues).toMatchObject([
      {
        path: ["currency"],
        message: expect.stringMatching(/^is no currency that is known here: write an ISO 4217 code such as EUR/),
      },
    ]);
});

test("what is left away of the money is as much in every currency", () => {
  const tank = {
    id: "water",
    litres: 300,
    sensors: { temp: "sensor.water" },
    hygiene: { from: "02:00", until: "04:00" },
  };
  const own = {
    name: "hall",
    id: "hall",
    heatCapacityKwhPerK: 5,
    heatLossKwPerK: 0.1,
    sensors: { temp: "sensor.hall" },
  };
  const figures = (currency: string) => {
    const config = home(currency, { tanks: [tank], zones: [{ ...own, comfort: {} }] }).data;
    const problem = house(currency, 0.2 * perEuro(currency)).data;
    return [
      config?.batteries[0]?.wearPricePerKwh,
      config?.planning.keepUnlessGain,
      config?.tanks[0]?.discomfortPricePerKelvinHour,
      config?.tanks[0]?.hygiene?.pricePerKelvin,
      config?.zones[0]?.comfort.discomfortPricePerKelvinHour,
      problem?.keepUnlessGain,
      problem?.batteries[0]?.wearPricePerKwh,
      problem?.batteries[0]?.reservePricePerKwhHour,
    ];
  };
  const euro = [0.02, 0.02, 0.5, 0.5, 2, 0.02, 0.02, 0.01];
  expect(figures("EUR")).toEqual(euro);
  for (const currency of ["HUF", "JPY", "CZK", "SEK"])
    expect(figures(currency)).toEqual(euro.map((each) => each * perEuro(currency)));
});

test("what is said of the money is taken as it is said", () => {
  const planning = { keepUnlessGain: 3 };
  expect(home("HUF", { planning }).data?.planning.keepUnlessGain).toBe(3);
  expect(home("HUF", { planning: { keepUnlessGain: 5000 } }).error?.issues).toMatchObject([
    { path: ["planning", "keepUnlessGain"], message: "write HUF, from 0 to 4000" },
  ]);
});

test("a fee of a tariff is limited by the currency, in every source of a list", () => {
  const rule = { import: { addPerKwh: 30, gridFees: [{ from: "06:00", until: "09:00", perKwh: 12 }] } };
  const prices = { source: [{ kind: "push" }, { kind: "entsoe", zone: "HU", tariff: rule }], ...rule };
  expect(home("HUF", { prices }).error).toBeUndefined();
  expect(home("EUR", { prices }).error?.issues.map(({ path }) => path.join("."))).toEqual([
    "prices.source.1.tariff.import.gridFees.0.perKwh",
    "prices.source.1.tariff.import.addPerKwh",
    "prices.import.gridFees.0.perKwh",
    "prices.import.addPerKwh",
  ]);
});

test("every currency is written so that a cent of it shows, and no more digits than people use", () => {
  for (const currency of CURRENCY_CODES) {
    expect(currencySign(currency)).not.toBe("");
    expect([0, 2]).toContain(sumDigits(currency));
    // Two euro cents are seen in a price; a hundredth of a cent is not.
    expect((0.02 * perEuro(currency)).toFixed(priceDigits(currency))).toMatch(/[1-9]/);
    expect(finePriceDigits(currency)).toBeLessThanOrEqual(3);
  }
  expect(
    ["EUR", "CZK", "HUF", "JPY"].map((each) => [sumDigits(each), priceDigits(each), finePriceDigits(each)]),
  ).toEqual([
    [2, 2, 3],
    [2, 2, 2],
    [0, 1, 1],
    [0, 1, 1],
  ]);
});
