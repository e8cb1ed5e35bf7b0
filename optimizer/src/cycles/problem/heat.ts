import { type HeatPumpConfig, MS_PER_HOUR, type TankConfig, type ZoneConfig } from "@ohmstead/contract";
import { comfortMaxTempC, freeRunningTempC } from "../../forecasts/comfort.ts";
import { copsAt } from "../../forecasts/cop.ts";
import { lowestPerSlot, spansOf } from "../../forecasts/local-spans.ts";
import { type Believable, predictedMassTempC, presentPumpKw } from "../present-states.ts";
import { type Draft, isIn, measuredOf, type Part, stateOf } from "./draft.ts";
import { expectedDrawKw, wishedMinTempC, wishedTankMinTempC } from "./presence.ts";
import { toldAs } from "./what-devices-can.ts";

/** A litre of water stores 4.187 kJ per K. */
const KWH_PER_LITRE_KELVIN = 0.001163;
/** A tank that was so near to its hygiene temperature has had it. */
const HYGIENE_SLACK_K = 0.5;
/** Below this, or below half of its least power, a heat pump stands by. */
const STANDBY_KW = 0.05;
/** What is not known to have changed has been so for a day. */
const UNKNOWN_HOURS = 24;

/** How fast a sensor in a room can follow a window or a stove, and one in a tank a full tap, K per hour; and what is noise. */
const ROOM: Believable = { min: -60, max: 120, pace: { rise: 20, fall: 20 }, slack: 1 };
const TANK: Believable = { min: -60, max: 120, pace: { rise: 120, fall: 150 }, slack: 2 };

export function zonesOf(
  draft: Draft,
  outdoorTempC: readonly number[],
  pvArrays: readonly { readonly forecastKw: readonly number[] }[],
): Part<"zones">[] {
  const { config, slots } = draft;
  return config.zones.flatMap((zone) => {
    const { id, comfort, heatLossKwPerK, heatCapacityKwhPerK } = zone;
    const tempC = stateOf(draft, `${id}.tempC`, id, ROOM);
    if (tempC === undefined) return [];
    const sunKw = slots.map((_, k) => pvArrays.reduce((sum, pv) => sum + (pv.forecastKw[k] ?? 0), 0));
    const gainsKw = sunKw.map((kw) => zone.internalGainsKw + zone.solarGainKwPerPvKw * kw);
    const physics = { tempC, heatLossKwPerK, heatCapacityKwhPerK, gainsKw };
    const wallTempC = zone.mass && presentMassTempC(draft, zone, tempC, outdoorTempC[0] ?? tempC);
    const free = freeRunningTempC(slots, { ...oneNode(zone, tempC, wallTempC), gainsKw, outdoorTempC });
    return [
      {
        id,
        ...physics,
        ...(zone.mass && wallTempC !== undefined ? { mass: { ...zone.mass, tempC: wallTempC } } : {}),
        comfortMinTempC: wishedMinTempC(draft, comfort),
        comfortMaxTempC: comfortMaxTempC(comfort.maxTempC, free),
        discomfortPricePerKelvinHour: comfort.discomfortPricePerKelvinHour,
        toldAs: toldAs(draft, zone),
        plainTempC: comfort.minTempC,
      },
    ];
  });
}

/** Nobody measures the walls: as the last plan predicted them, else where they would settle between this room and the outdoors. */
function presentMassTempC(draft: Draft, { id, mass }: ZoneConfig, tempC: number, outdoorC: number): number {
  const predicted = draft.previous && predictedMassTempC(draft.previous, id, draft.nowMs);
  if (predicted !== undefined || !mass) return predicted ?? tempC;
  const { couplingKwPerK, heatLossKwPerK } = mass;
  return (couplingKwPerK * tempC + heatLossKwPerK * outdoorC) / (couplingKwPerK + heatLossKwPerK);
}

/** The zone as one node, warm as its parts are on average: good enough to say what sun alone would make of it. */
function oneNode({ heatLossKwPerK, heatCapacityKwhPerK, mass }: ZoneConfig, tempC: number, wallTempC = tempC) {
  if (!mass) return { tempC, heatLossKwPerK, heatCapacityKwhPerK };
  const { couplingKwPerK: coupling, heatLossKwPerK: wallLoss } = mass;
  const capacity = heatCapacityKwhPerK + mass.heatCapacityKwhPerK;
  return {
    tempC: (heatCapacityKwhPerK * tempC + mass.heatCapacityKwhPerK * wallTempC) / capacity,
    heatLossKwPerK: heatLossKwPerK + (coupling * wallLoss) / (coupling + wallLoss),
    heatCapacityKwhPerK: capacity,
  };
}

export function tanksOf(draft: Draft): Part<"tanks">[] {
  const { config } = draft;
  return config.tanks.flatMap((tank) => {
    const { id, litres, heatLossKwPerK, ambientTempC, maxTempC, hardMaxTempC } = tank;
    const tempC = stateOf(draft, `${id}.tempC`, id, TANK);
    if (tempC === undefined) return [];
    return [
      {
        id,
        tempC,
        heatCapacityKwhPerK: litres * KWH_PER_LITRE_KELVIN,
        heatLossKwPerK,
        ambientTempC,
        drawKw: expectedDrawKw(draft, tank),
        minTempC: wishedTankMinTempC(draft, tank),
        maxTempC,
        hardMaxTempC,
        discomfortPricePerKelvinHour: tank.discomfortPricePerKelvinHour,
        hygiene: hygieneOf(draft, tank),
      },
    ];
  });
}

/** The next time for it that this plan reaches, unless the tank has been hot enough in it already. */
function hygieneOf(draft: Draft, { id, hygiene }: TankConfig) {
  if (!hygiene) return undefined;
  const { tempC, pricePerKelvin } = hygiene;
  const { config, nowMs, endMs } = draft;
  const wasHot = (fromMs: number): boolean =>
    measuredOf(draft, `${id}.tempC`).some((each) => each.startMs >= fromMs && each.value >= tempC - HYGIENE_SLACK_K);
  const due = spansOf(hygiene, nowMs, endMs, config.timeZone).find(
    (span) => span.untilMs <= endMs && !(span.fromMs <= nowMs && wasHot(span.fromMs)),
  );
  return due && { ...due, tempC, pricePerKelvin };
}

export function heatPumpsOf(
  draft: Draft,
  outdoorTempC: readonly number[],
  zones: readonly { readonly id: string }[],
  tanks: readonly { readonly id: string }[],
): Part<"heatPumps">[] {
  const { config, slots, nowMs, endMs } = draft;
  return config.heatPumps.flatMap((pump) => {
    const { id, maxPowerKw, minPowerKw, minRunHours, minPauseHours, startPrice, heatingLimitTempC, lagHours } = pump;
    const zoneIds = pump.zoneIds.filter((each) => isIn(zones, each));
    const tankId = isIn(tanks, pump.tankId) ? pump.tankId : undefined;
    // One that heats rooms goes on heating them, whether or not they are in the plan: without any it is left alone.
    if (zoneIds.length === 0 && (pump.zoneIds.length > 0 || tankId === undefined)) return [];
    const cops = outdoorTempC.map((tempC) => copsAt(pump, tempC));
    const byRule = pump.limits.flatMap((rule) =>
      spansOf(rule, nowMs, endMs, config.timeZone).map((span) => ({ ...span, limitKw: rule.maxPowerKw })),
    );
    const limits = [...byRule, ...quietSpans(draft, pump)];
    const presentKw = Math.min(maxPowerKw, presentPumpKw(id, draft));
    const standbyKw = Math.max(STANDBY_KW, minPowerKw / 2);
    return [
      {
        id,
        zoneIds,
        tankId,
        maxPowerKw: lowestPerSlot(slots, maxPowerKw, limits) ?? slots.map(() => maxPowerKw),
        minPowerKw,
        minRunHours,
        minPauseHours,
        startPrice,
        heatingLimitTempC,
        lagHours,
        copSpace: cops.map((cop) => cop.space),
        copWater: cops.map((cop) => cop.water),
        previousKw: presentKw < standbyKw ? 0 : presentKw,
        previousHours: hoursSinceSwitched(draft, id, standbyKw, presentKw >= standbyKw),
      },
    ];
  });
}

/** Somebody asked for quiet: as little as the compressor can do, but not nothing. */
const quietSpans = ({ overrides, nowMs }: Draft, { id, maxPowerKw, minPowerKw, quietShare }: HeatPumpConfig) =>
  overrides
    .filter(({ kind, deviceId }) => kind === "quietHours" && deviceId === id)
    .map(({ untilMs }) => ({ fromMs: nowMs, untilMs, limitKw: Math.max(minPowerKw, quietShare * maxPowerKw) }));

/** How long a heat pump has been running, or resting, by the quarter-hours that were measured. */
function hoursSinceSwitched(draft: Draft, id: string, standbyKw: number, isRunning: boolean): number {
  const power = measuredOf(draft, `${id}.powerKw`);
  const other = power.findLast((each) => each.value >= standbyKw !== isRunning);
  const [first] = power;
  if (!first) return UNKNOWN_HOURS;
  return Math.max(0, (draft.nowMs - (other?.endMs ?? first.startMs)) / MS_PER_HOUR);
}

export const boilersOf = (
  { config, slots }: Draft,
  zones: readonly { readonly id: string }[],
  tanks: readonly { readonly id: string }[],
): Part<"boilers">[] =>
  config.boilers.flatMap(({ id, maxHeatKw, fuelPricePerKwh, efficiency, ...heats }) => {
    const zoneIds = heats.zoneIds.filter((each) => isIn(zones, each));
    const tankId = isIn(tanks, heats.tankId) ? heats.tankId : undefined;
    if (zoneIds.length === 0 && tankId === undefined) return [];
    const perSlot = { maxHeatKw: slots.map(() => maxHeatKw), fuelPricePerKwh: slots.map(() => fuelPricePerKwh) };
    return [{ id, zoneIds, tankId, efficiency, ...perSlot }];
  });
