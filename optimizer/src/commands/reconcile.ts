import type { Command, Deviation, Expectation, Intent } from "@ohmstead/contract";
import { describeUnmet, judgeAll, judgeExpectation, type JudgingTime, settingsAmong } from "./expectations.ts";
import type { LatestReadings } from "./readings.ts";
import type { CommandSettings } from "./settings.ts";
import { sameIntent, type Wanted } from "./wanted.ts";

/** What is remembered between two looks at a device whose command was proved. Times in ms; undefined: not so. */
export interface Watch {
  /** Since when the settings are not what the command made them. */
  readonly differsSinceMs?: number;
  /** Since when nobody can tell. */
  readonly silentSinceMs?: number;
  /** The silence has been said already. */
  readonly isSilenceSaid?: boolean;
}

/** Intended against actual. `suspect`: it differs, but not for long enough; until then nothing new is ordered. */
export type Finding =
  | { readonly kind: "fine" | "suspect" | "silent" }
  | { readonly kind: Extract<Deviation["kind"], "override" | "drift" | "unknown">; readonly detail: string };

export interface Look {
  readonly watch: Watch;
  readonly finding: Finding;
}

export interface LookedAt {
  /** Verified: what it made of the device is what the device should still be. */
  readonly command: Command;
  /** What other commands of the device of late asked for: one of them that takes effect late is nobody's hand. */
  readonly othersWanted: readonly (readonly Expectation[])[];
  /** What the device shows when it has returned to its safe state by itself. */
  readonly safe: readonly Expectation[];
  /** When it does so, if nothing is written meanwhile. */
  readonly expiresAtMs: number | undefined;
  /** When Home Assistant came back from a short absence, such as a restart: what differs then is its side effect. */
  readonly houseBackMs?: number | undefined;
}

const FINE: Look = { watch: {}, finding: { kind: "fine" } };

/** Compares what a proved command made of a device with what its settings are now. */
export function lookAt(
  { command, othersWanted, safe, expiresAtMs, houseBackMs }: LookedAt,
  before: Watch,
  readings: LatestReadings,
  nowMs: number,
  settings: CommandSettings,
): Look {
  const made = settingsAmong(command.expectations);
  const time: JudgingTime = { acknowledgedAtMs: command.createdAtMs, nowMs, settleMs: settings.settleMs };
  const verdict = judgeAll(made, readings, time);
  if (verdict === "met") return FINE;
  if (verdict === "unknown") return lookAtSilence(made, before, readings, time, settings);

  const differsSinceMs = before.differsSinceMs ?? nowMs;
  const watch: Watch = { differsSinceMs };
  if (nowMs - differsSinceMs < settings.confirmMs) return { watch, finding: { kind: "suspect" } };
  const changed = made
    .filter((each) => judgeExpectation(each, readings, time) === "unmet")
    .flatMap((each) => (each.test === "anyOf" ? each.facts : [each]))
    .flatMap(({ source }) => readings.get(source) ?? []);
  const shown = (wanted: readonly Expectation[]) => {
    const its = settingsAmong(wanted);
    return its.length > 0 && judgeAll(its, readings, time) === "met";
  };
  const missing = describeUnmet(made, readings, time);
  const drift = (why: string): Look => ({ watch, finding: { kind: "drift", detail: `${why}: ${missing}` } });

  if (
    changed.some(
      ({ atMs, backSinceMs }) =>
        backSinceMs !== undefined && atMs - backSinceMs < settings.returnMs && backSinceMs >= command.createdAtMs,
    )
  )
    return drift("it was away and came back otherwise");
  // Changed while it was away, and seen with its return; what is changed after that is somebody's doing again.
  const isSeenNow = houseBackMs !== undefined && Math.abs(differsSinceMs - houseBackMs) < settings.returnMs;
  if (isSeenNow && changed.every(({ atMs }) => atMs <= houseBackMs))
    return drift("Home Assistant was away and came back with it otherwise");
  if (othersWanted.some(shown)) return drift("an earlier order took effect late");
  if (expiresAtMs !== undefined && differsSinceMs >= expiresAtMs && shown(safe))
    return drift("its own timer ended the order");
  const by = changed.find(({ changedBy }) => changedBy !== undefined)?.changedBy;
  const who = { person: "a person in Home Assistant", automation: "an automation", device: "somebody at the device" };
  return { watch, finding: { kind: "override", detail: `${by ? who[by] : "somebody"} changed it: ${missing}` } };
}

function lookAtSilence(
  made: readonly Expectation[],
  before: Watch,
  readings: LatestReadings,
  time: JudgingTime,
  settings: CommandSettings,
): Look {
  const silentSinceMs = before.silentSinceMs ?? time.nowMs;
  const isLong = time.nowMs - silentSinceMs >= settings.reconcileMs;
  if (!isLong || before.isSilenceSaid) return { watch: { ...before, silentSinceMs }, finding: { kind: "silent" } };
  const detail = `nobody can tell whether it still does what it was told: ${describeUnmet(made, readings, time)}`;
  return { watch: { silentSinceMs, isSilenceSaid: true }, finding: { kind: "unknown", detail } };
}

/**
 * Does the device already show all that is wanted, by settings as they were last told and by effects measured just now? Then nothing need be
 * written. What has no value at the moment shows nothing.
 */
export function isAlreadySo(
  expectations: readonly Expectation[],
  readings: LatestReadings,
  nowMs: number,
  settings: CommandSettings,
): boolean {
  if (expectations.length === 0) return false;
  const time: JudgingTime = {
    acknowledgedAtMs: nowMs - settings.recentMs,
    nowMs,
    settleMs: Number.POSITIVE_INFINITY,
  };
  return judgeAll(expectations, readings, time) === "met";
}

/** Of the time after which a device returns to its safe state by itself. */
const RENEWED_AFTER = 0.75;

/** Why a device that ends an order by its own timer must be told again: the order is to last longer. Undefined while it need not. */
export function renewalOf(
  { expiresAfterMs, safeIntent }: { readonly expiresAfterMs?: number; readonly safeIntent: Intent },
  lastWriteMs: number | undefined,
  wanted: Wanted | undefined,
  nowMs: number,
): string | undefined {
  if (expiresAfterMs === undefined || lastWriteMs === undefined || !wanted) return undefined;
  if (sameIntent(wanted.intent, safeIntent) || wanted.untilMs <= lastWriteMs + expiresAfterMs) return undefined;
  return nowMs >= lastWriteMs + RENEWED_AFTER * expiresAfterMs
    ? "its own timer would end the order too soon"
    : undefined;
}
