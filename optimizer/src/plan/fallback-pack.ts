import type {
  DeviceType,
  FallbackAction,
  FallbackDevice,
  FallbackPack,
  HouseholdProblem,
  Intent,
  Plan,
  PriceSlot,
  ServiceCall,
} from "@ohmstead/contract";
import { toStep } from "./intents/runs.ts";
import { plainTempC } from "./intents/zone-runs.ts";
import { sum } from "./per-slot.ts";

/** Rooms by price, kelvin above the wish: without a forecast nothing is left to chance. */
const ROOM_ABOVE_K = { cheap: 1.5, normal: 1, expensive: 0.5 } as const;
/** The same for water. */
const WATER_ABOVE_K = { cheap: 12, normal: 7, expensive: 5 } as const;
/** A room above its guard is let down to this much below the wish. */
const ROOM_BELOW_K = 1;
/** With solar panels a battery is not filled from the grid beyond this: tomorrow's sun wants room. */
const SOC_WITH_SUN = 0.7;
/** Less power than this is not worth a mode of its own. */
const LEAST_CHARGE_KW = 0.5;

/** A device as its adapter knows it. */
export interface FallbackDeviceParts {
  readonly deviceId: string;
  readonly name: string;
  readonly deviceType: DeviceType;
  readonly translate: (intent: Intent) => readonly ServiceCall[];
  readonly safeIntent: Intent;
  /**
   * A source in its own unit, and between which values it is well. What to do beyond them follows from the device
   * unless said.
   */
  readonly guard?: {
    readonly source: string;
    readonly low: number;
    readonly high: number;
    readonly whenLow?: Intent;
    readonly whenHigh?: Intent;
  };
}

export interface FallbackPackParts {
  readonly plan: Plan;
  readonly problem: HouseholdProblem;
  /** Half a day behind and all that is known ahead. */
  readonly prices: readonly PriceSlot[];
  readonly cycleMs: number;
  readonly devices: readonly FallbackDeviceParts[];
}

interface Modes {
  readonly cheap: Intent;
  readonly normal: Intent;
  readonly expensive: Intent;
  readonly whenLow: Intent;
  readonly whenHigh: Intent;
}

/**
 * All that Node-RED needs when the service falls silent: the plan's segments, rules, safe states and guards, each with
 * its calls.
 */
export function fallbackPackOf({ plan, problem, prices, cycleMs, devices }: FallbackPackParts): FallbackPack {
  return {
    formatVersion: 1,
    planId: plan.id,
    createdAtMs: plan.createdAtMs,
    planValidUntilMs: plan.validUntilMs,
    cycleMs,
    prices,
    devices: devices.map((device): FallbackDevice => {
      const action = (intent: Intent): FallbackAction => ({ intent, calls: device.translate(intent) });
      const modes = modesOf(problem, device);
      const segments = plan.devices.find(({ deviceId }) => deviceId === device.deviceId)?.segments ?? [];
      return {
        deviceId: device.deviceId,
        name: device.name,
        deviceType: device.deviceType,
        segments: segments
          .filter(({ startMs }) => startMs < plan.validUntilMs)
          .map(({ startMs, endMs, intent }) => ({ startMs, endMs, ...action(intent) })),
        rules: { cheap: action(modes.cheap), normal: action(modes.normal), expensive: action(modes.expensive) },
        safe: action(device.safeIntent),
        ...(device.guard
          ? {
              guard: {
                source: device.guard.source,
                low: device.guard.low,
                high: device.guard.high,
                whenLow: action(device.guard.whenLow ?? modes.whenLow),
                whenHigh: action(device.guard.whenHigh ?? modes.whenHigh),
              },
            }
          : {}),
      };
    }),
  };
}

const MODES: Readonly<
  Record<DeviceType, (problem: HouseholdProblem, device: FallbackDeviceParts) => Modes | undefined>
> = {
  battery: batteryModes,
  ev: evModes,
  zone: zoneModes,
  tank: tankModes,
  boiler: () => undefined,
  immersionHeater: immersionModes,
  // Nobody knows without a plan whether it has run already.
  appliance: () => undefined,
  pvArray: () => {
    const free = { kind: "free" } as const;
    return { cheap: free, normal: free, expensive: free, whenLow: free, whenHigh: free };
  },
};

/**
 * What a device does by price alone, and beyond its guard. One that the problem does not know (its state is missing) is
 * kept safe.
 */
function modesOf(problem: HouseholdProblem, device: FallbackDeviceParts): Modes {
  const safe = device.safeIntent;
  const allSafe = { cheap: safe, normal: safe, expensive: safe, whenLow: safe, whenHigh: safe };
  return MODES[device.deviceType](problem, device) ?? allSafe;
}

/** What the connection surely leaves for each battery and car while everything else in the house is on, kW. */
function spareKw(problem: HouseholdProblem): number {
  const limitsKw = [
    problem.site.importLimitKw ?? Number.POSITIVE_INFINITY,
    ...(problem.site.importLimitPerSlotKw ?? []),
  ];
  const othersKw =
    Math.max(...problem.baseLoadKw) +
    sum(problem.heatPumps.map((pump) => Math.max(...pump.maxPowerKw))) +
    sum([...problem.immersionHeaters, ...problem.appliances].map(({ powerKw }) => powerKw));
  return (Math.min(...limitsKw) - othersKw) / (problem.batteries.length + problem.evs.length);
}

/** Charges in the cheap quarter as far as the connection surely allows; otherwise serves the house. */
function batteryModes(problem: HouseholdProblem, { deviceId }: FallbackDeviceParts): Modes | undefined {
  const battery = problem.batteries.find((each) => each.id === deviceId);
  if (!battery) return undefined;
  const lowestKw = Math.max(LEAST_CHARGE_KW, battery.minChargeKw, battery.minGridChargeKw);
  const kw = toStep(Math.min(battery.maxChargeKw, spareKw(problem)), 0.1, Math.floor);
  const hasSun = problem.pvArrays.length > 0;
  const untilSoc = hasSun ? battery.minSoc + SOC_WITH_SUN * (battery.maxSoc - battery.minSoc) : battery.maxSoc;
  const selfUse = { kind: "selfUse" } as const;
  return {
    cheap:
      battery.mayChargeFromGrid && kw >= lowestKw ? { kind: "charge", kw, untilSoc: toStep(untilSoc, 0.01) } : selfUse,
    normal: selfUse,
    expensive: selfUse,
    whenLow: { kind: "hold" },
    whenHigh: selfUse,
  };
}

/**
 * A car that must be ready is charged up to its highest goal at any price but the dearest, one without a goal in the cheap
 * quarter only; never faster than the connection surely allows.
 */
function evModes(problem: HouseholdProblem, { deviceId }: FallbackDeviceParts): Modes | undefined {
  const ev = problem.evs.find((each) => each.id === deviceId);
  if (!ev) return undefined;
  const kw = toStep(Math.min(ev.maxChargeKw, spareKw(problem)), 0.1, Math.floor);
  const stop = { kind: "stop" } as const;
  if (!ev.mayChargeFromGrid || kw < Math.max(LEAST_CHARGE_KW, ev.minChargeKw, ev.minGridChargeKw))
    return { cheap: stop, normal: stop, expensive: stop, whenLow: stop, whenHigh: stop };
  const charge = (untilSoc: number): Intent => ({ kind: "charge", kw, untilSoc: toStep(untilSoc, 0.01) });
  const goalSoc = Math.max(0, ...ev.goals.map(({ soc }) => soc));
  return {
    cheap: charge(ev.maxSoc),
    normal: goalSoc > 0 ? charge(goalSoc) : stop,
    expensive: stop,
    whenLow: charge(Math.max(goalSoc, ev.minSoc)),
    whenHigh: stop,
  };
}

/** The day's comfort at every hour: the rules know no night. */
function zoneModes(problem: HouseholdProblem, { deviceId }: FallbackDeviceParts): Modes | undefined {
  const zone = problem.zones.find((each) => each.id === deviceId);
  if (!zone) return undefined;
  const wishC = Math.max(...zone.comfortMinTempC);
  const highestC = Math.max(wishC, Math.min(...zone.comfortMaxTempC));
  if (zone.toldAs === "level") return LEVELS;
  const wish = (aboveK: number): Intent => {
    const tempC = Math.min(wishC + aboveK, highestC);
    return zone.toldAs === "offset"
      ? { kind: "offset", offsetK: toStep(tempC - plainTempC(zone), 0.1) }
      : { kind: "setpoint", tempC };
  };
  return {
    cheap: wish(ROOM_ABOVE_K.cheap),
    normal: wish(ROOM_ABOVE_K.normal),
    expensive: wish(ROOM_ABOVE_K.expensive),
    whenLow: wish(ROOM_ABOVE_K.normal),
    whenHigh: wish(-ROOM_BELOW_K),
  };
}

/** A heat pump with levels heats by its own curve; nobody counts the hours of a block. */
const LEVELS: Modes = {
  cheap: { kind: "level", level: "mid" },
  normal: { kind: "level", level: "low" },
  expensive: { kind: "level", level: "low" },
  whenLow: { kind: "level", level: "mid" },
  whenHigh: { kind: "level", level: "low" },
};

/** The tank's own thermostat does the work; only its target follows the price. */
function tankModes(problem: HouseholdProblem, { deviceId }: FallbackDeviceParts): Modes | undefined {
  const tank = problem.tanks.find((each) => each.id === deviceId);
  if (!tank) return undefined;
  const wishC = Math.max(...tank.minTempC);
  const heatTo = (aboveK: number) => ({
    kind: "heatTo" as const,
    tempC: Math.floor(Math.min(wishC + aboveK, tank.maxTempC)),
  });
  return {
    cheap: heatTo(WATER_ABOVE_K.cheap),
    normal: heatTo(WATER_ABOVE_K.normal),
    expensive: heatTo(WATER_ABOVE_K.expensive),
    whenLow: heatTo(WATER_ABOVE_K.normal),
    whenHigh: { kind: "idle" },
  };
}

/**
 * Off beside a heat pump or boiler. Alone, on in the cheap quarter, but only under the eye of a guard: a relay has no thermostat.
 */
function immersionModes(problem: HouseholdProblem, device: FallbackDeviceParts): Modes | undefined {
  const heater = problem.immersionHeaters.find((each) => each.id === device.deviceId);
  if (!heater) return undefined;
  const isAlone = ![...problem.heatPumps, ...problem.boilers].some(({ tankId }) => tankId === heater.tankId);
  const [on, off] = [{ kind: "on" } as const, { kind: "off" } as const];
  return {
    cheap: isAlone && device.guard ? on : off,
    normal: off,
    expensive: off,
    whenLow: on,
    whenHigh: off,
  };
}
