import type { HouseholdProblem, MissedLimit, Schedule } from "@ohmstead/contract";
import { canRunLater, hoursNotRun } from "./appliance-runs.ts";
import { hygieneShortfallK } from "./money/comfort.ts";
import { demandShortfallKw } from "./money/storages.ts";
import { valueAt, withId } from "./per-slot.ts";
import { type StorageProblem, storageFlowsOf, storagesOf } from "./storage.ts";
import { exportLimitKw, goalSlot, hygieneSlots, importLimitKw, tankWish, zoneWish } from "./wishes.ts";

/** Less than this is not worth a word. */
const THRESHOLD = { K: 0.05, share: 0.005, kW: 0.01, h: 0.01 } as const;
/** People set a goal for their car to the percent. */
const GOAL_THRESHOLD = 0.002;

type Unit = keyof typeof THRESHOLD;

/** Where a wish is missed by how much: the slot dates it. */
interface Miss {
  readonly slot: number;
  readonly amount: number;
}

/**
 * The wishes that a schedule does not meet, each with its worst slot. States are judged at the slot's end, and as they are now, against the
 * wish of the first slot. Wishes raised by an override count as raised. Subjects are `<device>.<limit>`, `site.importLimitKw`,
 * `site.exportLimitKw`.
 */
export function missedLimits(problem: HouseholdProblem, schedule: Schedule): MissedLimit[] {
  const worst = (
    subject: string,
    unit: Unit,
    misses: readonly Miss[],
    threshold: number = THRESHOLD[unit],
  ): MissedLimit[] =>
    misses
      .filter(({ amount }) => amount > threshold)
      .toSorted((a, b) => b.amount - a.amount || a.slot - b.slot)
      .slice(0, 1)
      .map(({ slot, amount }) => ({ subject, startMs: problem.slots[slot]?.startMs ?? 0, amount, unit }));
  const perSlot = (amount: (slot: number) => number): Miss[] =>
    problem.slots.map((_, slot) => ({ slot, amount: amount(slot) }));
  /** At the end of each slot, and now. */
  const perBorder = (states: readonly number[], amount: (state: number, slot: number) => number): Miss[] => [
    { slot: 0, amount: amount(valueAt(states, 0), 0) },
    ...perSlot((slot) => amount(valueAt(states, slot + 1), slot)),
  ];

  const ofStorage = (storage: StorageProblem): MissedLimit[] => {
    const { id, minSoc, maxSoc, reserveSoc = 0 } = storage;
    const { soc, chargeKw } = withId(storageFlowsOf(schedule), id);
    const goals = storage.goals.flatMap((goal): Miss[] => {
      const slot = goalSlot(problem, goal.atMs);
      return slot === undefined ? [] : [{ slot, amount: goal.soc - valueAt(soc, slot + 1) }];
    });
    const demand = perSlot((k) => demandShortfallKw(problem, storage, chargeKw, k));
    return [
      ...worst(
        `${id}.minSoc`,
        "share",
        perBorder(soc, (state) => minSoc - state),
      ),
      ...worst(
        `${id}.maxSoc`,
        "share",
        perBorder(soc, (state) => state - maxSoc),
      ),
      ...worst(
        `${id}.reserveSoc`,
        "share",
        perSlot((k) => reserveSoc - valueAt(soc, k + 1)),
      ),
      ...worst(`${id}.goal`, "share", goals, GOAL_THRESHOLD),
      ...worst(`${id}.demandKw`, "kW", demand),
    ];
  };

  return [
    ...problem.zones.flatMap((zone) => {
      const { tempC } = withId(schedule.zones, zone.id);
      const wish = (k: number) => zoneWish(problem, zone, k);
      return [
        ...worst(
          `${zone.id}.comfortMinTempC`,
          "K",
          perBorder(tempC, (state, k) => wish(k).minTempC - state),
        ),
        ...worst(
          `${zone.id}.comfortMaxTempC`,
          "K",
          perBorder(tempC, (state, k) => state - wish(k).maxTempC),
        ),
      ];
    }),
    ...problem.tanks.flatMap((tank) => {
      const { tempC } = withId(schedule.tanks, tank.id);
      const wish = (k: number) => tankWish(problem, tank, k);
      const slot = hygieneSlots(problem, tank).at(-1) ?? 0;
      return [
        ...worst(
          `${tank.id}.minTempC`,
          "K",
          perBorder(tempC, (state, k) => wish(k).minTempC - state),
        ),
        ...worst(
          `${tank.id}.maxTempC`,
          "K",
          perBorder(tempC, (state, k) => state - wish(k).maxTempC),
        ),
        ...worst(`${tank.id}.hygiene`, "K", [{ slot, amount: hygieneShortfallK(problem, tank, tempC) }]),
      ];
    }),
    ...storagesOf(problem).flatMap(ofStorage),
    ...problem.appliances.flatMap((appliance) => {
      if (canRunLater(appliance, problem)) return [];
      const { powerKw } = withId(schedule.appliances, appliance.id);
      // Dated where its window opens, or now.
      const opens = problem.slots.findLastIndex(({ startMs }) => startMs <= appliance.window.fromMs);
      const miss = { slot: Math.max(0, opens), amount: hoursNotRun(appliance, problem, powerKw) };
      return worst(`${appliance.id}.window`, "h", [miss]);
    }),
    ...worst(
      "site.importLimitKw",
      "kW",
      perSlot((k) => valueAt(schedule.importKw, k) - importLimitKw(problem, k)),
    ),
    ...worst(
      "site.exportLimitKw",
      "kW",
      perSlot((k) => valueAt(schedule.exportKw, k) - exportLimitKw(problem, k)),
    ),
  ];
}
