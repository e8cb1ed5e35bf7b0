import { deflateSync, inflateSync } from "node:zlib";
import type { ReadingPoint } from "../../domain/resample.ts";
import { DamagedPack } from "./damaged-pack.ts";
import { type VarintReader, varintReader, varintWriter } from "./varints.ts";

/** Sensors have few digits: with nine decimals a value that was 1.2340000000000002 after its conversion is 1.234. */
const MOST_DECIMALS = 9;
/** Kept with all their bits. */
const AS_THEY_ARE = MOST_DECIMALS + 1;
const MOST_EXACT = 2 ** 51;

/** The least decimals that tell all values, to a millionth of a millionth of them. */
function decimalsOf(values: readonly number[]): number {
  let decimals = 0;
  let factor = 1;
  for (const value of values) {
    const size = Math.abs(value);
    const tolerance = 1e-12 * Math.max(1, size);
    while (!(Math.abs(Math.round(value * factor) / factor - value) <= tolerance)) {
      decimals += 1;
      factor *= 10;
      if (decimals > MOST_DECIMALS) return AS_THEY_ARE;
    }
    if (size * factor > MOST_EXACT) return AS_THEY_ARE;
  }
  // More decimals for one make the whole numbers of all larger.
  return values.some((value) => Math.abs(value) * factor > MOST_EXACT) ? AS_THEY_ARE : decimals;
}

/** All but the rare long gap differ little from it. */
const medianOf = (values: readonly number[]): number =>
  Float64Array.from(values).toSorted()[Math.floor(values.length / 2)] ?? 0;

/**
 * Readings of one signal, sorted by time, in some two bytes each: differences of times from the usual interval, differences of values in their
 * last decimal, deflate over both, with a checksum.
 */
export function packReadings(points: readonly ReadingPoint[]): Buffer {
  const out = varintWriter();
  const values = points.map(([, value]) => value);
  const intervals = points.slice(1).map(([ms], k) => ms - (points[k]?.[0] ?? 0));
  const usualMs = medianOf(intervals);
  out.unsigned(points.length);
  out.signed(points[0]?.[0] ?? 0);
  out.unsigned(usualMs);
  for (const ms of intervals) out.signed(ms - usualMs);
  const decimals = decimalsOf(values);
  out.unsigned(decimals);
  let last = 0;
  const factor = 10 ** decimals;
  if (decimals < AS_THEY_ARE)
    for (const value of values) {
      const whole = Math.round(value * factor);
      out.signed(whole - last);
      last = whole;
    }
  else for (const byte of new Uint8Array(Float64Array.from(values).buffer)) out.unsigned(byte);
  const uncertain = points.flatMap(([, , quality], k) => (quality ? [k] : []));
  out.unsigned(uncertain.length);
  uncertain.forEach((k, n) => out.unsigned(k - (uncertain[n - 1] ?? 0)));
  return deflateSync(out.bytes());
}

function readValues(read: VarintReader, count: number): Float64Array {
  const decimals = read.unsigned();
  if (decimals === AS_THEY_ARE)
    return new Float64Array(Uint8Array.from({ length: count * 8 }, () => read.unsigned()).buffer);
  const values = new Float64Array(count);
  const factor = 10 ** decimals;
  let last = 0;
  for (let k = 0; k < count; k += 1) {
    last += read.signed();
    values[k] = last / factor;
  }
  return values;
}

/** Throws DamagedPack. */
export function unpackReadings(body: Uint8Array): ReadingPoint[] {
  try {
    const read = varintReader(inflateSync(body));
    const count = read.unsigned();
    const times = new Float64Array(count);
    let ms = read.signed();
    const usualMs = read.unsigned();
    for (let k = 0; k < count; k += 1) {
      if (k > 0) ms += usualMs + read.signed();
      times[k] = ms;
    }
    const values = readValues(read, count);
    const uncertain = new Set<number>();
    for (let left = read.unsigned(), k = 0; left > 0; left -= 1) uncertain.add((k += read.unsigned()));
    return Array.from(times, (atMs, k) => {
      const value = values[k] ?? 0;
      return uncertain.has(k) ? [atMs, value, "uncertain"] : [atMs, value];
    });
  } catch (error) {
    throw new DamagedPack("packed readings cannot be read", { cause: error });
  }
}
