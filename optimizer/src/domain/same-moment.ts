import type { ReadingQuality } from "./resample.ts";

/** What was said of a signal at one moment. */
interface Said {
  readonly value: number;
  /** Its source is not sure of it. */
  readonly quality?: ReadingQuality;
}

const isSure = ({ quality }: Said): boolean => quality !== "uncertain";

/**
 * Whether a reading replaces another of the same signal and moment. Which came first must not matter, for readings come late and twice: a sure
 * one goes before an uncertain one, then the one further from zero (sources say zero before they know), then the greater.
 */
export function replaces(reading: Said, other: Said): boolean {
  if (isSure(reading) !== isSure(other)) return isSure(reading);
  const further = Math.abs(reading.value) - Math.abs(other.value);
  return further === 0 ? reading.value > other.value : further > 0;
}
