import type { Expectation, ExpectedFact, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { isTurned, relay, turn } from "./entity.ts";
import { cannot, USUAL_RESOLUTION } from "./intents-of.ts";

export const ImmersionSwitchConfig = z
  .strictObject({
    kind: z.literal("immersion-switch"),
    entity: relay(),
    secondEntity: relay().optional().describe("of a heater with two elements: both are on, or both off"),
    thermostatTempC: z
      .number()
      .min(20)
      .max(95)
      .optional()
      .describe("water this hot opens the heater's own thermostat; with it, a heater that is on must draw power below"),
  })
  .refine((c) => c.entity !== c.secondEntity, {
    path: ["secondEntity"],
    message: "must be another switch than entity",
  });

/** Less flows through the meter of a heater that is off. */
const OFF_KW = 0.1;
/** Thermostats close again so far below where they opened. */
const HYSTERESIS_K = 8;

/**
 * An immersion heater behind one switch or two. That it is off shows at its meter; that it is on only where it is known at which
 * temperature its own thermostat opens.
 */
export const immersionSwitch = defineDevice("immersion-switch", ImmersionSwitchConfig, (config, deps) => {
  const relays = [config.entity, ...(config.secondEntity ? [config.secondEntity] : [])];
  const isOn = (intent: Intent): boolean => {
    if (intent.kind !== "on" && intent.kind !== "off") throw cannot(deps.deviceId, intent);
    return intent.kind === "on";
  };
  const effectOf = (on: boolean): Expectation[] => {
    const { power, temp } = deps.signals;
    if (!power) return [];
    if (!on) return [{ test: "atMost", source: power, value: OFF_KW, fresh: true }];
    if (config.thermostatTempC === undefined || !temp) return [];
    const facts: ExpectedFact[] = [
      { test: "atLeast", source: power, value: OFF_KW, fresh: true },
      { test: "atLeast", source: temp, value: config.thermostatTempC - HYSTERESIS_K },
    ];
    return [{ test: "anyOf", facts }];
  };
  return {
    accepts: (deviceType) => deviceType === "immersionHeater",
    capabilities: { intents: ["on", "off"] },
    carrier: "homeAssistant",
    resolution: USUAL_RESOLUTION,
    normalise: (intent) => intent,
    translate: (intent) => relays.map((each) => turn(each, isOn(intent))),
    expects: (intent) => [...relays.map((each) => isTurned(each, isOn(intent))), ...effectOf(isOn(intent))],
    safeIntent: { kind: "off" },
    sources: relays,
  };
});
