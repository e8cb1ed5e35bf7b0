import type { HomeConfig } from "@ohmstead/contract";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import type { Store } from "../store/store.ts";
import { copOf, derivedHeat, type Point } from "../telemetry/derived-heat.ts";
import { holdsMs, signalTable } from "../telemetry/signals.ts";

type Reading = Readonly<{ signal: string; atMs: number; value: number }>;

export interface DerivedReadings {
  /** What has just been stored: whatever rests on it is derived anew. Belongs into the same transaction. */
  update(stored: readonly Reading[], nowMs: number): void;
}

/** Below this share of a heat pump's greatest power a COP says nothing. */
const LEAST_SHARE = 0.1;
/** A heat holds until the next one, at most so long: partners that are apart are joined, not guessed. */
const HEAT_HOLDS_MS = 5 * 60_000;

const isRead = (quality: string): boolean => quality === "measured" || quality === "uncertain";
const quarter = (ms: number): number => Math.floor(ms / QUARTER_MS) * QUARTER_MS;

/**
 * Of every heat pump with flow and return temperature: `<id>.spreadK`, with a flow rate `<id>.heatKw`, and with its power `<id>.cop`, heat over
 * electricity of a quarter-hour (as a ratio of their sums), at its beginning, once it is over. Late partners complete what was missing.
 */
export function createDerivedReadings(
  config: HomeConfig,
  readings: Pick<Store["readings"], "between" | "steps" | "replace">,
): DerivedReadings {
  const signals = new Map(signalTable(config).map((each) => [each.id, each]));
  const pumps = config.heatPumps.filter(({ sensors }) => sensors.flowTemp && sensors.returnTemp);
  const points = (signal: string, fromMs: number, untilMs: number): Point[] =>
    readings.between(signal, fromMs, untilMs).map(([atMs, value]) => [atMs, value]);
  const replace = (signal: string, fromMs: number, untilMs: number, all: readonly Point[]): void =>
    readings.replace(
      signal,
      fromMs,
      untilMs,
      all.map(([atMs, value]) => ({ signal, atMs, value })),
    );

  function cops(id: string, leastKw: number, fromMs: number, untilMs: number): void {
    const power = signals.get(`${id}.powerKw`);
    if (!power || untilMs <= fromMs) return;
    const heat = readings.steps(`${id}.heatKw`, fromMs, untilMs, QUARTER_MS, () => HEAT_HOLDS_MS);
    const electric = readings.steps(power.id, fromMs, untilMs, QUARTER_MS, (value) => holdsMs(power, value));
    const all = heat.flatMap(({ startMs, mean, quality }, k): Point[] => {
      const other = electric[k];
      if (mean === undefined || other?.mean === undefined || !isRead(quality) || !isRead(other.quality)) return [];
      const cop = copOf(mean, other.mean, leastKw);
      return cop === undefined ? [] : [[startMs, cop]];
    });
    replace(`${id}.cop`, fromMs, untilMs, all);
  }

  return {
    update: (stored, nowMs) => {
      for (const { id, joinWithinS, maxPowerKw } of pumps) {
        const inputs = ["flowTempC", "returnTempC", "litresPerMinute", "powerKw"].map((each) => `${id}.${each}`);
        const times = stored.flatMap(({ signal, atMs }) => (inputs.includes(signal) ? [atMs] : []));
        if (times.length === 0) continue;
        const windowMs = joinWithinS * 1000;
        const firstMs = times.reduce((a, b) => Math.min(a, b));
        const lastMs = times.reduce((a, b) => Math.max(a, b));
        const [fromMs, untilMs] = [firstMs - windowMs, lastMs + windowMs + 1];
        const water = (signal: string) => points(`${id}.${signal}`, fromMs - windowMs, untilMs + windowMs);
        const { spreadK, heatKw } = derivedHeat(
          {
            flowTempC: points(`${id}.flowTempC`, fromMs, untilMs),
            returnTempC: water("returnTempC"),
            litresPerMinute: water("litresPerMinute"),
          },
          windowMs,
        );
        replace(`${id}.spreadK`, fromMs, untilMs, spreadK);
        replace(`${id}.heatKw`, fromMs, untilMs, heatKw);
        // The reading before may have held until this one.
        const overMs = Math.min(quarter(nowMs), quarter(untilMs) + QUARTER_MS);
        cops(id, LEAST_SHARE * maxPowerKw, quarter(fromMs) - QUARTER_MS, overMs);
      }
    },
  };
}
