import type { HouseholdProblem, Intent, Schedule } from "@ohmstead/contract";
import { sum, valueAt, weightedMean, withId } from "../per-slot.ts";
import { netLoadKw } from "../self-use.ts";
import { leastChargeKw, leastDischargeKw, type StorageProblem, storageFlowsOf } from "../storage.ts";
import { importLimitKw } from "../wishes.ts";
import { type IntentRun, joinEqual, runsOf, toStep } from "./runs.ts";

/** Power below this is nothing, and a difference below it no difference: meters and forecasts are not finer. */
export const NOTHING_KW = 0.1;
/** Slots of one kind stay one segment while their powers are this close, kW. */
const SAME_KW = 0.5;

/** What a battery or car meets and does in one slot, by the plan. */
export interface StorageSlot {
  readonly slot: number;
  readonly hours: number;
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
  /** What the house takes beyond its sun and its other batteries; negative: surplus. */
  readonly netKw: number;
  /** What of that surplus is sun: another battery may give, too. */
  readonly surplusSunKw: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  /** What it may be charged with beside everything else that is planned; at least what is planned. */
  readonly roomKw: number;
  readonly startSoc: number;
  readonly endSoc: number;
}

/**
 * How much more than planned may be bought in a slot, kW: up to the limit of the connection, and where the highest power has a price, up to
 * the highest that is planned or free anyway.
 */
function spareImportKw(problem: HouseholdProblem, schedule: Schedule, slot: number): number {
  const { demandCharge } = problem.site;
  const freeKw =
    demandCharge && demandCharge.pricePerKw > 0
      ? Math.max(demandCharge.aboveKw, ...schedule.importKw)
      : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(importLimitKw(problem, slot), freeKw) - valueAt(schedule.importKw, slot));
}

export function storageSlots(problem: HouseholdProblem, schedule: Schedule, storage: StorageProblem): StorageSlot[] {
  const storages = storageFlowsOf(schedule);
  const flow = withId(storages, storage.id);
  return problem.slots.map(({ hours }, k) => {
    const netKw = netLoadKw(schedule, storage.id, k);
    const chargeKw = valueAt(flow.chargeKw, k);
    const dischargeKw = valueAt(flow.dischargeKw, k);
    // Those that charge at the same time share what is left, as each of them may want all of it.
    const charging = storages.filter((each) => valueAt(each.chargeKw, k) > 0).length;
    const spareKw = spareImportKw(problem, schedule, k) / Math.max(1, charging);
    const limitKw = storage.chargeLimitKw?.[k] ?? Number.POSITIVE_INFINITY;
    return {
      slot: k,
      hours,
      importPricePerKwh: valueAt(problem.importPricePerKwh, k),
      exportPricePerKwh: valueAt(problem.exportPricePerKwh, k),
      netKw,
      surplusSunKw: Math.min(Math.max(0, -netKw), sum(schedule.pvArrays.map(({ usedKw }) => valueAt(usedKw, k)))),
      chargeKw,
      dischargeKw,
      roomKw: Math.max(chargeKw, Math.min(chargeKw + spareKw, limitKw)),
      startSoc: valueAt(flow.soc, k),
      endSoc: valueAt(flow.soc, k + 1),
    };
  });
}

/** One price and no surplus sun: what is bought in these slots may be bought in any of them. */
const mayBeBoughtAtOnce = (slots: readonly StorageSlot[]): boolean =>
  slots.every(
    ({ importPricePerKwh, netKw }) =>
      Math.abs(importPricePerKwh - (slots[0]?.importPricePerKwh ?? 0)) < 1e-9 && netKw >= -NOTHING_KW,
  );

/**
 * How fast a stretch of charging is to go, in 0.1 kW: as planned, by the mean, but never beyond what there is room for in any
 * of its slots. The end of a charge, from where the price stays the same, goes as fast as it can: `untilSoc` bounds its energy, and a power that shrinks with every look at
 * what is left would only be a new command each time. Beside surplus sun it keeps to the plan: quicker, it would buy what
 * the sun brings a little later, or leave no room for what must not be fed in.
 */
function chargeKwOf(storage: StorageProblem, run: readonly StorageSlot[], meanKw: number, isEnd: boolean): number {
  const mostKw = Math.min(
    toStep(storage.maxChargeKw, 0.1),
    ...run.map(({ roomKw }) => toStep(roomKw, 0.1, Math.floor)),
  );
  const mayHurry = isEnd && run.every(({ netKw }) => netKw >= -NOTHING_KW);
  return atLeast(leastChargeKw(storage), mayHurry ? mostKw : Math.min(toStep(meanKw, 0.1), mostKw));
}

/** What is rounded below the least power would not run at all. */
const atLeast = (leastKw: number, kw: number): number => Math.max(kw, toStep(leastKw, 0.1, Math.ceil));

/**
 * The modes of a battery or car over the horizon. Power is the mean of a run in 0.1 kW, at the end of a charge the most there is
 * room for; `untilSoc` is where the whole charging or discharging ends.
 */
export function storageRuns<K extends Intent["kind"]>(
  storage: StorageProblem,
  slots: readonly StorageSlot[],
  kinds: readonly K[],
  restful: (kind: K) => Intent,
): IntentRun[] {
  const planned = slots.map((slot, k) => {
    const kind = kinds[k];
    const kw = kind === "charge" ? slot.chargeKw : kind === "discharge" ? slot.dischargeKw : 0;
    return { kind, kw, hours: slot.hours, endSoc: slot.endSoc };
  });
  const meanKw = (run: Readonly<typeof planned>): number =>
    weightedMean(run.map(({ kw, hours }) => ({ value: kw, weight: hours }))) ?? 0;
  const sameKind = runsOf(planned, (run, next) => run[0]?.kind === next.kind);
  const runs = runsOf(
    planned,
    (run, next) => run[0]?.kind === next.kind && Math.abs(next.kw - meanKw(run)) <= SAME_KW,
  ).flatMap(({ first, last }): IntentRun[] => {
    const whole = sameKind.find((run) => run.first <= first && last <= run.last);
    const endSoc = planned[whole?.last ?? last]?.endSoc ?? storage.soc;
    const kind = kinds[first];
    if (kind === undefined) return [];
    const plannedKw = meanKw(planned.slice(first, last + 1));
    if (kind === "charge") {
      const isEnd = last === whole?.last || mayBeBoughtAtOnce(slots.slice(first, (whole?.last ?? last) + 1));
      const kw = chargeKwOf(storage, slots.slice(first, last + 1), plannedKw, isEnd);
      return [{ first, last, intent: chargeIntent(storage, kw, endSoc) }];
    }
    if (kind !== "discharge") return [{ first, last, intent: restful(kind) }];
    const givenKw = atLeast(leastDischargeKw(storage), toStep(plannedKw, 0.1));
    return [{ first, last, intent: dischargeIntent(storage, givenKw, endSoc) }];
  });
  return joinEqual(runs);
}

/** Rounded so that the planned energy still fits: upwards for charging, downwards for discharging. */
const chargeIntent = (storage: StorageProblem, kw: number, endSoc: number): Intent => ({
  kind: "charge",
  kw,
  untilSoc: Math.min(toStep(endSoc, 0.01, Math.ceil), Math.max(storage.maxSoc, storage.soc)),
});

const dischargeIntent = (storage: StorageProblem, kw: number, endSoc: number): Intent => ({
  kind: "discharge",
  kw,
  untilSoc: Math.max(toStep(endSoc, 0.01, Math.floor), Math.min(storage.minSoc, storage.soc)),
});
