import type { Expectation, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { isTurned, relay, turn } from "./entity.ts";
import { heatShows, restShows } from "./heat-shows.ts";
import { cannot, USUAL_RESOLUTION } from "./intents-of.ts";

export const SgReadyConfig = z
  .strictObject({
    kind: z.literal("sg-ready"),
    blockRelay: relay().describe("contact 1 of the heat pump: closed alone, it is blocked"),
    raiseRelay: relay().describe("contact 2 of the heat pump: closed alone, it is recommended to heat more"),
  })
  .refine((c) => c.blockRelay !== c.raiseRelay, {
    path: ["raiseRelay"],
    message: "must be another relay than blockRelay",
  });

/** Both contacts of the four states (SG-Ready regulation 1.1): blocked, normal, recommended, forced. */
const CONTACTS = {
  min: { block: true, raise: false },
  low: { block: false, raise: false },
  mid: { block: false, raise: true },
  max: { block: true, raise: true },
} as const;

/** A room that is warmer than wished for may refuse to be heated, and one that is heated warms up at least so fast. */
const RISES_K_PER_HOUR = 0.3;

/**
 * A heat pump with SG-Ready contacts on two relays. Only the outer states must show at its meter: it may do as it likes about a
 * recommendation. It unblocks itself after two hours; plans do not block it for longer.
 */
export const sgReady = defineDevice("sg-ready", SgReadyConfig, (config, deps) => {
  const contactsOf = (intent: Intent) => {
    if (intent.kind !== "level") throw cannot(deps.deviceId, intent);
    return CONTACTS[intent.level];
  };
  const effectOf = (intent: Intent): Expectation[] => {
    if (intent.kind !== "level") return [];
    if (intent.level === "min") return restShows(deps);
    const { comfortMaxTempC } = deps.limits;
    if (intent.level !== "max" || comfortMaxTempC === undefined) return [];
    return heatShows(deps, { warmFromC: comfortMaxTempC, risesPerHour: RISES_K_PER_HOUR });
  };
  return {
    accepts: (deviceType) => deviceType === "zone",
    capabilities: { intents: ["level"] },
    carrier: "homeAssistant",
    // Each state stands for ten minutes at least.
    writes: { perHour: 6 },
    resolution: USUAL_RESOLUTION,
    normalise: (intent) => intent,
    /**
     * Contact 1 decides between the gentle states and the hard ones: it opens before contact 2 moves, and closes after it. So the way never leads
     * through blocked or forced unless it begins or ends there.
     */
    translate: (intent) => {
      const { block, raise } = contactsOf(intent);
      const calls = [turn(config.raiseRelay, raise), turn(config.blockRelay, block)];
      return block ? calls : calls.toReversed();
    },
    expects: (intent) => {
      const { block, raise } = contactsOf(intent);
      return [isTurned(config.blockRelay, block), isTurned(config.raiseRelay, raise), ...effectOf(intent)];
    },
    safeIntent: { kind: "level", level: "low" },
    sources: [config.blockRelay, config.raiseRelay],
  };
});
