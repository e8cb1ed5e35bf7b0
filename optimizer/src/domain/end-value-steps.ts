import type { BatteryProblem } from "@ohmstead/contract";

/** What is expected of a stretch of time after the horizon; power of the house without its batteries, negative where the sun gives more. */
export interface BeyondSlot {
  readonly hours: number;
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
  readonly netLoadKw: number;
}

/** So many kWh of content, each worth this. */
export interface WorthStep {
  readonly kwh: number;
  readonly pricePerKwh: number;
}

/** The columns that a plan spends on it. */
const MOST_STEPS = 12;
/** Steps that differ by less are one, in euro. */
export const SAME_PRICE_EURO = 0.0005;
/** What lies so far beyond the horizon is used up, or refilled, in between. */
const TAIL_HOURS = 120;
const DAY_HOURS = 24;
/** A kWh used an hour later counts by so much less: what is expected sooner is surer, and of equal uses the first is taken. */
const PATIENCE_PER_HOUR = 0.9995;
/** Shorter than this is rounding. */
const SMALLEST_KWH = 1e-9;

/**
 * What the content of a battery is worth at the end of the horizon: the first kWh, the next, and so on, falling; counted from empty.
 * Exact dynamic programming backwards over `beyond` (in its order; then its last day again and again): the worth before an hour is the best
 * of what the hour itself earns and of the worth after it, V(E) = max over d of r(d) + V(E − d). Both are concave and made of straight
 * pieces, so the maximum is their pieces put in order of worth. An hour's r: what is given out saves bought power as far as there is load,
 * then is sold; what is taken in costs sun that is not sold, then bought power. Selling never counts for more than buying in the same hour.
 */
export function endValueSteps(
  battery: BatteryProblem,
  beyond: readonly BeyondSlot[],
  samePricePerKwh = SAME_PRICE_EURO,
): WorthStep[] {
  const lowKwh = battery.minSoc * battery.capacityKwh;
  const highKwh = battery.maxSoc * battery.capacityKwh;
  let worth: readonly WorthStep[] = [{ kwh: highKwh - lowKwh, pricePerKwh: 0 }];
  for (const slot of [...beyond, ...tailOf(beyond)].toReversed()) worth = worthBefore(slot, worth, battery);
  const [first, ...rest] = fewer(
    worth.filter((each) => each.pricePerKwh > 0),
    samePricePerKwh,
  );
  return first ? [{ ...first, kwh: first.kwh + lowKwh }, ...rest] : [];
}

function tailOf(beyond: readonly BeyondSlot[]): BeyondSlot[] {
  let hours = 0;
  const lastDay = beyond
    .toReversed()
    .filter((slot) => (hours += slot.hours) <= DAY_HOURS + SMALLEST_KWH)
    .toReversed();
  const dayHours = lastDay.reduce((sum, slot) => sum + slot.hours, 0);
  const days = dayHours > 0 ? Math.ceil(TAIL_HOURS / dayHours) : 0;
  return Array.from({ length: days }, () => lastDay).flat();
}

function worthBefore(slot: BeyondSlot, after: readonly WorthStep[], battery: BatteryProblem): WorthStep[] {
  const keep = (1 - battery.selfDischargePerHour) ** slot.hours;
  const patience = PATIENCE_PER_HOUR ** slot.hours;
  const taken = takenIn(slot, battery);
  const given = givenOut(slot, battery);
  const later = after.map(({ kwh, pricePerKwh }) => ({ kwh, pricePerKwh: pricePerKwh * patience }));
  const byWorth = [...taken, ...given, ...later].toSorted((a, b) => b.pricePerKwh - a.pricePerKwh);
  // The pieces begin where the battery would have to be filled by all that this hour can, and leak what it holds at least.
  const lowKwh = battery.minSoc * battery.capacityKwh;
  const skipKwh = Math.max(0, kwhOf(taken) - (1 - keep) * lowKwh);
  return between(byWorth, skipKwh, kwhOf(after) * keep).map(({ kwh, pricePerKwh }) => ({
    kwh: kwh / keep,
    pricePerKwh: pricePerKwh * keep,
  }));
}

const kwhOf = (steps: readonly WorthStep[]): number => steps.reduce((sum, each) => sum + each.kwh, 0);

/** What a kWh of content saves that need not be taken in during this hour, piece by piece. */
function takenIn({ hours, importPricePerKwh, exportPricePerKwh, netLoadKw }: BeyondSlot, battery: BatteryProblem) {
  const { maxChargeKw, chargeEfficiency, chargeStages, chargeWearPricePerKwh, mayChargeFromGrid } = battery;
  const surplusKw = Math.min(maxChargeKw, Math.max(0, -netLoadKw));
  const curve = (chargeStages ?? [{ kw: maxChargeKw, efficiency: chargeEfficiency }]).map(({ kw, efficiency }) => ({
    kw,
    insideKw: kw * efficiency,
  }));
  return piecesOf(curve, surplusKw, mayChargeFromGrid ? maxChargeKw : surplusKw).map(({ kw, insideKw, isFirst }) => {
    const pricePerKwh = isFirst ? Math.min(importPricePerKwh, exportPricePerKwh) : importPricePerKwh;
    return { kwh: insideKw * hours, pricePerKwh: ((pricePerKwh + chargeWearPricePerKwh) * kw) / insideKw };
  });
}

/** What a kWh of content earns that is given out during this hour, piece by piece. */
function givenOut({ hours, importPricePerKwh, exportPricePerKwh, netLoadKw }: BeyondSlot, battery: BatteryProblem) {
  const { maxDischargeKw, dischargeEfficiency, dischargeStages, wearPricePerKwh, mayExport } = battery;
  const loadKw = Math.min(maxDischargeKw, Math.max(0, netLoadKw));
  const stages = dischargeStages ?? [{ kw: maxDischargeKw, efficiency: dischargeEfficiency }];
  const curve = stages.map(({ kw, efficiency }) => ({ kw, insideKw: kw / efficiency }));
  return piecesOf(curve, loadKw, mayExport ? maxDischargeKw : loadKw).map(({ kw, insideKw, isFirst }) => {
    const pricePerKwh = isFirst ? importPricePerKwh : Math.min(importPricePerKwh, exportPricePerKwh);
    return { kwh: insideKw * hours, pricePerKwh: ((pricePerKwh - wearPricePerKwh) * kw) / insideKw };
  });
}

interface CurvePoint {
  readonly kw: number;
  readonly insideKw: number;
}

/** The curve from no power to `untilKw`, cut where it bends and at `firstKw`. */
function piecesOf(curve: readonly CurvePoint[], firstKw: number, untilKw: number) {
  const insideAt = (kw: number): number => {
    const k = Math.max(
      0,
      curve.findIndex((point) => point.kw >= kw - SMALLEST_KWH),
    );
    const low = curve[k - 1] ?? { kw: 0, insideKw: 0 };
    const high = curve[k] ?? low;
    return low.insideKw + ((high.insideKw - low.insideKw) * (kw - low.kw)) / (high.kw - low.kw);
  };
  const cuts = [...curve.map((point) => point.kw), firstKw, untilKw].filter((kw) => kw > 0 && kw <= untilKw);
  let beforeKw = 0;
  return cuts
    .toSorted((a, b) => a - b)
    .flatMap((kw) => {
      if (kw - beforeKw < SMALLEST_KWH) return [];
      const piece = {
        kw: kw - beforeKw,
        insideKw: insideAt(kw) - insideAt(beforeKw),
        isFirst: kw <= firstKw + SMALLEST_KWH,
      };
      beforeKw = kw;
      return [piece];
    });
}

/** Of pieces in a row those from `skipKwh` on, `lengthKwh` of them. */
function between(steps: readonly WorthStep[], skipKwh: number, lengthKwh: number): WorthStep[] {
  let beginKwh = 0;
  return steps.flatMap(({ kwh, pricePerKwh }) => {
    const fromKwh = Math.max(beginKwh, skipKwh);
    beginKwh += kwh;
    const untilKwh = Math.min(beginKwh, skipKwh + lengthKwh);
    return untilKwh - fromKwh > SMALLEST_KWH ? [{ kwh: untilKwh - fromKwh, pricePerKwh }] : [];
  });
}

/** The two neighbours that lose least by it become one, until there are few enough and all of them differ. */
function fewer(steps: readonly WorthStep[], samePricePerKwh: number): WorthStep[] {
  let left = [...steps];
  for (;;) {
    const losses = left.slice(1).map((step, k) => {
      const before = left[k] ?? step;
      const apart = before.pricePerKwh - step.pricePerKwh;
      return { k, apart, loss: (apart * before.kwh * step.kwh) / (before.kwh + step.kwh) };
    });
    const [least] = losses.toSorted((a, b) => a.loss - b.loss);
    const same = losses.find((each) => each.apart < samePricePerKwh);
    const merged = same ?? (left.length > MOST_STEPS ? least : undefined);
    if (!merged) return left;
    const [one, two] = left.slice(merged.k, merged.k + 2) as [WorthStep, WorthStep];
    const kwh = one.kwh + two.kwh;
    const pricePerKwh = (one.kwh * one.pricePerKwh + two.kwh * two.pricePerKwh) / kwh;
    left = [...left.slice(0, merged.k), { kwh, pricePerKwh }, ...left.slice(merged.k + 2)];
  }
}
