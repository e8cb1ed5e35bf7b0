import type { InputsReport } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { inputsOfHome, type InputsQuery } from "../cycles/inputs-of-home.ts";
import { withStoredPlans } from "./explain/find-plan.ts";

export interface InputsFlags extends InputsQuery {
  readonly data?: string;
}

/** Prints what the plans of a period rested on. Throws InputError and ConfigError. */
export function inputs({ data, ...query }: InputsFlags): void {
  const text = withStoredPlans(data, (plans) => {
    const timeZone = plans.latest()?.problem.timeZone ?? "UTC";
    return inputsText(inputsOfHome(plans, query, Date.now(), timeZone), timeZone);
  });
  process.stdout.write(text);
}

/** A table line per rung, then the stretches. */
export function inputsText({ fromMs, untilMs, quarterHours, series }: InputsReport, timeZone: string): string {
  const at = (ms: number): string =>
    DateTime.fromMillis(ms, { zone: timeZone, locale: "en" }).toFormat("ccc d LLL HH:mm");
  if (quarterHours === 0) return "No plan of this period is stored.\n";
  const lines = [`${at(fromMs)} to ${at(untilMs)} (${timeZone}), ${quarterHours} quarter-hours`];
  for (const each of series) {
    lines.push("", each.series);
    for (const { rung, quarterHours: count, share } of each.rungs)
      lines.push(`  ${rung.padEnd(9)} ${String(count).padStart(6)}  ${(100 * share).toFixed(1).padStart(5)} %`);
    lines.push(`  ${"no value".padEnd(9)} ${String(each.empty).padStart(6)}`);
    for (const { rung, source, fromMs: from, untilMs: until } of each.stretches)
      lines.push(`    ${at(from)} to ${at(until)}  ${rung === undefined ? "no value" : `${rung}: ${source}`}`);
  }
  return `${lines.join("\n")}\n`;
}
