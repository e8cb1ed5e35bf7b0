import { z } from "zod";
import { wantOf } from "../adapter.ts";
import { hasMeter, meterKw } from "../meter.ts";
import { isNear, isSameSetting, settingsFor } from "../recipe.ts";
import type { Alarm, AlarmLevel, Truth } from "../record.ts";
import { outcomeAt, provedMs } from "./outcome.ts";
import { type Facts, ofRecord, type PropertyKind, seconds, span, truthsIn } from "./property-kind.ts";
import { isSo } from "./states.ts";

const LEVELS = ["info", "warning", "error"] as const;
const Level = z.enum(LEVELS);
const OUTCOMES = [
  "pending",
  "sent",
  "acknowledged",
  "retrying",
  "completed",
  "superseded",
  "expired",
  "failed",
  "deadLettered",
] as const;
const DEVIATIONS = ["override", "drift", "unknown", "notStored", "noEffect", "partial", "unreachable"] as const;
/** Deviations that claim to know what the device shows. */
const CONCLUSIONS: readonly string[] = ["override", "drift", "notStored", "noEffect", "partial"];
const device = z.string();
const TOLERANCE_KW = 0.2;

const isAtLeast = (alarm: Alarm, level: AlarmLevel | undefined): boolean =>
  level === undefined || LEVELS.indexOf(alarm.level) >= LEVELS.indexOf(level);

/** Commands that were called done while the device, up to one reading before, did something else or had other settings. The meter counts, not the name of the mode: one may look like another. */
function unfoundedClaims(facts: Facts, deviceId: string, fromMs: number, untilMs: number): string[] {
  const input = facts.device(deviceId);
  return facts.record.commands.flatMap((log) => {
    const claimedMs = provedMs(log);
    if (log.command.deviceId !== deviceId || claimedMs === undefined || claimedMs < fromMs || claimedMs >= untilMs)
      return [];
    const want = wantOf(input, log.command.intent);
    if (!want) return [];
    const settings = settingsFor(input, want);
    const isFounded = (truth: Truth): boolean =>
      (hasMeter(input) ? isNear(truth.meterKw, meterKw(input, want), TOLERANCE_KW) : truth.mode === want.mode) &&
      Object.entries(settings).every(([name, value]) => isSameSetting(truth.stored[name], value));
    const seen = truthsIn(facts.truths(deviceId), claimedMs - facts.slackMs(deviceId), claimedMs + 1);
    return seen.some(isFounded)
      ? []
      : [
          `${log.command.id} (${want.mode}) was called done ${facts.at(claimedMs)}, and the device does ${seen.at(-1)?.mode}`,
        ];
  });
}

/** Decisions in a span that only a wrong reading explains: the device did what it was told all the time. */
const neverMisled = ofRecord(
  { device, entity: z.string().optional(), reading: z.unknown().optional(), ...span },
  (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const { record } = facts;
    const input = facts.device(property.device);
    const isObeyed = (atMs: number): boolean => {
      const wish = record.wishes.findLast((each) => each.deviceId === property.device && each.fromMs <= atMs);
      const [truth] = truthsIn(facts.truths(property.device), atMs, atMs + 1);
      return !!wish && !!truth && isSo(input, truth, wish.want);
    };
    const begins = (atMs: number): boolean =>
      record.wishes.some(
        (each) =>
          each.deviceId === property.device &&
          each.fromMs <= atMs &&
          atMs - each.fromMs <= facts.slackMs(property.device),
      );
    return [
      ...record.deviations
        .filter(
          ({ deviceId, kind, atMs }) =>
            deviceId === property.device &&
            CONCLUSIONS.includes(kind) &&
            atMs >= fromMs &&
            atMs < untilMs &&
            isObeyed(atMs),
        )
        .map(({ kind, atMs }) => `"${kind}" was concluded ${facts.at(atMs)}, while the device did what it was told`),
      ...record.writes
        .filter(
          ({ deviceId, atMs }) =>
            deviceId === property.device && atMs >= fromMs && atMs < untilMs && isObeyed(atMs - 1) && !begins(atMs),
        )
        .map(({ atMs }) => `the device was written to ${facts.at(atMs)}, while it did what it was told`),
      ...unfoundedClaims(facts, property.device, fromMs, untilMs),
    ];
  },
);

/** What the system says: of its commands, of deviations, of people, and whom it alarms. */
export const words: Readonly<Record<string, PropertyKind>> = {
  detectedWithinSeconds: ofRecord(
    { device, what: z.array(z.enum(DEVIATIONS)).min(1), since: seconds, atMost: seconds },
    (property, facts) => {
      const sinceMs = facts.ms(property.since);
      const byMs = sinceMs + property.atMost * 1000 + facts.slackMs(property.device);
      const what: readonly string[] = property.what;
      const own = facts.record.deviations.filter(({ deviceId }) => deviceId === property.device);
      if (own.some(({ kind, atMs }) => what.includes(kind) && atMs >= sinceMs && atMs <= byMs)) return [];
      const seen = own.map(({ kind, atMs }) => `${kind} ${facts.at(atMs)}`).slice(0, 8);
      return [`not noticed by ${facts.at(byMs)}; noticed was: ${seen.join(", ") || "nothing"}`];
    },
  ),
  neverCompletedWithoutEffect: ofRecord({ device, ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    return unfoundedClaims(facts, property.device, fromMs, untilMs);
  }),
  outcome: ofRecord({ intent: z.int(), oneOf: z.array(z.enum(OUTCOMES)).min(1), by: seconds }, (property, facts) => {
    const wishes = facts.wish(property.intent);
    const untilMs = Math.max(...wishes.map((wish) => wish.untilMs));
    const deviceId = wishes[0]?.deviceId ?? "";
    const oneOf: readonly string[] = property.oneOf;
    const byMs = facts.ms(property.by);
    const outcomes = [byMs, byMs + facts.slackMs(deviceId)].map((atMs) => outcomeAt(facts, wishes, untilMs, atMs));
    return outcomes.some((each) => oneOf.includes(each)) ? [] : [`intent ${property.intent} is ${outcomes[0]}`];
  }),
  overrideShown: ofRecord({ device, ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const slackMs = facts.slackMs(property.device);
    const shown = facts.record.overrides.filter((each) => each.deviceId === property.device);
    const isWhole = shown.some((each) => each.fromMs <= fromMs + slackMs && each.untilMs >= untilMs - slackMs);
    return isWhole
      ? []
      : [
          `overrides shown: ${shown.map((each) => `${facts.at(each.fromMs)} to ${facts.at(each.untilMs)}`).join(", ") || "none"}`,
        ];
  }),
  noOverrideAssumed: ofRecord({ device, ...span }, (property, facts) => {
    facts.device(property.device);
    const { fromMs, untilMs } = facts.between(property);
    const isIn = (atMs: number) => atMs >= fromMs && atMs < untilMs;
    return [
      ...facts.record.overrides
        .filter((each) => each.deviceId === property.device && each.isDetected && isIn(each.fromMs))
        .map((each) => `a person was assumed ${facts.at(each.fromMs)}`),
      ...facts.record.deviations
        .filter((each) => each.deviceId === property.device && each.kind === "override" && isIn(each.atMs))
        .map((each) => `an override was noticed ${facts.at(each.atMs)}`),
    ];
  }),
  alarmRaised: ofRecord(
    { about: z.string(), from: seconds.default(0), atMost: seconds.optional(), level: Level.optional() },
    (property, facts) => {
      const fromMs = facts.ms(property.from);
      const byMs = property.atMost === undefined ? facts.record.endMs : fromMs + property.atMost * 1000;
      const about = facts.record.alarms.filter((alarm) => alarm.about === property.about);
      return about.some((alarm) => alarm.atMs >= fromMs && alarm.atMs <= byMs && isAtLeast(alarm, property.level))
        ? []
        : [
            `alarms about it: ${about.map(({ level, message, atMs }) => `${level} ${facts.at(atMs)}: ${message}`).join("; ") || "none"}`,
          ];
    },
  ),
  alarmsAtMost: ofRecord(
    { count: z.int().min(0), about: z.string().optional(), level: Level.optional(), ...span },
    (property, facts) => {
      const { fromMs, untilMs } = facts.between(property);
      const raised = facts.record.alarms.filter(
        (alarm) =>
          alarm.atMs >= fromMs &&
          alarm.atMs <= untilMs &&
          isAtLeast(alarm, property.level) &&
          (property.about === undefined || alarm.about === property.about),
      );
      return raised.length <= property.count
        ? []
        : [
            `${raised.length} alarms`,
            ...raised.map(({ level, message, atMs }) => `${level} ${facts.at(atMs)}: ${message}`),
          ];
    },
  ),
  unavailableNeverUsedAsValue: neverMisled,
  oldReadingNotUsed: neverMisled,
};
