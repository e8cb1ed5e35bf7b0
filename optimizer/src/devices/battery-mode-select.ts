import type { Expectation, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { batteryEffect } from "./battery-effect.ts";
import { defineDevice } from "./device.ts";
import { cannot, clamp, toStep } from "./intents-of.ts";
import { entity, selectOption, setNumber } from "./entity.ts";

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
const watts = (kw: number): number => Math.round(kw * 1000);
const percent = (soc: number): number => Math.round(soc * 100);

/** A battery driven by a mode select and numbers for power and limits, as most inverter integrations offer. */
export const batteryModeSelect = defineDevice("battery-mode-select", BatteryModeSelectConfig, (config, deps) => {
  const { maxChargeKw = Number.POSITIVE_INFINITY, maxDischargeKw = Number.POSITIVE_INFINITY } = deps.limits;
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
      selectOption(config.modeEntity, optionOf(intent)),
    ],
    expects: (intent) => [
      { test: "equals", source: config.modeEntity, value: optionOf(intent) },
      ...numbersOf(intent).map(([source, value, tolerance]): Expectation => ({
        test: "near",
        source,
        value,
        tolerance,
      })),
      ...batteryEffect(deps, intent),
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
