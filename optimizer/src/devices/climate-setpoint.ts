import { z } from "zod";
import { defineDevice } from "./device.ts";
import { entity } from "./entity.ts";
import { heatShows } from "./heat-shows.ts";
import { cannot, clamp, toStep, USUAL_RESOLUTION } from "./intents-of.ts";

export const ClimateSetpointConfig = z
  .strictObject({
    kind: z.literal("climate-setpoint"),
    entity: entity("climate"),
    stepC: z.number().positive().max(5).default(0.5).describe("step of the set-point, K"),
    minTempC: z.number().min(0).max(40).default(10),
    maxTempC: z.number().min(0).max(40).default(28),
    safeTempC: z.number().min(0).max(40).default(20.5).describe("the set-point when nobody decides"),
  })
  .refine((c) => c.minTempC < c.maxTempC, { path: ["minTempC"], message: "must be below maxTempC" });

/** A room this far below its set-point is heated by any thermostat. */
const HYSTERESIS_K = 1;
/** And warms up at least so fast. */
const RISES_K_PER_HOUR = 0.3;

/** A zone whose thermostat or heat pump takes a set-point. A cold room must show that it is heated; one that is left to cool shows nothing. */
export const climateSetpoint = defineDevice("climate-setpoint", ClimateSetpointConfig, (config, deps) => {
  const onStep = (tempC: number) => clamp(toStep(tempC, config.stepC), config.minTempC, config.maxTempC);
  return {
    accepts: (deviceType) => deviceType === "zone",
    capabilities: { intents: ["setpoint"] },
    carrier: "homeAssistant",
    resolution: { ...USUAL_RESOLUTION, tempC: config.stepC },
    normalise: (intent) => (intent.kind === "setpoint" ? { kind: "setpoint", tempC: onStep(intent.tempC) } : intent),
    translate: (intent) => {
      if (intent.kind !== "setpoint") throw cannot(deps.deviceId, intent);
      return [
        {
          action: "climate.set_temperature",
          target: { entity_id: config.entity },
          data: { temperature: intent.tempC },
        },
      ];
    },
    expects: (intent) => {
      if (intent.kind !== "setpoint") throw cannot(deps.deviceId, intent);
      // Half a step: the device rounded to the set-point we asked for, and to no other.
      const tolerance = config.stepC / 2 - 0.001;
      return [
        { test: "near", source: `${config.entity}#temperature`, value: intent.tempC, tolerance },
        ...heatShows(deps, { warmFromC: intent.tempC - HYSTERESIS_K, risesPerHour: RISES_K_PER_HOUR }),
      ];
    },
    safeIntent: { kind: "setpoint", tempC: onStep(config.safeTempC) },
    sources: [`${config.entity}#temperature`],
  };
});
