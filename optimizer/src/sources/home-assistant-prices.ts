import { DateTime } from "luxon";
import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, refuse, type SentPrice, withEnds } from "./checked-slots.ts";
import { spokenComplaints } from "./fetch-answer.ts";
import { ENTITY, homeAssistantApi } from "./home-assistant-api.ts";
import { perKwhOf } from "./price-unit.ts";
import { defineSource, type Unnamed } from "./source.ts";

const HomeAssistantPrices = z.strictObject({
  kind: z.literal("home-assistant"),
  entity: ENTITY.describe("whose attributes hold the prices of today and tomorrow"),
  unit: z
    .string()
    .optional()
    .describe("of the prices, for example EUR/kWh or ct/kWh; only where the entity does not say, or says it wrongly"),
});

/** One price in a list: the integrations write the same thing under these names. */
const time = z
  .string()
  // Python writes a blank for the T.
  .transform((text) => text.replace(" ", "T"))
  .pipe(z.iso.datetime({ offset: true }))
  .transform(Date.parse);
const price = z.number().nullable();
const START_KEYS = ["start", "start_time", "startsAt", "time", "hour"] as const;
const END_KEYS = ["end", "end_time"] as const;
const PRICE_KEYS = [
  "value",
  "price",
  "price_per_kwh",
  "value_inc_vat",
  "total",
  "price_ct_per_kwh",
  "price_eur_per_mwh",
] as const;
const optionalOf = <K extends string, T extends z.ZodType>(keys: readonly K[], value: T) =>
  Object.fromEntries(keys.map((key) => [key, value.optional()])) as Record<K, z.ZodOptional<T>>;
const Row = z.object({
  ...optionalOf(START_KEYS, time),
  ...optionalOf(END_KEYS, time),
  ...optionalOf(PRICE_KEYS, price),
});
type Row = z.output<typeof Row>;
const Plain = z.array(price);

/** Lists of one entity that follow each other in time; of several layouts the first that is there. */
const LAYOUTS = [
  ["raw_today", "raw_tomorrow"],
  ["prices_today", "prices_tomorrow"],
  ["prices"],
  ["data"],
  ["rates"],
  ["today", "tomorrow"],
] as const;

const Attributes = z.looseObject({
  unit_of_measurement: z.string().optional(),
  unit: z.string().optional().describe("kWh or MWh"),
  currency: z.string().optional(),
  price_in_cents: z.boolean().optional(),
  use_cent: z.boolean().optional(),
  tomorrow_valid: z.boolean().optional(),
});
type Attributes = z.output<typeof Attributes>;
const State = z.object({
  state: z.string(),
  last_updated: z.iso.datetime({ offset: true }).transform(Date.parse),
  attributes: Attributes,
});

const SOURCE = "home-assistant";
const STEP_MINUTES = [60, 15, 30];

/** Prices in the attributes of an entity of Home Assistant, as integrations for Nord Pool, ENTSO-E, EPEX, Octopus and others write them. */
export const homeAssistantPrices = defineSource(
  SOURCE,
  {
    title: "A price entity of Home Assistant",
    region: "everywhere",
    step: "15, 30 or 60 min, as the entity's",
    credentials: "HA_URL and HA_TOKEN",
    rateLimit: "your own Home Assistant; asked every 15 min",
    test: "home-assistant-prices.test.ts",
  },
  HomeAssistantPrices,
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 15,
    fetch: async (nowMs, signal) => {
      const api = homeAssistantApi(SOURCE, deps);
      const { state, last_updated, attributes } = await api.ask(`/api/states/${config.entity}`, State, signal);
      if (state === "unavailable")
        throw new SourceError(SOURCE, `${config.entity} is unavailable in Home Assistant`, { trouble: "unreachable" });
      const border = { source: SOURCE, perKwh: 1, nowMs, stepMinutes: STEP_MINUTES };
      const layout = LAYOUTS.find(([first]) => attributes[first] !== undefined);
      if (!layout) {
        const known = LAYOUTS.map((names) => names.join("/")).join(", ");
        return refuse(SOURCE, "attributes", `of ${config.entity} hold no list of prices; known are: ${known}`);
      }
      // What stands under tomorrow before it is published is yesterday's, or nothing.
      const isThere = (name: string): boolean =>
        !(name.endsWith("tomorrow") && (attributes.tomorrow_valid === false || attributes[name] === null));
      const names = layout.filter((name) => attributes[name] !== undefined && isThere(name));
      const isPlain = names.some((name) => isListOfNumbers(attributes[name]));
      if (!isPlain) return checkedSlots(pricesInRows(names, attributes, config.unit, deps.currency), border);
      const now = DateTime.fromMillis(nowMs, { zone: deps.timeZone ?? "UTC" });
      // Yesterday's lists, read after midnight, must not become today's.
      if (!DateTime.fromMillis(last_updated, { zone: now.zone }).hasSame(now, "day"))
        refuse(SOURCE, "last_updated", "is of another day than now: its today is not ours");
      const perKwh = perKwhIn(attributes, config.unit, deps.currency);
      const prices = listsIn(attributes, names, Plain);
      const sent = names.flatMap((name) =>
        plainDay(prices[name] ?? [], `attributes.${name}`, name.endsWith("tomorrow") ? now.plus({ days: 1 }) : now),
      );
      return checkedSlots(sent, { ...border, perKwh });
    },
  }),
);

const isListOfNumbers = (list: unknown): boolean =>
  Array.isArray(list) && list.length > 0 && list.every((each) => each === null || typeof each === "number");

/** The named lists, each of the shape asked for. Throws SourceError that names the field. */
function listsIn<S extends z.ZodType>(
  attributes: Attributes,
  names: readonly string[],
  List: S,
): Record<string, z.output<S>> {
  const Lists = z.object({ attributes: z.object(Object.fromEntries(names.map((name) => [name, List]))) });
  const result = Lists.safeParse({ attributes });
  if (result.success) return result.data.attributes as Record<string, z.output<S>>;
  throw new SourceError(SOURCE, `gave an answer that cannot be used: ${spokenComplaints(Lists, result.error)}`);
}

/** In the house's currency per kWh, by the unit that a price's own name says, else by the entity's. */
function pricesInRows(
  names: readonly string[],
  attributes: Attributes,
  unit: string | undefined,
  currency: string,
): SentPrice[] {
  const lists = listsIn(attributes, names, z.array(Row));
  const rows = names.flatMap((name) =>
    (lists[name] ?? []).flatMap((row, k) => rowPrice(row, `attributes.${name}[${k}]`, attributes, unit, currency)),
  );
  const hasEnds = rows.some(({ endMs }) => endMs !== undefined);
  if (!hasEnds) return withEnds(rows, { source: SOURCE, stepMinutes: STEP_MINUTES });
  return rows.map((row) => {
    const { endMs } = row;
    if (endMs === undefined) return refuse(SOURCE, `${row.at}.${END_KEYS[0]}`, "is missing, where others have one");
    return { ...row, endMs };
  });
}

type RowPrice = Omit<SentPrice, "endMs"> & { readonly endMs?: number; readonly at: string };

function rowPrice(
  row: Row,
  at: string,
  attributes: Attributes,
  unit: string | undefined,
  currency: string,
): RowPrice[] {
  const startKey = START_KEYS.find((key) => row[key] !== undefined);
  const endKey = END_KEYS.find((key) => row[key] !== undefined);
  const priceKey = PRICE_KEYS.find((key) => row[key] !== undefined);
  const startMs = startKey && row[startKey];
  if (startKey === undefined || startMs === undefined)
    return refuse(SOURCE, `${at}.${START_KEYS[0]}`, `is missing, and so is ${START_KEYS.slice(1).join(", ")}`);
  if (priceKey === undefined)
    return refuse(SOURCE, `${at}.${PRICE_KEYS[0]}`, `is missing, and so is ${PRICE_KEYS.slice(1).join(", ")}`);
  const value = row[priceKey];
  // A price that is not known yet, or the hour that a day in March has not.
  if (value === null || value === undefined) return [];
  const ownUnit = { price_ct_per_kwh: `ct/kWh`, price_eur_per_mwh: "EUR/MWh" }[priceKey as string];
  const perKwh = ownUnit
    ? perKwhOf(ownUnit, currency, SOURCE, `${at}.${priceKey}`)
    : perKwhIn(attributes, unit, currency);
  const endMs = endKey && row[endKey];
  return [
    {
      at,
      startMs,
      value: value * perKwh,
      field: `${at}.${priceKey}`,
      timeField: `${at}.${startKey}`,
      ...(endMs === undefined ? {} : { endMs, endField: `${at}.${endKey}` }),
    },
  ];
}

/** The setting, else what the entity says of its unit. */
function perKwhIn(attributes: Attributes, setting: string | undefined, currency: string): number {
  if (setting !== undefined) return perKwhOf(setting, currency, SOURCE, "unit in the settings");
  const { unit_of_measurement, unit, price_in_cents, use_cent } = attributes;
  if (unit_of_measurement !== undefined)
    return perKwhOf(unit_of_measurement, currency, SOURCE, "attributes.unit_of_measurement");
  if (unit === undefined || attributes.currency === undefined)
    return refuse(
      SOURCE,
      "attributes.unit_of_measurement",
      "is missing: write unit (for example EUR/kWh) into the source's settings",
    );
  const perMajor = perKwhOf(`${attributes.currency}/${unit}`, currency, SOURCE, "attributes.currency/unit");
  return price_in_cents || use_cent ? perMajor / 100 : perMajor;
}

/** A local day's prices, from midnight on, as long each as there are: the day has 23, 24 or 25 hours. */
function plainDay(prices: readonly (number | null)[], at: string, day: DateTime): SentPrice[] {
  if (prices.length === 0) return [];
  const startMs = day.startOf("day").toMillis();
  const minutes = (day.startOf("day").plus({ days: 1 }).toMillis() - startMs) / MS_PER_MINUTE;
  const step = minutes / prices.length;
  if (!STEP_MINUTES.includes(step))
    refuse(SOURCE, at, `has ${prices.length} prices for a day of ${minutes / 60} hours`);
  return prices.flatMap((value, k) => {
    if (value === null) return [];
    const fromMs = startMs + k * step * MS_PER_MINUTE;
    const field = `${at}[${k}]`;
    return [{ startMs: fromMs, endMs: fromMs + step * MS_PER_MINUTE, value, field, timeField: field }];
  });
}
