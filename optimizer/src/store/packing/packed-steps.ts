import { deflateSync, inflateSync } from "node:zlib";
import { type ResampledStep, STEP_QUALITIES } from "../../domain/resample.ts";
import { DamagedPack } from "./damaged-pack.ts";
import { varintReader, varintWriter } from "./varints.ts";

/** A hundredth of a watt, of a watt-hour: far below what any meter tells. */
const PARTS = 100_000;
const COVERAGE_PARTS = 10_000;

const whole = (value: number): number => Math.round(value * PARTS);
/** A product with 1e-5 would have a long tail in floating point. */
const ofWhole = (value: number): number => value / PARTS;

/** Steps of equal length, one after the other without a gap, in some seven bytes each. Values are rounded to five decimals. */
export function packSteps(steps: readonly ResampledStep[]): Buffer {
  const out = varintWriter();
  out.unsigned(steps.length);
  out.signed(steps[0]?.startMs ?? 0);
  out.unsigned((steps[1]?.startMs ?? 0) - (steps[1] ? (steps[0]?.startMs ?? 0) : 0));
  for (const { quality } of steps) out.unsigned(STEP_QUALITIES.indexOf(quality));
  // Nought says that nothing is known.
  for (const { coverage, mean } of steps)
    out.unsigned(mean === undefined ? 0 : Math.max(1, Math.round(coverage * COVERAGE_PARTS)));
  const known = steps.filter(({ mean }) => mean !== undefined);
  let last = 0;
  for (const { mean = 0 } of known) {
    out.signed(whole(mean) - last);
    last = whole(mean);
  }
  for (const { mean = 0, min = mean } of known) out.unsigned(Math.max(0, whole(mean) - whole(min)));
  for (const { mean = 0, max = mean } of known) out.unsigned(Math.max(0, whole(max) - whole(mean)));
  return deflateSync(out.bytes());
}

/** Throws DamagedPack. */
export function unpackSteps(body: Uint8Array): ResampledStep[] {
  try {
    const read = varintReader(inflateSync(body));
    const count = read.unsigned();
    const firstMs = read.signed();
    const stepMs = read.unsigned();
    const qualities = Array.from({ length: count }, () => STEP_QUALITIES[read.unsigned()] ?? "unknown");
    const coverages = Array.from({ length: count }, () => read.unsigned() / COVERAGE_PARTS);
    const isKnown = coverages.map((coverage) => coverage > 0);
    let last = 0;
    const means = isKnown.map((known) => (known ? (last += read.signed()) : 0));
    const lows = isKnown.map((known, k) => (known ? (means[k] ?? 0) - read.unsigned() : 0));
    const highs = isKnown.map((known, k) => (known ? (means[k] ?? 0) + read.unsigned() : 0));
    return coverages.map((coverage, k): ResampledStep => {
      const [startMs, quality] = [firstMs + k * stepMs, qualities[k] ?? "unknown"];
      if (!isKnown[k]) return { startMs, coverage, quality };
      const [mean, min, max] = [ofWhole(means[k] ?? 0), ofWhole(lows[k] ?? 0), ofWhole(highs[k] ?? 0)];
      return { startMs, coverage, quality, mean, min, max };
    });
  } catch (error) {
    throw new DamagedPack("packed steps cannot be read", { cause: error });
  }
}
