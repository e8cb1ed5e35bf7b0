import { z } from "zod";
import { id, tempC } from "./fields.ts";

/** A person's wish, as a constraint until its end. */
export const OverrideConstraint = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("batteryHold"), deviceId: id, untilMs: z.int() }),
  z.strictObject({ kind: z.literal("boostWater"), deviceId: id, untilMs: z.int(), tempC }),
  z.strictObject({ kind: z.literal("boostHeat"), deviceId: id, untilMs: z.int(), tempC }),
]);
export type OverrideConstraint = Readonly<z.output<typeof OverrideConstraint>>;
