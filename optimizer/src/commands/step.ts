import type { Command, CommandEvent, CommandEventType, CommandReport } from "@ohmstead/contract";
import { describeUnmet, judgeAll } from "./expectations.ts";
import { applyEvent, isLive } from "./life.ts";
import type { LatestReadings } from "./readings.ts";
import { type CommandSettings, retryDelayMs } from "./settings.ts";

/** What may happen to a command: the carrier answers, time passes while readings say something, or the plan wants something else. */
export type Happening =
  | { readonly kind: "report"; readonly report: CommandReport }
  | {
      readonly kind: "moment";
      readonly readings: LatestReadings;
      /** No time limit began before this: after a restart nobody could have answered while we were away. */
      readonly listeningSinceMs: number;
    }
  | { readonly kind: "replace"; readonly cause: string };

/** What the world must be told. */
export type Effect =
  | { readonly kind: "offer" }
  | { readonly kind: "withdraw" }
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

/** A carrier's clock may be off, and its news may be late: an event is never in the future nor before the command's last change. */
function reportedEvent(command: Command, report: CommandReport, nowMs: number): CommandEvent {
  return {
    id: `report:${report.id}`,
    commandId: command.id,
    type: REPORTED[report.type],
    attempt: report.attempt,
    atMs: Math.min(nowMs, Math.max(report.atMs, command.changedAtMs)),
    cause: report.detail || `the carrier says ${report.type}`,
  };
}

/** The events that follow from the first one without anybody's doing: a last attempt that failed is a failed command. */
function withConsequences(command: Command, first: CommandEvent, nowMs: number, settings: CommandSettings): Step {
  const after = applyEvent(command, first);
  if (after.state !== "retrying" || after === command || after.attempt < settings.attempts)
    return { command: after, events: [first], effects: [] };
  const last = ownEvent(after, "failed", nowMs, `attempt ${after.attempt} of ${settings.attempts}: ${first.cause}`);
  return {
    command: applyEvent(after, last),
    events: [first, last],
    effects: [
      { kind: "withdraw" },
      { kind: "say", level: "warning", message: `does not do what it should: ${last.cause}` },
    ],
  };
}

function stepMoment(
  command: Command,
  happening: Happening & { kind: "moment" },
  nowMs: number,
  settings: CommandSettings,
): Step {
  const nothing: Step = { command, events: [], effects: [] };
  const waitedMs = nowMs - Math.max(command.changedAtMs, happening.listeningSinceMs);
  const emit = (type: CommandEventType, cause: string) =>
    withConsequences(command, ownEvent(command, type, nowMs, cause), nowMs, settings);

  if (command.state === "acknowledged") {
    const time = { acknowledgedAtMs: command.changedAtMs, nowMs, settleMs: settings.settleMs };
    if (judgeAll(command.expectations, happening.readings, time) === "met")
      return emit("verified", "the readings show it");
    if (waitedMs < settings.verifyWithinMs) return nothing;
    const missing = describeUnmet(command.expectations, happening.readings, time);
    return emit("attemptFailed", `not shown by readings within ${seconds(settings.verifyWithinMs)}: ${missing}`);
  }
  const waits = command.state === "pending" || command.state === "sent" || command.state === "retrying";
  if (waits && nowMs >= command.validUntilMs) {
    const cause =
      command.state === "pending" && command.attempt === 1
        ? "its time was over before anybody carried it"
        : "its time was over before the device acknowledged it";
    const step = emit("expired", cause);
    return {
      ...step,
      effects: [{ kind: "withdraw" }, { kind: "say", level: "info", message: `an order was dropped: ${cause}` }],
    };
  }
  if (command.state === "sent" && waitedMs >= settings.acknowledgeWithinMs)
    return emit("attemptFailed", `not acknowledged within ${seconds(settings.acknowledgeWithinMs)}`);
  if (command.state === "retrying" && nowMs - command.changedAtMs >= retryDelayMs(command.attempt, settings)) {
    const next = { ...command, attempt: command.attempt + 1 };
    const event = ownEvent(next, "retried", nowMs, command.lastError ?? "the attempt before failed");
    return { command: applyEvent(command, event), events: [event], effects: [{ kind: "offer" }] };
  }
  return nothing;
}

function stepReplace(command: Command, cause: string, nowMs: number, settings: CommandSettings): Step {
  if (!isLive(command.state)) return { command, events: [], effects: [] };
  // What was proved has done its work; only what was still under way is overtaken.
  if (command.state === "verified")
    return withConsequences(command, ownEvent(command, "completed", nowMs, cause), nowMs, settings);
  const step = withConsequences(command, ownEvent(command, "superseded", nowMs, cause), nowMs, settings);
  return { ...step, effects: [{ kind: "withdraw" }] };
}

/** One happening in the life of a command: its next state, what to write down, and what to tell the world. */
export function step(command: Command, happening: Happening, nowMs: number, settings: CommandSettings): Step {
  if (happening.kind === "report")
    return withConsequences(command, reportedEvent(command, happening.report, nowMs), nowMs, settings);
  if (happening.kind === "replace") return stepReplace(command, happening.cause, nowMs, settings);
  return stepMoment(command, happening, nowMs, settings);
}
