import type { Expectation, Intent, ServiceCall } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { cannot, clamp, toStep } from "./intents-of.ts";
import { domainOf, entity, setNumber } from "./entity.ts";

const number = entity("number", "input_number");

export const BatteryModeSelectConfig = z.strictObject({
  kind: z.literal("battery-mode-select"),
  modeEntity: entity("select", "input_select").describe("the select that switches the battery's mode"),
  chargePowerEntity: number.describe("W"),
  dischargePowerEntity: number.describe("W"),
  chargeTargetEntity: number.describe("% at which charging ends"),
  dischargeFloorEntity: number.describe("% at which discharging ends"),
  options: z
    .strictObject({
      selfUse: z.string().default("self_use"),
      hold: z.string().default("hold"),
      charge: z.string().default("charge"),
      discharge: z.string().default("discharge"),
    })
    .prefault({})
    .describe("the names of the modes in the select"),
});

/** What follows from a plan's last digits is no new order: the next plan makes up for it. */
const RESOLUTION = { kw: 0.4, soc: 0.03, tempC: 0.5 };
/** A battery has reacted when it does this share of what was asked: near full, near empty and in the cold it may do less than all. */
const REACTS_SHARE = 0.3;
/** So near its goal a battery may have stopped already. */
const AT_GOAL_SOC = 0.02;
/** What an inverter may draw or give while it holds: its own consumption and the meter's noise. */
const IDLE_KW = 0.15;

const watts = (kw: number): number => Math.round(kw * 1000);
const percent = (soc: number): number => Math.round(soc * 100);

/** A battery driven by a mode select and numbers for power and limits, as most inverter integrations offer. */
export const batteryModeSelect = defineDevice("battery-mode-select", BatteryModeSelectConfig, (config, deps) => {
  const { maxChargeKw = Number.POSITIVE_INFINITY, maxDischargeKw = Number.POSITIVE_INFINITY } = deps.limits;
  const idleKw = Math.max(IDLE_KW, 0.03 * Math.max(deps.limits.maxChargeKw ?? 0, deps.limits.maxDischargeKw ?? 0));
  const setMode = (option: string): ServiceCall => ({
    action: `${domainOf(config.modeEntity)}.select_option`,
    target: { entity_id: config.modeEntity },
    data: { option },
  });
  /** The numbers a mode depends on, in the order in which they are set: the limit first, so that no power is without it. */
  const numbersOf = (intent: Intent): readonly (readonly [string, number, number])[] => {
    if (intent.kind === "charge")
      return [
        [config.chargeTargetEntity, percent(intent.untilSoc), 0.5],
        [config.chargePowerEntity, watts(intent.kw), 10],
      ];
    if (intent.kind === "discharge")
      return [
        [config.dischargeFloorEntity, percent(intent.untilSoc), 0.5],
        [config.dischargePowerEntity, watts(intent.kw), 10],
      ];
    return [];
  };
  const optionOf = (intent: Intent): string => {
    if (intent.kind === "selfUse" || intent.kind === "hold" || intent.kind === "charge" || intent.kind === "discharge")
      return config.options[intent.kind];
    throw cannot(deps.deviceId, intent);
  };
  const effectOf = (intent: Intent): Expectation[] => {
    const { power, soc } = deps.signals;
    if (!power) return [];
    if (intent.kind === "hold") return [{ test: "near", source: power, value: 0, tolerance: idleKw, fresh: true }];
    if (intent.kind === "charge")
      return [
        {
          test: "anyOf",
          facts: [
            { test: "atLeast", source: power, value: REACTS_SHARE * intent.kw, fresh: true },
            ...(soc ? [{ test: "atLeast", source: soc, value: intent.untilSoc - AT_GOAL_SOC } as const] : []),
          ],
        },
      ];
    if (intent.kind === "discharge")
      return [
        {
          test: "anyOf",
          facts: [
            { test: "atMost", source: power, value: -REACTS_SHARE * intent.kw, fresh: true },
            ...(soc ? [{ test: "atMost", source: soc, value: intent.untilSoc + AT_GOAL_SOC } as const] : []),
          ],
        },
      ];
    return [];
  };
  return {
    accepts: (deviceType) => deviceType === "battery",
    capabilities: { intents: ["selfUse", "hold", "charge", "discharge"] },
    carrier: "homeAssistant",
    resolution: RESOLUTION,
    normalise: (intent) => {
      if (intent.kind !== "charge" && intent.kind !== "discharge") return intent;
      const kw = toStep(clamp(intent.kw, 0, intent.kind === "charge" ? maxChargeKw : maxDischargeKw), 0.1);
      const untilSoc = toStep(clamp(intent.untilSoc, deps.limits.minSoc ?? 0, deps.limits.maxSoc ?? 1), 0.01);
      return kw === 0 ? { kind: "hold" } : { kind: intent.kind, kw, untilSoc };
    },
    translate: (intent) => [
      ...numbersOf(intent).map(([entityId, value]) => setNumber(entityId, value)),
      setMode(optionOf(intent)),
    ],
    expects: (intent) => [
      { test: "equals", source: config.modeEntity, value: optionOf(intent) },
      ...numbersOf(intent).map(([source, value, tolerance]): Expectation => ({
        test: "near",
        source,
        value,
        tolerance,
      })),
      ...effectOf(intent),
    ],
    safeIntent: { kind: "selfUse" },
    sources: [
      config.modeEntity,
      config.chargePowerEntity,
      config.dischargePowerEntity,
      config.chargeTargetEntity,
      config.dischargeFloorEntity,
    ],
  };
});
