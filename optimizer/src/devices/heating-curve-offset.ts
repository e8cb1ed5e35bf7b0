import type { Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { entity, setNumber } from "./entity.ts";
import { cannot, clamp, toStep, USUAL_RESOLUTION } from "./intents-of.ts";

export const HeatingCurveOffsetConfig = z
  .strictObject({
    kind: z.literal("heating-curve-offset"),
    entity: entity("number", "input_number").describe("the parallel shift of the heating curve"),
    perRoomK: z
      .number()
      .positive()
      .max(10)
      .default(1)
      .describe("what the number has to change for one kelvin in the room"),
    step: z.number().positive().max(5).default(1).describe("step of the number"),
    min: z.number().max(0).min(-20).default(-5),
    max: z.number().min(0).max(20).default(5),
  })
  .refine((c) => c.min < c.max, { path: ["min"], message: "must be below max" });

/**
 * A zone whose heat pump follows a heating curve that can be shifted. Its power shows no single shift: the curve changes how much is heated,
 * hours later. What is read back is the number.
 */
export const heatingCurveOffset = defineDevice("heating-curve-offset", HeatingCurveOffsetConfig, (config, deps) => {
  const numberOf = (intent: Intent): number => {
    if (intent.kind !== "offset") throw cannot(deps.deviceId, intent);
    return clamp(toStep(intent.offsetK * config.perRoomK, config.step), config.min, config.max);
  };
  return {
    accepts: (deviceType) => deviceType === "zone",
    capabilities: { intents: ["offset"] },
    carrier: "homeAssistant",
    resolution: { ...USUAL_RESOLUTION, tempC: config.step / config.perRoomK },
    normalise: (intent) =>
      intent.kind === "offset"
        ? { kind: "offset", offsetK: Number((numberOf(intent) / config.perRoomK).toFixed(6)) }
        : intent,
    translate: (intent) => [setNumber(config.entity, numberOf(intent))],
    expects: (intent) => [
      { test: "near", source: config.entity, value: numberOf(intent), tolerance: config.step / 2 - 0.001 },
    ],
    safeIntent: { kind: "offset", offsetK: 0 },
    sources: [config.entity],
  };
});
