import { setTimeout as wait } from "node:timers/promises";
import { type HomeConfig, type Plan, slotEndMs } from "@ohmstead/contract";
import type { Logger } from "pino";
import type { Solver } from "../../solver/solver.ts";
import type { Store } from "../../store/store.ts";
import { type ApplianceDeps, createAppliance, type RunningAppliance } from "../run-appliance.ts";

/** Real time for which a plan is waited. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 5;

export interface ApplianceByHand {
  readonly appliance: RunningAppliance;
  readonly nowMs: () => number;
  /** It is that time: whoever sleeps is woken, and the plan of then is waited for. */
  readonly passTo: (ms: number) => Promise<Plan>;
}

/** A home's appliance without devices, on a clock that the test moves. Not started yet. */
export function applianceByHand(home: {
  readonly config: HomeConfig;
  readonly store: Store;
  /** Goes on after the appliance has stopped. */
  readonly solver: Solver;
  readonly sources: ApplianceDeps["sources"];
  readonly startMs: number;
  readonly logger: Logger;
}): ApplianceByHand {
  const { config, store, solver, sources } = home;
  let nowMs = home.startMs;
  let sleepers: (() => void)[] = [];
  const appliance = createAppliance({
    config,
    store,
    solver: { ...solver, stop: async () => {} },
    devices: new Map(),
    sources,
    clock: {
      nowMs: () => nowMs,
      sleep: (_, signal) =>
        new Promise((wake) => {
          sleepers.push(wake);
          signal?.addEventListener("abort", () => wake());
        }),
    },
    speed: 1,
    logger: home.logger,
    version: "test",
  });
  return {
    appliance,
    nowMs: () => nowMs,
    passTo: async (ms) => {
      nowMs = ms;
      for (const wake of sleepers.splice(0)) wake();
      const untilMs = performance.now() + PATIENCE_MS;
      for (;;) {
        const plan = appliance.plan();
        if (plan?.createdAtMs === nowMs) return plan;
        if (performance.now() > untilMs) throw new Error(`there is no plan of ${new Date(nowMs).toISOString()}`);
        await wait(LOOK_EVERY_MS);
      }
    },
  };
}

/** On what a series rests, stretch by stretch. Throws unless they are every slot of the plan, once, without gap or overlap. */
export function restsOf({ restsOn = [], slots }: Plan, series: string): NonNullable<Plan["restsOn"]> {
  const stretches = restsOn.filter((each) => each.series === series);
  const endMs = Math.max(...slots.map(slotEndMs));
  let fromMs = slots[0]?.startMs;
  for (const each of stretches) {
    if (each.fromMs !== fromMs) throw new Error(`${series} rests on nothing, or on two, at ${fromMs}`);
    fromMs = each.untilMs;
  }
  if (fromMs !== endMs) throw new Error(`${series} rests on nothing from ${fromMs} to ${endMs}`);
  return stretches;
}
