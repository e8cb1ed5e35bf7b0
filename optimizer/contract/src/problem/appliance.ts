import { z } from "zod";
import { Span, hours, id, kw } from "./fields.ts";

/** A dishwasher, a pool pump: one task within a window. A single block starts at the beginning of a slot. */
export const ApplianceProblem = z.strictObject({
  id,
  powerKw: kw.positive(),
  runHours: hours.positive(),
  singleBlock: z.boolean().default(true).describe("false: it may be interrupted, and run for a share of a slot"),
  window: Span,
  startedMs: z.int().optional().describe("it is running since then and cannot be moved any more"),
});
