import { type HouseholdProblemInput, type PvArrayConfig, type Slot, slotEndMs } from "@ohmstead/contract";
import { giverOf } from "../../forecasts/blend-forecasts.ts";
import { forecastBaseLoad } from "../../forecasts/base-load.ts";
import { climb, type Giver, restsOn } from "../../forecasts/ladder.ts";
import { lowestPerSlot, spansOf } from "../../forecasts/local-spans.ts";
import { forecastOutdoor } from "../../forecasts/outdoor.ts";
import { presentPvKw } from "../../forecasts/present-pv.ts";
import { forecastPv } from "../../forecasts/pv.ts";
import { repairLoad } from "../../forecasts/repair-load.ts";
import { repairPv } from "../../forecasts/repair-pv.ts";
import { skyOfLastHour } from "../../forecasts/sky.ts";
import { usualOutdoor } from "../../forecasts/usual-outdoor.ts";
import { type Draft, isIn, measuredOf, type Part } from "./draft.ts";
import { limitAt } from "./free-sun.ts";
import { leftAloneKw } from "./left-alone.ts";
import { spokenHours } from "./spoken-hours.ts";
import { canBeLimited } from "./what-devices-can.ts";

/** For so long the last power of an array without a limit says something about now. */
const FREE_SUN_HOLDS_MS = 3_600_000;
/** Before a day was measured the load is a usual household's rather than this one's. */
const LEARNED_DAYS = 1;
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

/** °C per slot by the ladder: who forecasts it, older forecasts, days like these as measured, and last what is known of now, held. */
export function outdoorOf(draft: Draft): readonly number[] | undefined {
  const { slots, weather, states, nowMs, miss, rest } = draft;
  const usual = usualOutdoor(measuredOf(draft, "outdoor.tempC"), nowMs);
  const given = climb(slots, [
    ...weather.map(giverOf),
    ...(usual ? [{ rung: "learned", source: "days before", at: usual } satisfies Giver<number>] : []),
  ]);
  const measured = states.get("outdoor.tempC");
  const before = weather.flatMap(({ stretches }) => stretches.findLast(({ startMs }) => startMs <= nowMs) ?? []);
  const known = slots.flatMap((slot, k) => {
    const value = given[k]?.value;
    return value === undefined ? [] : [{ startMs: slot.startMs, endMs: slotEndMs(slot), value }];
  });
  const held = forecastOutdoor(
    slots,
    [...before.slice(0, 1), ...known],
    measured && !measured.isStale ? measured.value : undefined,
  );
  if (!held) {
    miss("weather", "The outdoor temperature is unknown, forecast and measured: heating is left out of the plan");
    return undefined;
  }
  const fallback: Giver<number> = { rung: "fallback", source: "last known temperature", at: () => undefined };
  rest(
    restsOn(
      "outdoorTempC",
      slots,
      given.map((each, k) => each ?? { value: held.tempC[k] ?? 0, giver: fallback }),
    ),
  );
  if (held.heldHours > 0.5)
    miss(
      "weather",
      `The weather forecast lacks ${spokenHours(held.heldHours)} of the plan: the last known temperature is held`,
    );
  return held.tempC;
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

/** kW per slot by the ladder: who forecasts it, older forecasts, days like these as measured, and last no sun at all. */
function sunByLadder({ slots, history, sun, nowMs, rest }: Draft, { id, peakKw }: PvArrayConfig) {
  const measured = history.pv.get(id) ?? [];
  const learned = forecastPv({ slots, history: measured, nowMs, peakKw });
  const position = new Map<Slot, number>(slots.map((slot, k) => [slot, k]));
  const ranked = (sun?.get(id) ?? []).map((each): Giver<number> => {
    const sky = skyOfLastHour({ expected: each.stretches, measured, nowMs, peakKw });
    const giver = giverOf(each);
    return {
      ...giver,
      at: (slot) => {
        const kw = giver.at(slot);
        return kw === undefined ? undefined : Math.min(peakKw, kw * sky(slot));
      },
    };
  });
  const given = climb(slots, [
    ...ranked,
    { rung: "learned", source: "days before", at: (slot) => learned?.[position.get(slot) ?? -1] },
    { rung: "fallback", source: "no sun", at: () => 0 },
  ]);
  rest(restsOn(`pv/${id}`, slots, given));
  const isKnown = given.some((each) => each?.giver.rung !== "fallback");
  return isKnown ? given.map((each) => each?.value ?? 0) : undefined;
}

/** What an array will give, and now at least what it is measured to give while our own limit holds it back. */
function expectedSun(draft: Draft, array: PvArrayConfig) {
  const { slots, history, nowMs, states, pvLimits, note } = draft;
  const { id, peakKw } = array;
  const forecastKw = sunByLadder(draft, array);
  const state = states.get(`${id}.powerKw`);
  const presentKw = presentPvKw({
    forecastKw: forecastKw?.[0],
    nextForecastKw: forecastKw?.[1],
    measuredKw: state && !state.isStale ? Math.min(peakKw, Math.max(0, state.value)) : undefined,
    limitedToKw: limitAt(pvLimits?.get(id), nowMs),
    lastFreeKw: history.pv.get(id)?.findLast((each) => nowMs - each.endMs <= FREE_SUN_HOLDS_MS)?.value,
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
  const { home, slots, history, usualLoad, nowMs, miss, rest } = draft;
  const unplannedKw = leftAloneKw(draft, heatPumps, outdoorTempC);
  const expectedKw = forecastBaseLoad({ slots, profile: usualLoad, history: history.baseLoad, nowMs });
  const { values, notes } = repairLoad(slots, expectedKw);
  const giver: Giver<number> = {
    ...(usualLoad.days >= LEARNED_DAYS
      ? { rung: "learned", source: "days before" }
      : { rung: "fallback", source: "usual household" }),
    at: () => undefined,
  };
  rest(
    restsOn(
      "baseLoadKw",
      slots,
      values.map((value) => ({ value, giver })),
    ),
  );
  if (usualLoad.days === 0)
    miss(
      "history.baseLoad",
      `The house has no history of its load yet: that of a usual household with ${home.load.annualKwh} kWh a year is assumed`,
    );
  for (const text of notes) miss("history.baseLoad", text);
  return values.map((kw, k) => Math.max(0, kw + (unplannedKw[k] ?? 0)));
}
