import { MS_PER_HOUR } from "@ohmstead/contract";
import type { CommandSettings } from "./settings.ts";

/** How often a device may be written to. A write is one attempt of a command that was carried to it, with all its calls. */
export type WriteAllowance = CommandSettings["writes"];

/** `urgent`: asked for by a person, or the way to the safe state. */
export type Urgency = "usual" | "urgent";

export type MayWrite =
  | { readonly ok: true }
  /** Not before untilMs, and why. */
  | {
      readonly ok: false;
      readonly untilMs: number;
      readonly limit: "minute" | "hour" | "day";
      readonly reason: string;
    };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * MS_PER_HOUR;

/**
 * Whether the device may be written to now. A day is any 24 hours: whatever the calendar says, flash memory and relays wear with each write.
 * The last few of a day are kept for people and for the safe state.
 */
export function mayWrite(
  writtenAtMs: readonly number[],
  nowMs: number,
  allowance: WriteAllowance,
  urgency: Urgency,
): MayWrite {
  const usable = urgency === "urgent" ? allowance.perDay : allowance.perDay - allowance.reserved;
  const spans = [
    { limit: "day", ms: DAY_MS, most: usable, all: allowance.perDay },
    { limit: "hour", ms: MS_PER_HOUR, most: allowance.perHour, all: allowance.perHour },
    { limit: "minute", ms: MINUTE_MS, most: allowance.perMinute, all: allowance.perMinute },
  ] as const;
  for (const { limit, ms, most, all } of spans) {
    const within = writtenAtMs.filter((atMs) => atMs > nowMs - ms).toSorted((a, b) => a - b);
    if (within.length < most) continue;
    // Free again when so many of them are older than the span that one more fits.
    const untilMs = (within[within.length - most] ?? nowMs) + ms;
    const kept =
      limit === "day" && urgency === "usual"
        ? `; the last ${allowance.reserved} are kept for people and for safety`
        : "";
    return {
      ok: false,
      untilMs,
      limit,
      reason: `${within.length} of ${all} writes of this ${limit} are used up${kept}`,
    };
  }
  return { ok: true };
}
