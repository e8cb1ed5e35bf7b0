import type { Health, HealthCheck, HouseView, Plan } from "@ohmstead/contract";
import { DateTime } from "luxon";
import type { StaleSignal } from "../telemetry/telemetry-book.ts";
import { houseCheck } from "./house-link.ts";

export interface HealthFacts {
  readonly nowMs: number;
  readonly version: string;
  readonly timeZone: string;
  readonly cycleMs: number;
  readonly plan: Plan | undefined;
  readonly pricesKnownUntilMs: number | undefined;
  /** What a source last said when it could not be read; empty when all is well. */
  readonly sourceFailures: readonly string[];
  readonly stale: readonly StaleSignal[];
  readonly lastReadingMs: number | undefined;
  /** Programs that listen to our events: without Node-RED nobody carries a command. */
  readonly listeners: number;
  /** False where the optimizer carries all commands itself. */
  readonly needsNodeRed: boolean;
  readonly failedDevices: readonly string[];
  /** How Node-RED sees Home Assistant; undefined before it has told. */
  readonly house: HouseView | undefined;
  /** Of each entity that does not exist: what is there instead. */
  readonly missingEntities: readonly string[];
  /** Of the store, the clock and the grid. */
  readonly more: readonly HealthCheck[];
}

const MINUTE_MS = 60_000;
const PRICE_WARNING_MS = 6 * 60 * MINUTE_MS;

const check = (name: string, status: HealthCheck["status"], detail: string): HealthCheck => ({ name, status, detail });
const clockTime = (ms: number, timeZone: string): string =>
  DateTime.fromMillis(ms, { zone: timeZone }).toFormat("ccc HH:mm");

function planCheck({ plan, nowMs, cycleMs }: HealthFacts): HealthCheck {
  if (!plan) return check("plan", "failing", "There is no plan yet: see the other checks for what is missing.");
  const ageMs = nowMs - plan.createdAtMs;
  if (ageMs > 3 * cycleMs)
    return check("plan", "warning", `The newest plan is ${Math.round(ageMs / MINUTE_MS)} minutes old.`);
  if (plan.rung !== "full")
    return check("plan", "warning", `Made by a stand-in (${plan.rung}): ${plan.notes.join(" ")}`);
  return check(
    "plan",
    "ok",
    `Made by ${plan.engine} in ${Math.round(plan.solveMs)} ms, for ${plan.slots.length} slots.`,
  );
}

function priceCheck({ pricesKnownUntilMs, plan, nowMs, timeZone }: HealthFacts): HealthCheck {
  const now = plan?.restsOn?.find(
    ({ series, fromMs, untilMs }) => series === "prices" && fromMs <= nowMs && nowMs < untilMs,
  );
  const remedy = "check prices.source in the config, or push prices";
  if (now?.rung === "learned")
    return check(
      "prices",
      "warning",
      `No price is known for now: those of the days before are planned with; ${remedy}.`,
    );
  if (now?.rung === "fallback")
    return check("prices", "warning", `No price is known for now: the house runs on ${now.source}; ${remedy}.`);
  if (pricesKnownUntilMs === undefined || pricesKnownUntilMs <= nowMs)
    return check(
      "prices",
      "failing",
      `No price is known for now: ${remedy}; with prices.fallback there is a plan without any.`,
    );
  const until = `Known until ${clockTime(pricesKnownUntilMs, timeZone)}.`;
  return check("prices", pricesKnownUntilMs - nowMs < PRICE_WARNING_MS ? "warning" : "ok", until);
}

function readingsCheck({ stale, lastReadingMs, nowMs }: HealthFacts): HealthCheck {
  if (lastReadingMs === undefined)
    return check(
      "readings",
      "failing",
      "Nothing has been read from the house yet: is Node-RED connected to Home Assistant?",
    );
  const aged = stale.map(
    ({ signal, source, ageMinutes, lastRefusal }) =>
      `${signal} (${source}): ${lastRefusal ?? (ageMinutes === undefined ? "never read" : `${Math.round(ageMinutes)} minutes old`)}`,
  );
  if (aged.length > 0)
    return check("readings", "warning", `Not used, because too old or not believed: ${aged.join("; ")}.`);
  return check(
    "readings",
    "ok",
    `All current; the last ${Math.max(0, Math.round((nowMs - lastReadingMs) / MINUTE_MS))} minutes ago.`,
  );
}

/** The appliance's own view of itself: each check says what to do when it is not well. */
export function healthOf(facts: HealthFacts): Health {
  const checks = [
    planCheck(facts),
    priceCheck(facts),
    facts.sourceFailures.length > 0
      ? check("sources", "warning", facts.sourceFailures.join(" "))
      : check("sources", "ok", "Prices and weather were read."),
    readingsCheck(facts),
    houseCheck(facts.house, facts.missingEntities),
    facts.listeners > 0
      ? check("carrier", "ok", "Node-RED listens and carries the commands.")
      : !facts.needsNodeRed
        ? check("carrier", "ok", "The optimizer carries all commands itself.")
        : check("carrier", "failing", "Nobody listens: commands wait until Node-RED is back."),
    facts.failedDevices.length > 0
      ? check("devices", "warning", `The last command failed: ${facts.failedDevices.join(", ")}.`)
      : check("devices", "ok", "Every device did what it was told."),
    ...facts.more,
  ];
  const worst = checks.some(({ status }) => status === "failing")
    ? "failing"
    : checks.some(({ status }) => status === "warning")
      ? "warning"
      : "ok";
  return { status: worst, nowMs: facts.nowMs, version: facts.version, checks };
}
