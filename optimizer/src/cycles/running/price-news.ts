import { randomUUID } from "node:crypto";
import type { HomeConfig, HouseholdProblem, Plan, PriceSlot } from "@ohmstead/contract";
import type { Logger } from "pino";
import { HOUSE } from "../../commands/audit.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Store } from "../../store/store.ts";
import { atPricesBefore, priceChangeBetween, spokenPriceChange, worthOfChange } from "../price-change.ts";
import { solveHousehold } from "../solve-household.ts";
import type { SolvingEngine } from "../solving/open-house.ts";
import type { Listeners } from "./listeners.ts";

export interface PriceNews {
  /** Never rejects. */
  onPlan(planned: Plan, problem: HouseholdProblem, prices: readonly PriceSlot[]): Promise<void>;
}

/** What has changed since the plan before, and what that is worth: by the plan that the prices before would have given. */
export function createPriceNews(deps: {
  readonly config: HomeConfig;
  readonly deviations: Pick<Store["deviations"], "add">;
  readonly solver: SolvingEngine;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
  readonly listeners: Pick<Listeners, "publish">;
  readonly stopping: AbortSignal;
}): PriceNews {
  const { config, deviations, solver, clock, logger, listeners, stopping } = deps;
  /** Those of the plan in force. */
  let plannedPrices: readonly PriceSlot[] | undefined;
  return {
    onPlan: async (planned, problem, prices) => {
      const before = plannedPrices;
      plannedPrices = prices;
      const change =
        before && priceChangeBetween(before, prices, { nowMs: planned.createdAtMs, currency: config.currency });
      if (!change) return;
      const earlier = atPricesBefore(problem, before);
      try {
        const asBefore = await solveHousehold(earlier, {
          solver,
          nowMs: planned.createdAtMs,
          validHours: config.planning.validHours,
          planId: randomUUID(),
          timeLimitMs: config.planning.timeLimitS * 1000,
        });
        const worth = worthOfChange({ problem, before: earlier, planned, asBefore });
        const message = spokenPriceChange(change, worth, config);
        const atMs = Math.round(clock.nowMs());
        // An alert reaches only who listens; tomorrow somebody may ask.
        deviations.add({ deviceId: HOUSE, kind: "prices", atMs, detail: message });
        listeners.publish({ type: "alert", level: "info", message, atMs, about: "prices" });
      } catch (error) {
        if (!stopping.aborted) logger.warn({ err: error }, "what the change of prices is worth could not be found");
      }
    },
  };
}
