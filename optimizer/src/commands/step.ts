import type { Command, CommandEvent, CommandEventType, CommandReport, FailureKind } from "@ohmstead/contract";
import { describeUnmet, failureOf, judgeAll } from "./expectations.ts";
import { applyEvent, isLive } from "./life.ts";
import type { LatestReadings } from "./readings.ts";
import { type CommandSettings, retryDelayMs } from "./settings.ts";

/** What may happen to a command: a carrier answers, time passes while readings say something, or something else is wanted. */
export type Happening =
  | { readonly kind: "report"; readonly report: CommandReport }
  | {
      readonly kind: "moment";
      readonly readings: LatestReadings;
      /** No time limit began before this: after a restart nobody could have answered while we were away. */
      readonly listeningSinceMs: number;
      /** Undefined when a further attempt may begin now; otherwise why not. */
      readonly mayNotRetry?: string | undefined;
      /** Why no reading of the device can be had: it is out of reach. */
      readonly unreachable?: string | undefined;
    }
  | { readonly kind: "replace"; readonly cause: string };

/** What the world must be told. */
export type Effect =
  | { readonly kind: "offer" }
  | { readonly kind: "withdraw" }
  /** Reconciliation learns of it. */
  | {
      readonly kind: "deviation";
      readonly deviation: FailureKind & ("notStored" | "noEffect" | "partial" | "unreachable");
      readonly detail: string;
    }
  /** For people: what is the matter with the device. */
  | { readonly kind: "say"; readonly level: "info" | "warning"; readonly message: string };

export interface Step {
  readonly command: Command;
  /** To be written before the effects are carried out. */
  readonly events: readonly CommandEvent[];
  readonly effects: readonly Effect[];
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** An event that the life cycle itself causes. At one moment a command has at most one of each type. */
export function ownEvent(
  command: Pick<Command, "id" | "attempt">,
  type: CommandEventType,
  atMs: number,
  cause: string,
): CommandEvent {
  return { id: `${command.id}:${type}:${atMs}`, commandId: command.id, type, attempt: command.attempt, atMs, cause };
}

const REPORTED = { sent: "sent", acknowledged: "acknowledged", failed: "attemptFailed" } as const;

/** No further attempt can help: who has no right, or asks for what cannot be, gets the same answer again. */
const FINAL_FAILURES: readonly FailureKind[] = ["auth", "refused"];
/** Who is busy or asks for patience is asked for as long as the order is valid. */
const PATIENT: readonly FailureKind[] = ["busy", "rateLimited"];
const UNANSWERED: readonly FailureKind[] = ["unreachable", "timeout"];

/** A carrier's clock may be off, and its news may be late: an event is never in the future nor before the command's last change. */
function reportedEvent(
  command: Command,
  report: CommandReport,
  nowMs: number,
  settings: CommandSettings,
): CommandEvent {
  const atMs = Math.min(nowMs, Math.max(report.atMs, command.changedAtMs));
  const event: CommandEvent = {
    id: `report:${report.id}`,
    commandId: command.id,
    type: REPORTED[report.type],
    attempt: report.attempt,
    atMs,
    cause: report.detail || `the carrier says ${report.type}`,
  };
  return report.type === "failed"
    ? withFailure(event, report.failure?.kind ?? "error", report.failure?.retryAfterMs, settings)
    : event;
}

const withFailure = (
  event: CommandEvent,
  failure: FailureKind,
  retryAfterMs: number | undefined,
  settings: CommandSettings,
): CommandEvent => ({
  ...event,
  failure,
  retryAtMs: event.atMs + retryDelayMs(event.attempt, failure, retryAfterMs, settings),
});

const still = (command: Command): Step => ({ command, events: [], effects: [] });

/** How a command ends that cannot be brought to its effect. */
function ended(command: Command, first: CommandEvent, last: CommandEvent): Step {
  const message =
    last.failure === "auth"
      ? `refuses our credentials: ${first.cause}. Change them where the message says, then the order is given again`
      : `does not do what it should: ${last.cause}`;
  return {
    command: applyEvent(command, last),
    events: [first, last],
    effects: [{ kind: "withdraw" }, { kind: "say", level: "warning", message }],
  };
}

/** The events that follow from the first one without anybody's doing: a last attempt that failed ends the command. */
function withConsequences(command: Command, first: CommandEvent, nowMs: number, settings: CommandSettings): Step {
  const after = applyEvent(command, first);
  if (after === command || after.state !== "retrying") return { command: after, events: [first], effects: [] };
  const failure = first.failure ?? "error";
  const found: readonly Effect[] =
    failure === "notStored" || failure === "noEffect" || failure === "partial"
      ? [{ kind: "deviation", deviation: failure, detail: first.cause }]
      : UNANSWERED.includes(failure)
        ? [{ kind: "deviation", deviation: "unreachable", detail: first.cause }]
        : [];
  if (FINAL_FAILURES.includes(failure)) {
    const last = { ...ownEvent(after, "failed", nowMs, first.cause), failure };
    return ended(after, first, last);
  }
  if (after.attempt < settings.attempts || PATIENT.includes(failure))
    return { command: after, events: [first], effects: found };
  const last = {
    ...ownEvent(after, "deadLettered", nowMs, `attempt ${after.attempt} of ${settings.attempts}: ${first.cause}`),
    failure,
  };
  const step = ended(after, first, last);
  return { ...step, effects: [...found, ...step.effects] };
}

type Moment = Happening & { readonly kind: "moment" };

/**
 * Readings that show the effect are proof even where the answer was lost: silence is neither success nor failure. While an answer may still
 * come it is waited for, and what was never carried proves nothing.
 */
function isProved(command: Command, { readings }: Moment, nowMs: number, settings: CommandSettings): boolean {
  if (command.state === "pending" && command.attempt === 1) return false;
  if (command.state === "sent" && nowMs - command.changedAtMs < settings.confirmMs) return false;
  const time = { acknowledgedAtMs: command.changedAtMs, nowMs, settleMs: settings.settleMs };
  return judgeAll(command.expectations, readings, time) === "met";
}

function stepAcknowledged(command: Command, moment: Moment, nowMs: number, settings: CommandSettings): Step {
  const waitedMs = nowMs - Math.max(command.changedAtMs, moment.listeningSinceMs);
  if (waitedMs < settings.verifyWithinMs) return still(command);
  const time = { acknowledgedAtMs: command.changedAtMs, nowMs, settleMs: settings.settleMs };
  const missing = describeUnmet(command.expectations, moment.readings, time);
  const failure = failureOf(command.expectations, moment.readings, time);
  if (failure !== "unknown") {
    const cause = `not shown by readings within ${seconds(settings.verifyWithinMs)}: ${missing}`;
    const event = ownEvent(command, "attemptFailed", nowMs, cause);
    return withConsequences(command, withFailure(event, failure, undefined, settings), nowMs, settings);
  }
  // Where no reading tells, nothing is concluded: the order was taken, and to repeat it would teach us nothing.
  return nowMs < command.validUntilMs
    ? still(command)
    : expire(command, `it was taken, and no reading ever told whether it was followed: ${missing}`, nowMs);
}

function expire(command: Command, cause: string, nowMs: number): Step {
  const event = ownEvent(command, "expired", nowMs, cause);
  return {
    command: applyEvent(command, event),
    events: [event],
    effects: [{ kind: "withdraw" }, { kind: "say", level: "info", message: `an order was dropped: ${cause}` }],
  };
}

function stepMoment(command: Command, moment: Moment, nowMs: number, settings: CommandSettings): Step {
  if (!isLive(command.state) || command.state === "verified") return still(command);
  if (isProved(command, moment, nowMs, settings)) {
    const event = ownEvent(command, "verified", nowMs, "the readings show it");
    const isOffered = command.state !== "acknowledged";
    return {
      command: applyEvent(command, event),
      events: [event],
      effects: isOffered ? [{ kind: "withdraw" }] : [],
    };
  }
  if (moment.unreachable !== undefined) {
    const event: CommandEvent = { ...ownEvent(command, "failed", nowMs, moment.unreachable), failure: "unreachable" };
    return {
      command: applyEvent(command, event),
      events: [event],
      effects: [{ kind: "withdraw" }],
    };
  }
  if (command.state === "acknowledged") return stepAcknowledged(command, moment, nowMs, settings);
  if (nowMs >= command.validUntilMs)
    return expire(
      command,
      command.state === "pending" && command.attempt === 1
        ? "its time was over before anybody carried it"
        : "its time was over before the device acknowledged it",
      nowMs,
    );
  const waitedMs = nowMs - Math.max(command.changedAtMs, moment.listeningSinceMs);
  if (command.state === "sent" && waitedMs >= settings.acknowledgeWithinMs) {
    const cause = `not acknowledged within ${seconds(settings.acknowledgeWithinMs)}`;
    const event = ownEvent(command, "attemptFailed", nowMs, cause);
    return withConsequences(command, withFailure(event, "timeout", undefined, settings), nowMs, settings);
  }
  const isDue = command.state === "retrying" && nowMs >= (command.retryAtMs ?? command.changedAtMs);
  if (!isDue || moment.mayNotRetry !== undefined) return still(command);
  const event = ownEvent(
    { ...command, attempt: command.attempt + 1 },
    "retried",
    nowMs,
    command.lastError ?? "the attempt before failed",
  );
  return { command: applyEvent(command, event), events: [event], effects: [{ kind: "offer" }] };
}

function stepReplace(command: Command, cause: string, nowMs: number): Step {
  if (!isLive(command.state)) return still(command);
  // What was proved has done its work; only what was still under way is overtaken.
  const hasDone = command.state === "verified";
  const event = ownEvent(command, hasDone ? "completed" : "superseded", nowMs, cause);
  return {
    command: applyEvent(command, event),
    events: [event],
    effects: hasDone ? [] : [{ kind: "withdraw" }],
  };
}

/** One happening in the life of a command: its next state, what to write down, and what to tell the world. */
export function step(command: Command, happening: Happening, nowMs: number, settings: CommandSettings): Step {
  if (happening.kind === "report")
    return withConsequences(command, reportedEvent(command, happening.report, nowMs, settings), nowMs, settings);
  if (happening.kind === "replace") return stepReplace(command, happening.cause, nowMs);
  return stepMoment(command, happening, nowMs, settings);
}
