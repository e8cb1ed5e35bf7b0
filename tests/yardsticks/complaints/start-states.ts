import {
  type BelievableState,
  batteryPace,
  batteryTrend,
  believableState,
  type Pace,
} from "../../../optimizer/src/telemetry/believable-state.ts";
import type { HeatedInput, PlanningInput, StorageInput } from "./case-file.ts";
import { numberOrUnknown } from "./slot-table.ts";

export interface StartState {
  /** Undefined where nobody knows. */
  readonly value: number | undefined;
  /** It stands in the input as it is. */
  readonly isGiven: boolean;
  /** Why the newest reading does not count. */
  readonly doubt?: string;
}

/** Rounding to a percent, and the charger's own idea of it. */
const SOC_SLACK = 0.03;
/** Sensors round to half a degree, and lie near doors. */
const TEMP_SLACK_K = 1;
const TEMP_PACE: Pace = { rise: 6, fall: 6 };

export function startSoc(input: PlanningInput, device: StorageInput): StartState {
  const limits = {
    capacityKwh: device.capacityKwh,
    maxChargeKw: device.maxChargeKw,
    maxDischargeKw: "maxDischargeKw" in device ? device.maxDischargeKw : 0,
    chargeEfficiency: device.chargeEfficiency ?? 1,
    dischargeEfficiency: ("dischargeEfficiency" in device ? device.dischargeEfficiency : undefined) ?? 1,
  };
  const power = chargeKwOf(input, device.id);
  return startState(input, numberOrUnknown(device.startSoc), `${device.id}.soc`, {
    min: 0,
    max: 1,
    pace: batteryPace(limits),
    slack: SOC_SLACK,
    trendPerHour: power === undefined ? undefined : batteryTrend(limits, power),
  });
}

export const startTempC = (input: PlanningInput, device: HeatedInput): StartState =>
  startState(input, numberOrUnknown(device.startTempC), `${device.id}.tempC`, {
    min: -60,
    max: 120,
    pace: TEMP_PACE,
    slack: TEMP_SLACK_K,
  });

function startState(
  { readings, now }: PlanningInput,
  given: number | undefined,
  name: string,
  limits: Omit<Parameters<typeof believableState>[0], "readings" | "nowMs">,
): StartState {
  if (given !== undefined) return { value: given, isGiven: true };
  const reading = readings?.[name];
  if (!reading) return { value: undefined, isGiven: false, doubt: "has not been read" };
  const dated = [...(reading.history ?? []), reading].map(({ at, value }) => ({
    atMs: Date.parse(at),
    value: numberOrUnknown(value),
  }));
  const found: BelievableState | undefined = believableState({ ...limits, readings: dated, nowMs: Date.parse(now) });
  if (!found) return { value: undefined, isGiven: false, doubt: "has never been read" };
  const { value, doubt } = found;
  return { value, isGiven: false, ...(doubt === undefined ? {} : { doubt }) };
}

function chargeKwOf({ readings }: PlanningInput, id: string): number | undefined {
  const charge = readings?.[`${id}.chargeKw`];
  const discharge = readings?.[`${id}.dischargeKw`];
  const chargeKw = charge && numberOrUnknown(charge.value);
  const dischargeKw = discharge && numberOrUnknown(discharge.value);
  return chargeKw === undefined && dischargeKw === undefined ? undefined : (chargeKw ?? 0) - (dischargeKw ?? 0);
}

/** Names of readings that somebody here looks at. */
export const knownReadings = (input: PlanningInput): Set<string> =>
  new Set([
    "site.pvKw",
    ...[...(input.batteries ?? []), ...(input.evs ?? [])].flatMap(({ id }) => [
      `${id}.soc`,
      `${id}.chargeKw`,
      `${id}.dischargeKw`,
    ]),
    ...[...(input.rooms ?? []), ...(input.tanks ?? [])].map(({ id }) => `${id}.tempC`),
  ]);
