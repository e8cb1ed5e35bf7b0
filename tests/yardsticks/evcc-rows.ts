// What the format asks for beyond a household problem, as rows behind our programme: a demand that ends when the battery is full, and which
// of several cheapest schedules it prefers.
import type { HouseholdModel } from "../../optimizer/src/model/build-model.ts";
import type { Term } from "../../optimizer/src/model/linear-program.ts";
import { MISSED_PER_KWH, type ReadRequest, type StoredBattery, at } from "./evcc-request.ts";
import type { MoreRows } from "./more-rows.ts";

const WH = 1000;
/** The programme counts hundredths of the currency. */
const HUNDREDTHS = 100;

/** Charge and discharge of a battery in a slot: its net power names both columns. */
function flowsOf({ powerColumns }: HouseholdModel, id: string, k: number) {
  const terms = powerColumns.find((each) => each.deviceId === id && each.slot === k)?.terms ?? [];
  const column = (sign: number): number => {
    const found = terms.find(([, coefficient]) => Math.sign(coefficient) === sign);
    if (!found) throw new Error(`${id} has no power columns in slot ${k}`);
    return found[0];
  };
  return { charge: column(1), discharge: column(-1) };
}

/** What the battery holds at the end of each slot, kWh, as columns of their own. */
function contentColumns(
  { hours, efficiency }: ReadRequest,
  model: HouseholdModel,
  { id, given }: StoredBattery,
  rows: MoreRows,
): number[] {
  const contents: number[] = [];
  hours.forEach((length, k) => {
    const content = rows.column({ lower: 0 });
    const before = contents.at(-1);
    const { charge, discharge } = flowsOf(model, id, k);
    const start = before === undefined ? given.s_initial / WH : 0;
    rows.row(start, start, [
      [content, 1],
      ...(before === undefined ? [] : [[before, -1] as const]),
      [charge, -length * efficiency.charge],
      [discharge, length / efficiency.discharge],
    ]);
    contents.push(content);
  });
  return contents;
}

/**
 * A person asks for a power: at least that much in each such step, until the battery is full; earlier steps matter more. A battery that will be
 * full before a step with its least power is over may take the rest with less.
 */
export function addDemands(read: ReadRequest, model: HouseholdModel, rows: MoreRows): void {
  const { hours, batteries } = read;
  for (const battery of batteries) {
    const { given, id } = battery;
    const { p_demand: demands } = given;
    if (!demands) continue;
    const fullKwh = given.s_max / WH;
    const leastKw = given.c_min / WH;
    const mostKw = given.c_max / WH;
    const contents = contentColumns(read, model, battery, rows);
    hours.forEach((length, k) => {
      const { charge } = flowsOf(model, id, k);
      const content = at(contents, k);
      const demandKwh = Math.min(at(demands, k) / WH, mostKw * length);
      const isAsked = demandKwh > 0;
      if (isAsked) {
        const isFull = rows.column({ upper: 1, integer: true });
        rows.row(0, Infinity, [
          [content, 1],
          [isFull, -fullKwh],
        ]);
        const weight = 1 + (hours.length - k) / hours.length;
        const missing = rows.column({ cost: HUNDREDTHS * MISSED_PER_KWH * weight });
        rows.row(demandKwh, Infinity, [
          [charge, length],
          [missing, 1],
          [isFull, demandKwh],
        ]);
      }
      if (leastKw <= 0) return;
      const isOn = rows.column({ upper: 1, integer: true });
      const least: Term[] = [
        [charge, 1],
        [isOn, -leastKw],
      ];
      if (isAsked) {
        const isNearlyFull = rows.column({ upper: 1, integer: true });
        rows.row(-leastKw * length, Infinity, [
          [content, 1],
          [isNearlyFull, -fullKwh],
        ]);
        least.push([isNearlyFull, leastKw]);
      }
      rows.row(0, Infinity, least);
      rows.row(-Infinity, 0, [
        [charge, 1],
        [isOn, -mostKw],
      ]);
    });
  }
}

/** Preferences are multiplied by this: far above what settles ties in our own programme, which decides where they leave a choice. */
const FAR_ABOVE = 1e6;

const PEAK_SIDES: Readonly<Record<string, readonly (1 | -1)[]>> = {
  attenuate_demand_peaks: [1],
  attenuate_feedin_peaks: [-1],
  attenuate_grid_peaks: [1, -1],
};

/**
 * Of schedules that cost the same: a low peak at the meter; late export, or late import; what has priority early. Returns whether there is
 * anything to prefer. Weights are the format's, per kW or kWh; where its prices go below nothing its tie-breaks turn round, and we leave them.
 */
export function addPreferences(read: ReadRequest, model: HouseholdModel, rows: MoreRows): boolean {
  const { request, problem, hours, batteries } = read;
  const { charging_strategy: charging = "none", discharging_strategy: discharging = "none" } = request.strategy ?? {};
  const count = hours.length;
  const cheapest = Math.min(...problem.importPricePerKwh);
  const dearest = MISSED_PER_KWH / 100;
  const netOf = (k: number): { readonly baseKw: number; readonly terms: Term[] } => ({
    baseKw: at(problem.baseLoadKw, k) - problem.pvArrays.reduce((sum, array) => sum + at(array.forecastKw, k), 0),
    terms: batteries.flatMap(({ id }): Term[] => {
      const { charge, discharge } = flowsOf(model, id, k);
      return [
        [charge, 1],
        [discharge, -1],
      ];
    }),
  });
  /** Σ weight·(what goes through the meter that way), kWh; side 1 buys, −1 sells. */
  const prefer = (side: 1 | -1, weight: (k: number) => number): void =>
    hours.forEach((length, k) => {
      const { baseKw, terms } = netOf(k);
      const flow = rows.column({ cost: FAR_ABOVE * weight(k) * length });
      rows.row(side * baseKw, Infinity, [
        [flow, 1],
        ...terms.map(([column, value]) => [column, -side * value] as const),
      ]);
    });

  let isAny = false;
  for (const side of PEAK_SIDES[charging] ?? []) {
    const peak = rows.column({ cost: FAR_ABOVE * dearest * 1e-3 });
    for (let k = 0; k < count; k += 1) {
      const { baseKw, terms } = netOf(k);
      rows.row(side * baseKw, Infinity, [
        [peak, 1],
        ...terms.map(([column, value]) => [column, -side * value] as const),
      ]);
    }
    isAny = true;
  }
  if (cheapest <= 0) return isAny;
  if (charging === "charge_before_export") prefer(-1, (k) => cheapest * 2e-5 * (count - k) * batteries.length);
  if (discharging === "discharge_before_import") prefer(1, (k) => cheapest * 5e-6 * (count - k) * batteries.length);
  isAny ||= charging === "charge_before_export" || discharging === "discharge_before_import";
  for (const { id, given } of batteries) {
    if (!given.c_priority) continue;
    hours.forEach((length, k) => {
      const { charge, discharge } = flowsOf(model, id, k);
      const early = rows.column({
        lower: -Infinity,
        cost: -FAR_ABOVE * cheapest * 5e-5 * (count - k) * (given.c_priority ?? 0) * length,
      });
      rows.row(0, 0, [
        [early, 1],
        [charge, -1],
        [discharge, -1],
      ]);
    });
    isAny = true;
  }
  return isAny;
}

/** Of schedules that cost the same, the one that ends the first step with so much, counted in the request's money; what is off is the cost. */
export function addFirstStepTarget(read: ReadRequest, model: HouseholdModel, rows: MoreRows, target: number): void {
  const { hours, efficiency, batteries } = read;
  const [over, under] = [rows.column({ cost: FAR_ABOVE }), rows.column({ cost: FAR_ABOVE })];
  rows.row(target, target, [
    ...batteries.flatMap(({ id, given }): Term[] => {
      const { charge, discharge } = flowsOf(model, id, 0);
      const worth = given.p_a * WH * at(hours, 0);
      return [
        [charge, worth * efficiency.charge],
        [discharge, -worth / efficiency.discharge],
      ];
    }),
    [over, -1],
    [under, 1],
  ]);
}
