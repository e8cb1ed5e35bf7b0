import { HouseholdProblem, type HouseholdProblemInput, type OverrideConstraint, slotEndMs } from "@ohmstead/contract";
import { completeEndValues } from "../domain/end-values.ts";
import { localClock } from "../domain/local-time.ts";
import { parseInput } from "../domain/parse-config.ts";
import { mayAnchor } from "../forecasts/plan-anchor.ts";
import { appliancesOf } from "./problem/appliances.ts";
import { beyondOf } from "./problem/beyond.ts";
import { type Draft, isIn, type PlanInForce, type ProblemInputs } from "./problem/draft.ts";
import { freeSun } from "./problem/free-sun.ts";
import { boilersOf, heatPumpsOf, tanksOf, zonesOf } from "./problem/heat.ts";
import { pricedSlots } from "./problem/prices.ts";
import { baseLoadOf, invertersOf, outdoorOf, pvArraysOf, siteOf } from "./problem/site.ts";
import { batteriesOf, evsOf } from "./problem/storages.ts";

export type { PlanInForce, ProblemInputs } from "./problem/draft.ts";

export interface BuiltProblem {
  /** Undefined when there is no price for now: then only the rules are left. */
  readonly problem: HouseholdProblem | undefined;
  /** Sentences for the reader of the plan. */
  readonly notes: readonly string[];
  /** Inputs that are not there or too old: signal ids, `prices`, `weather`, `history.baseLoad`, `history.<array>`. */
  readonly missing: readonly string[];
  readonly pricesUntilMs?: number;
}

/** Stands in the problem where no outdoor temperature is known; then no zone is in it, and nothing depends on it. */
const UNUSED_OUTDOOR_TEMP_C = 10;

/** Freezes all inputs into one problem. What is unknown is held, predicted or left out, and said; nothing is invented in silence. */
export function buildProblem(inputs: ProblemInputs): BuiltProblem {
  const { config, history, pvLimits } = inputs;
  const notes: string[] = [];
  const missing = new Set<string>();
  const note = (text: string) => void notes.push(text);
  const miss = (input: string, text: string) => {
    missing.add(input);
    note(text);
  };

  const grid = pricedSlots(inputs, { note, miss });
  if (!grid) return { problem: undefined, notes, missing: [...missing] };

  const previous = ofNow(inputs);
  const draft: Draft = {
    ...inputs,
    history: {
      ...history,
      pv: new Map([...history.pv].map(([id, sun]) => [id, freeSun(sun, pvLimits?.get(id) ?? [])])),
    },
    previous: previous?.plan,
    slots: grid.slots,
    endMs: Math.max(...grid.slots.slice(-1).map(slotEndMs)),
    clock: localClock(config.timeZone),
    note,
    miss,
  };
  const outdoorTempC = outdoorOf(draft);
  const pvArrays = pvArraysOf(draft);
  const batteries = batteriesOf(draft);
  const zones = outdoorTempC ? zonesOf(draft, outdoorTempC, pvArrays) : [];
  const tanks = tanksOf(draft);
  const heatPumps = outdoorTempC ? heatPumpsOf(draft, outdoorTempC, zones, tanks) : [];
  const parts: HouseholdProblemInput = {
    currency: config.currency,
    timeZone: config.timeZone,
    slots: grid.slots,
    importPricePerKwh: grid.importPricePerKwh,
    exportPricePerKwh: grid.exportPricePerKwh,
    site: siteOf(draft),
    baseLoadKw: baseLoadOf(draft, heatPumps),
    outdoorTempC: outdoorTempC ?? grid.slots.map(() => UNUSED_OUTDOOR_TEMP_C),
    pvArrays,
    batteries,
    inverters: invertersOf(draft, batteries),
    evs: evsOf(draft),
    zones,
    tanks,
    heatPumps,
    boilers: boilersOf(draft, zones, tanks),
    immersionHeaters: config.immersionHeaters
      .filter((heater) => isIn(tanks, heater.tankId))
      .map(({ id, tankId, powerKw, onOff }) => ({ id, tankId, powerKw, onOff })),
    appliances: appliancesOf(draft),
    keepUnlessGain: config.planning.keepUnlessGain,
  };
  const problem = parseInput(
    HouseholdProblem,
    { ...parts, overrides: constraintsOf(draft, parts) },
    "the problem built from the house's inputs",
  );
  const complete = completeEndValues(problem, beyondOf(draft, problem));
  const anchor =
    previous && mayAnchor(previous, { problem: complete, missing: [...missing] }) ? previous.plan : undefined;
  return {
    problem: anchor ? { ...complete, previous: { slots: anchor.slots, schedule: anchor.schedule } } : complete,
    notes,
    missing: [...missing],
    pricesUntilMs: grid.untilMs,
  };
}

/** The plan in force, while it says something of now. */
const ofNow = ({ previous, nowMs }: ProblemInputs): PlanInForce | undefined =>
  previous?.plan.slots.some((slot) => slot.startMs <= nowMs && nowMs < slotEndMs(slot)) ? previous : undefined;

/** People's wishes that still hold, for devices that are in the problem. */
function constraintsOf({ overrides, config, nowMs }: Draft, parts: HouseholdProblemInput): OverrideConstraint[] {
  return overrides.flatMap(({ kind, deviceId, untilMs }): OverrideConstraint[] => {
    if (untilMs <= nowMs || deviceId === undefined) return [];
    if (kind === "batteryHold") return isIn(parts.batteries, deviceId) ? [{ kind, deviceId, untilMs }] : [];
    if (kind !== "boostWater" && kind !== "boostHeat") return [];
    const tempC =
      kind === "boostWater"
        ? isIn(parts.tanks, deviceId) && config.tanks.find((each) => each.id === deviceId)?.boostTempC
        : isIn(parts.zones, deviceId) && config.zones.find((each) => each.id === deviceId)?.comfort.boostTempC;
    return typeof tempC === "number" ? [{ kind, deviceId, untilMs, tempC }] : [];
  });
}
