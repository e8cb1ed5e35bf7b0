import { MS_PER_HOUR } from "@ohmstead/contract";
import { SourceError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";

/** One price as it was sent, and where it stood. */
export interface SentPrice {
  readonly startMs: number;
  readonly endMs: number;
  /** In the source's own unit. */
  readonly value: number;
  /** For example results[3].value_inc_vat, for messages. */
  readonly field: string;
  /** For example results[3].valid_from. */
  readonly timeField: string;
  /** Where its end stood, if it was sent. */
  readonly endField?: string;
}

export interface Border {
  /** The source's name, for messages. */
  readonly source: string;
  /** By which the source's unit becomes the house's currency per kWh: 0.001 for a price per MWh. */
  readonly perKwh: number;
  readonly nowMs: number;
  /** The lengths that its slots may have. */
  readonly stepMinutes: readonly number[];
}

/** No mistake of unit makes this of a price. */
const ABSURD_PER_KWH = 1e7;
const FAR_MS = 10 * 24 * MS_PER_HOUR;

/** Throws SourceError that names the field. */
export function refuse(source: string, field: string, complaint: string): never {
  throw new SourceError(source, `gave an answer that cannot be used: ${field} ${complaint}`);
}

/**
 * The only way from a source's prices into the house: numbers, ascending, none twice, none overlapping, of the lengths that the source has, of
 * these days. Throws SourceError that names the field of the first that is not so; nothing is put right
 * or left out.
 */
export function checkedSlots(sent: readonly SentPrice[], border: Border): SpotSlot[] {
  const { source, perKwh } = border;
  return sent.map((price, k) => {
    const { startMs, endMs, value, field, timeField } = price;
    const before = sent[k - 1];
    if (before && startMs === before.startMs) refuse(source, timeField, `is there twice (${timeOf(startMs)})`);
    if (before && startMs < before.startMs) refuse(source, timeField, `(${timeOf(startMs)}) comes after a later one`);
    if (before && startMs < before.endMs)
      refuse(source, timeField, `(${timeOf(startMs)}) overlaps the slot before, which ends at ${timeOf(before.endMs)}`);
    checkTime(price, border);
    const importPerKwh = value * perKwh;
    checkPrice(importPerKwh, value, field, source);
    return { startMs, hours: (endMs - startMs) / MS_PER_HOUR, importPerKwh };
  });
}

function checkTime({ startMs, endMs, timeField, endField }: SentPrice, { source, nowMs, stepMinutes }: Border): void {
  // Also refuses what is no number, and seconds for milliseconds.
  if (!(Math.abs(startMs - nowMs) <= FAR_MS))
    refuse(source, timeField, `(${timeOf(startMs)}) is not of these days: now is ${timeOf(nowMs)}`);
  const minutes = (endMs - startMs) / MS_PER_MINUTE;
  if (!stepMinutes.includes(minutes))
    refuse(
      source,
      endField ?? timeField,
      `makes a slot of ${minutes} minutes, where it is ${stepMinutes.join(" or ")}`,
    );
  if (startMs % Math.min(endMs - startMs, MS_PER_HOUR) !== 0)
    refuse(source, timeField, `(${timeOf(startMs)}) is not on the clock of slots of ${minutes} minutes`);
}

/** Whether it can be believed is judged later, price by price (forecasts/judge-prices.ts): one that is wrong costs only itself. */
export function checkPrice(pricePerKwh: number, sent: number, field: string, source: string): void {
  if (!(Math.abs(pricePerKwh) <= ABSURD_PER_KWH)) refuse(source, field, `is ${sent}, no price of any currency or unit`);
}

/**
 * How long each slot lasts where an answer says only when it begins: the usual distance between two, for all; a longer distance is a
 * hole. Throws SourceError for one that is no multiple of it. A single slot lasts as long as the first of `stepMinutes`.
 */
export function withEnds(
  starts: readonly Omit<SentPrice, "endMs">[],
  { source, stepMinutes }: Pick<Border, "source" | "stepMinutes">,
): SentPrice[] {
  const distances = starts.slice(1).map(({ startMs }, k) => startMs - (starts[k]?.startMs ?? 0));
  const stepMs = mostCommon(distances.filter((ms) => ms > 0)) ?? (stepMinutes[0] ?? 60) * MS_PER_MINUTE;
  return starts.map((each, k) => {
    const distance = distances[k - 1] ?? stepMs;
    if (distance > 0 && distance % stepMs !== 0)
      refuse(
        source,
        each.timeField,
        `comes ${distance / MS_PER_MINUTE} minutes after the one before it, where others come after ${stepMs / MS_PER_MINUTE}`,
      );
    return { ...each, endMs: each.startMs + stepMs };
  });
}

function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const each of values) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || a - b)[0]?.[0];
}

const timeOf = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(":00.000Z", "Z") : String(ms);
