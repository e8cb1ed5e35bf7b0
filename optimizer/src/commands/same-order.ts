import type { Intent } from "@ohmstead/contract";

/** The finest change that a device can follow, per quantity of an intent. */
export interface IntentResolution {
  readonly kw: number;
  readonly soc: number;
  /** Of temperatures, and of offsets in K. */
  readonly tempC: number;
}

/**
 * Rounding alone would flip between two neighbours with every plan: a live order stands until the wish is clearly nearer to another.
 */
const STANDS_WITHIN = 0.75;

const near = (a: number, b: number, step: number): boolean => Math.abs(a - b) <= STANDS_WITHIN * step + 1e-9;

/** Does the order in force do for the wish? `wanted` is the plan's wish before it is rounded to what the device can do. */
export function isSameOrder(inForce: Intent, wanted: Intent, resolution: IntentResolution): boolean {
  if (inForce.kind !== wanted.kind) return false;
  if (inForce.kind === "level" && wanted.kind === "level") return inForce.level === wanted.level;
  const [a, b] = [quantitiesOf(inForce), quantitiesOf(wanted)];
  return (
    near(a.kw, b.kw, resolution.kw) && near(a.soc, b.soc, resolution.soc) && near(a.tempC, b.tempC, resolution.tempC)
  );
}

/** What an intent does not name is equal between intents of its kind. */
const quantitiesOf = (intent: Intent): IntentResolution => ({
  kw: "kw" in intent ? intent.kw : 0,
  soc: "untilSoc" in intent ? intent.untilSoc : 0,
  tempC: "tempC" in intent ? intent.tempC : "offsetK" in intent ? intent.offsetK : 0,
});
