import type { TankSetup } from "./house-setup.ts";

const KWH_PER_LITRE_K = 0.001163;
/** Bottom to top. The coil lies in the lower half, the lower element at the bottom, the upper one at two thirds. */
const LAYERS = 4;
const COIL_LAYERS = [0, 1] as const;
const LOWER_ELEMENT_LAYER = 0;
const UPPER_ELEMENT_LAYER = 2;

export interface TankState {
  /** bottom to top */
  readonly layerTempsC: readonly number[];
  readonly upperCutOut: boolean;
  readonly lowerCutOut: boolean;
}

export interface TankInput {
  readonly coilKw: number;
  readonly upperOn: boolean;
  readonly lowerOn: boolean;
  /** heat that the open taps ask for */
  readonly drawKw: number;
}

export interface TankStep {
  readonly state: TankState;
  readonly upperKw: number;
  readonly lowerKw: number;
  readonly lossKw: number;
  readonly drawnKw: number;
  /** asked for and not given, because the top was too cold */
  readonly unmetKw: number;
}

export const tankAt = (tempC: number): TankState => ({
  layerTempsC: Array.from({ length: LAYERS }, () => tempC),
  upperCutOut: false,
  lowerCutOut: false,
});

export const layerCapacityKwhPerK = (setup: TankSetup): number => (setup.litres * KWH_PER_LITRE_K) / LAYERS;

export const tankMeanTempC = ({ layerTempsC }: TankState): number =>
  layerTempsC.reduce((sum, each) => sum + each, 0) / layerTempsC.length;

export const tankTopTempC = ({ layerTempsC }: TankState): number => layerTempsC.at(-1) ?? Number.NaN;

/** Mean temperature around the heat pump's coil. */
export const coilTempC = ({ layerTempsC }: TankState): number =>
  COIL_LAYERS.reduce<number>((sum, layer) => sum + (layerTempsC[layer] ?? Number.NaN), 0) / COIL_LAYERS.length;

/** Warm water below cooler water rises: mix neighbours, as often as it takes, until no layer is warmer than the one above. */
function settle(temps: readonly number[]): number[] {
  const blocks: { temp: number; size: number }[] = [];
  for (const temp of temps) {
    let block = { temp, size: 1 };
    for (let below = blocks.at(-1); below && below.temp > block.temp; below = blocks.at(-1)) {
      blocks.pop();
      const size = below.size + block.size;
      block = { temp: (below.temp * below.size + block.temp * block.size) / size, size };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ temp, size }) => Array.from({ length: size }, () => temp));
}

const isCutOut = (wasCutOut: boolean, tempC: number, setup: TankSetup): boolean =>
  tempC >= setup.cutOutTempC || (wasCutOut && tempC > setup.cutInTempC);

/**
 * Layers of equal size, plug flow from the cold inlet upwards, conduction between neighbours, buoyancy.
 * Taps mix to the useful temperature, so a hotter top gives fewer litres for the same heat.
 */
export function stepTank(setup: TankSetup, state: TankState, input: TankInput, hours: number): TankStep {
  const temps = state.layerTempsC;
  const at = (layer: number): number => temps[layer] ?? Number.NaN;
  const topC = tankTopTempC(state);
  const capacity = layerCapacityKwhPerK(setup);

  const upperCutOut = isCutOut(state.upperCutOut, at(UPPER_ELEMENT_LAYER), setup);
  const lowerCutOut = isCutOut(state.lowerCutOut, at(LOWER_ELEMENT_LAYER), setup);
  const upperKw = input.upperOn && !upperCutOut ? setup.upperElementKw : 0;
  const lowerKw = input.lowerOn && !lowerCutOut ? setup.lowerElementKw : 0;

  const overColdK = Math.max(topC, setup.usefulTempC) - setup.coldWaterTempC;
  const largestKwPerK = capacity / hours; // never more than a layer per step
  const flowKwPerK = Math.min(input.drawKw / overColdK, largestKwPerK);
  const drawnKw = flowKwPerK * (topC - setup.coldWaterTempC);

  let lossKw = 0;
  const next = temps.map((temp, layer) => {
    const coldSide = layer === 0 ? setup.coldWaterTempC : at(layer - 1);
    const ambientKw = (setup.heatLossKwPerK / LAYERS) * (temp - setup.ambientTempC);
    lossKw += ambientKw;
    let kw = flowKwPerK * (coldSide - temp) - ambientKw;
    if (layer > 0) kw += setup.layerConductanceKwPerK * (at(layer - 1) - temp);
    if (layer < LAYERS - 1) kw += setup.layerConductanceKwPerK * (at(layer + 1) - temp);
    if (COIL_LAYERS.some((each) => each === layer)) kw += input.coilKw / COIL_LAYERS.length;
    if (layer === UPPER_ELEMENT_LAYER) kw += upperKw;
    if (layer === LOWER_ELEMENT_LAYER) kw += lowerKw;
    return temp + (hours * kw) / capacity;
  });
  return {
    state: { layerTempsC: settle(next), upperCutOut, lowerCutOut },
    upperKw,
    lowerKw,
    lossKw,
    drawnKw,
    unmetKw: Math.max(0, input.drawKw - drawnKw),
  };
}

/** Heat above a temperature, kWh. */
export const tankHeatKwh = (setup: TankSetup, state: TankState, referenceTempC: number): number =>
  setup.litres * KWH_PER_LITRE_K * (tankMeanTempC(state) - referenceTempC);
