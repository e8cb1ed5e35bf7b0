import type { HeatPumpSetup, TankSetup } from "./house-setup.ts";

export type HeatPumpActivity = "off" | "space" | "water" | "defrost";

export interface HeatPumpState {
  readonly activity: HeatPumpActivity;
  /** minutes since the compressor last started or stopped */
  readonly sinceMinutes: number;
  /** 0 clear … 1 must be thawed */
  readonly frost: number;
  readonly defrostLeftMinutes: number;
  /** the thermostats' memory between their switching points */
  readonly isSpaceCalled: boolean;
  readonly isWaterCalled: boolean;
  /** the tank target the last decision was about: a new one is judged afresh */
  readonly seenTankTargetC: number;
}

export interface HeatPumpInput {
  readonly outdoorTempC: number;
  /** as the thermostats feel it */
  readonly roomTempC: number;
  readonly tankTempC: number;
  readonly radiatorTempC: number;
  readonly coilTempC: number;
  readonly heatingOn: boolean;
  readonly roomSetpointC: number;
  readonly waterOn: boolean;
  readonly tankTargetC: number;
}

export interface HeatPumpStep {
  readonly state: HeatPumpState;
  readonly powerKw: number;
  readonly spaceHeatKw: number;
  readonly waterHeatKw: number;
  readonly cop: number;
}

const KELVIN = 273.15;
const SPACE_STOP_SHARE = 0; // the call ends where the curve, corrected by the room, asks for nothing
const NEW_TARGET_GAP_K = 0.5;
const WARM_ENOUGH_K = 0.5;
/** Hot water ends a little early: the sensor lags, and the coil goes on giving for a while. */
const STOP_BEFORE_TARGET_K = 0.2;

export const idleHeatPump: HeatPumpState = {
  activity: "off",
  sinceMinutes: 60,
  frost: 0,
  defrostLeftMinutes: 0,
  isSpaceCalled: false,
  isWaterCalled: false,
  seenTankTargetC: Number.NaN,
};

/** A fixed share of Carnot between flow and outdoor air, with the differences over the heat exchangers in between. */
export function copOf(setup: HeatPumpSetup, exergyShare: number, outdoorTempC: number, flowTempC: number): number {
  const liftK = Math.max(5, flowTempC - outdoorTempC) + setup.internalDifferenceK;
  return Math.min(setup.maxCop, (exergyShare * (flowTempC + KELVIN)) / liftK);
}

/** More output needs a warmer flow, which lowers the COP, which lowers the output: three rounds settle it within 1 %. */
function heatFrom(
  setup: HeatPumpSetup,
  powerKw: number,
  outdoorTempC: number,
  sink: { readonly tempC: number; readonly kwPerK: number; readonly exergyShare: number },
): { heatKw: number; cop: number } {
  let cop = copOf(setup, sink.exergyShare, outdoorTempC, sink.tempC + 5);
  for (let round = 0; round < 3; round++)
    cop = copOf(setup, sink.exergyShare, outdoorTempC, sink.tempC + (powerKw * cop) / sink.kwPerK);
  return { heatKw: powerKw * cop, cop };
}

export const spaceHeat = (setup: HeatPumpSetup, powerKw: number, outdoorTempC: number, radiatorTempC: number) =>
  heatFrom(setup, powerKw, outdoorTempC, {
    tempC: radiatorTempC,
    kwPerK: setup.heatingWaterKwPerK,
    exergyShare: setup.spaceExergyShare,
  });

export const waterHeat = (setup: HeatPumpSetup, powerKw: number, outdoorTempC: number, coilTempC: number) =>
  heatFrom(setup, powerKw, outdoorTempC, {
    tempC: coilTempC,
    kwPerK: setup.coilKwPerK,
    exergyShare: setup.waterExergyShare,
  });

/** Share of full power: what the heating curve says for this set-point, corrected by the room. */
function wantedSpaceShare(setup: HeatPumpSetup, input: HeatPumpInput): number {
  const curveKw = Math.max(0, setup.curveLossKwPerK * (input.roomSetpointC - input.outdoorTempC) - setup.curveGainsKw);
  const cop = copOf(
    setup,
    setup.spaceExergyShare,
    input.outdoorTempC,
    input.roomSetpointC + curveKw * setup.curveFlowKPerKw,
  );
  return curveKw / cop / setup.maxPowerKw + setup.roomInfluencePerK * (input.roomSetpointC - input.roomTempC);
}

function isWaterCalled(tank: TankSetup, state: HeatPumpState, input: HeatPumpInput): boolean {
  if (!input.waterOn || input.tankTempC >= input.tankTargetC - STOP_BEFORE_TARGET_K) return false;
  if (input.tankTargetC !== state.seenTankTargetC) return input.tankTempC < input.tankTargetC - NEW_TARGET_GAP_K;
  return state.isWaterCalled || input.tankTempC <= input.tankTargetC - tank.thermostatBandK;
}

function frostPerMinute(setup: HeatPumpSetup, outdoorTempC: number, share: number): number {
  const { fromTempC, untilTempC, everyMinutes } = setup.defrost;
  return outdoorTempC >= fromTempC && outdoorTempC <= untilTempC ? share / everyMinutes : 0;
}

/**
 * One compressor for two jobs: hot water first, then space heat at the power the curve asks for, never below minimum modulation,
 * with minimum run and pause, and thawing of the evaporator in damp frost, during which nobody gets heat.
 */
export function stepHeatPump(
  setup: HeatPumpSetup,
  tank: TankSetup,
  state: HeatPumpState,
  input: HeatPumpInput,
  hours: number,
): HeatPumpStep {
  const minutes = hours * 60;
  const share = wantedSpaceShare(setup, input);
  const calls = {
    isWaterCalled: isWaterCalled(tank, state, input),
    isSpaceCalled: input.heatingOn && (state.isSpaceCalled ? share > SPACE_STOP_SHARE : share >= setup.minShare),
    seenTankTargetC: input.tankTargetC,
  };
  const activity = nextActivity(setup, state, calls, input);
  const wasRunning = state.activity !== "off";
  const isRunning = activity !== "off";
  const sinceMinutes = (wasRunning === isRunning ? state.sinceMinutes : 0) + minutes;
  const runs = { ...calls, activity, sinceMinutes };

  if (activity === "off") return step({ ...runs, frost: state.frost, defrostLeftMinutes: 0 }, setup.standbyKw, 0, 0, 0);
  if (activity === "defrost") {
    const begun = state.activity === "defrost" ? state.defrostLeftMinutes : setup.defrost.minutes;
    const left = Math.max(0, begun - minutes);
    const powerKw = setup.defrost.powerShare * setup.maxPowerKw;
    return step({ ...runs, frost: left > 0 ? state.frost : 0, defrostLeftMinutes: left }, powerKw, 0, 0, 0);
  }
  const spaceShare = Math.min(1, Math.max(setup.minShare, input.heatingOn ? share : 0));
  const waterShare = calls.isWaterCalled ? setup.waterPowerShare : setup.minShare;
  const powerShare = activity === "water" ? waterShare : spaceShare;
  const powerKw = powerShare * setup.maxPowerKw;
  const frost = state.frost + minutes * frostPerMinute(setup, input.outdoorTempC, powerShare);
  const next = { ...runs, frost, defrostLeftMinutes: 0 };
  if (activity === "water") {
    const { heatKw, cop } = waterHeat(setup, powerKw, input.outdoorTempC, input.coilTempC);
    return step(next, powerKw, 0, heatKw, cop);
  }
  const { heatKw, cop } = spaceHeat(setup, powerKw, input.outdoorTempC, input.radiatorTempC);
  return step(next, powerKw, heatKw, 0, cop);
}

const step = (
  state: HeatPumpState,
  powerKw: number,
  spaceHeatKw: number,
  waterHeatKw: number,
  cop: number,
): HeatPumpStep => ({ state, powerKw, spaceHeatKw, waterHeatKw, cop });

function nextActivity(
  setup: HeatPumpSetup,
  state: HeatPumpState,
  calls: { readonly isWaterCalled: boolean; readonly isSpaceCalled: boolean },
  input: HeatPumpInput,
): HeatPumpActivity {
  const isRunning = state.activity !== "off";
  if (state.activity === "defrost" && state.defrostLeftMinutes > 0) return "defrost";
  if (!isRunning && state.sinceMinutes < setup.minPauseMinutes) return "off";
  const mustRunOn = isRunning && state.sinceMinutes < setup.minRunMinutes;
  if (!calls.isWaterCalled && !calls.isSpaceCalled && !mustRunOn) return "off";
  if (isRunning && state.frost >= 1) return "defrost";
  if (calls.isWaterCalled) return "water";
  if (calls.isSpaceCalled) return "space";
  // Nobody calls any more, but the compressor may not stop yet: the rest goes into the room, unless that is warm enough.
  const isRoomWarm = !input.heatingOn || input.roomTempC > input.roomSetpointC + WARM_ENOUGH_K;
  return state.activity === "water" && isRoomWarm ? "water" : "space";
}
