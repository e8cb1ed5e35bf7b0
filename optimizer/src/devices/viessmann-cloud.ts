import type { HttpRequest, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { cannot, clamp, toStep, USUAL_RESOLUTION } from "./intents-of.ts";

export const ViessmannCloudConfig = z
  .strictObject({
    kind: z.literal("viessmann-cloud"),
    cloud: z.string().min(1).default("viessmann").describe("the id of the interface in clouds"),
    circuit: z.int().min(0).max(9).default(0).describe("of a zone: its heating circuit"),
    program: z
      .string()
      .regex(/^[A-Za-z]+$/)
      .default("normalHeating")
      .describe("of a zone: the program whose temperature is set; older heat pumps call it normal or comfort"),
    stepC: z.number().positive().max(5).default(1).describe("step of the set-point, K"),
    minTempC: z.number().min(3).max(60).optional().describe("default: 10 °C"),
    maxTempC: z.number().min(3).max(60).optional().describe("default: 28 °C for a zone, 60 °C for hot water"),
    idleTempC: z.number().min(10).max(60).default(40).describe("of hot water: the target at which the tank cools"),
    safeTempC: z.number().min(3).max(60).optional().describe("default: 20 °C for a zone, 50 °C for hot water"),
  })
  .refine(({ minTempC = 10, maxTempC = 28 }) => minTempC < maxTempC, {
    path: ["minTempC"],
    message: "must be below maxTempC",
  });

/** The maker's cloud tells only what it has heard; writing more often than this wears the controller's memory. */
const WRITES = { perHour: 6 };

/**
 * A heat pump of Viessmann by the maker's cloud: the temperature of a heating circuit's program, or the hot-water target. The answer to
 * an order says that the cloud took it; only the feature read back says that the heat pump has it.
 */
export const viessmannCloud = defineDevice("viessmann-cloud", ViessmannCloudConfig, (config, deps) => {
  const isTank = deps.deviceType === "tank";
  const usual = isTank ? { maxTempC: 60, safeTempC: 50 } : { maxTempC: 28, safeTempC: 20 };
  const minTempC = Math.max(config.minTempC ?? 10, isTank ? config.idleTempC : 0);
  const maxTempC = Math.min(config.maxTempC ?? usual.maxTempC, deps.limits.maxTempC ?? 60);
  const onStep = (tempC: number) => clamp(toStep(tempC, config.stepC), minTempC, maxTempC);
  const goal = isTank
    ? {
        feature: "heating.dhw.temperature.main",
        order: "setTargetTemperature",
        field: "temperature",
        property: "value",
      }
    : {
        feature: `heating.circuits.${config.circuit}.operating.programs.${config.program}`,
        order: "setTemperature",
        field: "targetTemperature",
        property: "temperature",
      };
  const source = `${config.cloud}:${goal.feature}#${goal.property}`;
  const targetOf = (intent: Intent): number => {
    if (isTank && intent.kind === "heatTo") return intent.tempC;
    if (isTank && intent.kind === "idle") return config.idleTempC;
    if (!isTank && intent.kind === "setpoint") return intent.tempC;
    throw cannot(deps.deviceId, intent);
  };
  const order = (tempC: number): HttpRequest => ({
    api: config.cloud,
    method: "POST",
    path: `/features/${goal.feature}/commands/${goal.order}`,
    body: { [goal.field]: tempC },
  });
  return {
    accepts: (deviceType) => deviceType === "zone" || deviceType === "tank",
    capabilities: { intents: isTank ? ["heatTo", "idle"] : ["setpoint"] },
    carrier: "http",
    writes: WRITES,
    resolution: { ...USUAL_RESOLUTION, tempC: config.stepC },
    normalise: (intent) => {
      if (intent.kind === "heatTo") return { kind: "heatTo", tempC: onStep(intent.tempC) };
      if (intent.kind === "setpoint") return { kind: "setpoint", tempC: onStep(intent.tempC) };
      return intent;
    },
    translate: (intent) => [order(targetOf(intent))],
    expects: (intent) => [{ test: "near", source, value: targetOf(intent), tolerance: config.stepC / 2 - 0.001 }],
    safeIntent: isTank
      ? { kind: "heatTo", tempC: onStep(config.safeTempC ?? usual.safeTempC) }
      : { kind: "setpoint", tempC: onStep(config.safeTempC ?? usual.safeTempC) },
    sources: [source],
  };
});
