import type { Slot } from "@ohmstead/contract";
import { type Expected, expectedOver } from "../domain/quarter-hours.ts";
import { type GivenSeries, givenValues, spokenSlots } from "./repaired.ts";

export interface GivenPrices {
  readonly slots: readonly Slot[];
  readonly importPricePerKwh: GivenSeries;
  readonly exportPricePerKwh: GivenSeries;
  /** Until when prices are out. What a source gives for later times may be a placeholder. */
  readonly publishedUntilMs?: number | undefined;
  /** Usual import price at a moment. */
  readonly typicalImportPrice?: Expected | undefined;
}

export interface RepairedPrices {
  readonly importPricePerKwh: readonly number[];
  readonly exportPricePerKwh: readonly number[];
  /** By slot. */
  readonly assumedImport: ReadonlyMap<number, number>;
  readonly assumedExport: ReadonlyMap<number, number>;
  readonly notes: readonly string[];
}

/**
 * Prices that can be planned with. Before publication sources give nothing, or zeros: neither is a price. A zero that has been published
 * is one. In place of what is missing stands the usual price at that time of day, else the mean of the prices known; for what is fed in
 * the lowest price known, never above the price to buy: nothing is planned for the sake of a price that nobody gave.
 * Undefined when no import price is known, given or usual.
 */
export function repairPrices(given: GivenPrices): RepairedPrices | undefined {
  const { slots, publishedUntilMs = Number.POSITIVE_INFINITY, typicalImportPrice } = given;
  const isOut = (k: number): boolean => (slots[k]?.startMs ?? 0) < publishedUntilMs;
  const toldImport = givenValues(given.importPricePerKwh, slots.length);
  const toldExport = givenValues(given.exportPricePerKwh, slots.length);
  const knownImport = toldImport.map((price, k) => (isOut(k) || price !== 0 ? price : undefined));
  // Where the import price is a placeholder, the zero beside it is one too.
  const knownExport = toldExport.map((price, k) =>
    isOut(k) || price !== 0 || knownImport[k] !== undefined ? price : undefined,
  );
  const meanPrice = meanOf(slots, knownImport);
  const lowestExport = knownExport.reduce<number | undefined>(
    (least, price) => (price === undefined ? least : Math.min(least ?? price, price)),
    undefined,
  );
  const assumedImport = new Map<number, number>();
  const assumedExport = new Map<number, number>();
  const importPricePerKwh: number[] = [];
  const exportPricePerKwh: number[] = [];
  for (const [k, slot] of slots.entries()) {
    const usual = (typicalImportPrice && expectedOver(typicalImportPrice, slot)) ?? meanPrice;
    const price = knownImport[k] ?? usual;
    if (price === undefined) return undefined;
    if (knownImport[k] === undefined) assumedImport.set(k, price);
    const income = knownExport[k] ?? Math.min(lowestExport ?? 0, price);
    if (knownExport[k] === undefined) assumedExport.set(k, income);
    importPricePerKwh.push(price);
    exportPricePerKwh.push(income);
  }
  const note = (direction: string, assumed: ReadonlyMap<number, number>, instead: string): string[] =>
    assumed.size > 0
      ? [`The ${direction} price is not known for ${spokenSlots(slots, [...assumed.keys()])}: ${instead}`]
      : [];
  return {
    importPricePerKwh,
    exportPricePerKwh,
    assumedImport,
    assumedExport,
    notes: [
      ...note("import", assumedImport, "a usual price is assumed"),
      ...note("export", assumedExport, "the lowest known is assumed"),
    ],
  };
}

function meanOf(slots: readonly Slot[], prices: readonly (number | undefined)[]): number | undefined {
  let hours = 0;
  let sum = 0;
  slots.forEach((slot, k) => {
    const price = prices[k];
    if (price === undefined) return;
    hours += slot.hours;
    sum += price * slot.hours;
  });
  return hours > 0 ? sum / hours : undefined;
}
