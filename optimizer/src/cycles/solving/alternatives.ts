import {
  type DeviceIntents,
  type HouseholdProblem,
  type IntentSegment,
  MS_PER_HOUR,
  type Schedule,
  slotEndMs,
} from "@ohmstead/contract";
import type { HouseholdModel } from "../../model/build-model.ts";
import { followPowers } from "../../model/follow-powers.ts";
import type { Powers } from "../../model/powers.ts";
import type { SwitchChoice } from "../../model/switches.ts";
import type { DeviceAlternative } from "../../plan/alternatives.ts";
import { intentAt } from "../../plan/intents.ts";
import { changeBy, cutMaker } from "./cut.ts";
import { columnsOf, heldAt, partKw } from "./device-columns.ts";
import { openedAt } from "./flip-meter.ts";
import { choiceMoves } from "./moves.ts";
import type { OpenHouse } from "./open-house.ts";
import { powersIn } from "./planned-powers.ts";
import { type Settled, type Start, costOf, settle } from "./settle.ts";

/** Segments that begin later are planned again before anyone asks. */
const AHEAD_HOURS = 6;
const MAX_SEGMENTS = 8;
/** What begins where it rested is tried for this long. */
const TRIAL_HOURS = 1;
/** Less than this on average is rest. */
const REST_KW = 0.05;
/** Other starts of an appliance that are solved at most. */
const MAX_STARTS = 4;
/** Powers closer than this are the same: the house could not do otherwise. kW. */
const SAME_KW = 1e-3;

/** Powers that a device is made to take: which device, what it heats (or charge, discharge), in which slots. */
interface Force {
  readonly deviceId: string;
  readonly part: string;
  readonly kw: number;
}

interface Target {
  readonly device: DeviceIntents;
  readonly segment: IntentSegment;
  readonly slots: readonly number[];
}

export interface PricedAlternatives {
  readonly alternatives: readonly DeviceAlternative[];
  /** An alternative that costs less than the plan: a search does not find everything. */
  readonly better: Settled | undefined;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function targetsOf(problem: HouseholdProblem, devices: readonly DeviceIntents[]): Target[] {
  const beginMs = problem.slots[0]?.startMs ?? 0;
  return devices
    .filter(({ deviceType }) => deviceType !== "pvArray")
    .flatMap((device) => device.segments.map((segment) => ({ device, segment })))
    .filter(({ segment }) => segment.startMs < beginMs + AHEAD_HOURS * MS_PER_HOUR)
    .toSorted((a, b) => a.segment.startMs - b.segment.startMs)
    .slice(0, MAX_SEGMENTS)
    .map(({ device, segment }) => ({
      device,
      segment,
      slots: problem.slots.flatMap((slot, k) =>
        slot.startMs >= segment.startMs && slotEndMs(slot) <= segment.endMs + 1 ? [k] : [],
      ),
    }));
}

/** The slots of a trial: the first of a segment, up to an hour of them. */
function trialOf(problem: HouseholdProblem, slots: readonly number[]): number[] {
  const beginMs = problem.slots[slots[0] ?? 0]?.startMs ?? 0;
  return slots.filter(
    (k, i) => i === 0 || (problem.slots[k]?.startMs ?? Infinity) < beginMs + TRIAL_HOURS * MS_PER_HOUR,
  );
}

/** The opposite of what a device does in a segment: rest where it moves (all of it), full power where it rests (for a while). */
function oppositeOf(
  problem: HouseholdProblem,
  model: HouseholdModel,
  schedule: Schedule,
  { device: { deviceId, deviceType }, slots }: Target,
): { readonly forces: readonly Force[]; readonly slots: readonly number[] } | undefined {
  const sources =
    deviceType === "zone" || deviceType === "tank"
      ? [...problem.heatPumps, ...problem.boilers].map(({ id }) => id)
      : [deviceId];
  const parts = [
    ...new Map(
      sources.flatMap((id) =>
        columnsOf(problem, model, id, slots[0] ?? 0)
          .filter(({ part }) => sources[0] === deviceId || part === deviceId)
          .map(({ part }) => [`${id}.${part}`, { deviceId: id, part }] as const),
      ),
    ).values(),
  ];
  if (parts.length === 0) return undefined;
  const hoursOf = (k: number): number => problem.slots[k]?.hours ?? 0;
  const kwh = sum(
    parts.flatMap((each) => slots.map((k) => hoursOf(k) * partKw(schedule, each.deviceId, each.part, k))),
  );
  if (kwh > REST_KW * sum(slots.map(hoursOf))) return { forces: parts.map((each) => ({ ...each, kw: 0 })), slots };
  const trial = trialOf(problem, slots);
  // Of several sources the first that can, the others as they were.
  const [first] = parts.filter((each) =>
    trial.some((k) =>
      columnsOf(problem, model, each.deviceId, k).some(
        ({ column, part }) => part === each.part && (model.lp.columnUpper[column] ?? 0) > 0,
      ),
    ),
  );
  if (!first) return undefined;
  const others = parts.filter((each) => each !== first && first.part === "charge");
  return { forces: [{ ...first, kw: Infinity }, ...others.map((each) => ({ ...each, kw: 0 }))], slots: trial };
}

/** The powers of a schedule with some of them forced; more than a device can do is cut down by the house. */
function forcedPowers(
  problem: HouseholdProblem,
  schedule: Schedule,
  forces: readonly Force[],
  slots: readonly number[],
): Powers {
  const most = (deviceId: string, k: number): number => {
    const storage = [...problem.batteries, ...problem.evs].find(({ id }) => id === deviceId);
    if (storage) return storage.maxChargeKw;
    return (
      problem.heatPumps.find(({ id }) => id === deviceId)?.maxPowerKw[k] ??
      problem.boilers.find(({ id }) => id === deviceId)?.maxHeatKw[k] ??
      problem.immersionHeaters.find(({ id }) => id === deviceId)?.powerKw ??
      0
    );
  };
  const force = (series: readonly number[], deviceId: string, part: string): number[] =>
    series.map((kw, k) => {
      if (!slots.includes(k)) return kw;
      const mine = forces.filter((each) => each.deviceId === deviceId);
      const here = mine.find((each) => each.part === part);
      if (here) return Math.min(here.kw, most(deviceId, k));
      // Full power for one leaves nothing for the others.
      return mine.some((each) => each.kw === Infinity) ? 0 : kw;
    });
  const powers = powersIn(schedule);
  const tankOf = (deviceId: string): string =>
    [...problem.heatPumps, ...problem.boilers, ...problem.immersionHeaters].find(({ id }) => id === deviceId)?.tankId ??
    "";
  const storage = <T extends Schedule["batteries"][number]>(each: T) => ({
    ...each,
    chargeKw: force(each.chargeKw, each.id, "charge"),
    dischargeKw: force(each.dischargeKw, each.id, "discharge"),
  });
  return {
    ...powers,
    batteries: schedule.batteries.map(storage),
    evs: schedule.evs.map(storage),
    heatPumps: schedule.heatPumps.map((pump) => ({
      waterKw: force(pump.waterKw, pump.id, tankOf(pump.id)),
      zones: pump.zones.map((zone) => ({ id: zone.id, powerKw: force(zone.powerKw, pump.id, zone.id) })),
    })),
    boilers: schedule.boilers.map((boiler) => ({
      waterKw: force(boiler.waterKw, boiler.id, tankOf(boiler.id)),
      zones: boiler.zones.map((zone) => ({ id: zone.id, heatKw: force(zone.heatKw, boiler.id, zone.id) })),
    })),
    immersionHeaters: schedule.immersionHeaters.map((heater) => ({
      powerKw: force(heater.powerKw, heater.id, tankOf(heater.id)),
    })),
  };
}

/** Nobody's other choice is to boil the water: no tank is heated above its wished maximum, or above what is planned anyway. */
const withWishedWater = (problem: HouseholdProblem, schedule: Schedule): HouseholdProblem => ({
  ...problem,
  tanks: problem.tanks.map((tank) => ({
    ...tank,
    hardMaxTempC: Math.max(tank.maxTempC, ...(schedule.tanks.find(({ id }) => id === tank.id)?.tempC ?? [])),
  })),
});

/** The decisions under which a device does the opposite; undefined where the house cannot. */
function oppositeStart(house: OpenHouse, settled: Settled, schedule: Schedule, target: Target): Start | undefined {
  const { problem } = house;
  const opposite = oppositeOf(problem, house.openModel(), schedule, target);
  if (!opposite) return undefined;
  const { forces, slots } = opposite;
  const lived = followPowers(withWishedWater(problem, schedule), forcedPowers(problem, schedule, forces, slots));
  const { decisions } = settled;
  const model = house.openModel();
  const held = forces.flatMap(({ deviceId, part }) =>
    slots.map((k) => ({ deviceId, part, k, kw: partKw(lived, deviceId, part, k) })),
  );
  if (held.every(({ deviceId, part, k, kw }) => Math.abs(kw - partKw(schedule, deviceId, part, k)) < SAME_KW))
    return undefined;
  return {
    meter: decisions.meter,
    fixed: decisions.fixed && openedAt(decisions.fixed, slots),
    pattern: decisions.pattern && model.patternOf(lived),
    forced: held.flatMap(({ deviceId, part, k, kw }) =>
      columnsOf(problem, model, deviceId, k)
        .filter((each) => each.part === part)
        .map(({ column }) => heldAt(model, column, kw)),
    ),
  };
}

/**
 * What the first segments' best opposites would cost more: each is forced, and everything else solved anew around it. An appliance's alternative is
 * its next best start. Segments for which the house has no other way have none.
 */
export async function priceAlternatives(
  house: OpenHouse,
  settled: Settled,
  schedule: Schedule,
  devices: readonly DeviceIntents[],
): Promise<PricedAlternatives> {
  const { problem } = house;
  const planCost = costOf(problem, settled);
  const alternatives: DeviceAlternative[] = [];
  let better: Settled | undefined;

  const priced = async (start: Start): Promise<{ other: Settled; cost: number } | undefined> => {
    const other = await settle(house, start).catch(() => undefined);
    return other && { other, cost: costOf(problem, other) };
  };
  for (const target of targetsOf(problem, devices)) {
    const { deviceId } = target.device;
    const choice = settled.model.switches.find(
      (each): each is SwitchChoice => each.kind === "choice" && each.id === `${deviceId}.start`,
    );
    const starts = choice
      ? otherStarts(problem, settled, choice, target)
      : [oppositeStart(house, settled, schedule, target)].flatMap((start) => start ?? []);
    let best: { other: Settled; cost: number } | undefined;
    for (const start of starts) {
      const next = await priced(start);
      if (next && (!best || next.cost < best.cost)) best = next;
    }
    if (!best) continue;
    if (best.cost < costOf(problem, better ?? settled)) better = best.other;
    const lived = best.other.model.schedule(best.other.answer.x);
    const { startMs } = target.segment;
    const intent = intentAt(problem, lived, deviceId, startMs);
    if (intent) alternatives.push({ deviceId, startMs, intent, extraCost: Math.max(0, best.cost - planCost) });
  }
  return { alternatives, better };
}

/** Where an appliance runs: its other starts, most promising first. Where it waits: the start that would be the first of the segment. */
function otherStarts(
  problem: HouseholdProblem,
  settled: Settled,
  choice: SwitchChoice,
  { segment, slots }: Target,
): Start[] {
  const { meter, pattern, fixed } = settled.decisions;
  const chosen = pattern?.get(choice.id);
  if (!pattern || typeof chosen !== "number") return [];
  const option = (i: number): Start => ({ meter, fixed, pattern: new Map(pattern).set(choice.id, i) });
  if (segment.intent.kind !== "on") {
    const now = choice.startSlots.findIndex((slot) => slot !== undefined && slots.includes(slot));
    return now < 0 || now === chosen ? [] : [option(now)];
  }
  const cut = cutMaker(problem, settled.model).cutOf(settled);
  return choiceMoves(choice, chosen)
    .toSorted((a, b) => (cut ? changeBy(cut, a) - changeBy(cut, b) : 0))
    .slice(0, MAX_STARTS)
    .map(({ next }) => option(next as number));
}
