import {
  type Health,
  type Override,
  type OverrideChoice,
  type OverrideKind,
  type Plan,
  type Recommendation,
  type Savings,
  sumDigits,
} from "@ohmstead/contract";
import { type Ask, askOfButton, askOfSwitch, askOfVacationDays } from "./ask.ts";

/** What the entities tell of: all that is known at one moment. */
export interface World {
  readonly nowMs: number;
  readonly recommendation: Recommendation | undefined;
  readonly overrides: readonly Override[];
  readonly health: Health;
  readonly plan: Plan | undefined;
  readonly savings: Savings | undefined;
}

/** One entity of Home Assistant: how it is announced, what it shows, and what a command to it asks for. */
export interface Entity {
  /** Part of its topics and its unique id: never changes its meaning. */
  readonly id: string;
  readonly platform: "sensor" | "binary_sensor" | "switch" | "number" | "button";
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Undefined: nothing to tell yet. */
  readonly state?: (world: World) => string | undefined;
  readonly attributes?: (world: World) => Readonly<Record<string, unknown>>;
  /** Throws BadPayload. */
  readonly ask?: (payload: string, active: readonly Override[]) => Ask;
}

/** Home Assistant refuses longer states. */
const LONGEST_STATE = 255;
const DAY_MS = 24 * 3_600_000;
const HOUSE = "house";

const iso = (ms: number): string => new Date(ms).toISOString();
const onOff = (isOn: boolean): string => (isOn ? "ON" : "OFF");
const rounded = (amount: number): number => Math.round(amount * 100) / 100;
const shown = ({ kind, deviceId, untilMs, extraCost, origin, by }: Override) => ({
  kind,
  ...(deviceId === undefined ? {} : { device: deviceId }),
  until: iso(untilMs),
  ...(extraCost === undefined ? {} : { extra_cost: rounded(extraCost) }),
  origin,
  ...(by === undefined ? {} : { by }),
});

interface SwitchWords {
  readonly prefix: string;
  readonly name: string;
  readonly icon: string;
  /** On while nothing is asked for. */
  readonly isInverted?: boolean;
}
const SWITCHES: Partial<Record<OverrideKind, SwitchWords>> = {
  boostHeat: { prefix: "boost_heat", name: "warmer now", icon: "mdi:thermometer-plus" },
  boostWater: { prefix: "boost_water", name: "heat now", icon: "mdi:shower" },
  batteryHold: { prefix: "hold", name: "hold", icon: "mdi:battery-lock" },
  manual: { prefix: "by_hand", name: "by hand", icon: "mdi:hand-back-right" },
  deviceOff: { prefix: "automatic", name: "automatic", icon: "mdi:robot", isInverted: true },
  quietHours: { prefix: "quiet", name: "quiet", icon: "mdi:volume-low" },
  guests: { prefix: "guests", name: "guests", icon: "mdi:account-group" },
};

function overrideSwitch({ kind, deviceId, deviceName }: OverrideChoice): Entity[] {
  const words = SWITCHES[kind];
  if (!words) return [];
  const find = ({ overrides }: World) => overrides.find((each) => each.kind === kind && each.deviceId === deviceId);
  const { isInverted = false } = words;
  return [
    {
      id: deviceId === undefined ? words.prefix : `${words.prefix}_${deviceId}`,
      platform: "switch",
      name: deviceName === undefined ? capital(words.name) : `${deviceName} ${words.name}`,
      config: { icon: words.icon },
      state: (world) => onOff((find(world) !== undefined) !== isInverted),
      attributes: (world) => {
        const override = find(world);
        return override ? shown(override) : {};
      },
      ask: (payload, active) =>
        askOfSwitch(payload, deviceId === undefined ? { kind } : { kind, deviceId }, active, isInverted),
    },
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a device does and why; of one that is left alone, that it is. */
const modeSensor = ({ deviceId = HOUSE, deviceName = deviceId }: OverrideChoice): Entity => {
  const device = ({ recommendation }: World) => recommendation?.devices.find((each) => each.deviceId === deviceId);
  const leftAlone = ({ overrides }: World) =>
    overrides.find((each) => each.deviceId === deviceId && (each.kind === "manual" || each.kind === "deviceOff"));
  return {
    id: `mode_${deviceId}`,
    platform: "sensor",
    name: `${deviceName} mode`,
    config: { icon: "mdi:state-machine" },
    state: (world) => device(world)?.mode ?? leftAlone(world)?.kind,
    attributes: (world) => {
      const now = device(world);
      if (!now) return { reason: leftAlone(world)?.origin === "detected" ? "changed by hand" : "left alone" };
      const { reason, intent, untilMs, next } = now;
      return { reason, intent, until: iso(untilMs), ...(next ? { next: next.mode, next_at: iso(next.startMs) } : {}) };
    },
  };
};

function houseEntities(currency: string): Entity[] {
  const money = {
    device_class: "monetary",
    unit_of_measurement: currency,
    suggested_display_precision: sumDigits(currency),
  };
  return [
    {
      id: "doing",
      platform: "sensor",
      name: "Now",
      config: { icon: "mdi:home-lightning-bolt" },
      state: ({ recommendation }) => recommendation?.headline.slice(0, LONGEST_STATE),
      attributes: ({ recommendation }) => (recommendation ? { next_plan_at: iso(recommendation.nextDueMs) } : {}),
    },
    {
      id: "problem",
      platform: "binary_sensor",
      name: "Problem",
      config: { device_class: "problem", entity_category: "diagnostic" },
      state: ({ health }) => onOff(health.status !== "ok"),
      attributes: ({ health }) => ({
        status: health.status,
        checks: health.checks.filter(({ status }) => status !== "ok").map(({ name, detail }) => `${name}: ${detail}`),
      }),
    },
    {
      id: "makeshift_plan",
      platform: "binary_sensor",
      name: "Makeshift plan",
      config: { device_class: "problem", entity_category: "diagnostic" },
      state: ({ plan }) => plan && onOff(plan.rung !== "full" && plan.rung !== "retry"),
      attributes: ({ plan }) => (plan ? { rung: plan.rung, made_at: iso(plan.createdAtMs) } : {}),
    },
    {
      id: "saved",
      platform: "sensor",
      name: "Saved",
      config: { ...money, state_class: "total" },
      state: ({ savings }) => savings && String(rounded(savings.saved)),
      attributes: ({ savings }) => (savings ? { since: iso(savings.sinceMs), cost: rounded(savings.costSoFar) } : {}),
    },
    {
      id: "wishes_cost",
      platform: "sensor",
      name: "Extra cost of wishes",
      config: { ...money, icon: "mdi:hand-coin" },
      state: ({ overrides }) => String(rounded(overrides.reduce((sum, { extraCost = 0 }) => sum + extraCost, 0))),
      attributes: ({ overrides }) => ({ wishes: overrides.map(shown) }),
    },
    {
      id: "vacation_days",
      platform: "number",
      name: "Vacation, days until the return",
      config: { min: 0, max: 60, step: 0.25, mode: "box", unit_of_measurement: "d", icon: "mdi:beach" },
      state: (world) => {
        const vacation = world.overrides.find(({ kind }) => kind === "vacation");
        return String(vacation ? rounded(Math.max(0, vacation.untilMs - world.nowMs) / DAY_MS) : 0);
      },
      attributes: ({ overrides }) => {
        const vacation = overrides.find(({ kind }) => kind === "vacation");
        return vacation ? shown(vacation) : {};
      },
      ask: askOfVacationDays,
    },
    {
      id: "plan_again",
      platform: "button",
      name: "Plan again",
      config: { icon: "mdi:refresh", entity_category: "config" },
      ask: askOfButton,
    },
  ];
}

/** All entities of a house, made of what can be asked for in it. */
export function entitiesOf(choices: readonly OverrideChoice[]): readonly Entity[] {
  // Only what is commanded can be driven by hand, or taken out of automatic control.
  const commanded = choices.filter(({ kind }) => kind === "manual");
  const isCommanded = (id: string | undefined) => commanded.some(({ deviceId }) => deviceId === id);
  return [
    ...houseEntities(choices[0]?.currency ?? "EUR"),
    ...commanded.filter(({ deviceType }) => deviceType !== "heatPump").map(modeSensor),
    ...choices.filter(({ kind, deviceId }) => kind !== "deviceOff" || isCommanded(deviceId)).flatMap(overrideSwitch),
  ];
}
