import { type HouseholdProblem, MS_PER_HOUR, type Plan } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { planningGrid } from "../../optimizer/src/domain/slots.ts";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import { type HouseholdWishes, household, seededRandom } from "./household.ts";

/** How calm a day of re-planning is: every five minutes, with forecasts and readings that wobble. */
export interface Calm {
  readonly replans: number;
  /** Re-plans that changed what runs now, although going on would have cost no more than the house's threshold. */
  readonly needless: number;
  /** Re-plans that go on with what runs now towards another figure: a set-point that follows the room, a target further ahead. */
  readonly refined: number;
  /** Re-plans that changed it for a gain above the threshold. */
  readonly worthwhile: number;
  readonly thresholdMoney: number;
}

const STEP_MS = 300_000;
const T0 = Date.UTC(2024, 0, 5, 10, 0);

/** Shares and absolute amounts by which forecasts and readings are off, at random and anew in each re-plan. */
const NOISE = { load: 0.05, pv: 0.05, soc: 0.002, tempC: 0.03, outdoorC: 0.3 } as const;

/** Standard normal by the Box–Muller transform. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

/** States where the plan is at a moment: linear within its slot. */
function stateAt(plan: Plan, states: readonly number[] | undefined, ms: number, otherwise: number): number {
  const k = plan.slots.findIndex(({ startMs, hours }) => ms >= startMs && ms < startMs + hours * MS_PER_HOUR);
  const slot = plan.slots[k];
  const [from, to] = [states?.[k], states?.[k + 1]];
  if (!slot || from === undefined || to === undefined) return otherwise;
  return from + ((to - from) * (ms - slot.startMs)) / (slot.hours * MS_PER_HOUR);
}

/** The house as it is at a moment: carried on as the plan in force said, and seen through noise. */
function houseAt(seed: number, nowMs: number, wishes: HouseholdWishes, inForce: Plan | undefined): HouseholdProblem {
  const house = household(seed, planningGrid(nowMs, 48), wishes);
  if (!inForce) return house;
  const random = seededRandom(seed * 1000 + nowMs / STEP_MS);
  const off = (amount: number): number => amount * normal(random);
  const { schedule } = inForce;
  return {
    ...house,
    previous: { slots: inForce.slots, schedule },
    baseLoadKw: house.baseLoadKw.map((kw) => Math.max(0, kw * (1 + off(NOISE.load)))),
    outdoorTempC: house.outdoorTempC.map((tempC) => tempC + off(NOISE.outdoorC)),
    pvArrays: house.pvArrays.map((array) => ({
      ...array,
      forecastKw: array.forecastKw.map((kw) => Math.max(0, kw * (1 + off(NOISE.pv)))),
    })),
    batteries: house.batteries.map((battery, i) => ({
      ...battery,
      soc: share(stateAt(inForce, schedule.batteries[i]?.soc, nowMs, battery.soc) + off(NOISE.soc)),
    })),
    zones: house.zones.map((zone, i) => ({
      ...zone,
      tempC: stateAt(inForce, schedule.zones[i]?.tempC, nowMs, zone.tempC) + off(NOISE.tempC),
    })),
    tanks: house.tanks.map((tank, i) => ({
      ...tank,
      tempC: stateAt(inForce, schedule.tanks[i]?.tempC, nowMs, tank.tempC) + off(NOISE.tempC),
    })),
    heatPumps: house.heatPumps.map((pump, i) => {
      const k = inForce.slots.findLastIndex(({ startMs }) => startMs < nowMs);
      const powers = schedule.heatPumps[i];
      return { ...pump, previousKw: (powers?.spaceKw[k] ?? 0) + (powers?.waterKw[k] ?? 0) };
    }),
  };
}

/** Re-plans so many houses so many times, five minutes apart, each time from what the plan before led to. */
export async function measureCalm(
  solver: Solver,
  { houses, replans, wishes = {} }: { houses: number; replans: number; wishes?: HouseholdWishes },
): Promise<Calm> {
  let needless = 0;
  let refined = 0;
  let worthwhile = 0;
  let thresholdMoney = 0;
  for (let seed = 0; seed < houses; seed++) {
    let inForce: Plan | undefined;
    for (let step = 0; step <= replans; step++) {
      const nowMs = T0 + step * STEP_MS;
      const problem = houseAt(seed, nowMs, wishes, inForce);
      thresholdMoney = problem.keepUnlessGain;
      const plan = await solveHousehold(problem, {
        solver,
        nowMs,
        validHours: 2,
        planId: `${seed}-${step}`,
        previous: inForce,
      });
      const actions = plan.change?.actions ?? [];
      if (actions.length > 0 && (plan.change?.gain ?? 0) > thresholdMoney) worthwhile += 1;
      else if (actions.some(({ before, after }) => before.kind !== after.kind)) needless += 1;
      else if (actions.length > 0) refined += 1;
      inForce = plan;
    }
  }
  return { replans: houses * replans, needless, refined, worthwhile, thresholdMoney };
}
