import { z } from "zod";

/** One thing that was examined. */
export const DoctorCheck = z.strictObject({
  group: z.enum(["sources", "homeAssistant", "entities"]),
  subject: z.string().describe("prices/tibber, an entity, or what of Home Assistant"),
  status: z.enum(["ok", "warning", "failing"]),
  detail: z.string().describe("what was found"),
  remedy: z.string().optional().describe("which setting to change, and to what; present when it is not well"),
});
export type DoctorCheck = Readonly<z.output<typeof DoctorCheck>>;

export const DoctorReport = z.strictObject({
  atMs: z.int(),
  status: z.enum(["ok", "warning", "failing"]).describe("that of the worst check"),
  checks: z.array(DoctorCheck).readonly(),
});
export type DoctorReport = Readonly<z.output<typeof DoctorReport>>;
