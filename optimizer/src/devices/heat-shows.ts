import type { Expectation, ExpectedFact } from "@ohmstead/contract";
import type { DeviceDeps } from "./device.ts";

/** A heat pump that draws this much is running; standing by it draws less. */
const RUNNING_KW = 0.1;

/**
 * That something heats: power drawn, or the temperature rising. Or what explains that nothing does: warm already (the device's own thermostat has
 * opened), or no weather for heating. Empty where nobody measures what heats.
 */
export function heatShows(
  { limits, signals }: DeviceDeps,
  { warmFromC, risesPerHour }: { readonly warmFromC: number; readonly risesPerHour: number },
): Expectation[] {
  const { temp, heatPowers, outdoorTemp } = signals;
  if (!heatPowers || heatPowers.length === 0 || !temp) return [];
  const facts: ExpectedFact[] = [
    ...heatPowers.map((source) => ({ test: "atLeast", source, value: RUNNING_KW, fresh: true }) as const),
    { test: "rises", source: temp, perHour: risesPerHour, fresh: true },
    { test: "atLeast", source: temp, value: warmFromC },
  ];
  if (outdoorTemp && limits.heatingLimitTempC !== undefined)
    facts.push({ test: "atLeast", source: outdoorTemp, value: limits.heatingLimitTempC });
  return [{ test: "anyOf", facts }];
}

/** That nothing draws power to heat any more. */
export const restShows = ({ signals }: DeviceDeps): Expectation[] =>
  (signals.heatPowers ?? []).map((source) => ({ test: "atMost", source, value: RUNNING_KW, fresh: true }));
