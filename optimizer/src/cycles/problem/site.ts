import type { HouseholdProblemInput, PvArrayConfig } from "@ohmstead/contract";
import { baseLoadTerms } from "../../forecasts/base-load-history.ts";
import { forecastBaseLoad } from "../../forecasts/base-load.ts";
import { lowestPerSlot, spansOf } from "../../forecasts/local-spans.ts";
import { forecastOutdoor } from "../../forecasts/outdoor.ts";
import { presentPvKw } from "../../forecasts/present-pv.ts";
import { forecastPv } from "../../forecasts/pv.ts";
import { repairLoad } from "../../forecasts/repair-load.ts";
import { repairPv } from "../../forecasts/repair-pv.ts";
import { type Draft, isIn, type Part } from "./draft.ts";
import { limitAt } from "./free-sun.ts";
import { leftAloneKw } from "./left-alone.ts";
import { spokenHours } from "./spoken-hours.ts";
import { canBeLimited } from "./what-devices-can.ts";

/** For so long the last power of an array without a limit says something about now. */
const FREE_SUN_HOLDS_MS = 3_600_000;
/** Stands for no limit where only some slots have one: the most that a problem accepts. */
const NO_LIMIT_KW = 1000;

export function siteOf({ config, slots, nowMs, endMs }: Draft): HouseholdProblemInput["site"] {
  const { limits, importLimitKw, exportLimitKw, demandCharge } = config.site;
  const limited = (field: "importLimitKw" | "exportLimitKw") =>
    lowestPerSlot(
      slots,
      config.site[field] ?? NO_LIMIT_KW,
      limits.flatMap((rule) => {
        const limitKw = rule[field];
        return limitKw === undefined
          ? []
          : spansOf(rule, nowMs, endMs, config.timeZone).map((span) => ({ ...span, limitKw }));
      }),
    );
  return {
    importLimitKw,
    exportLimitKw,
    importLimitPerSlotKw: limited("importLimitKw"),
    exportLimitPerSlotKw: limited("exportLimitKw"),
    demandCharge,
  };
}

export function outdoorOf({ slots, weather, states, miss }: Draft): readonly number[] | undefined {
  const measured = states.get("outdoor.tempC");
  const forecast = forecastOutdoor(slots, weather, measured && !measured.isStale ? measured.value : undefined);
  if (!forecast) {
    miss("weather", "The outdoor temperature is unknown, forecast and measured: heating is left out of the plan");
    return undefined;
  }
  if (forecast.heldHours > 0.5)
    miss(
      "weather",
      `The weather forecast lacks ${spokenHours(forecast.heldHours)} of the plan: the last known temperature is held`,
    );
  return forecast.tempC;
}

export function pvArraysOf(draft: Draft) {
  const { config, slots, miss } = draft;
  return config.pvArrays.map((array) => {
    const { id } = array;
    const { expectedKw, isKnown } = expectedSun(draft, array);
    if (!isKnown) miss(`history.${id}`, `${id} has no history yet: no sun is counted on`);
    const { values, notes } = repairPv(slots, expectedKw);
    for (const text of notes) miss(`history.${id}`, `${id}: ${text}`);
    // An inverter clips its arrays by itself.
    const isClipped = config.inverters.some((inverter) => inverter.pvArrayIds.includes(id));
    return { id, forecastKw: values, curtailable: canBeLimited(draft, id) || isClipped };
  });
}

/** What an array will give, and now at least what it is measured to give while our own limit holds it back. */
function expectedSun({ slots, history, nowMs, states, pvLimits, note }: Draft, { id, peakKw }: PvArrayConfig) {
  const sun = history.pv.get(id) ?? [];
  const forecastKw = forecastPv({ slots, history: sun, nowMs, peakKw });
  const state = states.get(`${id}.powerKw`);
  const presentKw = presentPvKw({
    forecastKw: forecastKw?.[0],
    nextForecastKw: forecastKw?.[1],
    measuredKw: state && !state.isStale ? Math.min(peakKw, Math.max(0, state.value)) : undefined,
    limitedToKw: limitAt(pvLimits?.get(id), nowMs),
    lastFreeKw: sun.findLast((each) => nowMs - each.endMs <= FREE_SUN_HOLDS_MS)?.value,
  });
  if (presentKw !== undefined && forecastKw && presentKw !== forecastKw[0])
    note(`${id} is held back by our own limit: the sun is expected to offer ${presentKw.toFixed(1)} kW`);
  const dark = slots.map(() => 0);
  return { expectedKw: [presentKw ?? 0, ...(forecastKw ?? dark).slice(1)], isKnown: forecastKw !== undefined };
}

export const invertersOf = ({ config }: Draft, batteries: readonly { readonly id: string }[]): Part<"inverters">[] =>
  config.inverters.map(({ id, pvArrayIds, batteryIds, maxToHouseKw, maxFromHouseKw = maxToHouseKw }) => ({
    id,
    pvArrayIds,
    batteryIds: batteryIds.filter((each) => isIn(batteries, each)),
    maxToHouseKw,
    maxFromHouseKw,
  }));

export function baseLoadOf(
  draft: Draft,
  heatPumps: readonly Part<"heatPumps">[],
  outdoorTempC: readonly number[] | undefined,
): number[] {
  const { home, slots, history, nowMs, clock, states, miss } = draft;
  const unplannedKw = leftAloneKw(draft, heatPumps, outdoorTempC);
  const terms = baseLoadTerms(home).map(({ signal, sign }) => ({ state: states.get(signal), sign }));
  const isMeasured = terms.every(({ state }) => state && !state.isStale);
  const presentKw = terms.reduce((sum, { state, sign }) => sum + sign * (state?.value ?? 0), 0);
  const forecast = forecastBaseLoad({ slots, history: history.baseLoad, nowMs, clock });
  const { values, notes } = repairLoad(slots, forecast ?? [], isMeasured ? Math.max(0, presentKw) : undefined);
  if (!forecast)
    miss(
      "history.baseLoad",
      `The house has no history of its load yet: ${(values[0] ?? 0).toFixed(1)} kW is assumed${isMeasured ? ", as now" : ""}`,
    );
  else for (const text of notes) miss("history.baseLoad", text);
  return values.map((kw, k) => Math.max(0, kw + (unplannedKw[k] ?? 0)));
}
