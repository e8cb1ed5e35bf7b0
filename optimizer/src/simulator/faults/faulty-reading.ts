import type { Attributes, HouseEntity } from "../entities.ts";
import type { Fault, FaultKind } from "./fault.ts";

export interface Shown {
  readonly state: string;
  readonly attributes: Attributes;
}

const SPIKE_FACTOR = 50;
const UNIT = "unit_of_measurement";
const MEASURED = "current_temperature";

/** Does it show a number: a sensor, a number, or a thermostat with the temperature it measures? */
export const isNumeric = ({ attributes, knob }: HouseEntity): boolean =>
  UNIT in attributes || knob.kind === "thermostat";

const DISTORTIONS: Partial<Record<FaultKind, (value: number) => number>> = {
  sensorZero: () => 0,
  sensorNaN: () => Number.NaN,
  sensorWrongSign: (value) => (value === 0 ? 0 : -value),
  sensorTimesThousand: (value) => value * 1000,
};

/** What the number becomes; undefined where the fault is not about the number. */
function distorted(fault: Fault, value: number): number | undefined {
  if (fault.kind === "sensorSpike") return fault.value ?? (Math.abs(value) + 1) * SPIKE_FACTOR;
  return DISTORTIONS[fault.kind]?.(value);
}

/** What an entity shows under a fault. A thermostat keeps its settings: it is its measured temperature that is wrong. */
export function faultyReading(fault: Fault, shown: Shown): Shown {
  const { state, attributes } = shown;
  if (fault.kind === "sensorUnknown")
    return MEASURED in attributes
      ? { state, attributes: { ...attributes, [MEASURED]: null } }
      : { state: "unknown", attributes };
  if (fault.kind === "sensorWithoutUnit")
    return { state, attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== UNIT)) };
  if (MEASURED in attributes) {
    const value = distorted(fault, Number(attributes[MEASURED]));
    // JSON has no NaN: Home Assistant writes null for it.
    return value === undefined
      ? shown
      : { state, attributes: { ...attributes, [MEASURED]: Number.isNaN(value) ? null : value } };
  }
  const value = UNIT in attributes ? distorted(fault, Number(state)) : undefined;
  if (value === undefined) return shown;
  return { state: Number.isNaN(value) ? "nan" : String(Math.round(value * 1000) / 1000), attributes };
}
