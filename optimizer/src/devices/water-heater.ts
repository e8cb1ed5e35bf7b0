import type { Expectation, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { entity } from "./entity.ts";
import { heatShows } from "./heat-shows.ts";
import { cannot, clamp, toStep, USUAL_RESOLUTION } from "./intents-of.ts";

export const WaterHeaterConfig = z.strictObject({
  kind: z.literal("water-heater"),
  entity: entity("water_heater"),
  stepC: z.number().positive().max(10).default(1).describe("step of the set-point, K"),
  idleTempC: z.number().min(5).max(70).default(40).describe("the set-point at which the tank is left to cool"),
  safeTempC: z.number().min(5).max(80).default(50).describe("the set-point when nobody decides"),
  maxTempC: z.number().min(20).max(95).default(75),
  hysteresisK: z
    .number()
    .min(0)
    .max(30)
    .default(8)
    .describe("the tank's own thermostat may wait so far below the set-point before it heats"),
});

/** A tank that is heated warms up at least so fast, unless somebody showers; then the power shows it. */
const RISES_K_PER_HOUR = 2;

/** A hot-water tank that takes a set-point. That it is heated must show, unless it is warm already. */
export const waterHeater = defineDevice("water-heater", WaterHeaterConfig, (config, deps) => {
  const maxTempC = Math.min(config.maxTempC, deps.limits.maxTempC ?? config.maxTempC);
  // The limit counts more than the step.
  const onStep = (tempC: number) => clamp(toStep(tempC, config.stepC), config.idleTempC, maxTempC);
  const targetOf = (intent: Intent): number => {
    if (intent.kind === "heatTo") return intent.tempC;
    if (intent.kind === "idle") return config.idleTempC;
    throw cannot(deps.deviceId, intent);
  };
  const effectOf = (intent: Intent): Expectation[] =>
    intent.kind === "heatTo" && intent.tempC > config.idleTempC
      ? heatShows(deps, { warmFromC: intent.tempC - config.hysteresisK, risesPerHour: RISES_K_PER_HOUR })
      : [];
  return {
    accepts: (deviceType) => deviceType === "tank",
    capabilities: { intents: ["heatTo", "idle"] },
    carrier: "homeAssistant",
    resolution: { ...USUAL_RESOLUTION, tempC: config.stepC },
    normalise: (intent) => (intent.kind === "heatTo" ? { kind: "heatTo", tempC: onStep(intent.tempC) } : intent),
    translate: (intent) => [
      {
        action: "water_heater.set_temperature",
        target: { entity_id: config.entity },
        data: { temperature: targetOf(intent) },
      },
    ],
    expects: (intent) => [
      {
        test: "near",
        source: `${config.entity}#temperature`,
        value: targetOf(intent),
        tolerance: config.stepC / 2 - 0.001,
      },
      ...effectOf(intent),
    ],
    safeIntent: { kind: "heatTo", tempC: onStep(config.safeTempC) },
    sources: [`${config.entity}#temperature`],
  };
});
