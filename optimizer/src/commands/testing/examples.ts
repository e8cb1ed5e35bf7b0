import type { CommandReport, Expectation, Intent, Plan } from "@ohmstead/contract";
import { HomeFields } from "@ohmstead/contract";
import type { CommandOrder } from "../life.ts";
import type { LatestReading, LatestReadings } from "../readings.ts";
import { commandSettings } from "../settings.ts";

/** Examples for the tests of the command cycle. */
export const T0 = Date.UTC(2024, 0, 5, 10, 0);
export const MINUTE = 60_000;

/** Without jitter: retries come on time. */
export const usualSettings = commandSettings(HomeFields.shape.commands.parse(undefined), 1, () => 0.5);

export const shows = (entries: Record<string, LatestReading["value"]>, atMs = T0): LatestReadings =>
  new Map(Object.entries(entries).map(([source, value]) => [source, { value, atMs }]));

export const switchIsOn: Expectation = { test: "equals", source: "switch.heater", value: "on" };

export const anOrder: CommandOrder = {
  id: "heater-1",
  deviceId: "heater",
  intent: { kind: "on" },
  reason: "the hour is cheap",
  origin: { kind: "plan" },
  carrier: "homeAssistant",
  calls: [{ action: "switch.turn_on", target: { entity_id: "switch.heater" }, data: {} }],
  expectations: [switchIsOn],
  planId: "plan-1",
  createdAtMs: T0,
  validUntilMs: T0 + 60 * MINUTE,
};

let reports = 0;
export const aReport = (type: CommandReport["type"], atMs: number, attempt = 1, detail = ""): CommandReport => ({
  id: `r${(reports += 1)}`,
  type,
  attempt,
  atMs,
  detail,
});

/** A plan of which only the intents matter: segments [from minute, until minute, intent] after T0. */
export function aPlan(
  devices: Record<string, readonly (readonly [fromMinute: number, untilMinute: number, intent: Intent])[]>,
  id = "plan-1",
): Plan {
  return {
    formatVersion: 1,
    id,
    createdAtMs: T0,
    validUntilMs: T0 + 24 * 60 * MINUTE,
    status: "optimal",
    rung: "full",
    engine: "highs",
    solveMs: 10,
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
    devices: Object.entries(devices).map(([deviceId, segments]) => ({
      deviceId,
      deviceType: "immersionHeater",
      segments: segments.map(([from, until, intent]) => ({
        startMs: T0 + from * MINUTE,
        endMs: T0 + until * MINUTE,
        intent,
        reason: `it is time for ${intent.kind}`,
      })),
    })),
    notes: [],
  };
}
