import { z } from "zod";

export const OverrideKind = z.enum(["batteryHold", "boostWater", "boostHeat"]);
export type OverrideKind = z.output<typeof OverrideKind>;

export const NewOverride = z.strictObject({
  kind: OverrideKind,
  deviceId: z.string(),
  minutes: z
    .number()
    .positive()
    .max(7 * 24 * 60)
    .default(120),
});
export type NewOverride = Readonly<z.output<typeof NewOverride>>;

export const Override = z.strictObject({
  id: z.string(),
  kind: OverrideKind,
  deviceId: z.string(),
  createdAtMs: z.int(),
  untilMs: z.int(),
});
export type Override = Readonly<z.output<typeof Override>>;
