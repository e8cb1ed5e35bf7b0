import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Controls } from "./physics/house.ts";
import type { HouseSetup } from "./physics/house-setup.ts";
import { hourOfDay, isWithinDaily } from "./physics/local-time.ts";

/** The thermostat stands half a kelvin above the least that is comfortable. */
const THERMOSTAT_MARGIN_K = 0.5;
/** The tank's own thermostat: on at 50, off at 55. */
const TANK_TARGET_C = 55;

/** What a house does when nobody plans: every knob as its installer left it. */
export const restingControls = (setup: HouseSetup): Controls => ({
  batteryMode: "self_use",
  batteryChargeKw: setup.battery.maxPowerKw,
  batteryDischargeKw: setup.battery.maxPowerKw,
  batteryTargetSoc: 1,
  batteryFloorSoc: setup.battery.selfUseMinSoc,
  pvLimitKw: setup.pvPeakKw,
  heatingOn: true,
  roomSetpointC: setup.comfort.minTempC + THERMOSTAT_MARGIN_K,
  waterOn: true,
  tankTargetC: TANK_TARGET_C,
  upperElementOn: false,
  lowerElementOn: false,
  // A car that nobody plans for charges as soon as it is there.
  carOn: setup.car !== undefined,
  carCurrentA: setup.car?.maxCurrentA ?? 0,
});

/** A programmable thermostat warms up ahead of the morning, the longer the colder it is. */
const warmUpHours = (outdoorTempC: number): number => Math.min(4, Math.max(0.5, 0.5 + 0.13 * (5 - outdoorTempC)));

/**
 * The same house under its old rules: thermostat with night setback, tank on its own thermostat, battery in self-use, PV free,
 * immersion heaters off. It is what savings are measured against, so it keeps comfort as well as a sensible owner would.
 */
export function oldRules(setup: HouseSetup, localMs: number, outdoorTempC: number): Controls {
  const { nightFromHour, nightUntilHour, nightMinTempC } = setup.comfort;
  const resting = restingControls(setup);
  const hour = hourOfDay(localMs);
  const isNight =
    isWithinDaily(hour, nightFromHour, nightUntilHour) &&
    isWithinDaily(hourOfDay(localMs + warmUpHours(outdoorTempC) * MS_PER_HOUR), nightFromHour, nightUntilHour);
  return isNight ? { ...resting, roomSetpointC: nightMinTempC + THERMOSTAT_MARGIN_K } : resting;
}
