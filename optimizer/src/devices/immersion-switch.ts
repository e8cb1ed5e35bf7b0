import { z } from "zod";
import { defineDevice } from "./device.ts";
import { domainOf, entity } from "./entity.ts";
import { cannot, USUAL_RESOLUTION } from "./intents-of.ts";

export const ImmersionSwitchConfig = z.strictObject({
  kind: z.literal("immersion-switch"),
  entity: entity("switch", "input_boolean"),
});

/**
 * An immersion heater behind a switch. Its power is no proof of obedience: the heater's own thermostat may have opened.
 */
export const immersionSwitch = defineDevice("immersion-switch", ImmersionSwitchConfig, (config, deps) => ({
  accepts: (deviceType) => deviceType === "immersionHeater",
  capabilities: { intents: ["on", "off"] },
  carrier: "homeAssistant",
  resolution: USUAL_RESOLUTION,
  normalise: (intent) => intent,
  translate: (intent) => {
    if (intent.kind !== "on" && intent.kind !== "off") throw cannot(deps.deviceId, intent);
    return [
      { action: `${domainOf(config.entity)}.turn_${intent.kind}`, target: { entity_id: config.entity }, data: {} },
    ];
  },
  expects: (intent) => {
    if (intent.kind !== "on" && intent.kind !== "off") throw cannot(deps.deviceId, intent);
    return [{ test: "equals", source: config.entity, value: intent.kind }];
  },
  safeIntent: { kind: "off" },
  sources: [config.entity],
}));
