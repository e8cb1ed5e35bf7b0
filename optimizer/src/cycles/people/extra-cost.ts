import { type HouseholdProblem, type Override, type Plan, slotEndMs } from "@ohmstead/contract";
import { buildProblem, type ProblemInputs } from "../build-problem.ts";

/** What a plan costs in money: discomfort and calm are priced for the solver, nobody pays them. */
export const moneyOf = ({ cost: { energy, export: sold, fuel, wear, start, demand, endValue } }: Plan): number =>
  energy + sold + fuel + wear + start + demand + endValue;

const lastOf = (perSlot: readonly number[]): number => perSlot.at(-1) ?? 0;

/**
 * What plans for two problems count differently at their end: warmth is worth what it is above the minimum of that moment, which is lower where
 * people are away beyond the horizon. That much is still to be bought for their return.
 */
export function warmthOwed(problem: HouseholdProblem, without: HouseholdProblem): number {
  const zones = without.zones.map((usual) => {
    const zone = problem.zones.find(({ id }) => id === usual.id);
    const kwhPerK = usual.heatCapacityKwhPerK + (usual.mass?.heatCapacityKwhPerK ?? 0);
    const kelvin = zone ? lastOf(usual.comfortMinTempC) - lastOf(zone.comfortMinTempC) : 0;
    return (usual.endValuePerKwh ?? 0) * kwhPerK * kelvin;
  });
  const tanks = without.tanks.map((usual) => {
    const tank = problem.tanks.find(({ id }) => id === usual.id);
    const kelvin = tank ? lastOf(usual.minTempC) - lastOf(tank.minTempC) : 0;
    return (usual.endValuePerKwh ?? 0) * usual.heatCapacityKwhPerK * kelvin;
  });
  return [...zones, ...tanks].reduce((sum, money) => sum + money, 0);
}

/** Two problems whose difference in money is what one override costs; `held` undefined: it is in the plan in force. */
export interface Comparison {
  readonly without: HouseholdProblem;
  readonly held?: HouseholdProblem;
}

/**
 * The house as the plan in force saw it, without one override, on the same slots. A device that is out of the plan leaves its stored energy
 * out too: for those the same house is compared with the device kept as it is until the override ends. Undefined where nobody can tell, as
 * of a heat pump that somebody drives.
 */
export function comparisonFor(override: Override, inputs: ProblemInputs): Comparison | undefined {
  const { problem: without } = buildProblem({ ...inputs, asWithout: override.id, previous: undefined });
  if (!without) return undefined;
  if (override.kind !== "manual" && override.kind !== "deviceOff") return { without };
  const held = keptAsItIs(without, override);
  return held && { without, held };
}

type Group = { readonly id: string }[] | readonly { readonly id: string }[];
const has = (devices: Group, id: string | undefined): boolean => devices.some((each) => each.id === id);

function keptAsItIs(
  problem: HouseholdProblem,
  { deviceId = "", untilMs }: Pick<Override, "deviceId" | "untilMs">,
): HouseholdProblem | undefined {
  const { slots, batteries, evs, zones, tanks, boilers, immersionHeaters, pvArrays } = problem;
  const holds = (k: number): boolean => (slots[k]?.startMs ?? 0) < untilMs;
  const endsWithin = (k: number): boolean => {
    const slot = slots[k];
    return slot !== undefined && slotEndMs(slot) <= untilMs;
  };
  const one = <D extends { readonly id: string }>(devices: readonly D[], change: (device: D) => D): D[] =>
    devices.map((each) => (each.id === deviceId ? change(each) : each));

  if (has(batteries, deviceId))
    return { ...problem, overrides: [...problem.overrides, { kind: "batteryHold", deviceId, untilMs }] };
  if (has(evs, deviceId))
    return {
      ...problem,
      evs: one(evs, (ev) => ({ ...ev, connected: ev.connected.map((isThere, k) => isThere && !holds(k)) })),
    };
  if (has(zones, deviceId))
    return {
      ...problem,
      zones: one(zones, (zone) => {
        const as = (tempsC: readonly number[]) => tempsC.map((tempC, k) => (endsWithin(k) ? zone.tempC : tempC));
        return { ...zone, comfortMinTempC: as(zone.comfortMinTempC), comfortMaxTempC: as(zone.comfortMaxTempC) };
      }),
    };
  if (has(tanks, deviceId))
    return {
      ...problem,
      tanks: one(tanks, (tank) => ({
        ...tank,
        minTempC: tank.minTempC.map((minC, k) => (endsWithin(k) ? Math.min(tank.tempC, tank.maxTempC) : minC)),
      })),
    };
  if (has(boilers, deviceId))
    return {
      ...problem,
      boilers: one(boilers, (boiler) => ({
        ...boiler,
        maxHeatKw: boiler.maxHeatKw.map((kw, k) => (holds(k) ? 0 : kw)),
      })),
    };
  if (has(immersionHeaters, deviceId))
    return { ...problem, immersionHeaters: immersionHeaters.filter(({ id }) => id !== deviceId) };
  if (has(pvArrays, deviceId))
    return { ...problem, pvArrays: one(pvArrays, (array) => ({ ...array, curtailable: false })) };
  return undefined;
}
