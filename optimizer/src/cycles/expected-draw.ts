import { type HomeConfig, MS_PER_HOUR, type TankConfig } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";
import type { LoadProfile } from "../forecasts/base-load.ts";
import { copsAt } from "../forecasts/cop.ts";
import { tapShare } from "../forecasts/hot-water.ts";
import { hotWaterDraw, type TankFacts } from "../learning/hot-water-draw.ts";
import { learnLoadProfile } from "../learning/load-profile.ts";
import { householdClock } from "./expected-load.ts";

/** A litre of water stores 4.187 kJ per K. */
const KWH_PER_LITRE_KELVIN = 0.001163;
const LEARN_EVERY_MS = MS_PER_HOUR;
/** A heat pump that also heats rooms heats the tank while the tank takes at least this share of what it could give. */
const TAKES_SHARE = 0.25;
/** Below this it stands by. */
const STANDBY_KW = 0.05;

/** Means of quarter-hours by signal id, oldest first. */
export type Means = ReadonlyMap<string, readonly Stretch[]>;

export interface DrawInputs {
  readonly means: Means;
  readonly nowMs: number;
}

export interface DrawExpectation {
  /** What is usually drawn of each tank, kW of heat; the preset where nothing can be told from its readings. */
  at(inputs: DrawInputs): ReadonlyMap<string, LoadProfile>;
}

export const tankFacts = ({ litres, heatLossKwPerK, ambientTempC }: TankConfig): TankFacts => ({
  heatCapacityKwhPerK: litres * KWH_PER_LITRE_KELVIN,
  heatLossKwPerK,
  ambientTempC,
});

const byStart = (series: readonly Stretch[] | undefined): ReadonlyMap<number, Stretch> =>
  new Map((series ?? []).map((each) => [each.startMs, each]));

/**
 * Heat that went into a tank, kW, for each quarter-hour in which it can be told: not where a boiler heats it, a heater is not measured, or
 * the COP of a running heat pump is not known for want of an outdoor temperature.
 */
export function tankHeat(config: HomeConfig, tank: TankConfig, means: Means): Stretch[] {
  const heaters = config.immersionHeaters.filter(({ tankId }) => tankId === tank.id);
  const pumps = config.heatPumps.filter(({ tankId }) => tankId === tank.id);
  if (config.boilers.some(({ tankId }) => tankId === tank.id)) return [];
  const outdoor = byStart(means.get("outdoor.tempC"));
  const temps = byStart(means.get(`${tank.id}.tempC`));
  const powers = [...heaters, ...pumps].map(({ id }) => [id, byStart(means.get(`${id}.powerKw`))] as const);
  const powerOf = new Map(powers);
  const { heatCapacityKwhPerK, heatLossKwPerK, ambientTempC } = tankFacts(tank);
  return [...temps.values()].flatMap(({ startMs, endMs, value }): Stretch[] => {
    let heatKw = 0;
    for (const { id } of heaters) {
      const power = powerOf.get(id)?.get(startMs);
      if (!power) return [];
      heatKw += power.value;
    }
    for (const pump of pumps) {
      const power = powerOf.get(pump.id)?.get(startMs);
      if (!power) return [];
      if (power.value < STANDBY_KW) continue;
      const outdoorC = outdoor.get(startMs)?.value;
      if (outdoorC === undefined) return [];
      const couldGiveKw = power.value * copsAt(pump, outdoorC).water;
      if (pump.zoneIds.length === 0) heatKw += couldGiveKw;
      else {
        const [before, after] = [temps.get(startMs - (endMs - startMs)), temps.get(endMs)];
        if (!before || !after) return [];
        const hours = (after.startMs - before.startMs) / MS_PER_HOUR;
        const risingKw = (heatCapacityKwhPerK * (after.value - before.value)) / hours;
        const takenKw = risingKw + heatLossKwPerK * (value - ambientTempC) - heatKw;
        if (takenKw >= TAKES_SHARE * couldGiveKw) heatKw += couldGiveKw;
      }
    }
    return [{ startMs, endMs, value: heatKw }];
  });
}

export function learnDraws(config: HomeConfig, { means, nowMs }: DrawInputs): ReadonlyMap<string, LoadProfile> {
  const clock = householdClock(config);
  return new Map(
    config.tanks.map((tank) => {
      const heatKw = tankHeat(config, tank, means);
      return [
        tank.id,
        learnLoadProfile({
          history: hotWaterDraw(tankFacts(tank), means.get(`${tank.id}.tempC`) ?? [], heatKw),
          untilMs: nowMs,
          clock,
          preset: { share: tapShare, meanKw: tank.dailyDrawKwh / 24 },
        }),
      ];
    }),
  );
}

/** Learned once an hour. */
export function createDrawExpectation(config: HomeConfig): DrawExpectation {
  let learned: { readonly hour: number; readonly profiles: ReadonlyMap<string, LoadProfile> } | undefined;
  return {
    at: (inputs) => {
      const hour = Math.floor(inputs.nowMs / LEARN_EVERY_MS);
      if (learned?.hour !== hour) learned = { hour, profiles: learnDraws(config, inputs) };
      return learned.profiles;
    },
  };
}
