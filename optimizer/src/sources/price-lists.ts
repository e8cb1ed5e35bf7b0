import { DateTime } from "luxon";
import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { refuse, type SentPrice, withEnds } from "./checked-slots.ts";
import { spokenComplaints } from "./fetch-answer.ts";
import { perKwhOf } from "./price-unit.ts";

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
/** Of `/api/states/<entity>`. */
export const PriceState = z.object({
  state: z.string(),
  last_updated: z.iso.datetime({ offset: true }).transform(Date.parse),
  attributes: Attributes,
});

/** How long a price in a list may hold. */
export const LIST_STEP_MINUTES = [60, 15, 30];

/** Whose prices they are to be. */
interface House {
  /** The source's name, for messages. */
  readonly source: string;
  readonly currency: string;
  /** The setting, where the entity's own unit is not to be believed. */
  readonly unit: string | undefined;
  /** In the house's zone. */
  readonly now: DateTime;
}

/** The prices in an entity's attributes, in the house's currency per kWh. Throws SourceError that names the field. */
export function pricesIn({ attributes, last_updated }: z.output<typeof PriceState>, house: House): SentPrice[] {
  const { source, now } = house;
  const layout = LAYOUTS.find(([first]) => attributes[first] !== undefined);
  if (!layout) {
    const known = LAYOUTS.map((names) => names.join("/")).join(", ");
    return refuse(
      source,
      "attributes",
      `hold no list of prices; known are: ${known}. Home Assistant's own integrations for Nord Pool and Tibber have none: take kind nord-pool or tibber`,
    );
  }
  // What stands under tomorrow before it is published is yesterday's, or nothing.
  const isThere = (name: string): boolean =>
    !(name.endsWith("tomorrow") && (attributes.tomorrow_valid === false || attributes[name] === null));
  const names = layout.filter((name) => attributes[name] !== undefined && isThere(name));
  if (!names.some((name) => isListOfNumbers(attributes[name]))) return pricesInRows(names, attributes, house);
  // Yesterday's lists, read after midnight, must not become today's.
  if (!DateTime.fromMillis(last_updated, { zone: now.zone }).hasSame(now, "day"))
    refuse(source, "last_updated", "is of another day than now: its today is not ours");
  const perKwh = perKwhIn(attributes, house);
  const prices = listsIn(attributes, names, Plain, house);
  return names.flatMap((name) => {
    const day = name.endsWith("tomorrow") ? now.plus({ days: 1 }) : now;
    return plainDay(prices[name] ?? [], `attributes.${name}`, day, perKwh, house);
  });
}

const isListOfNumbers = (list: unknown): boolean =>
  Array.isArray(list) && list.length > 0 && list.every((each) => each === null || typeof each === "number");

/** The named lists, each of the shape asked for. Throws SourceError that names the field. */
function listsIn<S extends z.ZodType>(
  attributes: Attributes,
  names: readonly string[],
  List: S,
  house: House,
): Record<string, z.output<S>> {
  const Lists = z.object({ attributes: z.object(Object.fromEntries(names.map((name) => [name, List]))) });
  const result = Lists.safeParse({ attributes });
  if (result.success) return result.data.attributes as Record<string, z.output<S>>;
  throw new SourceError(house.source, `gave an answer that cannot be used: ${spokenComplaints(Lists, result.error)}`);
}

/** By the unit that a price's own name says, else by the entity's. */
function pricesInRows(names: readonly string[], attributes: Attributes, house: House): SentPrice[] {
  const lists = listsIn(attributes, names, z.array(Row), house);
  const rows = names.flatMap((name) =>
    (lists[name] ?? []).flatMap((row, k) => rowPrice(row, `attributes.${name}[${k}]`, attributes, house)),
  );
  const hasEnds = rows.some(({ endMs }) => endMs !== undefined);
  if (!hasEnds) return withEnds(rows, { source: house.source, stepMinutes: LIST_STEP_MINUTES });
  return rows.map((row) => {
    const { endMs } = row;
    if (endMs === undefined)
      return refuse(house.source, `${row.at}.${END_KEYS[0]}`, "is missing, where others have one");
    return { ...row, endMs };
  });
}

type RowPrice = Omit<SentPrice, "endMs"> & { readonly endMs?: number; readonly at: string };

function rowPrice(row: Row, at: string, attributes: Attributes, house: House): RowPrice[] {
  const startKey = START_KEYS.find((key) => row[key] !== undefined);
  const endKey = END_KEYS.find((key) => row[key] !== undefined);
  const priceKey = PRICE_KEYS.find((key) => row[key] !== undefined);
  const startMs = startKey && row[startKey];
  if (startKey === undefined || startMs === undefined)
    return refuse(house.source, `${at}.${START_KEYS[0]}`, `is missing, and so is ${START_KEYS.slice(1).join(", ")}`);
  if (priceKey === undefined)
    return refuse(house.source, `${at}.${PRICE_KEYS[0]}`, `is missing, and so is ${PRICE_KEYS.slice(1).join(", ")}`);
  const value = row[priceKey];
  // A price that is not known yet, or the hour that a day in March has not.
  if (value === null || value === undefined) return [];
  const ownUnit = { price_ct_per_kwh: `ct/kWh`, price_eur_per_mwh: "EUR/MWh" }[priceKey as string];
  const perKwh = ownUnit
    ? perKwhOf(ownUnit, house.currency, house.source, `${at}.${priceKey}`)
    : perKwhIn(attributes, house);
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
function perKwhIn(attributes: Attributes, house: House): number {
  const { source, currency } = house;
  if (house.unit !== undefined) return perKwhOf(house.unit, currency, source, "unit in the settings");
  const { unit_of_measurement, unit, price_in_cents, use_cent } = attributes;
  if (unit_of_measurement !== undefined)
    return perKwhOf(unit_of_measurement, currency, source, "attributes.unit_of_measurement");
  if (unit === undefined || attributes.currency === undefined)
    return refuse(
      source,
      "attributes.unit_of_measurement",
      "is missing: write unit (for example EUR/kWh) into the source's settings",
    );
  const perMajor = perKwhOf(`${attributes.currency}/${unit}`, currency, source, "attributes.currency/unit");
  return price_in_cents || use_cent ? perMajor / 100 : perMajor;
}

/** A local day's prices, from midnight on, as long each as there are: the day has 23, 24 or 25 hours. */
function plainDay(
  prices: readonly (number | null)[],
  at: string,
  day: DateTime,
  perKwh: number,
  house: House,
): SentPrice[] {
  if (prices.length === 0) return [];
  const startMs = day.startOf("day").toMillis();
  const minutes = (day.startOf("day").plus({ days: 1 }).toMillis() - startMs) / MS_PER_MINUTE;
  const step = minutes / prices.length;
  if (!LIST_STEP_MINUTES.includes(step))
    refuse(house.source, at, `has ${prices.length} prices for a day of ${minutes / 60} hours`);
  return prices.flatMap((value, k) => {
    if (value === null) return [];
    const fromMs = startMs + k * step * MS_PER_MINUTE;
    const field = `${at}[${k}]`;
    return [{ startMs: fromMs, endMs: fromMs + step * MS_PER_MINUTE, value: value * perKwh, field, timeField: field }];
  });
}
