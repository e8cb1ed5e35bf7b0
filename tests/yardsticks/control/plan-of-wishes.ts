import { HouseholdProblem, type IntentSegment, type Plan } from "@ohmstead/contract";
import { intentOf, safeIntentOf } from "./adapter.ts";
import type { DeviceInput } from "./case-file.ts";
import type { Wish } from "./record.ts";
import type { Device } from "../../../optimizer/src/devices/device.ts";

const HOUR_MS = 3_600_000;
/** As the default of the config. */
const VALID_MS = 24 * HOUR_MS;
const HORIZON_MS = 48 * HOUR_MS;

/** The wish in force for a device: the newest that has begun and is not over. */
export const wishAt = (wishes: readonly Wish[], deviceId: string, nowMs: number): Wish | undefined => {
  const newest = wishes.findLast((wish) => wish.deviceId === deviceId && wish.fromMs <= nowMs);
  return newest && nowMs < newest.untilMs ? newest : undefined;
};

/** What the planning side wants, as a plan: each device's newest wish for as long as it holds, then its safe state. */
export function planOfWishes(
  devices: ReadonlyMap<string, { readonly input: DeviceInput; readonly device: Device }>,
  wishes: readonly Wish[],
  id: string,
  nowMs: number,
): Plan {
  const segmentsOf = (input: DeviceInput): IntentSegment[] => {
    const newest = wishes.findLast((wish) => wish.deviceId === input.id && wish.fromMs <= nowMs);
    if (!newest) return [];
    const endMs = nowMs + HORIZON_MS;
    const wanted: IntentSegment = {
      startMs: newest.fromMs,
      endMs: newest.untilMs,
      intent: intentOf(input, newest.want),
      reason: `The planning side wants ${newest.want.mode}.`,
    };
    const safe: IntentSegment = {
      startMs: newest.untilMs,
      endMs,
      intent: safeIntentOf(input),
      reason: "Nothing is wanted any more.",
    };
    return [...(nowMs < newest.untilMs ? [wanted] : []), ...(input.safeState ? [safe] : [])];
  };
  return {
    formatVersion: 1,
    id,
    createdAtMs: nowMs,
    validUntilMs: nowMs + VALID_MS,
    status: "optimal",
    rung: "full",
    engine: "case",
    solveMs: 0,
    currency: "EUR",
    slots: [],
    schedule: {
      importKw: [],
      exportKw: [],
      pvArrays: [],
      batteries: [],
      evs: [],
      zones: [],
      tanks: [],
      heatPumps: [],
      boilers: [],
      immersionHeaters: [],
      appliances: [],
    },
    cost: {
      energy: 0,
      export: 0,
      fuel: 0,
      wear: 0,
      start: 0,
      demand: 0,
      discomfort: 0,
      change: 0,
      endValue: 0,
      total: 0,
    },
    missed: [],
    marginalPricePerKwh: [],
    devices: [...devices.values()].map(({ input, device }) => ({
      deviceId: input.id,
      deviceType: device.deviceType,
      segments: segmentsOf(input),
    })),
    notes: [],
  };
}

/** A household of which only its devices' commands matter: the pack's rules find nothing to do by price. */
export const emptyHousehold = (nowMs: number): HouseholdProblem =>
  HouseholdProblem.parse({
    currency: "EUR",
    slots: [{ startMs: nowMs, hours: 1 }],
    importPricePerKwh: [0.2],
    exportPricePerKwh: [0.1],
    baseLoadKw: [0.5],
    outdoorTempC: [5],
  });
