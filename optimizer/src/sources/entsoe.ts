import { MS_PER_HOUR } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { z } from "zod";
import { ConfigError, SourceError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, refuse, type SentPrice } from "./checked-slots.ts";
import { ENTSOE_AREAS } from "./entsoe-areas.ts";
import { fetchText, spokenComplaints } from "./fetch-answer.ts";
import { marketDays } from "./market-day.ts";
import { perKwhOf } from "./price-unit.ts";
import { secretOf } from "./secret.ts";
import { defineSource, type Unnamed } from "./source.ts";
import { parseXml } from "./xml-answer.ts";

const Entsoe = z.strictObject({
  kind: z.literal("entsoe"),
  area: z
    .string()
    .min(2)
    .describe(`bidding zone: ${Object.keys(ENTSOE_AREAS).join(", ")}, or its EIC code`),
  baseUrl: z.url().default("https://web-api.tp.entsoe.eu").describe("of the API"),
});

/** An element that is there once. */
const one = <T extends z.ZodType>(value: T) =>
  z.preprocess((all) => (Array.isArray(all) && all.length === 1 ? (all as unknown[])[0] : all), value);
const time = z.iso
  .datetime({ offset: true })
  .or(z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/))
  .transform(Date.parse);
const LENGTH_MINUTES = { PT15M: 15, PT30M: 30, PT60M: 60 } as const;

const Period = z.object({
  timeInterval: one(z.object({ start: one(time), end: one(time) })),
  resolution: one(z.enum(["PT15M", "PT30M", "PT60M"])),
  Point: z.array(
    z.object({
      position: one(
        z
          .string()
          .regex(/^[1-9]\d{0,3}$/)
          .transform(Number),
      ),
      "price.amount": one(
        z
          .string()
          .regex(/^-?\d+(\.\d+)?$/)
          .transform(Number),
      ),
    }),
  ),
});
type Period = z.output<typeof Period>;
const TimeSeries = z.object({
  "currency_Unit.name": one(z.string()),
  "price_Measure_Unit.name": one(z.string()),
  /** A03: a position that is missing has the price of the one before it. */
  curveType: one(z.enum(["A01", "A03"])),
  /** 1 for the coupled auction of all Europe; others, such as that of EXAA, are beside it. */
  "classificationSequence_AttributeInstanceComponent.position": one(
    z.string().regex(/^\d+$/).transform(Number).optional(),
  ).optional(),
  Period: z.array(Period),
});
type TimeSeries = z.output<typeof TimeSeries>;
const Publication = z.object({ type: one(z.literal("A44")), TimeSeries: z.array(TimeSeries) });
const Acknowledgement = z.object({
  Reason: z.array(z.object({ code: one(z.string()), text: one(z.string()) })).min(1),
});

const SOURCE = "entsoe";
const NO_DATA = "999";

/** Day-ahead prices of Europe's bidding zones from the transparency platform of the grid operators, without taxes and fees. */
export const entsoe = defineSource(
  SOURCE,
  {
    title: "ENTSO-E transparency platform",
    region: "bidding zones of Europe",
    step: "15, 30 or 60 min, as the market's",
    credentials: "ENTSOE_TOKEN (free)",
    rateLimit: "400 a minute; asked every 60 min",
    test: "entsoe.test.ts",
  },
  Entsoe,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    const area = ENTSOE_AREAS[config.area] ?? config.area;
    if (!/^10Y[\w-]{13}$/.test(area))
      throw new ConfigError(
        `${SOURCE}: area "${config.area}" is not known; there are: ${Object.keys(ENTSOE_AREAS).join(", ")}, or write an EIC code`,
      );
    return {
      refreshMinutes: 60,
      publishedAt: { time: "13:00", timeZone: "Europe/Brussels" },
      fetch: async (nowMs, signal) => {
        const [yesterday, , tomorrow] = marketDays(nowMs);
        const url = new URL("/api", config.baseUrl);
        url.searchParams.set("securityToken", secretOf(deps, SOURCE, "ENTSOE_TOKEN"));
        url.searchParams.set("documentType", "A44");
        // Day-ahead; the intraday auctions are documents of the same type.
        url.searchParams.set("contract_MarketAgreement.type", "A01");
        url.searchParams.set("in_Domain", area);
        url.searchParams.set("out_Domain", area);
        url.searchParams.set("periodStart", minuteOf(yesterday.startMs));
        url.searchParams.set("periodEnd", minuteOf(tomorrow.endMs));
        const text = await fetchText(url, {
          source: SOURCE,
          signal,
          timeoutMs: deps.timeoutMs ?? 30_000,
          headers: { accept: "application/xml" },
          credentials: "ENTSOE_TOKEN in .env",
        });
        return slotsOf(await publicationIn(text), deps.currency, nowMs);
      },
    };
  },
);

const minuteOf = (ms: number): string => DateTime.fromMillis(ms, { zone: "utc" }).toFormat("yyyyMMddHHmm");

/** Undefined: the platform knows of no prices for these days. */
async function publicationIn(text: string): Promise<z.output<typeof Publication> | undefined> {
  const { name, value } = await parseXml(text, SOURCE);
  if (name === "Acknowledgement_MarketDocument") {
    const { Reason } = parsed(Acknowledgement, value);
    if (Reason.every(({ code, text: reason }) => code === NO_DATA && /no matching data/i.test(reason)))
      return undefined;
    throw new SourceError(SOURCE, `answered with an error: ${Reason.map((each) => each.text).join("; ")}`);
  }
  if (name !== "Publication_MarketDocument")
    throw new SourceError(SOURCE, `gave a ${name}, where a Publication_MarketDocument was asked for`);
  return parsed(Publication, value);
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SourceError(SOURCE, `gave an answer that cannot be used: ${spokenComplaints(schema, result.error)}`);
}

/** One period of a series, checked. */
interface PeriodSlots {
  readonly slots: readonly SpotSlot[];
  readonly minutes: number;
  readonly sequence: number;
  readonly at: string;
}

const QUARTER_MS = 15 * MS_PER_MINUTE;

/**
 * Of several periods for the same time the finer holds, and of equally fine ones that of the lower sequence: hours and quarter-hours of one
 * market are published side by side. Two of the same rank are refused.
 */
function slotsOf(document: z.output<typeof Publication> | undefined, currency: string, nowMs: number): SpotSlot[] {
  const periods = (document?.TimeSeries ?? []).flatMap((each, k) =>
    periodsOf(each, `TimeSeries[${k}]`, currency, nowMs),
  );
  const taken = new Map<number, PeriodSlots>();
  const slots: SpotSlot[] = [];
  for (const period of periods.toSorted((a, b) => a.minutes - b.minutes || a.sequence - b.sequence))
    for (const slot of period.slots) {
      const quarters = quartersOf(slot);
      const rivals = quarters.flatMap((ms) => taken.get(ms) ?? []);
      const equal = rivals.find((each) => each.minutes === period.minutes && each.sequence === period.sequence);
      if (equal) refuse(SOURCE, `${period.at}.timeInterval.start`, `overlaps ${equal.at}`);
      const free = quarters.filter((ms) => !taken.has(ms));
      // An hour that is known more finely in parts gives way in those only.
      if (rivals.length === 0) slots.push(slot);
      else slots.push(...free.map((startMs) => ({ ...slot, startMs, hours: QUARTER_MS / MS_PER_HOUR })));
      for (const ms of free) taken.set(ms, period);
    }
  return slots.toSorted((a, b) => a.startMs - b.startMs);
}

const quartersOf = ({ startMs, hours }: SpotSlot): number[] =>
  Array.from({ length: Math.round((hours * MS_PER_HOUR) / QUARTER_MS) }, (_, k) => startMs + k * QUARTER_MS);

function periodsOf(series: TimeSeries, of: string, currency: string, nowMs: number): PeriodSlots[] {
  const unit = `${series["currency_Unit.name"]}/${series["price_Measure_Unit.name"]}`;
  const perKwh = perKwhOf(unit, currency, SOURCE, `${of}.currency_Unit.name/price_Measure_Unit.name`);
  const sequence = series["classificationSequence_AttributeInstanceComponent.position"] ?? 1;
  return series.Period.map((period, p) => {
    const at = `${of}.Period[${p}]`;
    const minutes = LENGTH_MINUTES[period.resolution];
    const sent = pricesOf(period, series.curveType, at);
    const slots = checkedSlots(sent, { source: SOURCE, perKwh, nowMs, stepMinutes: [minutes] });
    return { slots, minutes, sequence, at };
  });
}

const MOST_POINTS = 1000;

function pricesOf({ timeInterval, resolution, Point }: Period, curveType: "A01" | "A03", at: string): SentPrice[] {
  const { start, end } = timeInterval;
  const stepMs = LENGTH_MINUTES[resolution] * MS_PER_MINUTE;
  const count = (end - start) / stepMs;
  if (!Number.isInteger(count) || count < 1 || count > MOST_POINTS)
    refuse(SOURCE, `${at}.timeInterval.start/end`, `make ${count} slots of ${resolution}`);
  const points = new Map<number, { readonly value: number; readonly field: string }>();
  Point.forEach((point, k) => {
    const field = `${at}.Point[${k}]`;
    if (point.position > count)
      refuse(SOURCE, `${field}.position`, `is ${point.position}, beyond the ${count} of its period`);
    if (points.has(point.position)) refuse(SOURCE, `${field}.position`, `${point.position} is there twice`);
    points.set(point.position, { value: point["price.amount"], field: `${field}.price.amount` });
  });
  let before = points.get(1);
  return Array.from({ length: count }, (_, k) => k).flatMap((k): SentPrice[] => {
    const own = points.get(k + 1);
    before = own ?? (curveType === "A03" ? before : undefined);
    if (!before) return [];
    const startMs = start + k * stepMs;
    return [{ ...before, startMs, endMs: startMs + stepMs, timeField: `${at}.timeInterval.start` }];
  });
}
