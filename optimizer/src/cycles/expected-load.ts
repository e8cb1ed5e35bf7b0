import { type HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import { holidaysOf, placeOfZone, withHolidays } from "../domain/holidays.ts";
import { type LocalTime, localClock } from "../domain/local-time.ts";
import type { Stretch } from "../domain/series.ts";
import type { LoadProfile } from "../forecasts/base-load.ts";
import { householdShare } from "../learning/household-preset.ts";
import { learnLoadProfile } from "../learning/load-profile.ts";

const HOURS_OF_YEAR = 8766;
/** The last hour is not learned from, so that a surprise is not measured against itself. */
const LEARN_UNTIL_MS = MS_PER_HOUR;
const LEARN_EVERY_MS = MS_PER_HOUR;

export interface LoadInputs {
  /** Measured base load, kW, sorted. */
  readonly history: readonly Stretch[];
  /** Measured and forecast, °C, sorted. */
  readonly outdoor?: readonly Stretch[] | undefined;
  readonly nowMs: number;
}

export interface LoadExpectation {
  /** What the house usually draws; of the preset where nothing was measured yet. */
  at(inputs: LoadInputs): LoadProfile;
}

type ClockConfig = Pick<HomeConfig, "timeZone" | "holidays">;
type LoadConfig = ClockConfig & Pick<HomeConfig, "load">;

/** The wall clock of the house, on which public holidays are Sundays. */
export const householdClock = ({ timeZone, holidays }: ClockConfig): ((ms: number) => LocalTime) =>
  withHolidays(localClock(timeZone), holidaysOf(holidays ?? placeOfZone(timeZone)));

export function learnLoad(config: LoadConfig, { history, outdoor, nowMs }: LoadInputs): LoadProfile {
  return learnLoadProfile({
    history,
    outdoor,
    untilMs: nowMs - LEARN_UNTIL_MS,
    clock: householdClock(config),
    preset: { share: householdShare, meanKw: config.load.annualKwh / HOURS_OF_YEAR },
  });
}

/** Learned once an hour, and when there is suddenly a history. */
export function createLoadExpectation(config: LoadConfig): LoadExpectation {
  let learned: { readonly key: string; readonly profile: LoadProfile } | undefined;
  return {
    at: (inputs) => {
      const key = `${Math.floor(inputs.nowMs / LEARN_EVERY_MS)} ${inputs.history[0]?.startMs}`;
      if (learned?.key !== key) learned = { key, profile: learnLoad(config, inputs) };
      return learned.profile;
    },
  };
}

/** What was measured outdoors, and from its end on what is forecast; both sorted. */
export function outdoorSeries(measured: readonly Stretch[], forecast: readonly Stretch[]): Stretch[] {
  const untilMs = measured.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY;
  return [...measured, ...forecast.filter(({ startMs }) => startMs >= untilMs)];
}
