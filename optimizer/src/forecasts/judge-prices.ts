import { MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { possiblePrices, type PossiblePrices } from "./possible-prices.ts";

/** What is known while an answer is judged. */
export interface PriceContext {
  readonly nowMs: number;
  readonly currency: string;
  /** What this source said before and was believed, about the last two weeks and all that is to come; ascending. */
  readonly before: readonly SpotSlot[];
  /** What the source may give for an hour that nobody has published yet. */
  readonly isNothing: (slot: SpotSlot) => boolean;
}

/** Of a source's own prices: zero. */
export const isZero = ({ importPerKwh }: SpotSlot): boolean => importPerKwh === 0;

export interface RefusedPrice {
  /** The moment the value is of. */
  readonly atMs: number;
  /** As it came. */
  readonly value: string;
  readonly reason: string;
}

export interface JudgedPrices {
  readonly believed: readonly SpotSlot[];
  readonly refused: readonly RefusedPrice[];
  /** Zeros for hours that nobody has published yet. */
  readonly unpublished: readonly SpotSlot[];
}

/** So many hours of zeros at the end of what is told are no prices yet. Real markets were at exactly 0 for seven hours at most. */
const LEAST_PLACEHOLDER_HOURS = 12;
/** A price that stands alone so far above both its neighbours is none: real ones were at most 8 times as high, corrupt ones are 100 or 1000 times. */
const LONE_FACTOR = 20;
/** The middle of a whole day, beside the ninth tenth of the two weeks before: real ones were at most 16 times as high. */
const LEVEL_FACTOR = 25;
/** Dear hours of a whole day below this share of a usual price: real ones were never below a 70th. */
const LOW_SHARE = 1 / 250;
/** A lone price below zero between dearer ones is a wrong sign from three small prices on. */
const MIRROR_FACTOR = 3;
const NEIGHBOUR_MS = 3 * MS_PER_HOUR;
const LEAST_COMPARED = 4;

/** Mistakes of unit and sign, by what they make of a price. */
const MISTAKES = [
  { factor: 1000, what: "looks like a price per MWh" },
  { factor: 100, what: "looks like cents, or pence, per kWh" },
  { factor: 1 / 100, what: "is a hundredth of what it was" },
  { factor: 1 / 1000, what: "is a thousandth of what it was" },
  { factor: -1, what: "has the other sign than it had" },
] as const;

/**
 * What of an answer, or of a push, can be believed. In this order: numbers that are none or that no market allows; zeros before publication;
 * a unit or sign that is wrong throughout, by what the same source said of the same hours, else by its level of two weeks; single values, by
 * the same and by their neighbours. A spike that lasts, a negative price and a free hour are prices.
 */
export function judgePrices(answer: readonly SpotSlot[], context: PriceContext): JudgedPrices {
  const possible = possiblePrices(context.currency);
  const refused: RefusedPrice[] = [];
  const allowed = answer.filter((slot) => !complain(slot, impossible(slot, possible), refused));
  const { told, unpublished } = withoutPlaceholders(allowed, context);
  const outside = answer.filter(({ importPerKwh }) => importPerKwh > possible.most).length;
  const wrongUnit =
    outside > told.length
      ? "came among others that no market allows: cents, or prices per MWh?"
      : wrongThroughout(told, context.before, possible);
  if (wrongUnit !== undefined) {
    for (const slot of told) complain(slot, { value: slot.importPerKwh, reason: wrongUnit }, refused);
    return { believed: [], refused, unpublished };
  }
  const around = neighboursIn(told, context.before);
  const usualHigh = quantile(sizesOf(context.before), 0.9);
  const believed = told.filter((slot) => !complain(slot, wrongAlone(slot, around(slot), usualHigh, possible), refused));
  return { believed, refused, unpublished };
}

interface Complaint {
  readonly value: number;
  readonly reason: string;
}

function complain(slot: SpotSlot, complaint: Complaint | undefined, refused: RefusedPrice[]): boolean {
  if (!complaint) return false;
  refused.push({ atMs: slot.startMs, value: String(complaint.value), reason: complaint.reason });
  return true;
}

function impossible({ importPerKwh, exportPerKwh }: SpotSlot, { least, most }: PossiblePrices): Complaint | undefined {
  for (const value of [importPerKwh, exportPerKwh ?? importPerKwh]) {
    if (!Number.isFinite(value)) return { value, reason: "is no number" };
    if (value < least || value > most)
      return { value, reason: `is outside what a kWh can cost (${least} to ${most}): cents, or a price per MWh?` };
  }
  return undefined;
}

/** Before publication some sources give zeros for the hours to come. Among other prices, or from now on, a zero is a price. */
function withoutPlaceholders(slots: readonly SpotSlot[], { nowMs, isNothing }: PriceContext) {
  const last = slots.findLastIndex((slot) => !isNothing(slot));
  const first = slots[last + 1];
  const end = slots.at(-1);
  if (
    !first ||
    !end ||
    first.startMs <= nowMs ||
    slotEndMs(end) - first.startMs < LEAST_PLACEHOLDER_HOURS * MS_PER_HOUR
  )
    return { told: slots, unpublished: [] };
  return { told: slots.slice(0, last + 1), unpublished: slots.slice(last + 1) };
}

const sizesOf = (slots: readonly SpotSlot[]): number[] =>
  slots.map(({ importPerKwh }) => Math.abs(importPerKwh)).toSorted((a, b) => a - b);
const quantile = (rising: readonly number[], share: number): number | undefined =>
  rising[Math.min(rising.length - 1, Math.floor(share * rising.length))];

/** How many powers of ten lie between the middle of some prices and a level. */
const distance = (prices: readonly number[], level: number): number =>
  Math.abs(
    Math.log10(
      Math.max(
        1e-9,
        quantile(
          prices.map(Math.abs).toSorted((a, b) => a - b),
          0.5,
        ) ?? level,
      ) / level,
    ),
  );

function mistakeBetween(told: number, earlier: number): (typeof MISTAKES)[number] | undefined {
  const ratio = told / earlier;
  return MISTAKES.find(({ factor }) => Math.abs(ratio / factor - 1) < 0.02);
}

/** Of the whole answer: a sentence, or undefined when it may be right. */
function wrongThroughout(
  told: readonly SpotSlot[],
  before: readonly SpotSlot[],
  possible: PossiblePrices,
): string | undefined {
  const known = new Map(before.map((slot) => [slot.startMs, slot]));
  const pairs = told.flatMap((slot) => {
    const earlier = known.get(slot.startMs);
    const isComparable = earlier?.hours === slot.hours && Math.abs(earlier.importPerKwh) > possible.small / 20;
    return isComparable ? [{ told: slot.importPerKwh, earlier: earlier.importPerKwh }] : [];
  });
  const again = new Set(told.map(({ startMs }) => startMs));
  const others = sizesOf(before.filter(({ startMs }) => !again.has(startMs)));
  const level = (others.length >= 24 ? quantile(others, 0.5) : undefined) ?? possible.usual;
  for (const { factor, what } of MISTAKES) {
    const alike = pairs.filter((pair) => mistakeBetween(pair.told, pair.earlier)?.factor === factor);
    if (pairs.length < LEAST_COMPARED || alike.length * 5 < pairs.length * 4) continue;
    const [now, then] = [alike.map((pair) => pair.told), alike.map((pair) => pair.earlier)];
    // What came first may have been the mistake: whoever is nearer to the other weeks is right.
    const isWorse = factor < 0 ? mean(now) < mean(then) : distance(now, level) > distance(then, level);
    if (isWorse) return `${what} in this source: so is the whole answer`;
    return undefined;
  }
  // Of other hours than before, the level alone can tell.
  if (pairs.length >= LEAST_COMPARED || told.length < LEAST_COMPARED) return undefined;
  const sizes = sizesOf(told);
  const middle = quantile(sizes, 0.5) ?? 0;
  if (middle > possible.mostInTheMiddle)
    return `no day costs ${middle} per kWh in the middle: the whole answer looks like cents, or a price per MWh`;
  if (others.length < 24) return undefined;
  const [usualMiddle = 0, usualHigh = 0] = [quantile(others, 0.5), quantile(others, 0.9)];
  if (middle > LEVEL_FACTOR * Math.max(usualHigh, possible.small / 4))
    return `the whole answer is ${Math.round(middle / usualHigh)} times as high as the dear hours of the last weeks: another unit?`;
  if ((quantile(sizes, 0.9) ?? 0) < LOW_SHARE * usualMiddle && middle > 0)
    return `the whole answer is less than ${LOW_SHARE} of the usual price: another unit?`;
  return undefined;
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

interface Around {
  readonly earlier: number | undefined;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Of each slot: what the source said of it before, and the prices beside it, not more than three hours away. */
function neighboursIn(told: readonly SpotSlot[], before: readonly SpotSlot[]): (slot: SpotSlot) => Around {
  const starts = new Set(told.map(({ startMs }) => startMs));
  const all = [...before.filter(({ startMs }) => !starts.has(startMs)), ...told].toSorted(
    (a, b) => a.startMs - b.startMs,
  );
  const places = new Map(all.map((slot, k) => [slot, k]));
  const known = new Map(before.map((slot) => [slot.startMs, slot]));
  return (slot) => {
    const k = places.get(slot) ?? 0;
    const [previous, next] = [all[k - 1], all[k + 1]];
    const earlier = known.get(slot.startMs);
    return {
      earlier: earlier?.hours === slot.hours ? earlier.importPerKwh : undefined,
      before: previous && slot.startMs - slotEndMs(previous) <= NEIGHBOUR_MS ? previous.importPerKwh : undefined,
      after: next && next.startMs - slotEndMs(slot) <= NEIGHBOUR_MS ? next.importPerKwh : undefined,
    };
  };
}

function wrongAlone(
  { importPerKwh: value }: SpotSlot,
  { earlier, before, after }: Around,
  usualHigh: number | undefined,
  { small }: PossiblePrices,
): Complaint | undefined {
  const beside = [before, after].flatMap((price) => price ?? []);
  const level = Math.max(small / 4, Math.abs(mean(beside)) || 0);
  if (earlier !== undefined && Math.abs(earlier) > small / 20 && beside.length > 0) {
    const mistake = mistakeBetween(value, earlier);
    const isWorse =
      mistake && (mistake.factor < 0 ? value < earlier : distance([value], level) > distance([earlier], level));
    if (isWorse) return { value, reason: `${mistake.what}: the same source said ${earlier}` };
  }
  const [left, right] = [before ?? usualHigh, after ?? usualHigh];
  if (left === undefined || right === undefined) return undefined;
  const highest = Math.max(Math.abs(left), Math.abs(right), small);
  if (value > LONE_FACTOR * highest)
    return { value, reason: `is ${Math.round(value / highest)} times as high as the prices before and after it` };
  // A market falls below zero by hours around zero, not from between two dear ones to their mirror image. Real ones did so down to −0.046.
  const least = Math.min(left, right);
  if (-value > MIRROR_FACTOR * small && least > MIRROR_FACTOR * small && -value > least / 2)
    return { value, reason: `is negative between ${left} and ${right}: the wrong sign?` };
  return undefined;
}
