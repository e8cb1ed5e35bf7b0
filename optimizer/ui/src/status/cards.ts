import type { AuditEntry, Command, DeviceRecommendation } from "@ohmstead/contract";
import { shortMomentText } from "../time-axis.ts";
import { moneyText } from "../value-text.ts";
import { element } from "./element.ts";
import { alertsOf, currencyOf, type House, nameOf, nowOf, timeZoneOf } from "./house.ts";
import { alternativeText, HEALTH_MOOD, intentText, type Mood, MOOD_OF } from "./words.ts";

const COMMAND_HOURS = 6;
const COMMANDS_SHOWN = 12;
const quiet = (text: string): HTMLElement => element("p", "quiet", text);
const chip = (text: string, mood: Mood): HTMLElement => element("span", `chip ${mood}`, text);

function momentIn(house: House): (atMs: number) => string {
  const nowMs = nowOf(house) ?? 0;
  return (atMs) => shortMomentText(atMs, nowMs, timeZoneOf(house) ?? "UTC");
}

/** Each device: what it does, why, until when, and what comes next. */
export function deviceRows(house: House): Node[] {
  const devices = house.recommendation?.devices;
  if (!devices) return [quiet("No plan yet.")];
  const moment = momentIn(house);
  return devices.map((device: DeviceRecommendation) =>
    element(
      "li",
      "device",
      element(
        "div",
        "device-head",
        element("strong", "", device.name),
        element("span", "mode", intentText(device.intent)),
      ),
      element("p", "", device.reason),
      device.alternative ? quiet(alternativeText(device.alternative, currencyOf(house) ?? "EUR")) : undefined,
      quiet(
        device.next
          ? `From ${moment(device.next.startMs)}: ${intentText(device.next.intent)}. ${device.next.reason}`
          : `Until ${moment(device.untilMs)}, as far as the plan goes.`,
      ),
    ),
  );
}

export function healthRows(house: House): Node[] {
  const { health } = house;
  if (!health) return [quiet("Not known yet.")];
  const worstFirst = (["failing", "warning", "ok"] as const).flatMap((status) =>
    health.checks.filter((check) => check.status === status),
  );
  return worstFirst.map(({ name, status, detail }) =>
    element(
      "li",
      "check",
      chip(status, HEALTH_MOOD[status]),
      element("div", "", element("strong", "", name), quiet(detail)),
    ),
  );
}

export function moneyRows(house: House): Node[] {
  const { savings } = house;
  if (!savings) return [quiet("Nothing metered yet.")];
  const { currency, costSoFar, costWithoutControl, storedValueDifference, saved, sinceMs } = savings;
  const money = (amount: number) => moneyText(amount, currency);
  const row = (name: string, amount: number) =>
    element("div", "money-row", element("span", "", name), element("span", "amount", money(amount)));
  return [
    element("p", "big", money(saved)),
    quiet(`saved since ${momentIn(house)(sinceMs)}`),
    row("Cost so far", costSoFar),
    row("Without control (estimate)", costWithoutControl),
    row("More (or less) stored in battery, walls, tank", storedValueDifference),
  ];
}

/** What a person may do with a dead letter. */
export type Settle = (commandId: string, how: "replay" | "discard") => void;

function deadLetterButtons({ id, deadLetter }: Command, settle: Settle): Node[] {
  if (deadLetter !== "open") return [];
  const button = (text: string, how: "replay" | "discard") => {
    const made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", () => settle(id, how));
    return made;
  };
  return [element("div", "settle", button("Try again", "replay"), button("Discard", "discard"))];
}

const ORIGIN_MOOD: Readonly<Record<AuditEntry["origin"]["kind"], Mood>> = {
  plan: "quiet",
  person: "good",
  automation: "good",
  reconciliation: "busy",
  fallback: "busy",
};
const AUDIT_SHOWN = 12;

/** Who or what did what to which device today, newest first. */
export function auditRows(house: House): Node[] {
  const entries = house.audit;
  if (!entries) return [quiet("Not known yet.")];
  if (entries.length === 0) return [quiet("Nothing was done to any device today.")];
  const moment = momentIn(house);
  return entries
    .toReversed()
    .slice(0, AUDIT_SHOWN)
    .map(({ atMs, name, what, origin, outcome }) =>
      element(
        "li",
        "command",
        element("span", "when", moment(atMs)),
        element("div", "", element("strong", "", name), ` ${what}`, ...(outcome ? [quiet(outcome)] : [])),
        chip(origin.kind, ORIGIN_MOOD[origin.kind]),
      ),
    );
}

export function commandRows(house: House, settle: Settle): Node[] {
  const nowMs = nowOf(house);
  const { commands } = house;
  if (!commands || nowMs === undefined) return [quiet("Not known yet.")];
  const recent = commands
    .filter(({ changedAtMs }) => changedAtMs > nowMs - COMMAND_HOURS * 3_600_000)
    .slice(0, COMMANDS_SHOWN);
  if (recent.length === 0) return [quiet(`No command in the last ${COMMAND_HOURS} hours.`)];
  const moment = momentIn(house);
  return recent.map((command: Command) =>
    element(
      "li",
      "command",
      element("span", "when", moment(command.createdAtMs)),
      element(
        "div",
        "",
        element("strong", "", nameOf(house, command.deviceId)),
        ` ${intentText(command.intent)}`,
        quiet(command.lastError ? `${command.reason} Last error: ${command.lastError}` : command.reason),
        ...deadLetterButtons(command, settle),
      ),
      chip(command.state, MOOD_OF[command.state]),
    ),
  );
}

export function alertRows(house: House): Node[] {
  const moment = momentIn(house);
  const mood = { info: "quiet", warning: "busy", error: "bad" } as const;
  return alertsOf(house).map(({ level, message, atMs }) =>
    element("li", "check", chip(level, mood[level]), element("div", "", message, quiet(moment(atMs)))),
  );
}
