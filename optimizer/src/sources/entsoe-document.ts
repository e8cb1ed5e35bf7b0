import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { type Border, checkedSlots, refuse, type SentPrice } from "./checked-slots.ts";
import { spokenComplaints } from "./fetch-answer.ts";
import { perKwhOf } from "./price-unit.ts";
import { parseXml } from "./xml-answer.ts";

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
  /** Of the auction: as a rule 1 is the coupled one of all Europe; others have other prices. */
  "classificationSequence_AttributeInstanceComponent.position": one(
    z.string().regex(/^\d+$/).transform(Number).optional(),
  ).optional(),
  Period: z.array(Period),
});
type TimeSeries = z.output<typeof TimeSeries>;
const Publication = z.object({ type: one(z.literal("A44")), TimeSeries: z.array(TimeSeries) });
type Publication = z.output<typeof Publication>;
const Acknowledgement = z.object({
  Reason: z.array(z.object({ code: one(z.string()), text: one(z.string()) })).min(1),
});

const NO_DATA = "999";

/** Whether an answer, of whatever status, is the acknowledgement that there are no prices yet: the platform has sent it with 200 and with 400. */
export const saysNoData = (text: string): boolean =>
  /<Acknowledgement_MarketDocument[\s>]/.test(text) && /<text>\s*no matching data/i.test(text);

/** A document of prices, IEC 62325-451-3; undefined where the platform knows of none for these days. Rejects with SourceError. */
export async function publicationIn(text: string, source: string): Promise<Publication | undefined> {
  const { name, value } = await parseXml(text, source);
  if (name === "Acknowledgement_MarketDocument") {
    const { Reason } = parsed(Acknowledgement, value, source);
    if (Reason.every(({ code, text: reason }) => code === NO_DATA && /no matching data/i.test(reason)))
      return undefined;
    throw new SourceError(source, `answered with an error: ${Reason.map((each) => each.text).join("; ")}`);
  }
  if (name !== "Publication_MarketDocument")
    throw new SourceError(source, `gave a ${name}, where a Publication_MarketDocument was asked for`);
  return parsed(Publication, value, source);
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, source: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SourceError(source, `gave an answer that cannot be used: ${spokenComplaints(schema, result.error)}`);
}

interface DocumentBorder extends Pick<Border, "source" | "nowMs"> {
  /** The house's. */
  readonly currency: string;
  /** EIC of the bidding zone that was asked for. */
  readonly area: string;
}

/** One period of a series, checked. */
interface PeriodSlots {
  readonly slots: readonly SpotSlot[];
  readonly minutes: number;
  readonly sequence: number;
  readonly at: string;
}

const QUARTER_MS = 15 * MS_PER_MINUTE;
/** The sequence of the coupled auction; of a series that does not say of which it is, too. */
const COUPLED = 1;
/** Germany with Luxembourg, and Austria: here sequence 2 is EXAA's, hours before the coupled auction. Elsewhere it may be the only one. */
const EXAA_AREAS: readonly string[] = ["10Y1001A1001A82H", "10YAT-APG------L"];

/**
 * Prices of the coupled auction: where EXAA has one of its own, only those of sequence 1; elsewhere those of the lowest sequence that there is for a
 * time. Of several periods of one sequence the finer holds: hours and quarter-hours of one market may be published side by side. Two that are equally
 * fine are refused. Throws SourceError.
 */
export function slotsOf(document: Publication | undefined, border: DocumentBorder): SpotSlot[] {
  // All are checked, those that are left out, too: a document with a fault is refused whole.
  const periods = (document?.TimeSeries ?? [])
    .flatMap((each, k) => periodsOf(each, `TimeSeries[${k}]`, border))
    .filter(({ sequence }) => sequence === COUPLED || !EXAA_AREAS.includes(border.area));
  const taken = new Map<number, PeriodSlots>();
  const slots: SpotSlot[] = [];
  for (const period of periods.toSorted((a, b) => a.sequence - b.sequence || a.minutes - b.minutes))
    for (const slot of period.slots) {
      const quarters = quartersOf(slot);
      const rivals = quarters.flatMap((ms) => taken.get(ms) ?? []);
      const equal = rivals.find((each) => each.minutes === period.minutes && each.sequence === period.sequence);
      if (equal) refuse(border.source, `${period.at}.timeInterval.start`, `overlaps ${equal.at}`);
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

function periodsOf(series: TimeSeries, of: string, border: DocumentBorder): PeriodSlots[] {
  const { source, currency, nowMs } = border;
  const unit = `${series["currency_Unit.name"]}/${series["price_Measure_Unit.name"]}`;
  const perKwh = perKwhOf(unit, currency, source, `${of}.currency_Unit.name/price_Measure_Unit.name`);
  const sequence = series["classificationSequence_AttributeInstanceComponent.position"] ?? COUPLED;
  return series.Period.map((period, p) => {
    const at = `${of}.Period[${p}]`;
    const minutes = LENGTH_MINUTES[period.resolution];
    const sent = pricesOf(period, series.curveType, at, source);
    const slots = checkedSlots(sent, { source, perKwh, nowMs, stepMinutes: [minutes] });
    return { slots, minutes, sequence, at };
  });
}

const MOST_POINTS = 1000;

function pricesOf(
  { timeInterval, resolution, Point }: Period,
  curveType: "A01" | "A03",
  at: string,
  source: string,
): SentPrice[] {
  const { start, end } = timeInterval;
  const stepMs = LENGTH_MINUTES[resolution] * MS_PER_MINUTE;
  const count = (end - start) / stepMs;
  if (!Number.isInteger(count) || count < 1 || count > MOST_POINTS)
    refuse(source, `${at}.timeInterval.start/end`, `make ${count} slots of ${resolution}`);
  const points = new Map<number, { readonly value: number; readonly field: string }>();
  Point.forEach((point, k) => {
    const field = `${at}.Point[${k}]`;
    if (point.position > count)
      refuse(source, `${field}.position`, `is ${point.position}, beyond the ${count} of its period`);
    if (points.has(point.position)) refuse(source, `${field}.position`, `${point.position} is there twice`);
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
