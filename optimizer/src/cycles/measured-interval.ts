import { type HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import { baseLoadTerms } from "../forecasts/base-load-history.ts";
import type { Store } from "../store/store.ts";
import { holdsMs, signalTable } from "../telemetry/signals.ts";
import type { PriceBook } from "./price-book.ts";
import type { MeasuredInterval } from "./savings-cycle.ts";

/**
 * What the house measured in [startMs, endMs), or undefined when a meter or the price was missing: then the interval counts for nobody.
 * Energy comes from the meters' counters where there are some, else from the mean grid power.
 */
export function measuredInterval(
  config: HomeConfig,
  store: Pick<Store, "readings">,
  prices: Pick<PriceBook, "known">,
  startMs: number,
  endMs: number,
): MeasuredInterval | undefined {
  const signals = new Map(signalTable(config).map((each) => [each.id, each]));
  const mean = (id: string): number | undefined => {
    const signal = signals.get(id);
    const holds = signal && ((value: number) => holdsMs(signal, value));
    return store.readings.means(id, startMs, endMs, endMs - startMs, holds)[0]?.value;
  };
  const counted = (signal: string): number | undefined => {
    const before = store.readings.latest(signal, startMs);
    const after = store.readings.latest(signal, endMs);
    return before && after && after.value >= before.value ? after.value - before.value : undefined;
  };
  const price = prices.known(startMs, endMs, endMs)[0];
  const gridKw = mean("grid.powerKw");
  const outdoorTempC = mean("outdoor.tempC");
  const terms = baseLoadTerms(config).map(({ signal, sign }) => {
    const kw = mean(signal);
    return kw === undefined ? undefined : sign * kw;
  });
  if (!price || gridKw === undefined || outdoorTempC === undefined || terms.includes(undefined)) return undefined;
  const hours = (endMs - startMs) / MS_PER_HOUR;
  return {
    startMs,
    endMs,
    importKwh: counted("grid.importKwh") ?? Math.max(0, gridKw) * hours,
    exportKwh: counted("grid.exportKwh") ?? Math.max(0, -gridKw) * hours,
    baseLoadKw: Math.max(
      0,
      terms.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    ),
    pvKw: new Map(config.pvArrays.map(({ id }) => [id, Math.max(0, mean(`${id}.powerKw`) ?? 0)])),
    carKw: new Map(config.evs.map(({ id }) => [id, mean(`${id}.powerKw`) ?? 0])),
    appliancesKw: config.appliances.reduce((sum, { id }) => sum + Math.max(0, mean(`${id}.powerKw`) ?? 0), 0),
    outdoorTempC,
    importPricePerKwh: price.importPricePerKwh,
    exportPricePerKwh: price.exportPricePerKwh,
  };
}
