import { readFileSync } from "node:fs";
import { HomeConfig, type HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import { parse } from "yaml";
import { rulesSchedule } from "../../plan/rules-schedule.ts";
import { buildProblem } from "../build-problem.ts";
import { said } from "./said-weather.ts";

const text = readFileSync(new URL("../../../../config/examples/everything.yaml", import.meta.url), "utf8");
export const everythingHome: HomeConfig = HomeConfig.parse(parse(text));

/** A winter Monday in the house of config/examples/everything.yaml, with a plan in force. */
export function everythingProblem(nowMs = Date.UTC(2024, 0, 8, 11)): HouseholdProblem {
  const signals: Record<string, number> = {
    "battery.soc": 0.5,
    "car.soc": 0.4,
    "car.connected": 1,
    "ground_floor.tempC": 21,
    "upstairs.tempC": 20,
    "hot_water.tempC": 50,
    "heat_pump.powerKw": 1.2,
    "outdoor.tempC": 2,
  };
  const { problem } = buildProblem({
    config: everythingHome,
    nowMs,
    prices: Array.from({ length: 72 }, (_, k) => ({
      startMs: nowMs + k * MS_PER_HOUR,
      hours: 1,
      importPricePerKwh: 0.25 + 0.1 * Math.sin(k),
      exportPricePerKwh: 0.08,
      by: { rung: "best", source: "push" },
    })),
    weather: said([{ startMs: nowMs, endMs: nowMs + 90 * MS_PER_HOUR, value: 2 }]),
    history: { baseLoad: [], pv: new Map() },
    states: new Map(Object.entries(signals).map(([id, value]) => [id, { value, atMs: nowMs, isStale: false }])),
    overrides: [],
  });
  if (!problem) throw new Error("no problem");
  return { ...problem, previous: { slots: problem.slots, schedule: rulesSchedule(problem) } };
}
