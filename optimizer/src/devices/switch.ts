import type { Expectation, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { isTurned, relay, turn } from "./entity.ts";
import { cannot, USUAL_RESOLUTION } from "./intents-of.ts";

export const SwitchConfig = z.strictObject({
  kind: z.literal("switch"),
  entity: relay(),
  safe: z
    .enum(["on", "off"])
    .optional()
    .describe("when nobody decides; default: a boiler on, as its own thermostats know better; an appliance off"),
});

/** What flows through a switch that is off: nothing but the meter's own noise. */
const OFF_KW = 0.05;

/**
 * A boiler or an appliance behind a switch. That it is off shows at its meter. That it is on need not: a dishwasher may be empty, a
 * boiler's own thermostat may have opened.
 */
export const onOffSwitch = defineDevice("switch", SwitchConfig, (config, deps) => {
  const isOn = (intent: Intent): boolean => {
    if (intent.kind !== "on" && intent.kind !== "off") throw cannot(deps.deviceId, intent);
    return intent.kind === "on";
  };
  const { power } = deps.signals;
  const nothingFlows: Expectation[] = power ? [{ test: "atMost", source: power, value: OFF_KW, fresh: true }] : [];
  return {
    accepts: (deviceType) => deviceType === "boiler" || deviceType === "appliance",
    capabilities: { intents: ["on", "off"] },
    carrier: "homeAssistant",
    resolution: USUAL_RESOLUTION,
    normalise: (intent) => intent,
    translate: (intent) => [turn(config.entity, isOn(intent))],
    expects: (intent) => [isTurned(config.entity, isOn(intent)), ...(isOn(intent) ? [] : nothingFlows)],
    safeIntent: { kind: config.safe ?? (deps.deviceType === "boiler" ? "on" : "off") },
    sources: [config.entity],
  };
});
