import { MS_PER_HOUR } from "@ohmstead/contract";
import { addStep, emptyMeters, type Meters } from "./meters.ts";
import { restingControls } from "./old-rules.ts";
import {
  type Controls,
  type Flows,
  type HouseState,
  LONGEST_STEP_HOURS,
  startOf,
  stepHouse,
  type Surroundings,
} from "./physics/house.ts";
import type { HouseSetup } from "./physics/house-setup.ts";
import { hourOfDay, isWithinDaily, localTimeOf } from "./physics/local-time.ts";
import { seededRandom } from "./physics/random.ts";
import { type HouseInputs, interpolated, stepped, temperatureDeviation } from "./physics/surroundings.ts";
import { tapsOf } from "./physics/taps.ts";
import { readSensors, type SensorReadings } from "./sensors.ts";

/** The world around a house, the same for everyone who asks with the same seed. Time must not run backwards by more than a day. */
export interface World {
  at(startMs: number, endMs: number): Surroundings;
  importPriceAt(atMs: number): number;
  exportPriceAt(atMs: number): number;
  localTime(atMs: number): number;
}

export function createWorld(setup: HouseSetup, inputs: HouseInputs, seed: number, startMs: number): World {
  const localTime = localTimeOf(setup.timeZone);
  const spotAt = stepped(inputs.spotPrices);
  const tempAt = interpolated(inputs.outdoorTempsC);
  const loadAt = stepped(inputs.baseLoadsKw);
  const pvAt = stepped(inputs.pvKw);
  const deviationAt = temperatureDeviation(startMs, setup.outdoor, seededRandom(seed));
  const drawnBetween = tapsOf(startMs, localTime, seededRandom(seed + 1));
  const isCarHomeAt = (localMs: number): boolean => {
    const { leavesHour = 0, returnsHour = 0 } = setup.car ?? {};
    const isWeekend = [0, 6].includes(new Date(localMs).getUTCDay());
    return isWeekend || !isWithinDaily(hourOfDay(localMs), leavesHour, returnsHour);
  };
  const { importFactor, importAddPerKwh, exportFactor, exportAddPerKwh } = setup.tariff;
  return {
    at: (fromMs, untilMs) => ({
      outdoorTempC: tempAt(fromMs) + deviationAt(fromMs),
      baseLoadKw: loadAt(fromMs),
      pvPotentialKw: pvAt(fromMs),
      drawKw: drawnBetween(fromMs, untilMs),
      isCarHome: isCarHomeAt(localTime(fromMs)),
    }),
    importPriceAt: (atMs) => spotAt(atMs) * importFactor + importAddPerKwh,
    exportPriceAt: (atMs) => spotAt(atMs) * exportFactor + exportAddPerKwh,
    localTime,
  };
}

export interface House {
  nowMs(): number;
  state(): HouseState;
  controls(): Controls;
  /** Mean powers of the last step. */
  flows(): Flows;
  meters(): Meters;
  /** As the sensors show it: behind, noisy, but not yet rounded. */
  readings(): SensorReadings;
  setControls(change: Partial<Controls>): void;
  /** No grid: the house lives on its battery and its sun, without heat pump and immersion heaters. */
  setGridDown(isDown: boolean): void;
  /** Any length; lived through in steps of at most a minute that end on full minutes. */
  step(stepMs: number): void;
}

export interface HouseOptions {
  /** default: the first price */
  readonly startMs?: number;
  /** a rule that sets all knobs before every step, such as the old rules; without it they stay as they were set */
  readonly rule?: (setup: HouseSetup, localMs: number, outdoorTempC: number) => Controls;
}

/** A house to live in, in process and without waiting: the same seed, inputs and orders give the same day again. */
export function createHouse(setup: HouseSetup, inputs: HouseInputs, seed: number, options: HouseOptions = {}): House {
  const startMs = options.startMs ?? inputs.spotPrices[0]?.startMs ?? 0;
  const world = createWorld(setup, inputs, seed, startMs);
  const noise = seededRandom(seed + 2);
  const longestMs = LONGEST_STEP_HOURS * MS_PER_HOUR;
  let nowMs = startMs;
  let controls = restingControls(setup);
  let isGridDown = false;
  const outside = world.at(startMs, startMs + longestMs);
  let state = startOf(setup, controls, outside.outdoorTempC);
  // What would flow: meters that are read before the first step show a house that lives already.
  let flows = stepHouse(setup, state, controls, outside, LONGEST_STEP_HOURS).flows;
  let meters = emptyMeters(startMs);

  const stepOnce = (untilMs: number): void => {
    const surroundings = { ...world.at(nowMs, untilMs), isGridDown };
    if (options.rule) controls = options.rule(setup, world.localTime(nowMs), surroundings.outdoorTempC);
    const before = state;
    ({ state, flows } = stepHouse(setup, before, controls, surroundings, (untilMs - nowMs) / MS_PER_HOUR));
    meters = addStep(meters, setup, {
      flows,
      before,
      state,
      stepMs: untilMs - nowMs,
      localMs: world.localTime(untilMs),
      importPrice: world.importPriceAt(nowMs),
      exportPrice: world.exportPriceAt(nowMs),
    });
    nowMs = untilMs;
  };
  return {
    nowMs: () => nowMs,
    state: () => state,
    controls: () => controls,
    flows: () => flows,
    meters: () => meters,
    readings: () => readSensors(setup, state, flows, meters, isGridDown, noise),
    setControls: (change) => {
      controls = { ...controls, ...change };
    },
    setGridDown: (isDown) => {
      isGridDown = isDown;
    },
    step: (stepMs) => {
      const endMs = nowMs + stepMs;
      for (let fromMs = nowMs; fromMs < endMs; fromMs = nowMs)
        stepOnce(Math.min(endMs, (Math.floor(fromMs / longestMs) + 1) * longestMs));
    },
  };
}
