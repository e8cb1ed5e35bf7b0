import { type HouseholdProblem, MS_PER_HOUR, type Schedule, type Slot, slotEndMs } from "@ohmstead/contract";
import { findById } from "./planned-powers.ts";

type Planned = NonNullable<HouseholdProblem["previous"]>;

/** What counts as "now": slots that begin within this time. */
const NOW_HOURS = 0.25;

/** Powers that differ by no more than this, or this share, are the same action. */
const SAME_KW = 0.1;
const SAME_SHARE = 0.1;

/** Less is rest. */
const REST_KW = 0.05;

/** A storage that covers this share of what the house lacks (or stores of what it has left) follows the house. */
const FOLLOWS_SHARE = 0.3;

/** The last hundredth before empty or full. */
const SOC_SLACK = 0.01;

/** Slots whose action is decided now. */
export function slotsOfNow(slots: readonly Slot[]): number[] {
  const beginMs = slots[0]?.startMs ?? 0;
  return slots.flatMap(({ startMs }, k) => (startMs < beginMs + NOW_HOURS * MS_PER_HOUR ? [k] : []));
}

/** The slot of another plan that is under way when this one begins; undefined when it does not know that time. */
const slotAt = (slots: readonly Slot[], atMs: number): number | undefined => {
  const found = slots.findIndex((slot) => slot.startMs <= atMs && atMs < slotEndMs(slot));
  return found < 0 ? undefined : found;
};

const isSamePower = (a: number, b: number): boolean => {
  if (Math.abs(a) < REST_KW !== Math.abs(b) < REST_KW) return false;
  return Math.sign(a) === Math.sign(b) || Math.abs(a) < REST_KW
    ? Math.abs(a - b) <= Math.max(SAME_KW, SAME_SHARE * Math.max(Math.abs(a), Math.abs(b)))
    : false;
};

type StorageSchedule = Schedule["batteries"][number];

const netKw = (storage: StorageSchedule, k: number): number =>
  (storage.chargeKw[k] ?? 0) - (storage.dischargeKw[k] ?? 0);

const firstStartMs = (powerKw: readonly number[], slots: readonly Slot[]): number | undefined =>
  slots[powerKw.findIndex((kw) => kw > REST_KW)]?.startMs;

/** What a battery that serves nobody but the house would do beside everything else in the schedule: positive takes. */
export const followingKw = (
  schedule: Schedule,
  storage: StorageSchedule,
  limits: { readonly maxChargeKw: number; readonly maxDischargeKw: number },
  k: number,
): number => {
  const surplusKw =
    (schedule.exportKw[k] ?? 0) -
    (schedule.importKw[k] ?? 0) +
    (storage.chargeKw[k] ?? 0) -
    (storage.dischargeKw[k] ?? 0);
  return Math.min(Math.max(surplusKw, -limits.maxDischargeKw), limits.maxChargeKw);
};

/** It moves as the house needs it (or would, were it not empty or full), so that its power is whatever the house takes. */
function isFollowing(
  schedule: Schedule,
  storage: StorageSchedule,
  limits: {
    readonly maxChargeKw: number;
    readonly maxDischargeKw: number;
    readonly minSoc: number;
    readonly maxSoc: number;
  },
  k: number,
): boolean {
  const kw = (storage.chargeKw[k] ?? 0) - (storage.dischargeKw[k] ?? 0);
  const wantedKw = followingKw(schedule, storage, limits, k);
  if (Math.abs(kw - wantedKw) <= Math.max(SAME_KW, FOLLOWS_SHARE * Math.abs(wantedKw))) return true;
  const soc = storage.soc[k + 1] ?? 0;
  return wantedKw < 0 ? kw <= 0 && soc <= limits.minSoc + SOC_SLACK : kw >= 0 && soc >= limits.maxSoc - SOC_SLACK;
}

/** A device that does something else now than another plan had meant it to. */
export interface ChangedAction {
  readonly deviceId: string;
  /** A battery that would have followed the house. */
  readonly wasFollowing: boolean;
}

/**
 * Devices that do something else now than the previous plan had meant for now. A battery in self-use follows the house, whatever its power: forecasts of the
 * load change with every plan, the action does not. An appliance has changed when its start has.
 */
export function changedActions(problem: HouseholdProblem, schedule: Schedule, previous: Planned): ChangedAction[] {
  const pairs = slotsOfNow(problem.slots).flatMap((k) => {
    const slot = problem.slots[k];
    const before = slot && slotAt(previous.slots, slot.startMs);
    return before === undefined ? [] : [{ k, before }];
  });
  const old = previous.schedule;
  const some = (isOther: (k: number, before: number) => boolean): boolean =>
    pairs.some(({ k, before }) => isOther(k, before));
  const differs = (now: readonly number[], then: readonly number[]): boolean =>
    some((k, before) => !isSamePower(now[k] ?? 0, then[before] ?? 0));

  const storages = (["batteries", "evs"] as const).flatMap((group) =>
    problem[group].flatMap((storage): ChangedAction[] => {
      const now = findById(schedule[group], storage.id);
      const then = findById(old[group], storage.id);
      if (!now || !then) return [];
      const isOther = some((k, before) => {
        if (isSamePower(netKw(now, k), netKw(then, before))) return false;
        return !(
          group === "batteries" &&
          isFollowing(schedule, now, storage, k) &&
          isFollowing(old, then, storage, before)
        );
      });
      const wasFollowing =
        group === "batteries" && pairs.every(({ before }) => isFollowing(old, then, storage, before));
      return isOther ? [{ deviceId: storage.id, wasFollowing }] : [];
    }),
  );
  const heatPumps = problem.heatPumps.flatMap(({ id }): ChangedAction[] => {
    const [now, then] = [findById(schedule.heatPumps, id), findById(old.heatPumps, id)];
    if (!now || !then) return [];
    return differs(now.spaceKw, then.spaceKw) || differs(now.waterKw, then.waterKw)
      ? [{ deviceId: id, wasFollowing: false }]
      : [];
  });
  const boilers = problem.boilers.flatMap(({ id }): ChangedAction[] => {
    const [now, then] = [findById(schedule.boilers, id), findById(old.boilers, id)];
    if (!now || !then) return [];
    const rooms = (boiler: typeof now) =>
      boiler.waterKw.map((_, k) => boiler.zones.reduce((sum, { heatKw }) => sum + (heatKw[k] ?? 0), 0));
    return differs(rooms(now), rooms(then)) || differs(now.waterKw, then.waterKw)
      ? [{ deviceId: id, wasFollowing: false }]
      : [];
  });
  const heaters = problem.immersionHeaters.flatMap(({ id }): ChangedAction[] => {
    const [now, then] = [findById(schedule.immersionHeaters, id), findById(old.immersionHeaters, id)];
    return now && then && differs(now.powerKw, then.powerKw) ? [{ deviceId: id, wasFollowing: false }] : [];
  });
  const appliances = problem.appliances.flatMap(({ id, singleBlock, startedMs }): ChangedAction[] => {
    if (startedMs !== undefined) return [];
    const [now, then] = [findById(schedule.appliances, id), findById(old.appliances, id)];
    if (!now || !then) return [];
    const planned = firstStartMs(then.powerKw, previous.slots);
    if (!singleBlock) return differs(now.powerKw, then.powerKw) ? [{ deviceId: id, wasFollowing: false }] : [];
    return planned !== undefined && planned !== firstStartMs(now.powerKw, problem.slots)
      ? [{ deviceId: id, wasFollowing: false }]
      : [];
  });
  return [...storages, ...heatPumps, ...boilers, ...heaters, ...appliances];
}
