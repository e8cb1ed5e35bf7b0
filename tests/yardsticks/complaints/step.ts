import { type Slot, slotEndMs } from "@ohmstead/contract";
import type { HeatedInput, PlanningInput, StorageInput } from "./case-file.ts";
import type { CasePlan } from "./case-plan.ts";
import { type Column, numberOrUnknown, slotTable } from "./slot-table.ts";
import { withUserSettings } from "./user-settings.ts";

/** One input and the plan made for it: what a property of a single plan is judged on. */
export interface Step {
  readonly label: string;
  /** With the user's settings in force. */
  readonly input: PlanningInput;
  readonly plan: CasePlan;
  readonly slots: readonly Slot[];
  /** What really holds in each slot: the input's value, or where it has none what the plan says it assumed. NaN: nobody says. */
  readonly importPrice: readonly number[];
  readonly exportPrice: readonly number[];
  readonly loadKw: readonly number[];
  readonly pvKw: readonly number[];
  readonly outdoorTempC: readonly number[];
  /** Assumptions of the plan that the judge does not accept. */
  readonly badAssumptions: readonly string[];
}

export function createStep(label: string, given: PlanningInput, plan: CasePlan): Step {
  const { input } = withUserSettings(given);
  const { slots, columns } = slotTable(input);
  const badAssumptions: string[] = [];
  const factsOf = (column: Column, absent: number): number[] => {
    const given = columns[column];
    if (!given) return slots.map(() => absent);
    const assumed = plan.assumed.slots[column] ?? {};
    const highest = given.reduce<number>((most, value) => Math.max(most, value ?? most), 0);
    return given.map((value, k) => {
      const instead = assumed[k];
      if (instead === undefined) return value ?? Number.NaN;
      const complaint = complaintAbout(plan, column, value, instead, highest);
      if (complaint !== undefined) badAssumptions.push(`${column} of slot ${k}: ${complaint}`);
      return instead;
    });
  };
  return {
    label,
    input,
    plan,
    slots,
    importPrice: factsOf("importPricePerKwh", Number.NaN),
    exportPrice: factsOf("exportPricePerKwh", 0),
    loadKw: factsOf("loadKw", 0),
    pvKw: factsOf("pvKw", 0),
    outdoorTempC: factsOf("outdoorTempC", Number.NaN),
    badAssumptions,
  };
}

/** Load may be assumed somewhat above all that is known, and without any knowledge as a small house has it; sun not above what is known. */
const ROOM_FOR_LOAD = 2;
const SMALL_HOUSE_KW = 1;

function complaintAbout(
  plan: CasePlan,
  column: Column,
  given: number | undefined,
  instead: number,
  highest: number,
): string | undefined {
  if (!Number.isFinite(instead)) return `${instead} is assumed`;
  // A value that is there may be disbelieved, but not in silence.
  if (given !== undefined && !plan.unmet.some(({ subject }) => subject === `slots.${column}`))
    return `${instead} is assumed in place of ${given}, and slots.${column} is not named`;
  if (column === "loadKw" && (instead < 0 || instead > Math.max(SMALL_HOUSE_KW, ROOM_FOR_LOAD * highest)))
    return `an assumed load of ${instead} kW is not plausible`;
  if (column === "pvKw" && (instead < 0 || instead > Math.max(highest, plan.assumed.pvNowKw ?? 0)))
    return `an assumed sun of ${instead} kW is not plausible`;
  return undefined;
}

/** Moments are written to the second. */
const SLACK_MS = 1000;

export interface Span {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** The slots that start within the span. */
export function slotsIn({ slots }: Pick<Step, "slots">, { from, until }: Span): number[] {
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from);
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  return slots.flatMap(({ startMs }, k) => (startMs >= fromMs - SLACK_MS && startMs < untilMs - SLACK_MS ? [k] : []));
}

export const at = (values: readonly number[] | undefined, k: number): number => values?.[k] ?? Number.NaN;

export const storagesOf = ({ input }: Step): StorageInput[] => [...(input.batteries ?? []), ...(input.evs ?? [])];
export const heatedOf = ({ input }: Step): HeatedInput[] => [...(input.rooms ?? []), ...(input.tanks ?? [])];

export function storageNamed(step: Step, id: string): StorageInput {
  const found = storagesOf(step).find((each) => each.id === id);
  if (!found) throw new Error(`there is no battery and no car "${id}"`);
  return found;
}

export function heatedNamed(step: Step, id: string): HeatedInput {
  const found = heatedOf(step).find((each) => each.id === id);
  if (!found) throw new Error(`there is no room and no tank "${id}"`);
  return found;
}

export interface StoragePowers {
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
}

export function powersOf({ plan, slots }: Step, id: string): StoragePowers {
  const battery = plan.batteries[id];
  if (battery) return battery;
  const ev = plan.evs[id];
  if (ev) return { chargeKw: ev.chargeKw, dischargeKw: slots.map(() => 0) };
  throw new Error(`the plan has no "${id}"`);
}

/** Content as a share of the capacity at the borders between slots, recomputed from the powers. */
export function socPath(step: Step, id: string): number[] {
  const storage = storageNamed(step, id);
  const { chargeKw, dischargeKw } = powersOf(step, id);
  const chargeEfficiency = storage.chargeEfficiency ?? 1;
  const dischargeEfficiency = ("dischargeEfficiency" in storage ? storage.dischargeEfficiency : undefined) ?? 1;
  let soc = numberOrUnknown(storage.startSoc) ?? step.plan.assumed.startSoc[id] ?? Number.NaN;
  return [
    soc,
    ...step.slots.map(({ hours }, k) => {
      const kw = at(chargeKw, k) * chargeEfficiency - at(dischargeKw, k) / dischargeEfficiency;
      soc += (kw * hours) / storage.capacityKwh;
      return soc;
    }),
  ];
}

/** Power of a heater in a slot, as it was `lagHours` before: zero before the first slot, the mean where several slots lie there. */
export function laggedKw(step: Step, kw: readonly number[], lagHours: number, k: number): number {
  const slot = step.slots[k];
  if (lagHours === 0 || !slot) return at(kw, k);
  const fromMs = slot.startMs - lagHours * 3_600_000;
  const untilMs = slotEndMs(slot) - lagHours * 3_600_000;
  let sum = 0;
  step.slots.forEach((other, j) => {
    const sharedMs = Math.min(untilMs, slotEndMs(other)) - Math.max(fromMs, other.startMs);
    if (sharedMs > 0) sum += at(kw, j) * sharedMs;
  });
  return sum / (untilMs - fromMs);
}

/** Heater power that takes effect in each slot; zeros without a heater. */
export function effectiveHeaterKw(step: Step, device: HeatedInput): number[] {
  const { heater } = device;
  const kw = heater && step.plan.heaters[heater.id];
  if (!heater || !kw) return step.slots.map(() => 0);
  return step.slots.map((_, k) => laggedKw(step, kw, heater.lagHours ?? 0, k));
}

/** Temperature at the borders between slots, recomputed from the powers step by step (explicit Euler). */
export function tempPath(step: Step, id: string): number[] {
  const device = heatedNamed(step, id);
  const { heatCapacityKwhPerK, heatLossKwPerK, heater } = device;
  const kw = effectiveHeaterKw(step, device);
  let tempC = numberOrUnknown(device.startTempC) ?? step.plan.assumed.startTempC[id] ?? Number.NaN;
  return [
    tempC,
    ...step.slots.map(({ hours }, k) => {
      const aroundC = "ambientTempC" in device ? device.ambientTempC : at(step.outdoorTempC, k);
      tempC += (hours / heatCapacityKwhPerK) * ((heater?.cop ?? 1) * at(kw, k) - heatLossKwPerK * (tempC - aroundC));
      return tempC;
    }),
  ];
}

/** All that takes power in a slot besides the load of the house. */
export function deviceKw({ plan }: Step, k: number): number {
  const sum = (groups: Readonly<Record<string, readonly number[]>>): number =>
    Object.values(groups).reduce((total, kw) => total + at(kw, k), 0);
  const charge = [...Object.values(plan.batteries), ...Object.values(plan.evs)].reduce(
    (total, each) => total + at(each.chargeKw, k),
    0,
  );
  return charge + sum(plan.heaters) + sum(plan.appliances);
}

export const dischargeKw = ({ plan }: Step, k: number): number =>
  Object.values(plan.batteries).reduce((total, each) => total + at(each.dischargeKw, k), 0);

/** A moment read from a path of states, in a straight line between borders; undefined outside of the plan. */
export function stateAt({ slots }: Step, path: readonly number[], moment: string): number | undefined {
  const ms = Date.parse(moment);
  const k = slots.findIndex((slot) => ms >= slot.startMs - SLACK_MS && ms <= slotEndMs(slot) + SLACK_MS);
  const slot = slots[k];
  if (!slot) return undefined;
  const share = Math.min(1, Math.max(0, (ms - slot.startMs) / (slotEndMs(slot) - slot.startMs)));
  return at(path, k) + (at(path, k + 1) - at(path, k)) * share;
}
