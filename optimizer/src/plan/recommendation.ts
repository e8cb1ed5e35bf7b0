import {
  type DeviceIntents,
  type DeviceRecommendation,
  type IntentSegment,
  type Plan,
  type Recommendation,
  slotEndMs,
} from "@ohmstead/contract";
import { sum } from "./per-slot.ts";
import { money } from "./reasons/words.ts";

const NOTHING_KW = 0.1;

/** The segment of a moment: after the last the last, before the first the first. */
function segmentAt(segments: readonly IntentSegment[], nowMs: number): number {
  const index = segments.findIndex((each) => nowMs < each.endMs);
  return index < 0 ? segments.length - 1 : index;
}

function deviceRecommendation(
  device: DeviceIntents,
  names: ReadonlyMap<string, string>,
  nowMs: number,
): DeviceRecommendation[] {
  const index = segmentAt(device.segments, nowMs);
  const now = device.segments[index];
  const next = device.segments[index + 1];
  if (!now) return [];
  const { kind } = now.intent;
  return [
    {
      deviceId: device.deviceId,
      name: names.get(device.deviceId) ?? device.deviceId,
      deviceType: device.deviceType,
      mode: kind,
      discharge: kind === "selfUse" || kind === "discharge",
      intent: now.intent,
      reason: now.reason,
      ...(now.alternative ? { alternative: now.alternative } : {}),
      untilMs: now.endMs,
      ...(next
        ? { next: { mode: next.intent.kind, intent: next.intent, startMs: next.startMs, reason: next.reason } }
        : {}),
    },
  ];
}

/** What every device should do at a moment, and why; never solves anything. `names` is what people call the devices. */
export function recommendationOf(
  plan: Plan,
  names: ReadonlyMap<string, string>,
  nowMs: number,
  nextDueMs: number,
): Recommendation {
  const devices = plan.devices.flatMap((device) => deviceRecommendation(device, names, nowMs));
  return {
    planId: plan.id,
    nowMs,
    nextDueMs,
    headline: headlineOf(plan, devices, nowMs),
    ...(plan.change ? { change: plan.change } : {}),
    devices,
  };
}

/** "One more kWh costs 0.31 € now: the battery covers the house, heating rests." */
function headlineOf(plan: Plan, devices: readonly DeviceRecommendation[], nowMs: number): string {
  const found = plan.slots.findIndex((slot) => nowMs < slotEndMs(slot));
  const slot = found < 0 ? plan.slots.length - 1 : found;
  const price = plan.marginalPricePerKwh[slot];
  const facts = devices.flatMap((device) => factOf(plan, device, slot));
  const doing = facts.length > 0 ? joined(facts) : "nothing to do";
  if (price === undefined) return capital(`${doing}.`);
  const costs =
    price < 0
      ? `One more kWh earns ${money(-price, plan.currency)}`
      : `One more kWh costs ${money(price, plan.currency)}`;
  return `${costs} now: ${doing}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "a, b and c", each once. */
function joined(facts: readonly string[]): string {
  const once = [...new Set(facts)];
  const last = once.at(-1) ?? "";
  return once.length > 1 ? `${once.slice(0, -1).join(", ")} and ${last}` : last;
}

/** What a device does, in half a sentence; nothing about what rests as always. */
function factOf(
  { schedule }: Plan,
  { deviceId, deviceType, intent, name }: DeviceRecommendation,
  slot: number,
): string[] {
  const battery = schedule.batteries.find((each) => each.id === deviceId);
  const storage = deviceType === "ev" ? name : "the battery";
  switch (intent.kind) {
    case "selfUse":
      if ((battery?.dischargeKw[slot] ?? 0) > NOTHING_KW) return ["the battery covers the house"];
      if ((battery?.chargeKw[slot] ?? 0) > NOTHING_KW) return ["the battery stores the sun"];
      return ["the battery stands by"];
    case "hold":
      return ["the battery keeps its charge"];
    case "charge":
      return [`${storage} charges`];
    case "discharge":
      return [`${storage} gives power`];
    case "setpoint":
    case "offset":
    case "level":
      return [heatingFact(schedule, slot)];
    case "heatTo":
      return [`water is heated to ${Math.round(intent.tempC)} °C`];
    case "on":
      // A boiler that heats the rooms is told with them.
      return deviceType === "boiler" && heatingFact(schedule, slot) === BOILER_HEATS ? [] : [`${name} is on`];
    case "limit":
      return ["the sun is limited"];
    case "idle":
    case "stop":
    case "off":
    case "free":
      return [];
    default:
      return unknownIntent(intent);
  }
}

const BOILER_HEATS = "the boiler heats the house";

/** Of the whole house, so that rooms with their own thermostats say it once. */
function heatingFact({ heatPumps, boilers }: Plan["schedule"], slot: number): string {
  if (sum(heatPumps.map((pump) => pump.spaceKw[slot] ?? 0)) > NOTHING_KW) return "the heat pump heats the house";
  const boilerKw = sum(boilers.flatMap(({ zones }) => zones.map(({ heatKw }) => heatKw[slot] ?? 0)));
  return boilerKw > NOTHING_KW ? BOILER_HEATS : "the heating rests";
}

const unknownIntent = (intent: never): never => {
  throw new RangeError(`no words for the intent ${JSON.stringify(intent)}`);
};
