import { type HomeConfig, MS_PER_HOUR, type Override, type TimeRule } from "@ohmstead/contract";
import { momentsOf, spansOf } from "../../forecasts/local-spans.ts";

/** The last slot may reach so far beyond the horizon. */
const LONGEST_SLOT_HOURS = 3;

/** Moments at which something the plan must keep to begins or ends: slots are cut there, so that none lies half in it. */
export function bordersOf(config: HomeConfig, overrides: readonly Override[], nowMs: number): number[] {
  const { timeZone, planning, site, batteries, evs, zones, tanks, heatPumps, appliances } = config;
  const untilMs = nowMs + (planning.horizonHours + LONGEST_SLOT_HOURS) * MS_PER_HOUR;
  const storages = [...batteries, ...evs];
  const rules: TimeRule[] = [
    ...site.limits,
    ...storages.flatMap((each) => each.limits),
    ...evs.flatMap((each) => each.away),
    ...zones.flatMap(({ comfort }) => comfort.night ?? []),
    ...tanks.flatMap(({ hygiene }) => hygiene ?? []),
    ...heatPumps.flatMap((each) => each.limits),
    ...appliances.map((each) => each.window),
  ];
  return [
    ...rules.flatMap((rule) => spansOf(rule, nowMs, untilMs, timeZone).flatMap((span) => [span.fromMs, span.untilMs])),
    ...storages.flatMap(({ goals }) => goals.flatMap((goal) => momentsOf(goal, nowMs, untilMs, timeZone))),
    ...overrides.map((each) => each.untilMs),
  ];
}
