import type {
  Command,
  Health,
  Override,
  OverrideChoice,
  Quarantine,
  Recommendation,
  Savings,
} from "@ohmstead/contract";
import type { Appliance } from "../../optimizer/src/cycles/appliance.ts";
import { NotFound } from "../../optimizer/src/domain/errors.ts";
import { fakeAppliance, type FakeAppliance } from "./appliance-fake.ts";
import { NOW_MS, sampleTimeline } from "./sample-timeline.ts";

const MINUTE_MS = 60_000;
const at = (minutes: number): number => NOW_MS + minutes * MINUTE_MS;

export const sampleRecommendation: Recommendation = {
  planId: "plan-7",
  nowMs: NOW_MS,
  nextDueMs: at(5),
  headline: "The battery keeps its energy for 16:00, when power costs 2.17 €/kWh.",
  devices: [
    {
      deviceId: "battery",
      name: "Battery",
      deviceType: "battery",
      mode: "hold",
      discharge: false,
      intent: { kind: "hold" },
      reason: "Power costs 1.31 €/kWh now and 2.42 €/kWh at 19:00: what it holds is worth more then.",
      untilMs: at(160),
      next: {
        mode: "discharge",
        startMs: at(160),
        reason: "The dearest hours of the day.",
        intent: { kind: "discharge", kw: 1.5, untilSoc: 0.1 },
      },
    },
    {
      deviceId: "living_room",
      name: "Living room",
      deviceType: "zone",
      mode: "setpoint",
      discharge: false,
      intent: { kind: "setpoint", tempC: 20.5 },
      reason: "The room is warm enough to let the dear hours pass.",
      untilMs: at(640),
      next: {
        mode: "setpoint",
        startMs: at(640),
        reason: "Cheap hours: the walls store heat for the day.",
        intent: { kind: "setpoint", tempC: 22 },
      },
    },
    {
      deviceId: "hot_water",
      name: "Hot water",
      deviceType: "tank",
      mode: "idle",
      discharge: false,
      intent: { kind: "idle" },
      reason: "49 °C is enough until the night.",
      untilMs: at(700),
    },
    {
      deviceId: "immersion_lower",
      name: "Lower immersion heater",
      deviceType: "immersionHeater",
      mode: "off",
      discharge: false,
      intent: { kind: "off" },
      reason: "The heat pump does it for a third.",
      untilMs: at(820),
    },
  ],
};

const command = (id: string, minutes: number, rest: Partial<Command>): Command => ({
  id,
  deviceId: "battery",
  intent: { kind: "hold" },
  reason: "The evening is dearer.",
  origin: { kind: "plan" },
  carrier: "homeAssistant",
  calls: [],
  expectations: [],
  planId: "plan-7",
  createdAtMs: at(minutes),
  validUntilMs: at(160),
  state: "verified",
  attempt: 1,
  changedAtMs: at(minutes + 1),
  ...rest,
});

export const sampleCommands: readonly Command[] = [
  command("c4", -1, {
    deviceId: "hot_water",
    intent: { kind: "idle" },
    reason: "49 °C is enough until the night.",
    state: "retrying",
    attempt: 2,
    lastError: "no answer from Home Assistant",
  }),
  command("c3", -20, {}),
  command("c2", -80, {
    deviceId: "living_room",
    intent: { kind: "setpoint", tempC: 20.5 },
    state: "completed",
    reason: "The room is warm enough to let the dear hours pass.",
  }),
  command("c1", -600, { intent: { kind: "selfUse" }, reason: "Too old to be shown.", state: "completed" }),
];

export const sampleHealth: Health = {
  status: "warning",
  nowMs: NOW_MS,
  version: "0.1.0",
  checks: [
    { name: "Prices", status: "ok", detail: "Known until Sun 00:00." },
    { name: "Plan", status: "ok", detail: "Made a minute ago in 21 ms." },
    { name: "Living room temperature", status: "warning", detail: "Silent since 05:00: look at the sensor's battery." },
  ],
};

export const sampleSavings: Savings = {
  sinceMs: at(-800),
  currency: "EUR",
  costSoFar: 18.42,
  costWithoutControl: 27.9,
  storedValueDifference: -0.31,
  saved: 9.17,
};

/** A price, and a sensor that is wrong all the time. */
export const sampleQuarantine: Quarantine = {
  counts: { "prices/nord-pool": 1, "battery.powerKw": 40 },
  values: [
    ...[1, 2, 3].map((minutes) => ({
      subject: "battery.powerKw",
      name: "Battery: power",
      atMs: at(-minutes),
      value: "3000 kW",
      reason: "3000 kW is outside −8..8; a thousandth could be: is it W that the source calls kW?",
      remedy: "Look at sensor.battery_power; its settings are at batteries[0].sensors.power in the config.",
      refusedAtMs: at(-minutes),
    })),
    {
      subject: "prices/nord-pool",
      name: "Prices of nord-pool",
      atMs: at(600),
      value: "84.2",
      reason: "is outside what a kWh can cost (-1.5 to 7): cents, or a price per MWh?",
      remedy: "Check unit and region at prices.source in the config.",
      refusedAtMs: at(-90),
    },
  ],
};

const device = (deviceId: string, deviceName: string, deviceType: string) => ({
  deviceId,
  deviceName,
  deviceType,
  currency: "EUR",
});
const [battery, room, water, pump] = [
  device("battery", "Battery", "battery"),
  device("living_room", "Living room", "zone"),
  device("hot_water", "Hot water", "tank"),
  device("heat_pump", "Heat pump", "heatPump"),
];
export const sampleChoices: readonly OverrideChoice[] = [
  { kind: "boostHeat", ...room, minutes: 120, tempC: 22.5 },
  { kind: "boostWater", ...water, minutes: 120, tempC: 55 },
  { kind: "batteryHold", ...battery, minutes: 120 },
  ...[battery, room, water, pump].flatMap((each): OverrideChoice[] => [
    { kind: "manual", ...each, minutes: 120 },
    { kind: "deviceOff", ...each, minutes: 43_200 },
  ]),
  { kind: "vacation", currency: "EUR" },
  { kind: "guests", minutes: 1440, currency: "EUR" },
  { kind: "quietHours", ...pump, minutes: 600 },
];

/** An appliance on the day of the sample, whose overrides can be added and ended. */
export function sampleHouse(changes: Partial<Appliance> = {}): FakeAppliance {
  let overrides: readonly Override[] = [];
  return fakeAppliance({
    nowMs: () => NOW_MS,
    recommendation: () => sampleRecommendation,
    timeline: () => sampleTimeline,
    commands: () => sampleCommands,
    health: () => sampleHealth,
    savings: () => sampleSavings,
    quarantine: ({ perSubject = Infinity }) => ({
      ...sampleQuarantine,
      values: [...Map.groupBy(sampleQuarantine.values, ({ subject }) => subject).values()].flatMap((ofSubject) =>
        ofSubject.slice(0, perSubject),
      ),
    }),
    overrides: () => overrides,
    overrideChoices: () => sampleChoices,
    addOverride: async ({ kind, deviceId, minutes = 120, untilMs = at(minutes) }) => {
      const times = { createdAtMs: NOW_MS, untilMs };
      const added = { id: `o${overrides.length + 1}`, kind, deviceId, ...times, origin: "person" as const };
      overrides = [...overrides, added];
      return added;
    },
    endOverride: async (id) => {
      if (!overrides.some((each) => each.id === id)) throw new NotFound(`there is no override ${id}`);
      overrides = overrides.filter((each) => each.id !== id);
    },
    greeting: () => [
      { type: "hello", version: "0.1.0", nowMs: NOW_MS, sources: [] },
      { type: "recommendation", recommendation: sampleRecommendation },
    ],
    ...changes,
  });
}
