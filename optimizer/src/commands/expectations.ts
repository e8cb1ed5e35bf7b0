import type { Expectation, ExpectedFact, FailureKind } from "@ohmstead/contract";
import type { LatestReading, LatestReadings } from "./readings.ts";

/** `unknown`: the source is not there or says nothing, and nothing may be concluded from that. */
export type Verdict = "met" | "unmet" | "unknown";

/** When the device acknowledged, and how to judge readings from before it. */
export interface JudgingTime {
  readonly acknowledgedAtMs: number;
  readonly nowMs: number;
  readonly settleMs: number;
}

const SILENT: readonly unknown[] = ["", "unknown", "unavailable", "none", null];
/** Home Assistant and the arithmetic between W and kW may leave a trace in the last digits. */
const ROUNDING = 1e-6;

/**
 * An effect is proved by what was measured after the acknowledgement. Sources that send only changes say by their silence that the
 * value still holds, so one that has stood since before counts too once the device had time to do otherwise.
 */
const isProof = (reading: LatestReading, time: JudgingTime): boolean =>
  reading.atMs >= time.acknowledgedAtMs || time.nowMs - time.acknowledgedAtMs >= time.settleMs;

function holds(fact: ExpectedFact, { value, risePerHour }: LatestReading): Verdict {
  if (fact.test === "rises") {
    if (risePerHour === undefined) return "unknown";
    return risePerHour >= fact.perHour - ROUNDING ? "met" : "unmet";
  }
  if (fact.test === "equals") return String(value) === fact.value ? "met" : "unmet";
  const number = typeof value === "boolean" ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) return "unknown";
  const passed = {
    near: () => Math.abs(number - fact.value) <= (fact.test === "near" ? fact.tolerance : 0) + ROUNDING,
    atLeast: () => number >= fact.value - ROUNDING,
    atMost: () => number <= fact.value + ROUNDING,
  }[fact.test]();
  return passed ? "met" : "unmet";
}

function judgeFact(fact: ExpectedFact, readings: LatestReadings, time: JudgingTime): Verdict {
  const reading = readings.get(fact.source);
  if (!reading || reading.value === null || SILENT.includes(reading.value)) return "unknown";
  if (reading.goneSinceMs !== undefined) return "unknown";
  if (fact.fresh && !isProof(reading, time)) return "unknown";
  return holds(fact, reading);
}

/** What the readings say about one expectation. */
export function judgeExpectation(expectation: Expectation, readings: LatestReadings, time: JudgingTime): Verdict {
  if (expectation.test !== "anyOf") return judgeFact(expectation, readings, time);
  const verdicts = expectation.facts.map((fact) => judgeFact(fact, readings, time));
  if (verdicts.includes("met")) return "met";
  return verdicts.includes("unknown") ? "unknown" : "unmet";
}

/** All must hold at once. One that does not hold outweighs those that are not known. */
export function judgeAll(expectations: readonly Expectation[], readings: LatestReadings, time: JudgingTime): Verdict {
  const verdicts = expectations.map((each) => judgeExpectation(each, readings, time));
  if (verdicts.includes("unmet")) return "unmet";
  return verdicts.includes("unknown") ? "unknown" : "met";
}

/**
 * The settings among the expectations: what a device keeps until somebody changes it. Measured effects come and go with sun and load
 * and are no sign of drift.
 */
export const settingsAmong = (expectations: readonly Expectation[]): readonly Expectation[] =>
  expectations.filter((each) => (each.test === "anyOf" ? each.facts.every((fact) => !fact.fresh) : !each.fresh));

function describeFact(fact: ExpectedFact, readings: LatestReadings): string {
  if (fact.test === "rises") {
    const rise = readings.get(fact.source)?.risePerHour;
    const is = rise === undefined ? "is not known to" : `changes by ${rise.toFixed(1)}`;
    return `${fact.source} should rise by ${fact.perHour} per hour and ${is}`;
  }
  const wanted = {
    equals: `${fact.value}`,
    near: `about ${fact.value}`,
    atLeast: `at least ${fact.value}`,
    atMost: `at most ${fact.value}`,
  }[fact.test];
  const reading = readings.get(fact.source);
  const is = reading?.goneSinceMs === undefined ? (reading?.value ?? "not known") : "not available";
  return `${fact.source} should be ${wanted} and is ${is}`;
}

/** How a command that was taken was not followed, or `unknown` where no reading tells. */
export function failureOf(
  expectations: readonly Expectation[],
  readings: LatestReadings,
  time: JudgingTime,
): (FailureKind & ("notStored" | "partial" | "noEffect")) | "unknown" {
  const settings = settingsAmong(expectations).map((each) => judgeExpectation(each, readings, time));
  if (settings.includes("unmet")) return settings.includes("met") ? "partial" : "notStored";
  return judgeAll(expectations, readings, time) === "unmet" ? "noEffect" : "unknown";
}

/** What is missing for the proof, in words: the cause that a failed attempt carries. */
export function describeUnmet(
  expectations: readonly Expectation[],
  readings: LatestReadings,
  time: JudgingTime,
): string {
  return expectations
    .filter((each) => judgeExpectation(each, readings, time) !== "met")
    .map((each) =>
      each.test === "anyOf"
        ? each.facts.map((fact) => describeFact(fact, readings)).join(", or ")
        : describeFact(each, readings),
    )
    .join("; ");
}
