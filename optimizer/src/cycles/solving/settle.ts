import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { SolverError } from "../../domain/errors.ts";
import { priceSchedule } from "../../plan/price-schedule.ts";
import type { Decisions, OpenHouse, Solved } from "./open-house.ts";

/** Fixing directions may show another slot that wants both; after this many solves the rest is netted out. */
const MAX_RUNS = 4;

/** Where a run of solves sets out from. */
export interface Start extends Decisions {
  /** Its directions are taken where there is a choice: the guide itself then stays possible. */
  readonly guide?: Schedule;
}

/** An optimum whose directions are settled. */
export interface Settled extends Solved {
  readonly decisions: Decisions;
  /** Directions had to be fixed: of several ways to do so another may be cheaper. */
  readonly wasFixed: boolean;
  readonly hadTemptingPrices: boolean;
  /** The programme's prices and directions are those of the house; false when time, or the number of runs, ran out. */
  readonly isFinal: boolean;
  /** All that this way can give. */
  readonly isFinished: boolean;
}

/**
 * Mostly one programme. Where it wants both directions at once (export above import price, prices deep below zero, a battery that must not trade
 * with the grid), directions are fixed and it is solved again from where it ended.
 */
export async function settle(house: OpenHouse, { guide, ...start }: Start): Promise<Settled> {
  let decisions: Decisions = start;
  let best: Settled | undefined;
  for (let run = 1; run <= MAX_RUNS; run++) {
    let solved: Solved;
    try {
      solved = await house.solve(decisions);
    } catch (error) {
      // A first answer is a whole plan already, only not the very best.
      if (best) return { ...best, isFinished: false };
      throw error;
    }
    const next = solved.model.directionsToFix(solved.answer.x, guide);
    const directions = decisions.fixed ?? next;
    best = {
      ...solved,
      decisions,
      wasFixed: directions !== undefined,
      hadTemptingPrices: directions?.grid.some((direction) => direction !== undefined) ?? false,
      isFinal: next === undefined,
      isFinished: true,
    };
    if (!next) return best;
    decisions = { ...decisions, fixed: next };
  }
  if (!best) throw new SolverError("no run was made");
  return best;
}

/** What it costs: as the programme says where it is the house's own, else as the house would live it. Currency. */
export const costOf = (problem: HouseholdProblem, { model, answer, isFinal }: Settled): number =>
  isFinal ? model.objectiveMoney(answer.x) : priceSchedule(problem, model.schedule(answer.x)).total;
