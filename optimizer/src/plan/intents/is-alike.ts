import type { Intent } from "@ohmstead/contract";

/** Figures this close are the same order to a reader: forecasts move more than this between two plans. */
const SAME_KW = 0.5;
const SAME_SOC = 0.05;
const SAME_TEMP_K = 0.5;

/** The same thing to a person, though a figure may differ a little. */
export function isAlike(one: Intent, other: Intent): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === "level" && other.kind === "level") return one.level === other.level;
  const [a, b] = [figuresOf(one), figuresOf(other)];
  return near(a.kw, b.kw, SAME_KW) && near(a.soc, b.soc, SAME_SOC) && near(a.tempC, b.tempC, SAME_TEMP_K);
}

const near = (x: number, y: number, step: number): boolean => Math.abs(x - y) <= step + 1e-9;

/** What an intent does not name is equal between intents of its kind. */
const figuresOf = (intent: Intent) => ({
  kw: "kw" in intent ? intent.kw : 0,
  soc: "untilSoc" in intent ? intent.untilSoc : 0,
  tempC: "tempC" in intent ? intent.tempC : "offsetK" in intent ? intent.offsetK : 0,
});
