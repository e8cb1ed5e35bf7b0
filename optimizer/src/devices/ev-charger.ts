import type { Expectation, ExpectedFact, Intent } from "@ohmstead/contract";
import { z } from "zod";
import { defineDevice } from "./device.ts";
import { entity, isTurned, relay, setNumber, turn } from "./entity.ts";
import { cannot, USUAL_RESOLUTION } from "./intents-of.ts";

export const EvChargerConfig = z
  .strictObject({
    kind: z.literal("ev-charger"),
    switchEntity: relay().describe("on: the car may charge"),
    currentEntity: entity("number", "input_number").describe("A per phase, whole ones"),
    phases: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(1),
    voltageV: z.number().min(100).max(260).default(230).describe("of a phase"),
    minCurrentA: z.int().min(1).max(32).default(6).describe("below it no car charges (IEC 61851)"),
    maxCurrentA: z.int().min(6).max(80).default(16),
    safe: z
      .enum(["charge", "stop"])
      .default("charge")
      .describe("when nobody decides: the car charges as it likes, or not at all"),
  })
  .refine((c) => c.minCurrentA <= c.maxCurrentA, { path: ["minCurrentA"], message: "must not be above maxCurrentA" });

/** A car has reacted when it takes this share of what it was offered: each takes what its own charger and its battery allow. */
const REACTS_SHARE = 0.3;
/** What a charger draws for itself. */
const IDLE_KW = 0.1;
/** So near full a car may have stopped already. */
const FULL_SOC = 0.02;
/** A charger knows nothing of a goal: the plan stops it there. So a goal never makes a new order. */
const ANY_SOC = 10;

/** A charger with a switch and a number for the current. */
export const evCharger = defineDevice("ev-charger", EvChargerConfig, (config, deps) => {
  const { limits, signals } = deps;
  const kwPerA = (config.voltageV * config.phases) / 1000;
  const mostA = Math.min(
    config.maxCurrentA,
    Math.floor((limits.maxChargeKw ?? Number.POSITIVE_INFINITY) / kwPerA + 1e-9),
  );
  const maxA = Math.max(config.minCurrentA, mostA);
  const kwOf = (amperes: number): number => Number((amperes * kwPerA).toFixed(3));
  /** Whole amperes, downwards: what the plan leaves to the house is not taken. Less than half of the least current is none. */
  const amperesOf = (kw: number): number => {
    const amperes = Math.floor(kw / kwPerA + 0.01);
    if (amperes >= config.minCurrentA) return Math.min(amperes, maxA);
    return kw / kwPerA >= config.minCurrentA / 2 ? config.minCurrentA : 0;
  };
  const charge = (amperes: number): Intent => ({ kind: "charge", kw: kwOf(amperes), untilSoc: 1 });
  const effectOf = (intent: Intent): Expectation[] => {
    const { power, soc, connected } = signals;
    if (!power) return [];
    if (intent.kind !== "charge") return [{ test: "atMost", source: power, value: IDLE_KW, fresh: true }];
    const facts: ExpectedFact[] = [
      { test: "atLeast", source: power, value: REACTS_SHARE * intent.kw, fresh: true },
      ...(soc ? [{ test: "atLeast", source: soc, value: (limits.maxSoc ?? 1) - FULL_SOC } as const] : []),
      ...(connected ? [{ test: "atMost", source: connected, value: 0.5 } as const] : []),
    ];
    return [{ test: "anyOf", facts }];
  };
  const currentOf = (intent: Intent): number | undefined => {
    if (intent.kind === "charge") return amperesOf(intent.kw);
    if (intent.kind === "stop") return undefined;
    throw cannot(deps.deviceId, intent);
  };
  return {
    accepts: (deviceType) => deviceType === "ev",
    capabilities: { intents: ["charge", "stop"], minChargeKw: kwOf(config.minCurrentA), maxChargeKw: kwOf(maxA) },
    carrier: "homeAssistant",
    resolution: { ...USUAL_RESOLUTION, kw: kwPerA, soc: ANY_SOC },
    normalise: (intent) => {
      if (intent.kind !== "charge") return intent;
      const amperes = amperesOf(intent.kw);
      return amperes === 0 ? { kind: "stop" } : charge(amperes);
    },
    /** The current before the switch: no car begins with what was set for another hour. */
    translate: (intent) => {
      const amperes = currentOf(intent);
      if (amperes === undefined) return [turn(config.switchEntity, false)];
      return [setNumber(config.currentEntity, amperes), turn(config.switchEntity, true)];
    },
    expects: (intent) => {
      const amperes = currentOf(intent);
      return [
        isTurned(config.switchEntity, amperes !== undefined),
        ...(amperes === undefined
          ? []
          : [{ test: "near", source: config.currentEntity, value: amperes, tolerance: 0.5 } as const]),
        ...effectOf(intent),
      ];
    },
    safeIntent: config.safe === "charge" ? charge(maxA) : { kind: "stop" },
    sources: [config.switchEntity, config.currentEntity],
  };
});
