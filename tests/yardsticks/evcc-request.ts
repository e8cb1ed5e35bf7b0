// The optimiser of evcc answers a request: batteries in Wh and W, a price per Wh, steps of any length. Here its fields, and the same house
// as a household problem. Prices are multiplied so that our penalties weigh against money as the format's own do; a scale for all money
// changes no optimum, and keeps requests with a price per kWh written as one per Wh within what our problem accepts.
import { HouseholdProblem, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";

/** As dear as content below the minimum is to us, prices being scaled below 1. */
const OVERFULL_PRICE = 0.5;

export interface RequestedBattery {
  readonly charge_from_grid?: boolean;
  readonly discharge_to_grid?: boolean;
  readonly s_capacity?: number;
  readonly s_min: number;
  readonly s_max: number;
  readonly s_initial: number;
  readonly s_goal?: readonly number[];
  readonly p_demand?: readonly number[];
  readonly c_min: number;
  readonly c_max: number;
  readonly d_max: number;
  readonly p_a: number;
  readonly c_priority?: number;
}

export interface ChargeRequest {
  readonly strategy?: { readonly charging_strategy?: string; readonly discharging_strategy?: string };
  readonly grid?: { readonly p_max_imp?: number; readonly p_max_exp?: number; readonly prc_p_exc_imp?: number };
  readonly batteries: readonly RequestedBattery[];
  readonly time_series: {
    readonly dt: readonly number[];
    readonly gt: readonly number[];
    readonly ft: readonly number[];
    readonly p_N: readonly number[];
    readonly p_E: readonly number[];
  };
  readonly eta_c?: number;
  readonly eta_d?: number;
}

/** A limit or a goal missed weighs a hundred times the dearest price: ours weighs 5 per kWh where no price is above 1. */
const DEAREST_PRICE = 0.05;
export const MISSED_PER_KWH = 100 * DEAREST_PRICE;
/** The format's floor for the dearest price, per Wh. */
const LEAST_DEAREST = 1e-4;
/** Where the format leaves an efficiency out. */
const USUAL_EFFICIENCY = 0.95;
const WH = 1000;
const SECONDS_PER_HOUR = 3600;

/** One battery that can move energy, with what its numbers are called in our problem. */
export interface StoredBattery {
  /** Its place in the request. */
  readonly index: number;
  readonly id: string;
  readonly given: RequestedBattery;
  readonly capacityKwh: number;
}

/** A request, read. */
export interface ReadRequest {
  readonly request: ChargeRequest;
  readonly problem: HouseholdProblem;
  /** Our money per unit of the request's. */
  readonly scale: number;
  readonly hours: readonly number[];
  readonly efficiency: { readonly charge: number; readonly discharge: number };
  readonly batteries: readonly StoredBattery[];
}

export const at = (values: readonly number[], k: number): number => values[k] ?? 0;

const hasDemandRate = ({ grid = {} }: ChargeRequest): boolean =>
  grid.p_max_imp !== undefined && grid.prc_p_exc_imp !== undefined;

function dearestPrice(request: ChargeRequest): number {
  const { p_N, p_E, dt } = request.time_series;
  const ends = request.batteries.map((each) => each.p_a);
  // A watt less in the step that sets the peak is worth this much per Wh of it.
  const peak = hasDemandRate(request) ? ((request.grid?.prc_p_exc_imp ?? 0) * SECONDS_PER_HOUR) / Math.min(...dt) : 0;
  return Math.max(...p_N, ...p_E, ...ends, peak, LEAST_DEAREST);
}

/** Those that can move energy; the others are full, empty or locked, and stay as they are. */
const storedBatteries = (request: ChargeRequest): StoredBattery[] =>
  request.batteries.flatMap((given, index) => {
    const capacityKwh = Math.max(given.s_capacity ?? given.s_max, given.s_max, given.s_initial) / WH;
    const canMove = capacityKwh > 0 && (given.c_max > 0 || given.d_max > 0);
    return canMove ? [{ index, id: `battery-${index + 1}`, given, capacityKwh }] : [];
  });

function site(request: ChargeRequest, hours: readonly number[], moneyPerWh: number) {
  const { p_max_imp, p_max_exp, prc_p_exc_imp } = request.grid ?? {};
  return {
    ...(p_max_exp === undefined ? {} : { exportLimitKw: p_max_exp / WH }),
    ...(p_max_imp === undefined || hasDemandRate(request) ? {} : { importLimitKw: p_max_imp / WH }),
    ...(p_max_imp !== undefined && prc_p_exc_imp !== undefined
      ? {
          demandCharge: {
            pricePerKw: prc_p_exc_imp * moneyPerWh,
            aboveKw: p_max_imp / WH,
            // So short that every step is a period of its own.
            meteringHours: Math.min(1, ...hours),
          },
        }
      : {}),
  };
}

/** Throws where the request cannot be written as a household problem. */
export function readRequest(request: ChargeRequest): ReadRequest {
  const { dt, gt, ft, p_N, p_E } = request.time_series;
  const scale = DEAREST_PRICE / (dearestPrice(request) * WH);
  const moneyPerWh = scale * WH;
  const hours = dt.map((seconds) => seconds / SECONDS_PER_HOUR);
  let startMs = 0;
  const slots = hours.map((length) => {
    const slot = { startMs, hours: length };
    startMs += Math.round(length * MS_PER_HOUR);
    return slot;
  });
  const efficiency = { charge: request.eta_c ?? USUAL_EFFICIENCY, discharge: request.eta_d ?? USUAL_EFFICIENCY };
  const batteries = storedBatteries(request);
  const problem = HouseholdProblem.parse({
    currency: "XXX",
    slots,
    importPricePerKwh: p_N.map((price) => price * moneyPerWh),
    exportPricePerKwh: p_E.map((price) => price * moneyPerWh),
    site: site(request, hours, moneyPerWh),
    baseLoadKw: gt.map((wh, k) => wh / WH / at(hours, k)),
    outdoorTempC: slots.map(() => 10),
    pvArrays: [{ id: "sun", forecastKw: ft.map((wh, k) => wh / WH / at(hours, k)) }],
    batteries: batteries.map(({ id, given, capacityKwh }) => {
      const soc = (wh: number): number => Math.min(1, wh / WH / capacityKwh);
      const maxSoc = soc(given.s_max);
      return {
        id,
        capacityKwh,
        soc: soc(given.s_initial),
        minSoc: Math.min(soc(given.s_min), maxSoc - 1e-9),
        maxSoc,
        // The format drives content above the limit out, at any price.
        overfullPricePerKwhHour: OVERFULL_PRICE,
        maxChargeKw: given.c_max / WH,
        maxDischargeKw: given.d_max / WH,
        // With a demand the format knows an exception to the least power: see withDemand.
        minChargeKw: given.p_demand ? 0 : given.c_min / WH,
        chargeEfficiency: efficiency.charge,
        dischargeEfficiency: efficiency.discharge,
        wearPricePerKwh: 0,
        mayChargeFromGrid: given.charge_from_grid ?? false,
        mayExport: given.discharge_to_grid ?? false,
        // The first step's goal is not looked at, and none beyond the highest wished content can be met.
        goals: (given.s_goal ?? []).flatMap((wh, k) => {
          const next = slots[k + 1]?.startMs ?? startMs;
          return k > 0 && wh > 0 ? [{ soc: Math.min(soc(wh), maxSoc), atMs: next }] : [];
        }),
        goalPricePerKwh: MISSED_PER_KWH,
        endValuePerKwh: given.p_a * moneyPerWh,
      };
    }),
  });
  return { request, problem, scale, hours, efficiency, batteries };
}

/** What the first step puts into store, in the request's money. */
export const firstStepWorth = ({ batteries }: ReadRequest, schedule: Schedule): number =>
  batteries.reduce((sum, { id, given, capacityKwh }) => {
    const soc = schedule.batteries.find((each) => each.id === id)?.soc ?? [];
    return sum + given.p_a * WH * capacityKwh * (at(soc, 1) - at(soc, 0));
  }, 0);

/** What the format prints of a schedule: Wh, its own money. */
export interface PrintedAnswer {
  readonly objective: number;
  readonly importWh: readonly number[];
  readonly exportWh: readonly number[];
  readonly chargeWh: readonly (readonly number[])[];
  readonly dischargeWh: readonly (readonly number[])[];
  readonly importExceeded: boolean;
  readonly exportLimitHit: boolean;
}

/** Half a watt-hour is rounding. */
const ROUNDING_WH = 0.5;

/**
 * The money the format prints: sold less bought, what is stored at the end of the last step against the end of the FIRST, and the charge on
 * the highest power. What would be fed in beyond the limit is lost; what is drawn beyond it is paid for.
 */
export function printAnswer({ request, hours, batteries }: ReadRequest, schedule: Schedule): PrintedAnswer {
  const { p_N, p_E } = request.time_series;
  const { p_max_imp = Infinity, p_max_exp = Infinity, prc_p_exc_imp = 0 } = request.grid ?? {};
  const wh = (kw: readonly number[]): number[] => hours.map((length, k) => at(kw, k) * length * WH);
  const importWh = wh(schedule.importKw);
  const offeredWh = wh(schedule.exportKw);
  const exportWh = offeredWh.map((each, k) => Math.min(each, p_max_exp * at(hours, k)));
  const importOver = Math.max(0, ...schedule.importKw.map((kw) => kw * WH - p_max_imp));
  let objective = hasDemandRate(request) ? -prc_p_exc_imp * importOver : 0;
  hours.forEach((_, k) => (objective += at(exportWh, k) * at(p_E, k) - at(importWh, k) * at(p_N, k)));
  const idle = hours.map(() => 0);
  const chargeWh = request.batteries.map(() => idle);
  const dischargeWh = request.batteries.map(() => idle);
  for (const { index, id, given, capacityKwh } of batteries) {
    const found = schedule.batteries.find((each) => each.id === id);
    if (!found) throw new Error(`the schedule has no ${id}`);
    objective += given.p_a * WH * capacityKwh * (at(found.soc, hours.length) - at(found.soc, 1));
    chargeWh[index] = wh(found.chargeKw);
    dischargeWh[index] = wh(found.dischargeKw);
  }
  return {
    objective,
    importWh,
    exportWh,
    chargeWh,
    dischargeWh,
    importExceeded: hours.some((length, k) => at(importWh, k) > p_max_imp * length + ROUNDING_WH),
    exportLimitHit: offeredWh.some((each, k) => each > at(exportWh, k) + ROUNDING_WH),
  };
}
