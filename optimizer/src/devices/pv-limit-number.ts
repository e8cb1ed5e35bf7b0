import type { Expectation, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { ConfigError } from "../domain/errors.ts";
import { defineDevice } from "./device.ts";
import { entity, setNumber } from "./entity.ts";
import { cannot, clamp, toStep, USUAL_RESOLUTION } from "./intents-of.ts";

export const PvLimitNumberConfig = z.strictObject({
  kind: z.literal("pv-limit-number"),
  entity: entity("number", "input_number").describe("W; at the array's peak it limits nothing"),
  peakW: z.number().positive().optional().describe("the value that limits nothing; default: the array's peakKw"),
});

/** An inverter may overshoot its limit a little. */
const OVERSHOOT = { share: 1.05, kw: 0.1 };

/** Solar panels whose inverter takes a limit as a number in W. */
export const pvLimitNumber = defineDevice("pv-limit-number", PvLimitNumberConfig, (config, deps) => {
  const peakW = config.peakW ?? (deps.limits.peakKw ?? 0) * 1000;
  if (peakW <= 0) throw new ConfigError(`control of ${deps.deviceId}: write peakW, the value that limits nothing`);
  const wattsOf = (intent: Intent): number => {
    if (intent.kind === "free") return Math.round(peakW);
    if (intent.kind === "limit") return Math.round(intent.kw * 1000);
    throw cannot(deps.deviceId, intent);
  };
  const effectOf = (intent: Intent): Expectation[] =>
    intent.kind === "limit" && deps.signals.power
      ? [
          {
            test: "atMost",
            source: deps.signals.power,
            value: intent.kw * OVERSHOOT.share + OVERSHOOT.kw,
            fresh: true,
          },
        ]
      : [];
  return {
    accepts: (deviceType) => deviceType === "pvArray",
    capabilities: { intents: ["free", "limit"] },
    carrier: "homeAssistant",
    resolution: USUAL_RESOLUTION,
    normalise: (intent) => {
      if (intent.kind !== "limit") return intent;
      const kw = toStep(clamp(intent.kw, 0, peakW / 1000), 0.1);
      return kw * 1000 >= peakW ? { kind: "free" } : { kind: "limit", kw };
    },
    translate: (intent) => [setNumber(config.entity, wattsOf(intent))],
    expects: (intent) => [
      { test: "near", source: config.entity, value: wattsOf(intent), tolerance: 10 },
      ...effectOf(intent),
    ],
    safeIntent: { kind: "free" },
    sources: [config.entity],
  };
});
