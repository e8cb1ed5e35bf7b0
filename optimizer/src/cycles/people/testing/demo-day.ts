import { readFileSync } from "node:fs";
import {
  HomeConfig,
  type HomeConfigInput,
  type HouseholdProblem,
  MS_PER_HOUR,
  type Override,
  type Plan,
} from "@ohmstead/contract";
import { parse } from "yaml";
import type { Stretch } from "../../../domain/series.ts";
import { buildProblem, type ProblemInputs } from "../../build-problem.ts";
import { solveHousehold } from "../../solve-household.ts";
import type { SolvingEngine } from "../../solving/open-house.ts";
import { said } from "../../testing/said-weather.ts";

/** Friday, 10:00 in Helsinki. */
export const NOW_MS = Date.UTC(2024, 0, 5, 8);
export const inHours = (hours: number): number => NOW_MS + hours * MS_PER_HOUR;

export const demoYaml: HomeConfigInput = parse(
  readFileSync(new URL("../../../../../config/demo/home.yaml", import.meta.url), "utf8"),
);
export const demoHome: HomeConfig = HomeConfig.parse(demoYaml);

const steady = (value: number, fromMs: number, untilMs: number): Stretch[] =>
  Array.from({ length: Math.round((untilMs - fromMs) / 900_000) }, (_, k) => ({
    startMs: fromMs + k * 900_000,
    endMs: fromMs + (k + 1) * 900_000,
    value,
  }));

const STATES = {
  "battery.soc": 0.5,
  "battery.powerKw": 0,
  "living_room.tempC": 21,
  "hot_water.tempC": 48,
  "heat_pump.powerKw": 1.2,
  "outdoor.tempC": -5,
};

/** The demo house on a winter day with a dear morning and evening, two days of known prices. */
export const demoInputs = (more: Partial<ProblemInputs> = {}): ProblemInputs => ({
  config: demoHome,
  nowMs: NOW_MS,
  prices: Array.from({ length: 54 }, (_, k) => {
    const hour = (k + 10) % 24;
    const isDear = (hour >= 7 && hour < 11) || (hour >= 17 && hour < 21);
    const importPricePerKwh = isDear ? 0.45 : 0.2;
    return {
      startMs: inHours(k),
      hours: 1,
      importPricePerKwh,
      exportPricePerKwh: 0.05,
      by: { rung: "best", source: "csv" },
    };
  }),
  weather: said(steady(-5, NOW_MS, inHours(72))),
  history: {
    baseLoad: steady(0.7, inHours(-168), NOW_MS),
    pv: new Map([["roof", steady(0.1, inHours(-168), NOW_MS)]]),
  },
  states: new Map(Object.entries(STATES).map(([id, value]) => [id, { value, atMs: NOW_MS, isStale: false }])),
  overrides: [],
  ...more,
});

export const wishOf = (kind: Override["kind"], hours: number, more: Partial<Override> = {}): Override => ({
  id: `${kind}-1`,
  kind,
  createdAtMs: NOW_MS,
  untilMs: inHours(hours),
  origin: "person",
  ...more,
});

export function problemOf(inputs: ProblemInputs): HouseholdProblem {
  const { problem, notes } = buildProblem(inputs);
  if (!problem) throw new Error(notes.join("; "));
  return problem;
}

export const planOf = (inputs: ProblemInputs, solver: SolvingEngine): Promise<Plan> =>
  solveHousehold(problemOf(inputs), {
    solver,
    nowMs: inputs.nowMs,
    validHours: 2,
    planId: "plan",
    timeLimitMs: 10_000,
  });
