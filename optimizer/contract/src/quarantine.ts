import { z } from "zod";

/** A value that came and was not believed: kept to be looked at, never used. */
export const QuarantinedValue = z.strictObject({
  subject: z.string().describe("prices/<source>, or a signal such as battery.soc"),
  name: z.string().describe("the same for people: Prices of octopus-agile, Battery: charge"),
  atMs: z.int().describe("the moment the value is of"),
  value: z.string().describe("as it came"),
  reason: z.string(),
  remedy: z.string().describe("what a person may do about it, and where"),
  refusedAtMs: z.int(),
});
export type QuarantinedValue = Readonly<z.output<typeof QuarantinedValue>>;

export const Quarantine = z.strictObject({
  counts: z.record(z.string(), z.int()).describe("how many are kept, by subject"),
  values: z.array(QuarantinedValue).readonly().describe("newest first"),
});
export type Quarantine = Readonly<z.output<typeof Quarantine>>;
