import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { ConfigError, SourceError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkPrice, refuse } from "./checked-slots.ts";
import { fetchJson, type Request } from "./fetch-answer.ts";
import type { SourceDeps } from "./source.ts";

/** What the kinds of Octopus Energy have in common: products, regions, tariff codes and pages of rates. */
export const octopusSettings = {
  product: z.string().min(1).describe("the product's code, as in your Octopus account; for example AGILE-24-10-01"),
  region: z
    .string()
    .regex(/^[A-HJ-NP]$/, "write your region's letter, for example C for London")
    .optional()
    .describe("the letter of your region, for example C for London"),
  tariff: z
    .string()
    .min(1)
    .optional()
    .describe("instead of the region: the whole code, for example E-1R-AGILE-24-10-01-C"),
  exportProduct: z
    .string()
    .min(1)
    .optional()
    .describe("for example AGILE-OUTGOING-19-05-13; without it feeding in earns nothing"),
  exportTariff: z.string().min(1).optional().describe("instead of the region: the whole code of the export tariff"),
  baseUrl: z.url().default("https://api.octopus.energy").describe("of the API"),
};

interface Products {
  readonly region?: string | undefined;
  readonly tariff?: string | undefined;
  readonly exportProduct?: string | undefined;
  readonly exportTariff?: string | undefined;
}
export const hasTariff = (config: Products): boolean => config.region !== undefined || config.tariff !== undefined;
export const NO_TARIFF = { path: ["region"], message: "is needed (a letter), or the whole tariff code as tariff" };
export const hasExportTariff = (config: Products): boolean =>
  config.exportProduct === undefined || config.region !== undefined || config.exportTariff !== undefined;
export const NO_EXPORT_TARIFF = {
  path: ["exportTariff"],
  message: "is needed beside exportProduct when there is no region",
};

/** Throws ConfigError for a house that does not count in pounds. */
export function wantPounds(kind: string, deps: SourceDeps): void {
  if (deps.currency !== "GBP")
    throw new ConfigError(`${kind} gives prices in GBP, but the house counts in ${deps.currency}: set currency: GBP`);
}

/** The public API's page of unit rates, in no order that is promised; prices in pence per kWh. */
const Rate = z.object({
  value_inc_vat: z.number(),
  valid_from: z.iso.datetime({ offset: true }).transform(Date.parse),
  valid_to: z.iso
    .datetime({ offset: true })
    .transform(Date.parse)
    .nullable()
    .describe("null: until further notice, as in fixed tariffs"),
  payment_method: z.string().nullish(),
});
const RatesPage = z.object({ next: z.url().nullable(), results: z.array(Rate) });

/** Pounds per kWh over [fromMs, untilMs); untilMs is Infinity for one that holds until further notice. */
export interface Rate {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly pricePerKwh: number;
  /** Where its beginning stood in the answer, for messages. */
  readonly timeField: string;
}

export const HALF_HOUR_MS = MS_PER_HOUR / 2;
const MOST_PAGES = 20;

export interface RatesAsked {
  readonly baseUrl: string;
  readonly product: string;
  readonly tariff: string;
  /** Of which register: a two-rate meter has one for the day and one for the night. */
  readonly register: "standard" | "day" | "night";
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The rates of a tariff that hold within [fromMs, untilMs), by time, all pages of them; of two payment methods those by direct debit.
 * Rejects with SourceError for what overlaps, begins off the half-hour or cannot be a price.
 */
export async function ratesOf(asked: RatesAsked, request: Request): Promise<Rate[]> {
  const { product, tariff, register } = asked;
  const path = [product, "electricity-tariffs", tariff].map(encodeURIComponent).join("/");
  const first = new URL(`/v1/products/${path}/${register}-unit-rates/`, asked.baseUrl);
  first.searchParams.set("period_from", new Date(asked.fromMs).toISOString());
  first.searchParams.set("period_to", new Date(asked.untilMs).toISOString());
  first.searchParams.set("page_size", "1500");
  const rates: Rate[] = [];
  let url: URL | undefined = first;
  for (let page = 1; url; page += 1) {
    if (page > MOST_PAGES)
      throw new SourceError(request.source, `${first.host} gave more than ${MOST_PAGES} pages of rates`);
    const answer: z.output<typeof RatesPage> = await fetchJson(url, RatesPage, request);
    rates.push(...ratesOfPage(answer, page, request.source));
    url = answer.next === null ? undefined : new URL(answer.next);
    // A page may not send us elsewhere: what another host says is not the tariff.
    if (url && url.origin !== first.origin)
      throw new SourceError(request.source, `the next page is on ${url.origin}, not on ${first.origin}: not followed`);
  }
  return inOrder(rates, request.source);
}

function ratesOfPage({ results }: z.output<typeof RatesPage>, page: number, source: string): Rate[] {
  return results.flatMap((rate, k) => {
    const at = `${page > 1 ? `page ${page} ` : ""}results[${k}]`;
    if (rate.payment_method === "NON_DIRECT_DEBIT") return [];
    const pricePerKwh = rate.value_inc_vat / 100;
    checkPrice(pricePerKwh, rate.value_inc_vat, `${at}.value_inc_vat`, source);
    if (rate.valid_from % HALF_HOUR_MS !== 0) refuse(source, `${at}.valid_from`, "is not on the half-hour");
    const untilMs = rate.valid_to ?? Number.POSITIVE_INFINITY;
    if (untilMs <= rate.valid_from) refuse(source, `${at}.valid_to`, "is not after valid_from");
    if (untilMs % HALF_HOUR_MS !== 0 && Number.isFinite(untilMs))
      refuse(source, `${at}.valid_to`, "is not on the half-hour");
    return [{ fromMs: rate.valid_from, untilMs, pricePerKwh, timeField: `${at}.valid_from` }];
  });
}

function inOrder(rates: readonly Rate[], source: string): Rate[] {
  const sorted = rates.toSorted((a, b) => a.fromMs - b.fromMs);
  sorted.forEach((rate, k) => {
    const before = sorted[k - 1];
    if (before && rate.fromMs < before.untilMs)
      refuse(
        source,
        rate.timeField,
        rate.fromMs === before.fromMs ? `is there twice, also as ${before.timeField}` : `overlaps ${before.timeField}`,
      );
  });
  return sorted;
}

/** The price of a moment; undefined where no rate holds. */
export const priceAt = (rates: readonly Rate[], ms: number): number | undefined =>
  rates.find((each) => each.fromMs <= ms && ms < each.untilMs)?.pricePerKwh;

/** Half-hours, the settlement periods of Great Britain, of [fromMs, untilMs); one without a price in either direction is left out. */
export function halfHours(
  fromMs: number,
  untilMs: number,
  importAt: (ms: number) => number | undefined,
  exportAt: (ms: number) => number | undefined,
): SpotSlot[] {
  const slots: SpotSlot[] = [];
  for (let startMs = fromMs; startMs < untilMs; startMs += HALF_HOUR_MS) {
    const importPerKwh = importAt(startMs);
    const exportPerKwh = exportAt(startMs);
    if (importPerKwh !== undefined && exportPerKwh !== undefined)
      slots.push({ startMs, hours: 0.5, importPerKwh, exportPerKwh });
  }
  return slots;
}
