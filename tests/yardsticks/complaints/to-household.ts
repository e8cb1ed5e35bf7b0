import { type HouseholdProblem, type Slot, slotEndMs } from "@ohmstead/contract";
import type { BeyondSlot } from "../../../optimizer/src/domain/end-value-steps.ts";
import { completeEndValues } from "../../../optimizer/src/domain/end-values.ts";
import { localClock } from "../../../optimizer/src/domain/local-time.ts";
import { evenSlots } from "../../../optimizer/src/domain/slots.ts";
import type { ApplianceInput, PlanningInput } from "./case-file.ts";
import type { Assumed, Unmet } from "./case-plan.ts";
import type { Carried } from "./carried.ts";
import { assumedOf, type Draft } from "./draft.ts";
import { heaterConfig, tankConfig, zoneConfig } from "./heated.ts";
import type { Names } from "./names.ts";
import { slotTable } from "./slot-table.ts";
import { knownReadings } from "./start-states.ts";
import { batteryConfig, evConfig } from "./storages.ts";
import { usableSeries } from "./usable-series.ts";

/** Our configuration of a case, as plain data that nobody has checked yet. */
export type Config = Record<string, unknown>;

export interface Translated {
  readonly config: Config;
  readonly slots: readonly Slot[];
  readonly assumed: Assumed;
  readonly unmet: readonly Unmet[];
  readonly messages: readonly string[];
}

/** Stands where no outdoor temperature is known; then no room is in the problem, and nothing depends on it. */
const UNUSED_OUTDOOR_TEMP_C = 10;

/** Writes the input of a case as a household problem of ours. Only names and shapes change here. */
export function toHousehold(input: PlanningInput, names: Names, carried?: Carried): Translated {
  const table = slotTable(input);
  const known = knownReadings(input);
  for (const name of Object.keys(input.readings ?? {}))
    if (!known.has(name)) throw new Error(`there is a reading "${name}" that nobody here knows`);
  const series = usableSeries(input, table);
  const draft: Draft = {
    input,
    slots: table.slots,
    series,
    names,
    carried,
    startSoc: {},
    startTempC: {},
    unmet: [...series.unmet],
    messages: [...series.messages],
  };
  const { site, batteries = [], evs = [], tanks = [], appliances = [] } = input;
  // Without the weather a room cannot be planned.
  const rooms = series.outdoorTempC ? (input.rooms ?? []) : [];
  for (const { id } of input.rooms ?? []) if (!rooms.some((room) => room.id === id)) nameLeftOutRoom(draft, id);
  const config = {
    currency: input.currency,
    timeZone: input.timeZone,
    slots: table.slots,
    importPricePerKwh: series.importPricePerKwh,
    exportPricePerKwh: series.exportPricePerKwh,
    site: {
      ...(typeof site.importLimitKw === "number" ? { importLimitKw: site.importLimitKw } : {}),
      ...(typeof site.exportLimitKw === "number" ? { exportLimitKw: site.exportLimitKw } : {}),
    },
    baseLoadKw: series.loadKw,
    outdoorTempC: series.outdoorTempC ?? table.slots.map(() => UNUSED_OUTDOOR_TEMP_C),
    pvArrays: input.slots.columns.includes("pvKw")
      ? [{ id: names.free("pv"), forecastKw: series.pvKw, curtailable: site.pvCurtailable ?? false }]
      : [],
    batteries: batteries.map((each) => batteryConfig(draft, each)),
    evs: evs.map((each) => evConfig(draft, each)),
    zones: rooms.map((each) => zoneConfig(draft, each)),
    tanks: tanks.map((each) => tankConfig(draft, each)),
    heatPumps: [
      ...rooms.flatMap((each) => heaterConfig(draft, each, "room")),
      ...tanks.flatMap((each) => heaterConfig(draft, each, "tank")),
    ],
    appliances: appliances.map((each) => applianceConfig(draft, each)),
  };
  return {
    config,
    slots: table.slots,
    assumed: assumedOf(draft),
    unmet: draft.unmet,
    messages: draft.messages,
  };
}

function nameLeftOutRoom({ unmet, messages, slots }: Draft, id: string): void {
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last) return;
  unmet.push({
    subject: "slots.outdoorTempC",
    amount: slots.length,
    fromMs: first.startMs,
    untilMs: slotEndMs(last),
  });
  messages.push(`The outdoor temperature is not known: ${id} is left out of the plan`);
}

function applianceConfig({ names, carried }: Draft, { id, powerKw, runHours, singleBlock, window }: ApplianceInput) {
  const startedMs = carried?.runningSinceMs[id];
  return {
    id: names.ours(id),
    powerKw,
    runHours,
    ...(singleBlock === undefined ? {} : { singleBlock }),
    window: { fromMs: Date.parse(window.from), untilMs: Date.parse(window.until) },
    ...(startedMs === undefined ? {} : { startedMs }),
  };
}

/** What is stored is worth what the case's typical hours beyond the horizon make of it, wherever the case itself gives it no price. */
export const withWorthBeyond = (problem: HouseholdProblem, input: PlanningInput): HouseholdProblem =>
  input.beyondHorizon ? completeEndValues(problem, beyondSlots(problem, input.beyondHorizon)) : problem;

function beyondSlots(problem: HouseholdProblem, beyond: NonNullable<PlanningInput["beyondHorizon"]>): BeyondSlot[] {
  const last = problem.slots.at(-1);
  if (!last) return [];
  const { typicalImportPricePerKwhByLocalHour: byHour, typicalLoadKw } = beyond;
  const clock = localClock(problem.timeZone);
  const hours = problem.slots.reduce((sum, slot) => sum + slot.hours, 0);
  const meanOf = (values: readonly number[]): number =>
    problem.slots.reduce((sum, slot, k) => sum + slot.hours * (values[k] ?? 0), 0) / hours;
  return evenSlots(slotEndMs(last), 1, 24).map((slot) => ({
    hours: slot.hours,
    importPricePerKwh: byHour[Math.floor(clock(slot.startMs).minuteOfDay / 60)] ?? 0,
    exportPricePerKwh: meanOf(problem.exportPricePerKwh),
    netLoadKw: typicalLoadKw ?? meanOf(problem.baseLoadKw),
  }));
}
