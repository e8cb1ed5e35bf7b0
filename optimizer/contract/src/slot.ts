import { z } from "zod";

export const MS_PER_HOUR = 3_600_000;

/** A stretch of time, half-open, UTC: `[startMs, startMs + hours)`. Power is constant within it. */
export const Slot = z.strictObject({
  startMs: z.int().describe("beginning of the slot, epoch milliseconds"),
  hours: z.number().positive().max(24).describe("length of the slot in hours"),
});
export type Slot = Readonly<z.output<typeof Slot>>;

export const slotEndMs = (slot: Slot): number => slot.startMs + Math.round(slot.hours * MS_PER_HOUR);
