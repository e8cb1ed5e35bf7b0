import {
  HouseholdProblem,
  type HouseholdProblemInput,
  type OverrideConstraint,
  type RestsOn,
  slotEndMs,
} from "@ohmstead/contract";
import { completeEndValues } from "../domain/end-values.ts";
import { localClock } from "../domain/local-time.ts";
import { parseInput } from "../domain/parse-config.ts";
import { mayAnchor } from "../forecasts/plan-anchor.ts";
import { learnDraws } from "./expected-draw.ts";
import { learnLoad } from "./expected-load.ts";
import { configWithout } from "./people/config-without.ts";
import { outOfPlan } from "./people/out-of-plan.ts";
import { usualTempC } from "./people/override-of.ts";
import { appliancesOf } from "./problem/appliances.ts";
import { beyondOf } from "./problem/beyond.ts";
import { type Draft, isIn, type PlanInForce, type ProblemInputs } from "./problem/draft.ts";
import { freeSun } from "./problem/free-sun.ts";
import { boilersOf, heatPumpsOf, tanksOf, zonesOf } from "./problem/heat.ts";
import { noteVacation } from "./problem/presence.ts";
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
  /** Which slots of each series rest on what; in no order. */
  readonly restsOn: readonly RestsOn[];
  /** Devices that the plan does without and nobody is to command, and why. */
  readonly leftAlone: ReadonlyMap<string, string>;
}

/** Stands in the problem where no outdoor temperature is known; then no zone is in it, and nothing depends on it. */
const UNUSED_OUTDOOR_TEMP_C = 10;

/** Freezes all inputs into one problem. What is unknown is held, predicted or left out, and said; nothing is invented in silence. */
export function buildProblem(inputs: ProblemInputs): BuiltProblem {
  const { config: home, history, pvLimits, nowMs, excluded, asWithout } = inputs;
  const overrides = inputs.overrides.filter(({ id, untilMs }) => id !== asWithout && untilMs > nowMs);
  const leftAlone = outOfPlan({ config: home, overrides, excluded, nowMs });
  const config = configWithout(home, new Set(leftAlone.keys()));
  const notes: string[] = [];
  const missing = new Set<string>();
  const restsOn: RestsOn[] = [];
  const note = (text: string) => void notes.push(text);
  const miss = (input: string, text: string) => {
    missing.add(input);
    note(text);
  };

  const grid = pricedSlots(inputs, { note, miss });
  if (!grid) return { problem: undefined, notes, missing: [...missing], restsOn, leftAlone };
  restsOn.push(...grid.restsOn);
  for (const [deviceId, reason] of leftAlone) note(`${deviceId} is left alone: ${reason}`);

  const previous = ofNow(inputs);
  const draft: Draft = {
    ...inputs,
    config,
    home,
    overrides,
    history: {
      ...history,
      pv: new Map([...history.pv].map(([id, sun]) => [id, freeSun(sun, pvLimits?.get(id) ?? [])])),
    },
    usualLoad: inputs.usualLoad ?? learnLoad(home, { history: history.baseLoad, nowMs }),
    usualDraws: inputs.usualDraws ?? learnDraws(home, { means: inputs.measured ?? new Map(), nowMs }),
    previous: previous?.plan,
    slots: grid.slots,
    endMs: Math.max(...grid.slots.slice(-1).map(slotEndMs)),
    clock: localClock(config.timeZone),
    note,
    miss,
    rest: (on) => void restsOn.push(...on),
  };
  noteVacation(draft);
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
    baseLoadKw: baseLoadOf(draft, heatPumps, outdoorTempC),
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
    restsOn,
    leftAlone,
  };
}

/** The plan in force, while it says something of now. */
const ofNow = ({ previous, nowMs }: ProblemInputs): PlanInForce | undefined =>
  previous?.plan.slots.some((slot) => slot.startMs <= nowMs && nowMs < slotEndMs(slot)) ? previous : undefined;

/** People's wishes for devices that are in the problem; the others have made other devices, comfort or limits of it. */
const constraintsOf = ({ overrides, config }: Draft, parts: HouseholdProblemInput): OverrideConstraint[] =>
  overrides.flatMap((override): OverrideConstraint[] => {
    const { kind, deviceId, untilMs } = override;
    if (deviceId === undefined) return [];
    if (kind === "batteryHold") return isIn(parts.batteries, deviceId) ? [{ kind, deviceId, untilMs }] : [];
    if (kind !== "boostWater" && kind !== "boostHeat") return [];
    const tempC = override.tempC ?? usualTempC(kind, deviceId, config);
    const isPlanned = isIn(kind === "boostWater" ? parts.tanks : parts.zones, deviceId);
    return isPlanned && tempC !== undefined ? [{ kind, deviceId, untilMs, tempC }] : [];
  });
