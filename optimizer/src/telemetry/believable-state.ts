import { type BatteryProblem, MS_PER_HOUR } from "@ohmstead/contract";

/** A value as it was read; undefined or not a number where the source gave none. */
export interface RawState {
  readonly atMs: number;
  readonly value: number | undefined;
}

/** How fast a state can change, per hour. */
export interface Pace {
  readonly rise: number;
  readonly fall: number;
}

export interface StateEvidence {
  /** Readings in any order, the newest among them. */
  readonly readings: readonly RawState[];
  readonly nowMs: number;
  readonly min: number;
  readonly max: number;
  readonly pace: Pace;
  /** Rounding of the source. */
  readonly slack: number;
  /** How it changes now by other measurements, per hour; carries an older value on to now. */
  readonly trendPerHour?: number | undefined;
}

export interface BelievableState {
  /** Absent: the only thing that was ever said is a zero, as sources do before they know. */
  readonly value?: number;
  /** Why it is not the newest reading. */
  readonly doubt?: string;
}

/** After this long a new level is true, however it came: batteries correct their own count. */
const SETTLED_MS = 30 * 60_000;
/** For so long a trend is worth following. */
const LONGEST_TREND_MS = MS_PER_HOUR;

interface Track {
  readonly readings: { readonly atMs: number; readonly value: number }[];
}

const firstOf = ({ readings }: Track) => readings[0] ?? { atMs: 0, value: 0 };
const lastOf = ({ readings }: Track) => readings.at(-1) ?? { atMs: 0, value: 0 };
const spanMs = (track: Track): number => lastOf(track).atMs - firstOf(track).atMs;

/**
 * The present value of a state that cannot jump: state of charge, temperature. Sources report zero, or nothing, in the first seconds after
 * a start. Readings that can follow from each other make a track; the newest is believed when it lies on the longest, or when for half an
 * hour nothing has contradicted it. Otherwise the last value of the longest stands in, carried on by the trend. Undefined when no reading
 * can be used.
 */
export function believableState(evidence: StateEvidence): BelievableState | undefined {
  const { nowMs, min, max } = evidence;
  const inOrder = evidence.readings.toSorted((a, b) => a.atMs - b.atMs);
  const usable = inOrder.flatMap(({ atMs, value }) =>
    value !== undefined && value >= min && value <= max ? [{ atMs, value }] : [],
  );
  const tracks = tracksOf(usable, evidence);
  const newest = inOrder.at(-1);
  const ownTrack = tracks.find((track) => lastOf(track) === usable.at(-1));
  const best = ownTrack && uncontradictedMs(ownTrack, usable) >= SETTLED_MS ? ownTrack : longest(tracks);
  if (!best) return undefined;
  if (isDoubtful(best)) return { doubt: "says 0, as sources do before they know, and nothing else is known" };
  const last = lastOf(best);
  if (last.atMs === newest?.atMs && last.value === newest.value) return { value: last.value };
  const ageMs = Math.min(LONGEST_TREND_MS, Math.max(0, nowMs - last.atMs));
  const carried = last.value + ((evidence.trendPerHour ?? 0) * ageMs) / MS_PER_HOUR;
  const minutes = Math.round((nowMs - last.atMs) / 60_000);
  const said = newest?.value === undefined || Number.isNaN(newest.value) ? "gives no value" : `says ${newest.value}`;
  return {
    value: Math.min(max, Math.max(min, carried)),
    doubt: `${said}, which does not follow from the ${last.value} of ${minutes} minutes ago`,
  };
}

function tracksOf(readings: Track["readings"], { pace, slack }: StateEvidence): Track[] {
  const tracks: Track[] = [];
  for (const reading of readings) {
    const mine = tracks.findLast((track) => {
      const before = lastOf(track);
      const hours = (reading.atMs - before.atMs) / MS_PER_HOUR;
      const change = reading.value - before.value;
      return change <= slack + pace.rise * hours && -change <= slack + pace.fall * hours;
    });
    if (mine) mine.readings.push(reading);
    else tracks.push({ readings: [reading] });
  }
  return tracks;
}

/** For how long the latest readings have all been on a track. */
function uncontradictedMs(track: Track, readings: Track["readings"]): number {
  const lastOther = readings.findLastIndex((reading) => !track.readings.includes(reading));
  return lastOf(track).atMs - (readings[lastOther + 1] ?? lastOf(track)).atMs;
}

/** Zero is what sources say that know nothing yet: a track that began there must last to be true. */
const isDoubtful = (track: Track): boolean => firstOf(track).value === 0 && spanMs(track) < SETTLED_MS;

/** The track that lasted longest, of two alike the newer. */
const longest = (tracks: readonly Track[]): Track | undefined =>
  tracks.toSorted(
    (a, b) => Number(isDoubtful(a)) - Number(isDoubtful(b)) || spanMs(b) - spanMs(a) || lastOf(b).atMs - lastOf(a).atMs,
  )[0];

type Limits = Pick<
  BatteryProblem,
  "capacityKwh" | "maxChargeKw" | "maxDischargeKw" | "chargeEfficiency" | "dischargeEfficiency"
>;

/** How fast a battery's state of charge can change, share per hour. */
export const batteryPace = (battery: Limits): Pace => ({
  rise: (battery.maxChargeKw * battery.chargeEfficiency) / battery.capacityKwh,
  fall: battery.maxDischargeKw / battery.dischargeEfficiency / battery.capacityKwh,
});

/** How it changes at a measured power, share per hour; charging is positive. */
export const batteryTrend = (battery: Limits, chargeKw: number): number =>
  (chargeKw > 0 ? chargeKw * battery.chargeEfficiency : chargeKw / battery.dischargeEfficiency) / battery.capacityKwh;

/**
 * A battery whose content nobody knows: nothing is planned to be taken out that may not be there, nothing is bought for what may be full,
 * nothing is sold from it. The sun may fill it.
 */
export const withUnknownContent = <B extends { readonly minSoc: number }>(battery: B) => ({
  ...battery,
  soc: battery.minSoc,
  mayChargeFromGrid: false,
  mayExport: false,
});
