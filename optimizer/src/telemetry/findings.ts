import type { Stretch } from "../domain/series.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { RawState } from "./believable-state.ts";
import type { Signal } from "./signals.ts";

/** What has been measured, in time order. */
export interface SignalHistory {
  /** Means of quarter-hours by signal, of some weeks: the last day decides, those before say what is usual. */
  readonly means: ReadonlyMap<string, readonly Stretch[]>;
  /** Readings of the last two hours of states that cannot jump; refused ones without a value. */
  readonly recent?: ReadonlyMap<string, readonly RawState[]> | undefined;
}

/** A suspicion that refuses nothing: a person should look. */
export interface Finding {
  readonly signal: string;
  readonly source: string;
  readonly kind: "stuck" | "sign" | "unit" | "jump" | "zeroAtStart";
  /** Names the source, the likely mistake, and the setting to change. */
  readonly sentence: string;
}

const HOUR_MS = 60 * MS_PER_MINUTE;
const DAY_MS = 24 * HOUR_MS;
/** Below this a power says nothing of its sign. */
const CLEAR_KW = 0.2;

/** All suspicions about the signals of a house, in the order of the signals. Pure: the same history gives the same findings. */
export function findings(signals: readonly Signal[], history: SignalHistory, nowMs: number): Finding[] {
  const lately = new Map(
    signals.map(({ id }) => [id, (history.means.get(id) ?? []).filter(({ endMs }) => endMs > nowMs - DAY_MS)]),
  );
  return [
    ...signals.flatMap((signal) => [
      ...stuck(signal, history.means.get(signal.id) ?? [], nowMs),
      ...negativeProducer(signal, lately.get(signal.id) ?? []),
      ...wrongScale(signal, history.means.get(signal.id) ?? [], nowMs),
      ...jumps(signal, history.recent?.get(signal.id) ?? []),
    ]),
    ...chargesWhileEmptying(signals, lately),
    ...balance(signals, lately),
  ];
}

const found = ({ id, source }: Signal, kind: Finding["kind"], sentence: string): Finding[] => [
  { signal: id, source, kind, sentence: `${source} (${id}) ${sentence}` },
];

// ---- stuck

/** Shorter than that anything may stand still. */
const STUCK_MS = 6 * HOUR_MS;
/** A sensor has stood still before: only much longer than ever is news. */
const STUCK_TIMES = 2;
const KNOWN_MS = 2 * DAY_MS;
const RESTING_KW = 0.05;

interface Run {
  readonly value: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Stretches of one unchanged value; a gap ends a run. */
function runsOf(stretches: readonly Stretch[]): Run[] {
  const runs: Run[] = [];
  for (const { startMs, endMs, value } of stretches) {
    const last = runs.at(-1);
    if (last && last.endMs === startMs && Math.abs(last.value - value) < 1e-6)
      runs[runs.length - 1] = { ...last, endMs };
    else runs.push({ value, startMs, endMs });
  }
  return runs;
}

/** A device at rest, a full or empty battery: what stands still because nothing happens. */
const isAtRest = ({ quantity, deviceId }: Signal, value: number): boolean =>
  quantity === "power"
    ? deviceId !== undefined && Math.abs(value) <= RESTING_KW
    : quantity === "share"
      ? value <= 0.2 || value >= 0.95
      : quantity !== "temperature";

function stuck(signal: Signal, stretches: readonly Stretch[], nowMs: number): Finding[] {
  const runs = runsOf(stretches);
  const last = runs.at(-1);
  if (!last || last.endMs < nowMs - HOUR_MS || isAtRest(signal, last.value)) return [];
  const before = runs.slice(0, -1);
  const ms = last.endMs - last.startMs;
  const longestMs = Math.max(0, ...before.map(({ startMs, endMs }) => endMs - startMs));
  const knownMs = last.startMs - (before[0]?.startMs ?? last.startMs);
  if (ms < STUCK_MS || knownMs < KNOWN_MS || ms < STUCK_TIMES * longestMs) return [];
  return found(
    signal,
    "stuck",
    `has given exactly ${rounded(last.value)} for ${Math.round(ms / HOUR_MS)} hours, and has never stood still for more than ${rounded(longestMs / HOUR_MS)} before: is the sensor stuck? Restart it, or name another source`,
  );
}

// ---- sign

/** What only gives, or only takes, cannot be negative for long. */
function negativeProducer(signal: Signal, lately: readonly Stretch[]): Finding[] {
  const { quantity, deviceType } = signal;
  if (quantity !== "power" || deviceType === undefined || deviceType === "battery" || deviceType === "ev") return [];
  const clear = lately.filter(({ value }) => Math.abs(value) > RESTING_KW);
  const negative = clear.filter(({ value }) => value < 0);
  if (negative.length < 4 || negative.length * 2 < clear.length) return [];
  const what = deviceType === "pvArray" ? "solar power" : "a device's consumption";
  return found(
    signal,
    "sign",
    `is negative most of the time, and ${what} cannot be: write invert: ${!signal.invert} beside its source`,
  );
}

/** By kW · change of content: charging fills, whatever the efficiency. */
function chargesWhileEmptying(signals: readonly Signal[], lately: ReadonlyMap<string, readonly Stretch[]>): Finding[] {
  return signals.flatMap((power) => {
    if (power.quantity !== "power" || (power.deviceType !== "battery" && power.deviceType !== "ev")) return [];
    const soc = new Map((lately.get(`${power.deviceId}.soc`) ?? []).map(({ startMs, value }) => [startMs, value]));
    const products = (lately.get(power.id) ?? []).flatMap(({ startMs, endMs, value }) => {
      const before = soc.get(startMs - (endMs - startMs));
      const after = soc.get(endMs);
      return before === undefined ||
        after === undefined ||
        Math.abs(value) < CLEAR_KW ||
        Math.abs(after - before) < 0.01
        ? []
        : [value * (after - before)];
    });
    const sum = products.reduce((total, each) => total + each, 0);
    const size = products.reduce((total, each) => total + Math.abs(each), 0);
    if (products.length < 8 || sum > -0.8 * size) return [];
    return found(
      power,
      "sign",
      `is positive while ${power.deviceId} empties, but charging counts positive: write invert: ${!power.invert} beside its source`,
    );
  });
}

const turn = (signal: Signal, why: string): Finding[] =>
  found(signal, "sign", `does not fit the other meters: ${why}; write invert: ${!signal.invert} beside its source`);

/** Moments that are needed, and the share of them that must be impossible as it is, and possible the other way round. */
const LEAST_MOMENTS = 20;
const IMPOSSIBLE_SHARE = 0.2;
const POSSIBLE_SHARE = 0.05;
/** So many times what the house takes in the dark is more than it takes by day. */
const BRIGHT_TIMES = 4;
const BRIGHT_SHARE = 0.8;
/** Meters differ by a little. */
const LESS_THAN_NOTHING_KW = 0.1;

/**
 * Grid + solar − what is stored and taken = what the rest of the house takes, and that is never negative. Where it often is, and turning one
 * sign makes it right, that sign is likely wrong: an import that falls when the load rises.
 */
function balance(signals: readonly Signal[], lately: ReadonlyMap<string, readonly Stretch[]>): Finding[] {
  const grid = signals.find(({ id }) => id === "grid.powerKw");
  const powers = signals.filter(({ quantity, deviceId }) => quantity === "power" && deviceId !== undefined);
  if (!grid) return [];
  const valueAt = (signal: Signal) =>
    new Map((lately.get(signal.id) ?? []).map(({ startMs, value }) => [startMs, value]));
  const terms = [grid, ...powers].map((signal) => ({
    signal,
    sign: signal === grid || signal.deviceType === "pvArray" ? 1 : -1,
    at: valueAt(signal),
  }));
  const moments = [...(terms[0]?.at.keys() ?? [])].filter((ms) => terms.every(({ at }) => at.has(ms)));
  const restAt = (ms: number, turned?: Signal): number =>
    terms.reduce((sum, { signal, sign, at }) => sum + sign * (signal === turned ? -1 : 1) * (at.get(ms) ?? 0), 0);
  const negativeShare = (turned?: Signal): number =>
    moments.filter((ms) => restAt(ms, turned) < -LESS_THAN_NOTHING_KW).length / moments.length;
  if (moments.length < LEAST_MOMENTS) return [];
  const share = negativeShare();
  if (share >= IMPOSSIBLE_SHARE) {
    const signed = terms.filter(({ signal }) => signal === grid || signal.deviceType === "battery");
    const best = signed
      .map(({ signal }) => ({ signal, share: negativeShare(signal) }))
      .toSorted((one, other) => one.share - other.share)[0];
    if (best && best.share <= POSSIBLE_SHARE)
      return turn(
        best.signal,
        `the house would take less than nothing ${Math.round(100 * share)} % of the time, and the other way round it does not (${best.signal === grid ? "import" : "charging"} counts positive)`,
      );
  }
  const sun = terms.filter(({ signal }) => signal.deviceType === "pvArray");
  const isDark = (ms: number): boolean => sun.every(({ at }) => (at.get(ms) ?? 0) < RESTING_KW);
  const gridKw = (ms: number): number => terms[0]?.at.get(ms) ?? 0;
  const usualKw = median(moments.filter(isDark).map((ms) => Math.abs(restAt(ms)))) ?? 0;
  // Where the sun gives far more than the house ever takes, the rest must go out.
  const bright = moments.filter((ms) => restAt(ms) - gridKw(ms) > Math.max(1, BRIGHT_TIMES * usualKw));
  const inward = bright.filter((ms) => gridKw(ms) > CLEAR_KW && restAt(ms, grid) > -LESS_THAN_NOTHING_KW);
  return sun.length > 0 && bright.length >= 8 && inward.length >= BRIGHT_SHARE * bright.length
    ? turn(grid, "it shows import while the sun gives far more than the house takes (import counts positive)")
    : [];
}

// ---- unit

/** A thousand, with room for other days and other weather. */
const THOUSAND = { from: 200, to: 5000 } as const;
/** No house takes, on the mean of a day, what a village does; and none never more than a lamp. */
const MOST_DAY_KW = 60;
const LEAST_DAY_KW = 0.01;

const median = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
};

const sizes = (all: readonly Stretch[]): number[] => all.map(({ value }) => Math.abs(value));
const hoursOf = (all: readonly Stretch[]): number =>
  all.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / HOUR_MS, 0);

/** W for kW: a thousand times the usual or the possible; kW for W: a thousandth of the possible. */
function wrongScale(signal: Signal, stretches: readonly Stretch[], nowMs: number): Finding[] {
  if (signal.quantity !== "power") return [];
  const between = (fromMs: number, untilMs: number): Stretch[] =>
    stretches.filter(({ startMs, value }) => startMs >= fromMs && startMs < untilMs && Math.abs(value) > 1e-6);
  const unit = (is: string, said: string): Finding[] =>
    found(
      signal,
      "unit",
      `seems to give ${is} and to say ${said}: correct its unit_of_measurement in Home Assistant, or name another source`,
    );
  const today = between(nowMs - DAY_MS, nowMs);
  const most = Math.max(...sizes(today));
  // Of what rests for days a thousandth is its standby; the sun comes every day.
  if (signal.deviceType === "pvArray" && hoursOf(today) >= 4 && most < signal.max / 1000) return unit("kW", "W");
  if (signal.deviceId !== undefined) return [];
  const lastHours = between(nowMs - 6 * HOUR_MS, nowMs);
  const usual = median(sizes(between(nowMs - 28 * DAY_MS, nowMs - 6 * HOUR_MS)));
  const present = median(sizes(lastHours));
  // Not the other way: a battery keeps the grid near zero for hours.
  if (hoursOf(lastHours) >= 2 && usual !== undefined && present !== undefined) {
    const times = present / usual;
    if (times >= THOUSAND.from && times <= THOUSAND.to) return unit("W", "kW");
  }
  if (hoursOf(today) < 12) return [];
  const mean = sizes(today).reduce((sum, each) => sum + each, 0) / today.length;
  if (mean > MOST_DAY_KW) return unit("W", "kW");
  return most < LEAST_DAY_KW ? unit("kW", "W") : [];
}

// ---- jumps

/** What no room, tank or battery does within a minute or two: K, share. */
const MOST_JUMP: Readonly<Partial<Record<Signal["quantity"], number>>> = { temperature: 8, share: 0.25 };
const JUMP_MS = 3 * MS_PER_MINUTE;

function jumps(signal: Signal, recent: readonly RawState[]): Finding[] {
  const most = MOST_JUMP[signal.quantity];
  if (most === undefined) return [];
  const usable = recent.flatMap(({ atMs, value }) => (value === undefined ? [] : [{ atMs, value }]));
  const steps = usable.slice(1).map((after, k) => ({ before: usable[k] ?? after, after }));
  const wild = steps.filter(
    ({ before, after }) => after.atMs - before.atMs <= JUMP_MS && Math.abs(after.value - before.value) >= most,
  );
  const [first] = wild;
  if (!first) return [];
  if (wild.every(({ before, after }) => before.value === 0 || after.value === 0))
    return found(
      signal,
      "zeroAtStart",
      "says 0 before it knows better, as after a restart: that is not believed; make it unavailable until it knows, in its integration or by a template sensor",
    );
  return found(
    signal,
    "jump",
    `jumped from ${rounded(first.before.value)} to ${rounded(first.after.value)} within ${Math.round((first.after.atMs - first.before.atMs) / 1000)} s, which it cannot: look at its cable and battery, or name another source`,
  );
}

const rounded = (value: number): number => Number(value.toPrecision(3));
