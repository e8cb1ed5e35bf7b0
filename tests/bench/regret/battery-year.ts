import { HouseholdProblem, MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import { learnLoad as learnUsualLoad } from "../../../optimizer/src/cycles/expected-load.ts";
import { solveFully } from "../../../optimizer/src/cycles/solve-fully.ts";
import { type BeyondSlot, endValueSteps } from "../../../optimizer/src/domain/end-value-steps.ts";
import { holidaysOf, placeOfZone } from "../../../optimizer/src/domain/holidays.ts";
import { localClock } from "../../../optimizer/src/domain/local-time.ts";
import { evenSlots } from "../../../optimizer/src/domain/slots.ts";
import { forecastBaseLoad } from "../../../optimizer/src/forecasts/base-load.ts";
import { learnPriceShape, type PriceShape } from "../../../optimizer/src/learning/price-shape.ts";
import type { Solver } from "../../../optimizer/src/solver/solver.ts";
import { bestPowers } from "./best-year.ts";
import type { Year } from "./year.ts";

export interface Battery {
  readonly capacityKwh: number;
  readonly kw: number;
  readonly efficiency: number;
  readonly wear: number;
}

const DAY_MS = 24 * MS_PER_HOUR;
const BEYOND_HOURS = 48;
const MIN_SOC = 0.05;
const START_SOC = 0.5;
const TIME_LIMIT_MS = 60_000;

interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** The house between two slots of the year, its prices as they are known or expected then. */
function problemOf(
  year: Year,
  { from, until }: Stretch,
  soc: number,
  { capacityKwh, kw, efficiency, wear }: Battery,
  prices: Pick<Year, "importPricePerKwh" | "exportPricePerKwh">,
  end: { readonly beyond?: readonly BeyondSlot[]; readonly valuePerKwh?: number },
): HouseholdProblem {
  const slots = year.slots.slice(from, until);
  const problem = HouseholdProblem.parse({
    currency: "EUR",
    slots,
    ...prices,
    baseLoadKw: year.loadKw.slice(from, until),
    outdoorTempC: slots.map(() => 10),
    pvArrays: [{ id: "roof", forecastKw: year.pvKw.slice(from, until) }],
    batteries: [
      {
        id: "battery",
        capacityKwh,
        soc,
        minSoc: MIN_SOC,
        maxChargeKw: kw,
        maxDischargeKw: kw,
        chargeEfficiency: efficiency,
        dischargeEfficiency: efficiency,
        wearPricePerKwh: wear,
        ...(end.valuePerKwh === undefined ? {} : { endValuePerKwh: end.valuePerKwh }),
      },
    ],
  });
  const [battery] = problem.batteries;
  if (!end.beyond || !battery) return problem;
  return { ...problem, batteries: [{ ...battery, endValueSteps: endValueSteps(battery, end.beyond) }] };
}

/** What is known of prices at a moment: all until then; after it only what they usually are. */
export type KnownUntil = (nowMs: number) => number;

export interface RunOptions {
  readonly horizonHours: number;
  readonly everyHours: number;
  readonly timeZone: string;
  readonly knownUntil: KnownUntil;
}

export interface Outcome {
  /** Bought, less sold, with the battery's wear, less the worth of what it holds at last. */
  readonly cost: number;
  readonly plans: number;
  /** Ways through the battery: discharged kWh. */
  readonly dischargedKwh: number;
}

/** Keeps the battery's book while it does what the plans say. */
function openBook(year: Year, battery: Battery) {
  let soc = START_SOC;
  let cost = 0;
  let dischargedKwh = 0;
  let k = 0;
  return {
    soc: () => soc,
    next: () => k,
    carryOut: (chargeKw: number, dischargeKw: number): void => {
      const hours = year.slots[k]?.hours ?? 0;
      const netKw = (year.loadKw[k] ?? 0) - (year.pvKw[k] ?? 0) + chargeKw - dischargeKw;
      cost += hours * netKw * ((netKw > 0 ? year.importPricePerKwh[k] : year.exportPricePerKwh[k]) ?? 0);
      cost += hours * dischargeKw * battery.wear;
      dischargedKwh += hours * dischargeKw;
      const storedKw = chargeKw * battery.efficiency - dischargeKw / battery.efficiency;
      soc = Math.min(1, Math.max(0, soc + (hours * storedKw) / battery.capacityKwh));
      k += 1;
    },
    close: (plans: number): Outcome => {
      const left = (soc - START_SOC) * battery.capacityKwh * worthOfLastKwh(year, battery);
      return { cost: cost - left, plans, dischargedKwh };
    },
  };
}

/** Both the plans and the optimum are paid the same for what they leave behind. */
const worthOfLastKwh = (year: Year, { efficiency, wear }: Battery): number =>
  efficiency * (year.importPricePerKwh.reduce((sum, each) => sum + each, 0) / year.slots.length - wear);

export function withoutBattery(year: Year): number {
  return year.slots.reduce((sum, { hours }, k) => {
    const netKw = (year.loadKw[k] ?? 0) - (year.pvKw[k] ?? 0);
    return sum + hours * netKw * ((netKw > 0 ? year.importPricePerKwh[k] : year.exportPricePerKwh[k]) ?? 0);
  }, 0);
}

/** Everything known from the first day. */
export function perfectForesight(year: Year, battery: Battery): Outcome {
  const { capacityKwh, kw, efficiency, wear } = battery;
  const book = openBook(year, battery);
  const powers = bestPowers(year, {
    lowKwh: MIN_SOC * capacityKwh,
    highKwh: capacityKwh,
    startKwh: START_SOC * capacityKwh,
    kw,
    efficiency,
    wear,
    endValuePerKwh: worthOfLastKwh(year, battery),
  });
  for (const { chargeKw, dischargeKw } of powers) book.carryOut(chargeKw, dischargeKw);
  return book.close(1);
}

/** Re-planning as the appliance does: every so often, over the horizon, the first part carried out. */
export async function rolling(year: Year, battery: Battery, solver: Solver, options: RunOptions): Promise<Outcome> {
  const book = openBook(year, battery);
  const expected = createExpectation(year, options);
  const slotHours = year.slots[0]?.hours ?? 1;
  const perHorizon = Math.round(options.horizonHours / slotHours);
  const perPlan = Math.max(1, Math.round(options.everyHours / slotHours));
  let plans = 0;
  while (book.next() < year.slots.length) {
    const from = book.next();
    const until = Math.min(year.slots.length, from + perHorizon);
    const nowMs = year.slots[from]?.startMs ?? 0;
    const { priceOf, beyond } = expected(nowMs, options.knownUntil(nowMs));
    const prices = {
      importPricePerKwh: year.slots.slice(from, until).map((slot, k) => priceOf(slot, from + k, "importPricePerKwh")),
      exportPricePerKwh: year.slots.slice(from, until).map((slot, k) => priceOf(slot, from + k, "exportPricePerKwh")),
    };
    const endMs = slotEndMs(year.slots[until - 1] ?? { startMs: nowMs, hours: slotHours });
    const isLast = until === year.slots.length;
    const end = isLast ? { valuePerKwh: Math.max(0, worthOfLastKwh(year, battery)) } : { beyond: beyond(endMs) };
    const problem = problemOf(year, { from, until }, book.soc(), battery, prices, end);
    const { schedule } = await solveFully(problem, solver, { timeLimitMs: TIME_LIMIT_MS });
    const [plan] = schedule.batteries;
    plans += 1;
    const carried = Math.min(perPlan, year.slots.length - from);
    for (let k = 0; k < carried; k += 1) book.carryOut(plan?.chargeKw[k] ?? 0, plan?.dischargeKw[k] ?? 0);
  }
  return book.close(plans);
}

type Direction = "importPricePerKwh" | "exportPricePerKwh";

/** Prices and load beyond what is known, learned from what was before; learned once for each price that becomes known, at most hourly. */
function createExpectation(year: Year, { timeZone }: RunOptions) {
  const clock = localClock(timeZone);
  const isHoliday = holidaysOf(placeOfZone(timeZone));
  const indexAt = (ms: number) =>
    Math.round((ms - (year.slots[0]?.startMs ?? 0)) / DAY_MS / ((year.slots[0]?.hours ?? 1) / 24));
  let shapes: { readonly day: number; readonly of: Record<Direction, PriceShape | undefined> } | undefined;
  let load: { readonly day: number; readonly kwAt: (ms: number) => number } | undefined;

  const learnShapes = (knownMs: number) => {
    const until = Math.min(year.slots.length, indexAt(knownMs));
    const from = Math.max(0, indexAt(knownMs - 45 * DAY_MS));
    const shapeOf = (direction: Direction) =>
      learnPriceShape(
        year.slots
          .slice(from, until)
          .map((slot, k) => ({ startMs: slot.startMs, endMs: slotEndMs(slot), value: year[direction][from + k] ?? 0 })),
        clock,
        isHoliday,
      );
    return { importPricePerKwh: shapeOf("importPricePerKwh"), exportPricePerKwh: shapeOf("exportPricePerKwh") };
  };
  const learnLoad = (nowMs: number) => {
    const until = indexAt(nowMs);
    const from = Math.max(0, indexAt(nowMs - 28 * DAY_MS));
    const history = year.slots.slice(from, until).map((slot, k) => ({
      startMs: slot.startMs,
      endMs: slotEndMs(slot),
      value: (year.loadKw[from + k] ?? 0) - (year.pvKw[from + k] ?? 0) + PV_OFFSET_KW,
    }));
    const startMs = Math.floor(nowMs / MS_PER_HOUR) * MS_PER_HOUR;
    const slots = evenSlots(startMs, 1, 24 * 6);
    const household = { timeZone, load: { annualKwh: 8766 * (PV_OFFSET_KW + (year.loadKw[0] ?? 0)) } };
    const profile = learnUsualLoad(household, { history, nowMs });
    const kw = forecastBaseLoad({ slots, profile, history, nowMs }).map((each) => each - PV_OFFSET_KW);
    return (ms: number) => kw[Math.floor((ms - startMs) / MS_PER_HOUR)] ?? year.loadKw[0] ?? 0;
  };

  return (nowMs: number, knownMs: number) => {
    // Each day's first plan, and the one after each publication, learn anew.
    const shapeDay = Math.floor(knownMs / DAY_MS);
    if (shapes?.day !== shapeDay) shapes = { day: shapeDay, of: learnShapes(knownMs) };
    const loadDay = Math.floor(nowMs / DAY_MS);
    if (load?.day !== loadDay) load = { day: loadDay, kwAt: learnLoad(nowMs) };
    const { of } = shapes;
    const { kwAt } = load;
    const usual = (slot: Slot, direction: Direction): number => of[direction]?.predict(slot).pricePerKwh ?? 0;
    return {
      priceOf: (slot: Slot, k: number, direction: Direction): number =>
        slot.startMs < knownMs ? (year[direction][k] ?? 0) : usual(slot, direction),
      beyond: (endMs: number): BeyondSlot[] =>
        evenSlots(endMs, 1, BEYOND_HOURS).map((slot) => ({
          hours: 1,
          importPricePerKwh: usual(slot, "importPricePerKwh"),
          exportPricePerKwh: usual(slot, "exportPricePerKwh"),
          netLoadKw: kwAt(slot.startMs),
        })),
    };
  };
}

/** The forecast is for loads, never below 0; a house with sun is one with its load raised. */
const PV_OFFSET_KW = 20;
