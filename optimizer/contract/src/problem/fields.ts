import { z } from "zod";

export const kw = z.number().min(0).max(1000, "looks like W: write kW, for example 3.5");
export const tempC = z.number().min(-60).max(120);
export const share = z.number().min(0).max(1, "looks like percent: write a share, for example 0.8");
export const efficiency = z.number().min(0.3).max(1, "looks like percent: write a share, for example 0.95");
export const hours = z.number().min(0).max(168);
export const id = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, "write a short name of lower-case letters, digits, - and _")
  .max(40);
/** One value per slot. */
export const perSlot = <S extends z.ZodType>(value: S) => z.array(value).readonly();
/** From `fromMs` until `untilMs`, epoch milliseconds. */
export const Span = z.strictObject({ fromMs: z.int(), untilMs: z.int() });
