import { z } from "zod";

export const HealthCheck = z.strictObject({
  name: z.string(),
  status: z.enum(["ok", "warning", "failing"]),
  detail: z.string().describe("what is the case, and what to do when it is not well"),
});
export type HealthCheck = Readonly<z.output<typeof HealthCheck>>;

export const Health = z.strictObject({
  status: z.enum(["ok", "warning", "failing"]),
  nowMs: z.int(),
  version: z.string(),
  checks: z.array(HealthCheck).readonly(),
});
export type Health = Readonly<z.output<typeof Health>>;
