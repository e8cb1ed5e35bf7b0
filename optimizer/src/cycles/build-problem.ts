import {
  type BatteryProblem,
  type HomeConfig,
  HouseholdProblem,
  type HouseholdProblemInput,
  type Override,
  type OverrideConstraint,
  type Plan,
  type PriceSlot,
  type Slot,
} from "@ohmstead/contract";
import { DateTime } from "luxon";
import { type LocalTime, localClock } from "../domain/local-time.ts";
import { parseInput } from "../domain/parse-config.ts";
import type { Stretch } from "../domain/series.ts";
import { forecastBaseLoad } from "../forecasts/base-load.ts";
import { baseLoadTerms } from "../forecasts/base-load-history.ts";
import { comfortMaxTempC, comfortMinTempC, freeRunningTempC } from "../forecasts/comfort.ts";
import { copAt } from "../forecasts/cop.ts";
import { forecastDraw } from "../forecasts/hot-water.ts";
import { forecastOutdoor } from "../forecasts/outdoor.ts";
import { type PricedGrid, pricedGrid } from "../forecasts/priced-grid.ts";
import { forecastPv } from "../forecasts/pv.ts";
import { presentPumpKw, presentState, type PresentStates } from "./present-states.ts";

export interface ProblemInputs {
  readonly config: HomeConfig;
  readonly nowMs: number;
  /** Final prices at the meter. */
  readonly prices: readonly PriceSlot[];
  /** Outdoor forecast, °C. */
  readonly weather: readonly Stretch[];
  /** Measured means in kW up to now, at least of the last four weeks where there are any. */
  readonly history: { readonly baseLoad: readonly Stretch[]; readonly pv: ReadonlyMap<string, readonly Stretch[]> };
  /** By signal id. */
  readonly states: PresentStates;
  readonly overrides: readonly Override[];
  readonly previous?: Plan | undefined;
}

export interface BuiltProblem {
  /** Undefined when there is no price for now: then only the rules are left. */
  readonly problem: HouseholdProblem | undefined;
  /** Sentences for the reader of the plan. */
  readonly notes: readonly string[];
  /** Inputs that are not there or too old: signal ids, `prices`, `weather`, `history.baseLoad`, `history.<array>`. */
  readonly missing: readonly string[];
  readonly pricesUntilMs?: number;
}

/** A litre of water stores 4.187 kJ per K. */
const KWH_PER_LITRE_KELVIN = 0.001163;
/** The most that a problem accepts. */
const HIGHEST_COP = 12;
/** What a house draws when nothing is known of it. */
const GUESSED_BASE_LOAD_KW = 0.4;
/** Stands in the problem where no outdoor temperature is known; then no zone is in it, and nothing depends on it. */
const UNUSED_OUTDOOR_TEMP_C = 10;

interface Draft extends ProblemInputs {
  readonly slots: readonly Slot[];
  readonly clock: (ms: number) => LocalTime;
  readonly note: (text: string) => void;
  readonly miss: (input: string, text: string) => void;
}

/** Freezes all inputs into one problem. What is unknown is held, predicted or left out, and said; nothing is invented in silence. */
export function buildProblem(inputs: ProblemInputs): BuiltProblem {
  const { config, nowMs } = inputs;
  const notes: string[] = [];
  const missing = new Set<string>();
  const note = (text: string) => void notes.push(text);
  const miss = (input: string, text: string) => {
    missing.add(input);
    note(text);
  };

  const grid = pricedGrid(nowMs, config.planning.horizonHours, inputs.prices);
  if (!grid) {
    miss("prices", "No price is known for now: nothing can be planned");
    return { problem: undefined, notes, missing: [...missing] };
  }
  notePrices(grid, config, note, miss);

  const draft: Draft = { ...inputs, slots: grid.slots, clock: localClock(config.timeZone), note, miss };
  const outdoorTempC = outdoorOf(draft);
  const pvArrays = pvArraysOf(draft);
  const zones = outdoorTempC ? zonesOf(draft, outdoorTempC, pvArrays) : [];
  const tanks = tanksOf(draft);
  const heatPumps = outdoorTempC ? heatPumpsOf(draft, outdoorTempC, zones, tanks) : [];
  const parts: HouseholdProblemInput = {
    currency: config.currency,
    timeZone: config.timeZone,
    slots: grid.slots,
    importPricePerKwh: grid.importPricePerKwh,
    exportPricePerKwh: grid.exportPricePerKwh,
    site: config.site,
    baseLoadKw: baseLoadOf(draft, heatPumps),
    outdoorTempC: outdoorTempC ?? grid.slots.map(() => UNUSED_OUTDOOR_TEMP_C),
    pvArrays,
    batteries: batteriesOf(draft),
    zones,
    tanks,
    heatPumps,
    immersionHeaters: config.immersionHeaters
      .filter((heater) => tanks.some((tank) => tank.id === heater.tankId))
      .map(({ id, tankId, powerKw }) => ({ id, tankId, powerKw })),
  };
  const problem = parseInput(
    HouseholdProblem,
    { ...parts, overrides: constraintsOf(draft, parts) },
    "the problem built from the house's inputs",
  );
  return { problem, notes, missing: [...missing], pricesUntilMs: grid.untilMs };
}

function notePrices(grid: PricedGrid, { timeZone }: HomeConfig, note: Draft["note"], miss: Draft["miss"]): void {
  if (grid.isCut) {
    const until = DateTime.fromMillis(grid.untilMs, { zone: timeZone }).toFormat("ccc d LLL, HH:mm", { locale: "en" });
    note(`Prices are known until ${until}: the plan ends there`);
  }
  if (grid.bridgedHours > 0)
    miss(
      "prices",
      `${hours(grid.bridgedHours)} of prices is missing within the plan: the worse of the prices around is used`,
    );
}

function outdoorOf({ slots, weather, states, miss }: Draft): readonly number[] | undefined {
  const measured = states.get("outdoor.tempC");
  const forecast = forecastOutdoor(slots, weather, measured && !measured.isStale ? measured.value : undefined);
  if (!forecast) {
    miss("weather", "The outdoor temperature is unknown, forecast and measured: heating is left out of the plan");
    return undefined;
  }
  if (forecast.heldHours > 0.5)
    miss(
      "weather",
      `The weather forecast lacks ${hours(forecast.heldHours)} of the plan: the last known temperature is held`,
    );
  return forecast.tempC;
}

function pvArraysOf({ config, slots, history, nowMs, miss }: Draft) {
  return config.pvArrays.map(({ id, peakKw, control }) => {
    const forecastKw = forecastPv({ slots, history: history.pv.get(id) ?? [], nowMs, peakKw });
    if (!forecastKw) miss(`history.${id}`, `${id} has no history yet: no sun is counted on`);
    return { id, forecastKw: forecastKw ?? slots.map(() => 0), curtailable: control !== undefined };
  });
}

function baseLoadOf(draft: Draft, heatPumps: readonly { readonly id: string }[]): number[] {
  const { config, slots, history, nowMs, clock, states, miss, note } = draft;
  // A heat pump that cannot be planned goes on as it is.
  const unplanned = config.heatPumps.filter(({ id }) => !heatPumps.some((each) => each.id === id));
  const unplannedKw = unplanned.reduce((sum, { id }) => sum + presentPumpKw(id, draft), 0);
  if (unplannedKw > 0.05)
    note(`${unplanned.map((each) => each.id).join(", ")} is expected to go on with ${unplannedKw.toFixed(1)} kW`);
  const forecast = forecastBaseLoad({ slots, history: history.baseLoad, nowMs, clock });
  if (forecast) return forecast.map((kw) => kw + unplannedKw);
  const terms = baseLoadTerms(config).map(({ signal, sign }) => ({ state: states.get(signal), sign }));
  const isMeasured = terms.every(({ state }) => state && !state.isStale);
  const presentKw = terms.reduce((sum, { state, sign }) => sum + sign * (state?.value ?? 0), 0);
  const kw = isMeasured ? Math.max(0, presentKw) : GUESSED_BASE_LOAD_KW;
  miss(
    "history.baseLoad",
    `The house has no history of its load yet: ${kw.toFixed(1)} kW is assumed${isMeasured ? ", as now" : ""}`,
  );
  return slots.map(() => kw + unplannedKw);
}

/** The device's present state; undefined, said and counted as missing, where it is too old. */
function stateOf(draft: Draft, signal: string, deviceId: string): number | undefined {
  const { value, note } = presentState(signal, deviceId, draft);
  if (note !== undefined) draft.miss(signal, note);
  return value;
}

function batteriesOf(draft: Draft): BatteryProblem[] {
  return draft.config.batteries.flatMap((battery) => {
    const { id, capacityKwh, minSoc, maxSoc, maxChargeKw, maxDischargeKw } = battery;
    const { chargeEfficiency, dischargeEfficiency, wearPricePerKwh } = battery;
    const soc = stateOf(draft, `${id}.soc`, id);
    if (soc === undefined) return [];
    const limits = { capacityKwh, minSoc, maxSoc, maxChargeKw, maxDischargeKw };
    return [
      { id, soc: Math.min(1, Math.max(0, soc)), ...limits, chargeEfficiency, dischargeEfficiency, wearPricePerKwh },
    ];
  });
}

function zonesOf(
  draft: Draft,
  outdoorTempC: readonly number[],
  pvArrays: readonly { readonly forecastKw: readonly number[] }[],
) {
  const { config, slots, clock } = draft;
  return config.zones.flatMap((zone) => {
    const { id, comfort, heatLossKwPerK, heatCapacityKwhPerK } = zone;
    const tempC = stateOf(draft, `${id}.tempC`, id);
    if (tempC === undefined) return [];
    const sunKw = slots.map((_, k) => pvArrays.reduce((sum, pv) => sum + (pv.forecastKw[k] ?? 0), 0));
    const gainsKw = sunKw.map((kw) => zone.internalGainsKw + zone.solarGainKwPerPvKw * kw);
    const physics = { tempC, heatLossKwPerK, heatCapacityKwhPerK, gainsKw };
    return [
      {
        id,
        ...physics,
        comfortMinTempC: comfortMinTempC(slots, comfort, clock),
        comfortMaxTempC: comfortMaxTempC(comfort.maxTempC, freeRunningTempC(slots, { ...physics, outdoorTempC })),
        discomfortPricePerKelvinHour: comfort.discomfortPricePerKelvinHour,
      },
    ];
  });
}

function tanksOf(draft: Draft) {
  const { config, slots, clock } = draft;
  return config.tanks.flatMap((tank) => {
    const { id, litres, minTempC, dailyDrawKwh } = tank;
    const tempC = stateOf(draft, `${id}.tempC`, id);
    if (tempC === undefined) return [];
    return [
      {
        id,
        tempC,
        heatCapacityKwhPerK: litres * KWH_PER_LITRE_KELVIN,
        heatLossKwPerK: tank.heatLossKwPerK,
        ambientTempC: tank.ambientTempC,
        drawKw: forecastDraw(slots, dailyDrawKwh, clock),
        minTempC: slots.map(() => minTempC),
        maxTempC: tank.maxTempC,
        hardMaxTempC: tank.hardMaxTempC,
        discomfortPricePerKelvinHour: tank.discomfortPricePerKelvinHour,
      },
    ];
  });
}

function heatPumpsOf(
  draft: Draft,
  outdoorTempC: readonly number[],
  zones: readonly { readonly id: string }[],
  tanks: readonly { readonly id: string }[],
) {
  return draft.config.heatPumps
    .filter((pump) => zones.some((zone) => zone.id === pump.zoneId))
    .map(({ id, zoneId, tankId, maxPowerKw, copByOutdoorTemp, waterCopFactor }) => {
      const copSpace = outdoorTempC.map((tempC) => copAt(copByOutdoorTemp, tempC));
      return {
        id,
        zoneId,
        ...(tanks.some((tank) => tank.id === tankId) ? { tankId } : {}),
        maxPowerKw: outdoorTempC.map(() => maxPowerKw),
        copSpace,
        copWater: copSpace.map((cop) => Math.min(HIGHEST_COP, cop * waterCopFactor)),
        previousKw: Math.min(maxPowerKw, presentPumpKw(id, draft)),
      };
    });
}

const isIn = (devices: readonly { readonly id: string }[] | undefined, id: string): boolean =>
  devices?.some((each) => each.id === id) ?? false;

/** People's wishes that still hold, for devices that are in the problem. */
function constraintsOf({ overrides, config, nowMs }: Draft, parts: HouseholdProblemInput): OverrideConstraint[] {
  return overrides.flatMap(({ kind, deviceId, untilMs }): OverrideConstraint[] => {
    if (untilMs <= nowMs) return [];
    if (kind === "batteryHold") return isIn(parts.batteries, deviceId) ? [{ kind, deviceId, untilMs }] : [];
    const tempC =
      kind === "boostWater"
        ? isIn(parts.tanks, deviceId) && config.tanks.find((each) => each.id === deviceId)?.boostTempC
        : isIn(parts.zones, deviceId) && config.zones.find((each) => each.id === deviceId)?.comfort.boostTempC;
    return typeof tempC === "number" ? [{ kind, deviceId, untilMs, tempC }] : [];
  });
}

function hours(count: number): string {
  if (count < 1) return `${Math.round(count * 60)} minutes`;
  const rounded = Number(count.toFixed(1));
  return rounded === 1 ? "1 hour" : `${rounded} hours`;
}
