import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { ConfigError, SourceError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { fetchJson, type Request } from "./fetch-answer.ts";
import { defineSource, type Unnamed } from "./source.ts";

const OctopusAgile = z
  .strictObject({
    kind: z.literal("octopus-agile"),
    product: z.string().min(1).describe("for example AGILE-24-10-01"),
    region: z
      .string()
      .regex(/^[A-HJ-NP]$/, "write your region's letter, for example C for London")
      .optional(),
    tariff: z.string().min(1).optional().describe("instead of the region, for example E-1R-AGILE-24-10-01-C"),
    exportProduct: z
      .string()
      .min(1)
      .optional()
      .describe("for example AGILE-OUTGOING-19-05-13; without it feeding in earns nothing"),
    exportTariff: z.string().min(1).optional(),
    baseUrl: z.url().default("https://api.octopus.energy"),
  })
  .refine((config) => config.region !== undefined || config.tariff !== undefined, {
    path: ["region"],
    message: "is needed (a letter), or the whole tariff code as tariff",
  })
  .refine((config) => config.exportProduct === undefined || config.region !== undefined || config.exportTariff, {
    path: ["exportTariff"],
    message: "is needed beside exportProduct when there is no region",
  });

/** The public API's page of unit rates, newest first; prices in pence per kWh. */
const pence = z.number().min(-1000).max(1000);
const Rate = z.object({
  value_inc_vat: pence,
  valid_from: z.iso.datetime({ offset: true }).transform(Date.parse),
  valid_to: z.iso
    .datetime({ offset: true })
    .transform(Date.parse)
    .nullable()
    .describe("null: until further notice, as in fixed tariffs"),
  payment_method: z.string().nullish(),
});
type Rate = z.output<typeof Rate>;
const RatesPage = z.object({ next: z.url().nullable(), results: z.array(Rate) });

const SOURCE = "octopus-agile";
const HALF_HOUR_MS = MS_PER_HOUR / 2;
const PAST_MS = 24 * MS_PER_HOUR;
const AHEAD_MS = 48 * MS_PER_HOUR;
const MOST_PAGES = 20;

/** Octopus Energy's half-hourly tariffs of Great Britain, VAT included, by their public API. */
export const octopusAgile = defineSource(
  SOURCE,
  {
    title: "Octopus Agile",
    region: "Great Britain, 14 regions",
    step: "30 min",
    credentials: "none",
    rateLimit: "none stated; asked every 30 min",
    test: "octopus-agile.test.ts",
  },
  OctopusAgile,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    if (deps.currency !== "GBP")
      throw new ConfigError(
        `octopus-agile gives prices in GBP, but the house counts in ${deps.currency}: set currency: GBP`,
      );
    const { product, exportProduct, region } = config;
    const tariff = config.tariff ?? `E-1R-${product}-${region}`;
    const exportTariff = config.exportTariff ?? `E-1R-${exportProduct}-${region}`;
    return {
      refreshMinutes: 30,
      fetch: async (nowMs, signal) => {
        const fromMs = Math.floor((nowMs - PAST_MS) / HALF_HOUR_MS) * HALF_HOUR_MS;
        const untilMs = fromMs + PAST_MS + AHEAD_MS;
        const request = { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 };
        const ratesOf = async (product: string, tariff: string) =>
          halfHourly(await allRates(config.baseUrl, product, tariff, fromMs, untilMs, request), fromMs, untilMs);
        const importPrices = await ratesOf(product, tariff);
        const exportPrices = exportProduct === undefined ? undefined : await ratesOf(exportProduct, exportTariff);
        return [...importPrices].flatMap(([startMs, importPerKwh]): SpotSlot[] => {
          const exportPerKwh = exportPrices ? exportPrices.get(startMs) : 0;
          return exportPerKwh === undefined ? [] : [{ startMs, hours: 0.5, importPerKwh, exportPerKwh }];
        });
      },
    };
  },
);

async function allRates(
  baseUrl: string,
  product: string,
  tariff: string,
  fromMs: number,
  untilMs: number,
  request: Request,
): Promise<Rate[]> {
  const path = [product, "electricity-tariffs", tariff].map(encodeURIComponent).join("/");
  const first = new URL(`/v1/products/${path}/standard-unit-rates/`, baseUrl);
  first.searchParams.set("period_from", new Date(fromMs).toISOString());
  first.searchParams.set("period_to", new Date(untilMs).toISOString());
  first.searchParams.set("page_size", "1500");
  const rates: Rate[] = [];
  let url: URL | undefined = first;
  for (let page = 1; url; page += 1) {
    if (page > MOST_PAGES) throw new SourceError(SOURCE, `${first.host} gave more than ${MOST_PAGES} pages of rates`);
    const answer: z.output<typeof RatesPage> = await fetchJson(url, RatesPage, request);
    rates.push(...answer.results);
    url = answer.next === null ? undefined : new URL(answer.next);
    // A page may not send us elsewhere: what another host says is not the tariff.
    if (url && url.origin !== first.origin)
      throw new SourceError(SOURCE, `the next page is on ${url.origin}, not on ${first.origin}: not followed`);
  }
  return rates;
}

/**
 * Pounds per kWh by the beginning of each half-hour (the settlement period of Great Britain). Where rates overlap the one that began
 * last holds, of two payment methods that by direct debit; a half-hour without a rate is left out.
 */
function halfHourly(rates: readonly Rate[], fromMs: number, untilMs: number): ReadonlyMap<number, number> {
  const byRank = rates
    .filter((rate) => rate.payment_method !== "NON_DIRECT_DEBIT")
    .toSorted((a, b) => a.valid_from - b.valid_from);
  const prices = new Map<number, number>();
  for (let startMs = fromMs; startMs < untilMs; startMs += HALF_HOUR_MS) {
    const rate = byRank.findLast((each) => each.valid_from <= startMs && startMs < (each.valid_to ?? Infinity));
    if (rate) prices.set(startMs, rate.value_inc_vat / 100);
  }
  return prices;
}
