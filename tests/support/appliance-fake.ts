import type {
  AuditEntry,
  Command,
  CommandEvent,
  Deviation,
  DeviceStatus,
  FallbackPack,
  HouseholdProblem,
  Override,
  Plan,
  Recommendation,
  ServiceEvent,
} from "@ohmstead/contract";
import type { Appliance } from "../../optimizer/src/cycles/appliance.ts";
import { InputError, NotFound } from "../../optimizer/src/domain/errors.ts";

export const NOW_MS = Date.UTC(2024, 0, 5, 10);
const LATER_MS = NOW_MS + 3_600_000;

export const aProblem: HouseholdProblem = {
  formatVersion: 1,
  currency: "EUR",
  timeZone: "Europe/Helsinki",
  slots: [{ startMs: NOW_MS, hours: 1 }],
  importPricePerKwh: [0.3],
  exportPricePerKwh: [0.1],
  site: {},
  baseLoadKw: [0.5],
  outdoorTempC: [-5],
  pvArrays: [],
  inverters: [],
  batteries: [],
  evs: [],
  zones: [],
  tanks: [],
  heatPumps: [],
  boilers: [],
  immersionHeaters: [],
  appliances: [],
  overrides: [],
  keepUnlessGain: 0.02,
};

export const aPlan: Plan = {
  formatVersion: 1,
  id: "plan-1",
  createdAtMs: NOW_MS,
  validUntilMs: LATER_MS,
  status: "optimal",
  rung: "full",
  engine: "highs",
  solveMs: 12,
  currency: "EUR",
  slots: [{ startMs: NOW_MS, hours: 1 }],
  schedule: {
    importKw: [0.5],
    exportKw: [0],
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
    energy: 0.15,
    export: 0,
    fuel: 0,
    wear: 0,
    start: 0,
    demand: 0,
    discomfort: 0,
    change: 0,
    endValue: 0,
    total: 0.15,
  },
  missed: [],
  marginalPricePerKwh: [0.3],
  devices: [],
  notes: [],
};

export const aRecommendation: Recommendation = {
  planId: "plan-1",
  nowMs: NOW_MS,
  nextDueMs: NOW_MS + 300_000,
  headline: "The battery waits for the evening.",
  devices: [
    {
      deviceId: "battery",
      name: "Battery",
      deviceType: "battery",
      mode: "hold",
      discharge: false,
      intent: { kind: "hold" },
      reason: "The evening is dearer.",
      untilMs: LATER_MS,
    },
  ],
};

export const aCommand: Command = {
  id: "command-1",
  deviceId: "battery",
  intent: { kind: "hold" },
  reason: "The evening is dearer.",
  origin: { kind: "plan" },
  carrier: "homeAssistant",
  calls: [{ action: "select.select_option", target: { entity_id: "select.battery_mode" }, data: { option: "hold" } }],
  expectations: [{ test: "equals", source: "select.battery_mode", value: "hold" }],
  planId: "plan-1",
  createdAtMs: NOW_MS,
  validUntilMs: LATER_MS,
  state: "pending",
  attempt: 1,
  changedAtMs: NOW_MS,
};

const aCommandEvent: CommandEvent = {
  id: "event-1",
  commandId: aCommand.id,
  type: "created",
  attempt: 1,
  atMs: NOW_MS,
  cause: "plan-1",
};

const aDeviceStatus: DeviceStatus = {
  deviceId: "battery",
  name: "Battery",
  breaker: "halfOpen",
  writes: { used: 3, of: 24 },
  command: aCommand,
};

const aDeviation: Deviation = { deviceId: "battery", kind: "drift", atMs: NOW_MS, detail: "it came back otherwise" };

const anAuditEntry: AuditEntry = {
  atMs: NOW_MS,
  deviceId: "battery",
  name: "Battery",
  what: 'was told "hold": the plan wants it',
  origin: { kind: "plan" },
  commandId: aCommand.id,
  outcome: "pending",
};

export const anOverride: Override = {
  id: "override-1",
  kind: "batteryHold",
  deviceId: "battery",
  createdAtMs: NOW_MS,
  untilMs: LATER_MS,
  origin: "person",
};

export const aFallbackPack: FallbackPack = {
  formatVersion: 1,
  planId: "plan-1",
  createdAtMs: NOW_MS,
  planValidUntilMs: LATER_MS,
  cycleMs: 300_000,
  prices: [],
  devices: [],
};

export interface FakeAppliance {
  readonly appliance: Appliance;
  /** What was asked of it, in order. */
  readonly calls: readonly (readonly [name: string, ...args: unknown[]])[];
  readonly publish: (event: ServiceEvent) => void;
  readonly listeners: () => number;
}

function known<T extends { readonly id: string }>(thing: T, id: string): T {
  if (id !== thing.id) throw new NotFound(`there is no "${id}"`);
  return thing;
}

/** An appliance of one battery that remembers what it was asked. `changes` replaces single answers. */
export function fakeAppliance(changes: Partial<Appliance> = {}): FakeAppliance {
  const calls: [string, ...unknown[]][] = [];
  const listeners = new Set<(event: ServiceEvent) => void>();
  const appliance: Appliance = {
    nowMs: () => NOW_MS,
    health: () => ({ status: "ok", nowMs: NOW_MS, version: "1.2.3", checks: [] }),
    updateForecast: async (update) => {
      calls.push(["updateForecast", update]);
      return { stored: update.slots.length };
    },
    updatePrices: async (update) => {
      calls.push(["updatePrices", update]);
      if (update.currency !== "EUR")
        throw new InputError("prices in a foreign currency", [
          { field: "currency", message: "the house counts in EUR" },
        ]);
      return { stored: update.slots.length, refused: 0 };
    },
    takeTelemetry: (batch) => {
      calls.push(["takeTelemetry", batch]);
      return { accepted: batch.readings.length, ignored: 0, rejected: [] };
    },
    ingest: (payloads) => {
      calls.push(["ingest", payloads]);
      return { accepted: payloads.flatMap(({ readings }) => readings).length, ignored: 0, rejected: [] };
    },
    recommendation: () => aRecommendation,
    plan: () => aPlan,
    replan: async (cause) => {
      calls.push(["replan", cause]);
      return aPlan;
    },
    solve: async (problem) => {
      calls.push(["solve", problem]);
      return aPlan;
    },
    commands: (query) => {
      calls.push(["commands", query]);
      return [aCommand];
    },
    command: (id) => known(aCommand, id),
    commandEvents: (id) => (known(aCommand, id), [aCommandEvent]),
    reportCommand: (id, report) => {
      calls.push(["reportCommand", id, report]);
      return { ...known(aCommand, id), state: "sent" };
    },
    settleCommand: (id, how) => {
      calls.push(["settleCommand", id, how]);
      return { ...known(aCommand, id), state: "deadLettered", deadLetter: how };
    },
    deviceStatus: () => [aDeviceStatus],
    quarantine: (query) => {
      calls.push(["quarantine", query]);
      return { counts: {}, values: [] };
    },
    audit: (query) => {
      calls.push(["audit", query]);
      return [anAuditEntry];
    },
    deviations: (query) => {
      calls.push(["deviations", query]);
      return [aDeviation];
    },
    inputsReport: (query) => {
      calls.push(["inputsReport", query]);
      return { fromMs: NOW_MS, untilMs: NOW_MS, quarterHours: 0, series: [] };
    },
    goSafe: async (cause, withinMs) => {
      calls.push(["goSafe", cause, withinMs]);
      return true;
    },
    overrides: () => [anOverride],
    overrideChoices: () => [
      {
        kind: "batteryHold",
        deviceId: "battery",
        deviceName: "Battery",
        deviceType: "battery",
        minutes: 120,
        currency: "EUR",
      },
    ],
    addOverride: async (wish) => {
      calls.push(["addOverride", wish]);
      return anOverride;
    },
    endOverride: async (id, by) => {
      calls.push(["endOverride", known(anOverride, id).id, ...(by === undefined ? [] : [by])]);
    },
    history: async (query) => {
      calls.push(["history", query]);
      return {
        fromMs: NOW_MS,
        untilMs: LATER_MS,
        step: query.step,
        timeZone: "Europe/Helsinki",
        series: query.signals.map((signal) => ({
          signal,
          points: [{ startMs: NOW_MS, mean: 1, min: 0, max: 2, coverage: 1, quality: "measured" as const }],
        })),
      };
    },
    timeline: () => ({
      nowMs: NOW_MS,
      fromMs: NOW_MS,
      untilMs: LATER_MS,
      timeZone: "Europe/Helsinki",
      currency: "EUR",
      series: [],
    }),
    savings: () => ({
      sinceMs: NOW_MS,
      currency: "EUR",
      costSoFar: 1,
      costWithoutControl: 3,
      storedValueDifference: 0,
      saved: 2,
    }),
    fallbackPack: () => aFallbackPack,
    reportFallback: (report) => void calls.push(["reportFallback", report]),
    examine: async () => ({
      atMs: NOW_MS,
      status: "failing",
      checks: [
        { group: "sources", subject: "weather/open-meteo", status: "ok", detail: "3 to 9 °C over the next 72 hours" },
        {
          group: "sources",
          subject: "prices/tibber",
          status: "failing",
          detail: "it answered 401",
          remedy: "correct TIBBER_TOKEN in .env, then start Ohmstead again",
        },
      ],
    }),
    diagnostics: () => ({
      formatVersion: 1,
      madeAtMs: NOW_MS,
      version: "1.2.3",
      health: appliance.health(),
      config: { name: "Home" },
      problem: { ...aProblem },
      plan: { ...aPlan },
      overrides: [anOverride],
      commands: [{ command: aCommand, events: [aCommandEvent] }],
    }),
    greeting: () => [
      { type: "hello", version: "1.2.3", nowMs: NOW_MS, sources: ["sensor.battery_soc"] },
      { type: "recommendation", recommendation: aRecommendation },
      { type: "command", command: aCommand },
    ],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    counters: () => ({
      plansMade: { full: 7, lite: 2 },
      lastSolveMs: 125,
      commands: { created: 6, sent: 5, verified: 4, failed: 1, retried: 3 },
      deviations: { drift: 2 },
      acknowledgedInS: { count: 5, p50: 0.2, p95: 1.5, p99: 2 },
      overridesActive: 1,
      devices: [aDeviceStatus],
      readingsAccepted: 100,
      readingsRejected: 9,
      listeners: listeners.size,
      isStoreWritable: true,
    }),
    ...changes,
  };
  return {
    appliance,
    calls,
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    listeners: () => listeners.size,
  };
}
