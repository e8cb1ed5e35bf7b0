import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { homeAssistantPrices } from "./home-assistant-prices.ts";
import { fixture, send } from "./testing/local-server.ts";
import { nordpoolState } from "./testing/price-trials.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
interface House {
  readonly now: string;
  readonly currency: string;
  readonly timeZone: string;
}
const OSLO: House = { now: "2021-10-11T12:00:00Z", currency: "NOK", timeZone: "Europe/Oslo" };
const BRUSSELS: House = { now: "2024-10-07T12:00:00Z", currency: "EUR", timeZone: "Europe/Brussels" };
const BERLIN: House = { now: "2025-06-11T10:00:00Z", currency: "EUR", timeZone: "Europe/Berlin" };
const LONDON: House = { now: "2025-11-30T10:00:00Z", currency: "GBP", timeZone: "Europe/London" };
const STOCKHOLM: House = { now: "2026-01-14T13:00:00Z", currency: "SEK", timeZone: "Europe/Stockholm" };

const fetched = ({ now, currency, timeZone }: House, settings: object = {}) =>
  pricesOf(
    homeAssistantPrices,
    { entity: "sensor.price", ...settings },
    {
      currency,
      timeZone,
      secret: (name) => ({ HA_URL: `${server().url}/`, HA_TOKEN: "a-token" })[name],
    },
    Date.parse(now),
  );
interface State {
  state: string;
  last_updated: string;
  attributes: Record<string, unknown>;
}
const changed = (body: string, change: (state: State) => void): string => {
  const state = JSON.parse(body) as State;
  change(state);
  return JSON.stringify(state);
};
const withAttributes = (attributes: object, last_updated: string): string =>
  JSON.stringify({ state: "1", last_updated, attributes });

test("the recorded state of the Nord Pool integration: today and tomorrow, each hour as it says", async () => {
  server().answer(send(nordpoolState()));
  const slots = await fetched(OSLO);
  expect(slots).toHaveLength(48);
  expect(slots[0]).toEqual({ startMs: Date.parse("2021-10-10T22:00:00Z"), hours: 1, importPerKwh: 0.2494 });
  const [asked] = server().asked;
  expect([asked?.pathname, asked?.headers["authorization"]]).toEqual(["/api/states/sensor.price", "Bearer a-token"]);
});

test("what stands under tomorrow before it is valid is not taken", async () => {
  server().answer(
    send(
      changed(nordpoolState(), ({ attributes }) => {
        attributes["tomorrow_valid"] = false;
      }),
    ),
  );
  expect(await fetched(OSLO)).toHaveLength(24);
});

test.each([
  {
    layout: "of the ENTSO-E integration",
    file: "entsoe_average.json",
    house: BRUSSELS,
    count: 48,
    hours: 1,
    first: "2024-10-06T22:00Z",
  },
  {
    layout: "of the EPEX integration",
    file: "epex_spot.json",
    house: BERLIN,
    count: 96,
    hours: 0.25,
    first: "2025-06-10T22:00Z",
  },
  {
    layout: "of the Octopus integration",
    file: "octopus_energy_rates.json",
    house: LONDON,
    count: 48,
    hours: 0.5,
    first: "2025-11-30T00:00Z",
  },
  {
    layout: "of plain lists, in öre",
    file: "plain_ore.json",
    house: STOCKHOLM,
    count: 48,
    hours: 1,
    first: "2026-01-13T23:00Z",
  },
])("the layout $layout", async ({ file, house, count, hours, first }) => {
  server().answer(send(fixture(`home-assistant/${file}`)));
  const slots = await fetched(house, file.startsWith("octopus") ? { unit: "GBP/kWh" } : {});
  expect([slots.length, startsOf(slots)[0]]).toEqual([count, first]);
  expect(slots.every((slot) => slot.hours === hours && slot.importPerKwh > 0.01 && slot.importPerKwh < 2)).toBe(true);
});

test.each([
  { says: "per kWh in the major unit", attributes: { unit_of_measurement: "SEK/kWh" }, sent: 0.5 },
  { says: "öre", attributes: { unit_of_measurement: "Öre/kWh", price_in_cents: true }, sent: 50 },
  { says: "MWh", attributes: { unit: "MWh", currency: "SEK" }, sent: 500 },
  {
    says: "cents of the currency, in words of their own",
    attributes: { unit: "kWh", currency: "SEK", price_in_cents: true },
    sent: 50,
  },
  { says: "cents, by another name", attributes: { unit: "kWh", currency: "SEK", use_cent: true }, sent: 50 },
  { says: "nothing, so that the setting speaks", attributes: {}, settings: { unit: "öre/kWh" }, sent: 50 },
  {
    says: "something wrong, so that the setting speaks",
    attributes: { unit_of_measurement: "kWh" },
    settings: { unit: "SEK/MWh" },
    sent: 500,
  },
])("the unit: $says", async ({ attributes, settings = {}, sent }) => {
  const raw_today = [{ start: "2026-01-14T00:00:00+01:00", end: "2026-01-14T01:00:00+01:00", value: sent }];
  server().answer(send(withAttributes({ raw_today, ...attributes }, STOCKHOLM.now)));
  expect(importsOf(await fetched(STOCKHOLM, settings))).toEqual([0.5]);
});

test.each([
  { day: "of 23 hours", now: "2026-03-29T10:00:00Z", start: "2026-03-28T23:00Z", hours: 23, steps: 4 },
  { day: "of 25 hours", now: "2026-10-25T10:00:00Z", start: "2026-10-24T22:00Z", hours: 25, steps: 4 },
  { day: "of 23 hours in whole hours", now: "2026-03-29T10:00:00Z", start: "2026-03-28T23:00Z", hours: 23, steps: 1 },
])("E13 plain lists of a day $day give every slot once", async ({ now, start, hours, steps }) => {
  const today = Array.from({ length: hours * steps }, (_, k) => k / 100);
  server().answer(send(withAttributes({ today, unit_of_measurement: "EUR/kWh" }, now)));
  const slots = await fetched({ now, currency: "EUR", timeZone: "Europe/Berlin" });
  expect(importsOf(slots)).toEqual(today);
  expect(slots.map(({ startMs }) => startMs)).toEqual(today.map((_, k) => Date.parse(start) + (k * 3_600_000) / steps));
});

test("E13 a plain list of 24 for a day of 23 hours is refused: which hour is too many cannot be known", async () => {
  const now = "2026-03-29T10:00:00Z";
  const today = Array.from({ length: 24 }, (_, k) => k / 100);
  server().answer(send(withAttributes({ today, unit_of_measurement: "EUR/kWh" }, now)));
  const { message } = await refusalOf(fetched({ now, currency: "EUR", timeZone: "Europe/Berlin" }));
  expect(message).toContain("attributes.today has 24 prices for a day of 23 hours");
});

test("E13 the hour that a day has not is sent as null, and is a hole", async () => {
  const raw_today = [
    { start: "2026-03-29T01:00:00+01:00", end: "2026-03-29T03:00:00+02:00", value: 1 },
    { start: "2026-03-29T03:00:00+02:00", end: "2026-03-29T04:00:00+02:00", value: null },
    { start: "2026-03-29T04:00:00+02:00", end: "2026-03-29T05:00:00+02:00", value: 2 },
  ];
  server().answer(send(withAttributes({ raw_today, unit_of_measurement: "EUR/kWh" }, "2026-03-29T08:00:00Z")));
  const slots = await fetched({ now: "2026-03-29T10:00:00Z", currency: "EUR", timeZone: "Europe/Berlin" });
  expect(startsOf(slots)).toEqual(["2026-03-29T00:00Z", "2026-03-29T02:00Z"]);
});

test("an entity that is unavailable is asked again, as one that cannot be reached", async () => {
  server().answer(send(JSON.stringify({ state: "unavailable", last_updated: OSLO.now, attributes: {} })));
  const error = await refusalOf(fetched(OSLO));
  expect([error.trouble, error.message]).toEqual([
    "unreachable",
    expect.stringMatching(/sensor\.price is unavailable/),
  ]);
});

test.each([
  {
    what: "another currency",
    body: changed(nordpoolState(), ({ attributes }) => {
      attributes["unit_of_measurement"] = "SEK/kWh";
    }),
    says: /attributes\.unit_of_measurement is SEK\/kWh, money of SEK, but the house counts in NOK/,
  },
  {
    what: "a unit that is not said",
    body: changed(nordpoolState(), ({ attributes }) => {
      delete attributes["unit_of_measurement"];
      delete attributes["unit"];
    }),
    says: /attributes\.unit_of_measurement is missing: write unit/,
  },
  {
    what: "an entity without prices",
    body: withAttributes({ friendly_name: "Kitchen" }, OSLO.now),
    says: /attributes hold no list of prices; known are: raw_today\/raw_tomorrow/,
  },
  {
    what: "yesterday's plain lists",
    body: withAttributes({ today: [1, 2], unit_of_measurement: "NOK/kWh" }, "2021-10-10T12:00:00Z"),
    says: /last_updated is of another day than now/,
  },
  {
    what: "times without a zone",
    body: withAttributes({ raw_today: [{ start: "2021-10-11T00:00:00", value: 1 }] }, OSLO.now),
    says: /attributes\.raw_today\[0\]\.start/,
  },
  {
    what: "rows without a price",
    body: withAttributes({ raw_today: [{ start: "2021-10-11T00:00:00Z", cost: 1 }] }, OSLO.now),
    says: /attributes\.raw_today\[0\]\.value is missing, and so is price/,
  },
  {
    what: "words for prices",
    body: withAttributes({ today: ["unknown"], unit_of_measurement: "NOK/kWh" }, OSLO.now),
    says: /attributes\.today\[0\]/,
  },
  {
    what: "an entity that is not there",
    body: `{"message":"Entity not found."}`,
    status: 404,
    says: /404: Entity not found/,
  },
])("E06 refuses $what", async ({ body, status = 200, says }) => {
  server().answer(send(body, status));
  const error = await refusalOf(fetched(OSLO));
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});
