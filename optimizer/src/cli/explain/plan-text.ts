import {
  type DeviceIntents,
  type HouseholdProblem,
  type IntentSegment,
  type Plan,
  type PlanCost,
  sumDigits,
} from "@ohmstead/contract";
import { DateTime } from "luxon";
import { money, wordsFor } from "../../plan/reasons/words.ts";
import { recommendationOf } from "../../plan/recommendation.ts";
import { chartLines } from "./chart.ts";
import { intentText } from "./intent-text.ts";

const WIDTH = 100;

export interface ExplainedPlan {
  readonly plan: Plan;
  readonly problem?: HouseholdProblem | undefined;
  /** Why it was made. */
  readonly cause?: string | undefined;
  readonly timeZone: string;
  /** "Now" is what the plan tells devices at this moment. */
  readonly nowMs: number;
}

const MONEY_ITEMS: Readonly<Record<keyof Omit<PlanCost, "total">, string>> = {
  energy: "power bought",
  export: "power sold",
  fuel: "fuel",
  wear: "wear of batteries",
  start: "starts of heat pumps",
  demand: "highest power drawn",
  discomfort: "wishes missed",
  change: "changes of power",
  endValue: "worth of what is left",
};

/** A plan for a terminal: what happens now and why, the horizon at a glance, every device, the money, what is missed and what has changed. */
export function planText(explained: ExplainedPlan): string {
  const sections = [
    headLines(explained),
    nowLines(explained),
    chartLines({ ...explained, problem: explained.problem }),
    deviceLines(explained),
    moneyLines(explained.plan),
    missedLines(explained),
    changeLines(explained),
    restsOnLines(explained),
    noteLines(explained.plan),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headLines({ plan, cause, timeZone, nowMs }: ExplainedPlan): string[] {
  const at = (ms: number) => DateTime.fromMillis(ms, { zone: timeZone, locale: "en" });
  const proof =
    plan.gap === undefined
      ? ""
      : `, at most ${(plan.gap * 100).toFixed(plan.gap < 0.001 ? 2 : 1)} % above the cheapest possible`;
  const why = cause ? ` Cause: ${cause}.` : "";
  return [
    `Plan ${plan.id}`,
    ...wrapped(
      `Made ${at(plan.createdAtMs).toFormat("ccc d LLL yyyy, HH:mm")} (${timeZone}), holds until ${wordsFor({ ...plan, timeZone }).time(plan.validUntilMs, plan.createdAtMs)}.${why}`,
    ),
    ...wrapped(
      `${plan.status === "optimal" ? "Optimal" : "Feasible"}${proof}: rung ${plan.rung}, ${plan.engine}, ${(plan.solveMs / 1000).toFixed(2)} s.`,
    ),
    ...wrapped(recommendationOf(plan, new Map(), nowMs, nowMs).headline),
  ];
}

function nowLines({ plan, timeZone, nowMs }: ExplainedPlan): string[] {
  const words = wordsFor({ ...plan, timeZone });
  return [
    `Now, ${words.time(nowMs, nowMs)}`,
    ...plan.devices.flatMap(({ deviceId, segments }) => {
      const segment = segments.find(({ endMs }) => nowMs < endMs) ?? segments.at(-1);
      if (!segment) return [];
      const until = `until ${words.time(segment.endMs, nowMs)}`;
      return [
        ...wrapped(`${deviceId}: ${intentText(segment.intent)} ${until}`, 2, 4),
        ...whyLines(segment, plan.currency),
      ];
    }),
  ];
}

function whyLines({ reason, alternative }: IntentSegment, currency: string): string[] {
  const other = alternative
    ? wrapped(`instead: ${intentText(alternative.intent)}, ${signedMoney(alternative.extraCost, currency)}`, 4)
    : [];
  return [...wrapped(reason, 4), ...other];
}

/** "+0.14 €", and −0.01 € where another way would have been cheaper by a rounding. */
const signedMoney = (amount: number, currency: string): string => {
  const text = money(amount, currency);
  return text.startsWith("−") ? text : `+${text}`;
};

const deviceLines = (explained: ExplainedPlan): string[] =>
  explained.plan.devices.flatMap((device, i) => [...(i > 0 ? [""] : []), ...segmentLines(device, explained)]);

function segmentLines({ deviceId, deviceType, segments }: DeviceIntents, { plan, timeZone }: ExplainedPlan): string[] {
  const words = wordsFor({ ...plan, timeZone });
  const fromMs = plan.createdAtMs;
  return [
    `${deviceId} (${TYPE_NAMES[deviceType]})`,
    ...segments.flatMap((segment) => [
      ...wrapped(
        `${words.time(segment.startMs, fromMs)} to ${words.time(segment.endMs, fromMs)}: ${intentText(segment.intent)}`,
        2,
        4,
      ),
      ...whyLines(segment, plan.currency),
    ]),
  ];
}

const TYPE_NAMES: Readonly<Record<DeviceIntents["deviceType"], string>> = {
  battery: "battery",
  ev: "car",
  zone: "room",
  tank: "hot water",
  boiler: "boiler",
  immersionHeater: "immersion heater",
  pvArray: "sun",
  appliance: "appliance",
};

function moneyLines({ cost, currency }: Plan): string[] {
  const keys = Object.keys(MONEY_ITEMS) as (keyof typeof MONEY_ITEMS)[];
  const perUnit = 10 ** sumDigits(currency);
  const cents = centsThatAdd(
    keys.map((key) => cost[key]),
    cost.total,
    perUnit,
  );
  const line = (name: string, amount: number) =>
    `  ${name.padEnd(22)}${money(amount / perUnit, currency).padStart(12)}`;
  return [
    "Money over the horizon",
    ...keys.flatMap((key, i) => (cents[i] ? [line(MONEY_ITEMS[key], cents[i])] : [])),
    line("total", Math.round(cost.total * perUnit)),
  ];
}

/** Amounts in whole cents, or what is the least that is shown, each within one of itself, whose sum is the total that is shown. */
export function centsThatAdd(amounts: readonly number[], total: number, perUnit: number): number[] {
  const exact = amounts.map((amount) => amount * perUnit);
  const cents = exact.map((each) => Math.floor(each));
  const missing = Math.round(total * perUnit) - cents.reduce((sum, each) => sum + each, 0);
  const byRest = exact.map((_, i) => i).toSorted((a, b) => rest(exact[b]) - rest(exact[a]));
  for (const i of byRest.slice(0, Math.max(0, missing))) cents[i] = (cents[i] ?? 0) + 1;
  return cents;
}

const rest = (value = 0): number => value - Math.floor(value);

const amountText = (amount: number, unit: string): string =>
  unit === "share" ? `${(amount * 100).toFixed(1)} %` : `${amount.toFixed(2)} ${unit}`;

function missedLines({ plan, timeZone }: ExplainedPlan): string[] {
  if (plan.missed.length === 0) return [];
  const words = wordsFor({ ...plan, timeZone });
  return [
    "Wishes it cannot meet, each at its worst",
    ...plan.missed.flatMap(({ subject, startMs, amount, unit }) =>
      wrapped(`${subject}: by ${amountText(amount, unit)} at ${words.time(startMs, plan.createdAtMs)}`, 2, 4),
    ),
  ];
}

function changeLines({ plan }: ExplainedPlan): string[] {
  if (!plan.change) return [];
  const { gain, actions } = plan.change;
  if (actions.length === 0) return ["Against the plan before: what runs now goes on."];
  return [
    `Against the plan before: ${money(gain, plan.currency)} cheaper over the horizon`,
    ...actions.flatMap(({ deviceId, before, after }) =>
      wrapped(`${deviceId}: ${intentText(after)}, was to ${verbText(before)}`, 2, 4),
    ),
  ];
}

/** After "was to": a word that stands there. */
const verbText = (intent: Parameters<typeof intentText>[0]): string =>
  intent.kind === "on" || intent.kind === "off"
    ? `be ${intent.kind}`
    : intent.kind === "idle"
      ? "rest"
      : intent.kind === "free"
        ? "take all the sun gives"
        : intent.kind === "limit"
          ? `take ${intentText(intent)}`
          : intentText(intent);

function restsOnLines({ plan: { restsOn = [] }, timeZone, nowMs }: ExplainedPlan): string[] {
  const words = wordsFor({ currency: "", timeZone });
  const lines = restsOn.flatMap(({ series, rung, source, untilMs }) =>
    wrapped(`${series} until ${words.time(untilMs, nowMs)}: ${rung}, ${source}`, 2, 4),
  );
  return lines.length > 0 ? ["Rests on", ...lines] : [];
}

const noteLines = ({ notes }: Plan): string[] =>
  notes.length > 0 ? ["Notes", ...notes.flatMap((note) => wrapped(note, 2, 4))] : [];

/** A figure and its unit stay on one line. */
const BEFORE_UNIT = /(?<=\d) (?=(?:°C|%|€|£|\$|kr|kW|K|h|min)(?:[\s.,;:/]|$))/gu;
const TOGETHER = "\u00a0";

/** Lines no wider than a hundred columns, the first after one indent, the others after another. */
function wrapped(text: string, indent = 0, hanging = indent): string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  for (const word of text.replaceAll(BEFORE_UNIT, TOGETHER).split(/[ \n]+/)) {
    const isFirst = line.trim() === "";
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = " ".repeat(hanging) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => each.replaceAll(TOGETHER, " "));
}
