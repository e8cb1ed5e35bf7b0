import type { Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { cannot, USUAL_RESOLUTION } from "./intents-of.ts";

const topic = z
  .string()
  .min(1)
  .max(150)
  .regex(/^[^+#]+$/, "write one whole topic, without + and #");
const word = z.string().min(1).max(200);

export const MqttRelayConfig = z.strictObject({
  kind: z.literal("mqtt-relay"),
  commandTopic: topic.describe("what switches it, for example boiler/cmnd/POWER"),
  stateTopic: topic.describe("where it says what it is, for example boiler/stat/POWER"),
  stateField: z
    .string()
    .regex(/^[^#]+$/)
    .max(40)
    .optional()
    .describe('the field of a JSON state, for example "state"'),
  on: word.default("ON").describe("the payload that switches it on"),
  off: word.default("OFF"),
  stateOn: word.optional().describe("what its state says while it is on; default: the payload"),
  stateOff: word.optional(),
  safe: z.enum(["on", "off"]).optional().describe("when nobody decides; default: off, but on for a boiler"),
  safeAfterS: z
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .describe("the broker switches it to its safe state when the optimizer has been away for so long"),
});

/** The telemetry source of a topic's payload, or of a field of its JSON. */
const mqttSource = (stateTopic: string, field?: string): string =>
  field === undefined ? `mqtt:${stateTopic}` : `mqtt:${stateTopic}#${field}`;

/**
 * A relay that a broker reaches: an immersion heater, a boiler's release, an appliance. Its state is proof that it switched; what is behind it
 * has a thermostat of its own, so that no power proves anything.
 */
export const mqttRelay = defineDevice("mqtt-relay", MqttRelayConfig, (config, deps) => {
  const safe = config.safe ?? (deps.deviceType === "boiler" ? "on" : "off");
  const switched = (intent: Intent): "on" | "off" => {
    if (intent.kind !== "on" && intent.kind !== "off") throw cannot(deps.deviceId, intent);
    return intent.kind;
  };
  const states = { on: config.stateOn ?? config.on, off: config.stateOff ?? config.off };
  const source = mqttSource(config.stateTopic, config.stateField);
  return {
    accepts: (deviceType) => deviceType === "immersionHeater" || deviceType === "boiler" || deviceType === "appliance",
    capabilities: { intents: ["on", "off"] },
    carrier: "mqtt",
    speaksWhenTold: true,
    safeWhenAwayAfterMs: config.safeAfterS * 1000,
    resolution: USUAL_RESOLUTION,
    normalise: (intent) => intent,
    translate: (intent) => [{ topic: config.commandTopic, payload: config[switched(intent)], qos: 1, retain: false }],
    expects: (intent) => [{ test: "equals", source, value: states[switched(intent)] }],
    safeIntent: { kind: safe },
    sources: [source],
  };
});
