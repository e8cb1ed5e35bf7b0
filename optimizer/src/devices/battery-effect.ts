import type { Expectation, Intent } from "@ohmstead/contract";
import type { DeviceDeps } from "./device.ts";

/** A battery has reacted when it does this share of what was asked: near full, near empty and in the cold it may do less than all. */
const REACTS_SHARE = 0.3;
/** So near its goal a battery may have stopped already. */
const AT_GOAL_SOC = 0.02;
/** What an inverter may draw or give while it holds: its own consumption and the meter's noise. */
const IDLE_KW = 0.15;

/** How far from nothing a battery's power may be measured while it holds. */
export const idleKwOf = ({ limits }: DeviceDeps): number =>
  Math.max(IDLE_KW, 0.03 * Math.max(limits.maxChargeKw ?? 0, limits.maxDischargeKw ?? 0));

/** What a battery's meter shows when it obeys: power and its direction, or that it is at its goal. Self-use may do anything. */
export function batteryEffect(deps: DeviceDeps, intent: Intent): Expectation[] {
  const { power, soc } = deps.signals;
  if (!power) return [];
  if (intent.kind === "hold")
    return [{ test: "near", source: power, value: 0, tolerance: idleKwOf(deps), fresh: true }];
  if (intent.kind === "charge")
    return [
      {
        test: "anyOf",
        facts: [
          { test: "atLeast", source: power, value: REACTS_SHARE * intent.kw, fresh: true },
          ...(soc ? [{ test: "atLeast", source: soc, value: intent.untilSoc - AT_GOAL_SOC } as const] : []),
        ],
      },
    ];
  if (intent.kind === "discharge")
    return [
      {
        test: "anyOf",
        facts: [
          { test: "atMost", source: power, value: -REACTS_SHARE * intent.kw, fresh: true },
          ...(soc ? [{ test: "atMost", source: soc, value: intent.untilSoc + AT_GOAL_SOC } as const] : []),
        ],
      },
    ];
  return [];
}
