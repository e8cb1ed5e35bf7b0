import {
  finePriceDigits,
  type HouseholdProblem,
  inCurrency,
  type Plan,
  type PriceSlot,
  slotEndMs,
  sumDigits,
} from "@ohmstead/contract";
import { DateTime } from "luxon";
import { meanOver } from "../domain/series.ts";

/** Prices that were known already and are others now. */
export interface PriceChange {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Mean over the changed time, new minus old, currency per kWh. */
  readonly importDifference: number;
  readonly exportDifference: number;
}

/** Nobody plans otherwise for less, per kWh. */
const LEAST_DIFFERENCE_EURO = 1e-4;

/** What has changed of the time to come that both know; undefined where nothing has. Prices that are new are no change. */
export function priceChangeBetween(
  before: readonly PriceSlot[],
  after: readonly PriceSlot[],
  { nowMs, currency }: { readonly nowMs: number; readonly currency: string },
): PriceChange | undefined {
  const leastDifference = inCurrency(LEAST_DIFFERENCE_EURO, currency);
  const pieces = before.flatMap((old) =>
    after.flatMap((now) => {
      const fromMs = Math.max(old.startMs, now.startMs, nowMs);
      const untilMs = Math.min(slotEndMs(old), slotEndMs(now));
      const importDifference = now.importPricePerKwh - old.importPricePerKwh;
      const exportDifference = now.exportPricePerKwh - old.exportPricePerKwh;
      const isChanged = Math.max(Math.abs(importDifference), Math.abs(exportDifference)) > leastDifference;
      return fromMs < untilMs && isChanged ? [{ fromMs, untilMs, importDifference, exportDifference }] : [];
    }),
  );
  if (pieces.length === 0) return undefined;
  const lengthMs = pieces.reduce((sum, each) => sum + each.untilMs - each.fromMs, 0);
  const mean = (field: "importDifference" | "exportDifference"): number =>
    pieces.reduce((sum, each) => sum + each[field] * (each.untilMs - each.fromMs), 0) / lengthMs;
  return {
    fromMs: Math.min(...pieces.map((each) => each.fromMs)),
    untilMs: Math.max(...pieces.map((each) => each.untilMs)),
    importDifference: mean("importDifference"),
    exportDifference: mean("exportDifference"),
  };
}

/** The same house at the prices before; where none was known, at those of now. */
export function atPricesBefore(problem: HouseholdProblem, before: readonly PriceSlot[]): HouseholdProblem {
  const pricesOf = (field: "importPricePerKwh" | "exportPricePerKwh"): number[] => {
    const stretches = before.map((slot) => ({ startMs: slot.startMs, endMs: slotEndMs(slot), value: slot[field] }));
    return problem.slots.map((slot, k) => meanOver(stretches, slot) ?? problem[field][k] ?? 0);
  };
  return {
    ...problem,
    previous: undefined,
    importPricePerKwh: pricesOf("importPricePerKwh"),
    exportPricePerKwh: pricesOf("exportPricePerKwh"),
  };
}

/** In money over the horizon, against what the house would have cost at the prices before. */
export interface ChangeWorth {
  readonly planCostsMore: number;
  /** Had nobody planned anew. */
  readonly oldPlanCostsMore: number;
}

/**
 * What a change of prices costs: `planned` for the prices of now, `asBefore` the plan for the same house at the prices before. With that one
 * kept, what is bought and sold in each slot costs what it costs now.
 */
export function worthOfChange({
  problem,
  before,
  planned,
  asBefore,
}: {
  readonly problem: HouseholdProblem;
  /** As of `atPricesBefore`. */
  readonly before: HouseholdProblem;
  readonly planned: Plan;
  readonly asBefore: Plan;
}): ChangeWorth {
  const { importKw, exportKw } = asBefore.schedule;
  const difference = (field: "importPricePerKwh" | "exportPricePerKwh", k: number): number =>
    (problem[field][k] ?? 0) - (before[field][k] ?? 0);
  const oldPlanCostsMore = problem.slots.reduce(
    (sum, { hours }, k) =>
      sum +
      hours *
        ((importKw[k] ?? 0) * difference("importPricePerKwh", k) -
          (exportKw[k] ?? 0) * difference("exportPricePerKwh", k)),
    0,
  );
  return { planCostsMore: costOf(planned) - costOf(asBefore), oldPlanCostsMore };
}

/** Being calm is nobody's bill. */
const costOf = ({ cost }: Plan): number => cost.total - cost.change;

/** "Prices for Fri 17:00 to 20:00 changed, by +0.120 EUR per kWh on average: the plan costs 0.43 EUR more; with the old plan it would be 0.61 EUR more." */
export function spokenPriceChange(
  change: PriceChange,
  worth: ChangeWorth,
  { currency, timeZone }: { readonly currency: string; readonly timeZone: string },
): string {
  const at = (ms: number, format: string): string =>
    DateTime.fromMillis(ms, { zone: timeZone }).toFormat(format, { locale: "en" });
  const isSameDay = at(change.fromMs, "ccc") === at(change.untilMs, "ccc");
  const until = at(change.untilMs, isSameDay ? "HH:mm" : "ccc HH:mm");
  const isOfImport = Math.abs(change.importDifference) > inCurrency(LEAST_DIFFERENCE_EURO, currency);
  const by = isOfImport ? change.importDifference : change.exportDifference;
  const signed = `${by < 0 ? "−" : "+"}${Math.abs(by).toFixed(finePriceDigits(currency))}`;
  const more = (money: number): string =>
    `${Math.abs(money).toFixed(sumDigits(currency))} ${currency} ${money < 0 ? "less" : "more"}`;
  return (
    `${isOfImport ? "Prices" : "Prices for feeding in"} for ${at(change.fromMs, "ccc HH:mm")} to ${until} changed, by ${signed} ${currency} per kWh on average: ` +
    `the plan costs ${more(worth.planCostsMore)}; with the old plan it would be ${more(worth.oldPlanCostsMore)}.`
  );
}
