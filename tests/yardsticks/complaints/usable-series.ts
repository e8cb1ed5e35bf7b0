import { slotEndMs } from "../../../optimizer/contract/src/slot.ts";
import { localClock } from "../../../optimizer/src/domain/local-time.ts";
import { forecastOutdoor } from "../../../optimizer/src/forecasts/outdoor.ts";
import { presentPvKw } from "../../../optimizer/src/forecasts/present-pv.ts";
import { repairLoad } from "../../../optimizer/src/forecasts/repair-load.ts";
import { repairPrices } from "../../../optimizer/src/forecasts/repair-prices.ts";
import { repairPv } from "../../../optimizer/src/forecasts/repair-pv.ts";
import type { PlanningInput } from "./case-file.ts";
import type { Assumed, Unmet } from "./case-plan.ts";
import { type Column, numberOrUnknown, type SlotTable } from "./slot-table.ts";

export interface UsableSeries {
  readonly importPricePerKwh: readonly number[];
  readonly exportPricePerKwh: readonly number[];
  readonly loadKw: readonly number[];
  readonly pvKw: readonly number[];
  /** Undefined where nothing is known of it: then nothing may depend on it. */
  readonly outdoorTempC: readonly number[] | undefined;
  readonly assumed: Pick<Assumed, "slots" | "pvNowKw">;
  readonly unmet: readonly Unmet[];
  readonly messages: readonly string[];
}

/** The forecasts as the program itself makes them usable; this only carries them there and back. */
export function usableSeries(input: PlanningInput, { slots, columns }: SlotTable): UsableSeries {
  const messages: string[] = [];
  const assumed: Partial<Record<Column, Record<number, number>>> = {};
  const unmet: Unmet[] = [];
  const note = (column: Column, values: ReadonlyMap<number, number>): void => {
    if (values.size === 0) return;
    assumed[column] = Object.fromEntries(values);
    const which = [...values.keys()].toSorted((a, b) => a - b);
    const [first, last] = [slots[which[0] ?? 0], slots[which.at(-1) ?? 0]];
    if (first && last)
      unmet.push({
        subject: `slots.${column}`,
        amount: values.size,
        fromMs: first.startMs,
        untilMs: slotEndMs(last),
      });
  };
  const nothing = slots.map(() => undefined);

  const { typicalImportPricePerKwhByLocalHour: byHour, typicalLoadKw } = input.beyondHorizon ?? {};
  const clock = localClock(input.timeZone);
  const prices = repairPrices({
    slots,
    importPricePerKwh: columns.importPricePerKwh ?? nothing,
    exportPricePerKwh: columns.exportPricePerKwh ?? nothing,
    publishedUntilMs: input.pricesPublishedUntil === undefined ? undefined : Date.parse(input.pricesPublishedUntil),
    typicalImportPrice: byHour && ((ms) => byHour[Math.floor(clock(ms).minuteOfDay / 60)]),
  });
  if (!prices) throw new Error("no price is known, and none is usual");
  note("importPricePerKwh", prices.assumedImport);
  note("exportPricePerKwh", prices.assumedExport);

  const load = repairLoad(slots, columns.loadKw ?? nothing, typicalLoadKw);
  note("loadKw", load.assumed);

  const withPresent = presentPv(input, columns.pvKw);
  // A case without the column has no sun; that is not a hole in a forecast.
  const pv = repairPv(slots, columns.pvKw ? withPresent.pvKw : slots.map(() => 0));
  const pvAssumed = new Map(pv.assumed);
  if (withPresent.pvKw[0] !== columns.pvKw?.[0] && !pvAssumed.has(0) && pv.values[0] !== undefined)
    pvAssumed.set(0, pv.values[0]);
  note("pvKw", pvAssumed);

  const weather = slots.flatMap((slot, k) => {
    const value = columns.outdoorTempC?.[k];
    return value === undefined ? [] : [{ startMs: slot.startMs, endMs: slotEndMs(slot), value }];
  });
  const outdoor = forecastOutdoor(slots, weather, undefined);
  if (columns.outdoorTempC) {
    const held = columns.outdoorTempC.flatMap((value, k) => (value === undefined ? [k] : []));
    note("outdoorTempC", new Map(held.map((k) => [k, outdoor?.tempC[k] ?? Number.NaN])));
  }
  messages.push(...prices.notes, ...load.notes, ...pv.notes);
  return {
    importPricePerKwh: prices.importPricePerKwh,
    exportPricePerKwh: prices.exportPricePerKwh,
    loadKw: load.values,
    pvKw: pv.values,
    outdoorTempC: outdoor?.tempC,
    assumed: { slots: assumed, ...(withPresent.isRead ? { pvNowKw: pv.values[0] } : {}) },
    unmet,
    messages,
  };
}

/** The solar column with what the present reading says of the first slot. */
function presentPv({ readings }: PlanningInput, column: SlotTable["columns"]["pvKw"]) {
  const reading = readings?.["site.pvKw"];
  const pvKw = [...(column ?? [])];
  if (!reading) return { pvKw, isRead: false };
  const lastFree = (reading.history ?? []).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1);
  pvKw[0] = presentPvKw({
    forecastKw: column?.[0],
    nextForecastKw: column?.[1],
    measuredKw: numberOrUnknown(reading.value),
    limitedToKw: reading.limitedToKw,
    lastFreeKw: lastFree && numberOrUnknown(lastFree.value),
  });
  return { pvKw, isRead: true };
}
