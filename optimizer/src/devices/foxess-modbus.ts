import type { Call, Expectation, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { batteryEffect, idleKwOf } from "./battery-effect.ts";
import { defineDevice } from "./device.ts";
import { entity, selectOption, setNumber } from "./entity.ts";
import { cannot, clamp, toStep } from "./intents-of.ts";

const number = entity("number", "input_number");

export const FoxessModbusConfig = z
  .strictObject({
    kind: z.literal("foxess-modbus"),
    workModeEntity: entity("select", "input_select").describe("Work Mode"),
    minSocEntity: number.describe("Min SoC (On Grid), %"),
    maxSocEntity: number.describe("Max SoC, %: the inverter ends charging from the grid there"),
    forceChargePowerEntity: number
      .optional()
      .describe("Force Charge Power, kW; without it the battery is filled by the sun only"),
    forceDischargePowerEntity: number
      .optional()
      .describe("Force Discharge Power, kW; without it the battery serves the house only"),
    currents: z
      .strictObject({
        chargeEntity: number.describe("Max Charge Current, A"),
        dischargeEntity: number.describe("Max Discharge Current, A"),
        chargeA: z.number().positive().max(200).describe("what it is set to while the battery is free to charge"),
        dischargeA: z.number().positive().max(200).describe("what it is set to while the battery is free to discharge"),
      })
      .optional()
      .describe(
        "with them the battery is held by 0 A in Self Use; without by Back-up, which still takes the sun's surplus",
      ),
    alwaysUsedKw: z
      .number()
      .min(0)
      .max(20)
      .default(0)
      .describe("what the house uses at any time: a forced discharge may exceed the export limit by so much"),
  })
  .describe("an inverter that the integration foxess_modbus has brought to Home Assistant");

/** The integration's own words. Feed-in First is not among them: it does not discharge beyond the house's load, so it is no discharge. */
const MODE = {
  selfUse: "Self Use",
  backUp: "Back-up",
  charge: "Force Charge",
  discharge: "Force Discharge",
} as const;

/** Its numbers for states of charge begin here. */
const LOWEST_SOC = 0.1;
const RESOLUTION = { kw: 0.4, soc: 0.03, tempC: 0.5 };

const percent = (soc: number): number => Math.round(soc * 100);

interface Setting {
  readonly entityId: string;
  readonly value: number;
  readonly tolerance: number;
}

const power = (entityId: string, kw: number): Setting => ({ entityId, value: toStep(kw, 0.001), tolerance: 0.01 });

/**
 * Fox ESS through the entities of foxess_modbus. What there is to know about it, and what follows:
 * the forced powers are those of the inverter, sun included, and what may not be fed in flows back into the battery: a forced discharge stays
 * within the export limit and what the house always uses. Feed-in First does not discharge beyond the load: it is never used. There is no mode that
 * holds: both currents at 0 A in Self Use need no state of charge, which the minimum would, and hold off the sun, too, which Back-up would not.
 * A write may time out without a word and have worked or not: the meter decides, and the next try waits a minute.
 */
export const foxessModbus = defineDevice("foxess-modbus", FoxessModbusConfig, (config, deps) => {
  const { limits, signals } = deps;
  const { forceChargePowerEntity, forceDischargePowerEntity, currents } = config;
  const lowestSoc = Math.max(LOWEST_SOC, limits.minSoc ?? 0);
  const highestSoc = limits.maxSoc ?? 1;
  const maxChargeKw = limits.maxChargeKw ?? Number.POSITIVE_INFINITY;
  const maxDischargeKw = Math.min(
    limits.maxDischargeKw ?? Number.POSITIVE_INFINITY,
    (limits.exportLimitKw ?? Number.POSITIVE_INFINITY) + config.alwaysUsedKw,
  );

  const floor = (soc: number): Setting => ({ entityId: config.minSocEntity, value: percent(soc), tolerance: 0.5 });
  const ceiling = (soc: number): Setting => ({ entityId: config.maxSocEntity, value: percent(soc), tolerance: 0.5 });
  const amperes = (share: 0 | 1): Setting[] =>
    currents
      ? [
          { entityId: currents.chargeEntity, value: share * currents.chargeA, tolerance: 0.5 },
          { entityId: currents.dischargeEntity, value: share * currents.dischargeA, tolerance: 0.5 },
        ]
      : [];

  /** The mode, and every number it depends on, limits before powers: what an earlier mode left behind is put right, too. */
  const settingsOf = (intent: Intent): { readonly mode: string; readonly numbers: readonly Setting[] } => {
    if (intent.kind === "selfUse")
      return { mode: MODE.selfUse, numbers: [floor(lowestSoc), ceiling(highestSoc), ...amperes(1)] };
    if (intent.kind === "hold")
      return currents ? { mode: MODE.selfUse, numbers: amperes(0) } : { mode: MODE.backUp, numbers: [] };
    if (intent.kind === "charge" && forceChargePowerEntity)
      return {
        mode: MODE.charge,
        numbers: [ceiling(intent.untilSoc), power(forceChargePowerEntity, intent.kw), ...amperes(1)],
      };
    if (intent.kind === "discharge" && forceDischargePowerEntity)
      return {
        mode: MODE.discharge,
        numbers: [floor(intent.untilSoc), power(forceDischargePowerEntity, intent.kw), ...amperes(1)],
      };
    throw cannot(deps.deviceId, intent);
  };

  const effectOf = (intent: Intent): Expectation[] => {
    // Back-up takes the sun's surplus: what it proves is that nothing is drawn from the battery.
    if (intent.kind === "hold" && !currents)
      return signals.power ? [{ test: "atLeast", source: signals.power, value: -idleKwOf(deps), fresh: true }] : [];
    const effect = batteryEffect(deps, intent);
    if (intent.kind !== "discharge") return effect;
    // The forced power counts the sun in: where the sun alone gives it, the battery rests.
    const sun = (signals.sunPowers ?? []).map(
      (source) => ({ test: "atLeast", source, value: 0.7 * intent.kw, fresh: true }) as const,
    );
    return effect.map((each) => (each.test === "anyOf" ? { ...each, facts: [...each.facts, ...sun] } : each));
  };

  return {
    accepts: (deviceType) => deviceType === "battery",
    capabilities: {
      intents: [
        "selfUse",
        "hold",
        ...(forceChargePowerEntity ? (["charge"] as const) : []),
        ...(forceDischargePowerEntity ? (["discharge"] as const) : []),
      ],
    },
    carrier: "homeAssistant",
    // A write that is not answered blocks the bus for a quarter of a minute.
    writes: { perMinute: 1, perHour: 12 },
    resolution: RESOLUTION,
    normalise: (intent) => {
      if (intent.kind !== "charge" && intent.kind !== "discharge") return intent;
      const isCharge = intent.kind === "charge";
      // Without forced modes charging is left to the sun, and discharging to the house.
      if (!(isCharge ? forceChargePowerEntity : forceDischargePowerEntity)) return { kind: "selfUse" };
      const mostKw = isCharge ? maxChargeKw : maxDischargeKw;
      // The limit counts more than the step.
      const kw = Math.min(toStep(Math.max(0, intent.kw), 0.1), mostKw);
      const untilSoc = toStep(clamp(intent.untilSoc, lowestSoc, highestSoc), 0.01);
      return kw <= 0 ? { kind: "hold" } : { kind: intent.kind, kw, untilSoc };
    },
    /**
     * A forced mode is left first and entered last, so that it never runs on numbers that are not its own: after any prefix the inverter serves the
     * house, or goes on with what it was told before.
     */
    translate: (intent): Call[] => {
      const { mode, numbers } = settingsOf(intent);
      const set = numbers.map(({ entityId, value }) => setNumber(entityId, value));
      const switchMode = selectOption(config.workModeEntity, mode);
      return mode === MODE.charge || mode === MODE.discharge ? [...set, switchMode] : [switchMode, ...set];
    },
    expects: (intent) => {
      const { mode, numbers } = settingsOf(intent);
      return [
        { test: "equals", source: config.workModeEntity, value: mode },
        ...numbers.map(({ entityId, value, tolerance }): Expectation => ({
          test: "near",
          source: entityId,
          value,
          tolerance,
        })),
        ...effectOf(intent),
      ];
    },
    safeIntent: { kind: "selfUse" },
    sources: [
      config.workModeEntity,
      config.minSocEntity,
      config.maxSocEntity,
      ...(forceChargePowerEntity ? [forceChargePowerEntity] : []),
      ...(forceDischargePowerEntity ? [forceDischargePowerEntity] : []),
      ...(currents ? [currents.chargeEntity, currents.dischargeEntity] : []),
    ],
  };
});
