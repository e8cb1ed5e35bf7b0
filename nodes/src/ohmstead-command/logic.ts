import { type Command, type CommandReport, isServiceCall, type ServiceCall } from "@ohmstead/contract";
import { failureOf } from "./failure-of.ts";

/** Travels with a call through the flow, so that its end can be told from any other message's. */
export interface CallTicket {
  readonly commandId: string;
  readonly attempt: number;
  readonly callIndex: number;
}

export type Effect =
  | { readonly kind: "call"; readonly call: ServiceCall; readonly ticket: CallTicket }
  | { readonly kind: "report"; readonly commandId: string; readonly report: CommandReport }
  /** The device is free again; `calls` when all were carried. */
  | { readonly kind: "end"; readonly deviceId: string; readonly calls?: readonly ServiceCall[] }
  | { readonly kind: "begin"; readonly deviceId: string };

export interface Moment {
  readonly houseMs: number;
  readonly realMs: number;
}

interface Running {
  readonly command: Command;
  readonly callIndex: number;
  readonly sinceRealMs: number;
  readonly isWithdrawn: boolean;
}

/** One call may take so long in real time, whatever the house's clock. */
const CALL_WITHIN_MS = 30_000;
const MOST_REMEMBERED = 1000;

const keyOf = (command: { readonly id: string; readonly attempt: number }): string =>
  `${command.id}#${command.attempt}`;

/** The same fact always has the same id, so that a report may be sent twice. */
export const reportId = (commandId: string, attempt: number, type: CommandReport["type"]): string =>
  `${commandId.slice(-80)}:${attempt}:${type}`;

/** Carries commands: per device one after the other, devices side by side, a command's calls one at a time. Each method answers with what to do. */
export interface Carrier {
  /** Home Assistant is away: what is not on its way yet waits, and no device is blamed for it. */
  houseLeft(): void;
  /** It is back: what waited is carried. */
  houseReturned(now: Moment): readonly Effect[];
  offer(command: Command, now: Moment): readonly Effect[];
  withdraw(commandId: string): void;
  succeeded(ticket: CallTicket, now: Moment): readonly Effect[];
  failed(ticket: CallTicket, reason: string, now: Moment): readonly Effect[];
  /** Ends calls that nobody answered. */
  tick(now: Moment): readonly Effect[];
  readonly running: number;
}

const report = (
  command: Command,
  type: CommandReport["type"],
  detail: string,
  now: Moment,
  failure?: CommandReport["failure"],
): Effect => ({
  kind: "report",
  commandId: command.id,
  report: {
    id: reportId(command.id, command.attempt, type),
    type,
    attempt: command.attempt,
    atMs: now.houseMs,
    detail: detail.slice(0, 1000),
    ...(failure ? { failure } : {}),
  },
});

const callsOf = (command: Command): readonly ServiceCall[] => command.calls.filter(isServiceCall);

const callOf = (command: Command, callIndex: number): readonly Effect[] => {
  const call = callsOf(command)[callIndex];
  return call ? [{ kind: "call", call, ticket: { commandId: command.id, attempt: command.attempt, callIndex } }] : [];
};

export function createCarrier(): Carrier {
  const running = new Map<string, Running>();
  const waiting = new Map<string, Command[]>();
  /** By command and attempt: the reports that say what became of it. A service that lost them gets them again. */
  const carried = new Map<string, readonly Effect[]>();
  let isHouseAway = false;

  const begin = (command: Command, now: Moment): readonly Effect[] => {
    if (command.validUntilMs <= now.houseMs) {
      const late = report(command, "failed", "not carried: past its validity", now);
      return [late, ...next(command.deviceId, now)];
    }
    running.set(command.deviceId, { command, callIndex: 0, sinceRealMs: now.realMs, isWithdrawn: false });
    const started: readonly Effect[] = [
      { kind: "begin", deviceId: command.deviceId },
      report(command, "sent", "", now),
    ];
    return command.calls.length === 0
      ? [...started, ...end(command, "acknowledged", "nothing to do", now)]
      : [...started, ...callOf(command, 0)];
  };

  const next = (deviceId: string, now: Moment): readonly Effect[] => {
    if (isHouseAway) return [];
    const command = waiting.get(deviceId)?.shift();
    return command ? begin(command, now) : [];
  };

  const end = (
    command: Command,
    type: "acknowledged" | "failed",
    detail: string,
    now: Moment,
    failure?: CommandReport["failure"],
  ): readonly Effect[] => {
    const { deviceId } = command;
    running.delete(deviceId);
    const last = report(command, type, detail, now, failure);
    carried.set(keyOf(command), [report(command, "sent", "", now), last]);
    const oldest = carried.size > MOST_REMEMBERED ? carried.keys().next().value : undefined;
    if (oldest !== undefined) carried.delete(oldest);
    return [
      last,
      { kind: "end", deviceId, ...(type === "acknowledged" ? { calls: callsOf(command) } : {}) },
      ...next(deviceId, now),
    ];
  };

  const runningFor = (ticket: CallTicket): Running | undefined =>
    [...running.values()].find(
      ({ command, callIndex }) =>
        command.id === ticket.commandId && command.attempt === ticket.attempt && callIndex === ticket.callIndex,
    );

  return {
    houseLeft: () => {
      isHouseAway = true;
    },
    houseReturned: (now) => {
      isHouseAway = false;
      return [...waiting.keys()].flatMap((deviceId) => (running.has(deviceId) ? [] : next(deviceId, now)));
    },
    offer: (command, now) => {
      // The optimizer carries the others itself.
      if (command.carrier !== "homeAssistant") return [];
      const key = keyOf(command);
      const known = carried.get(key);
      if (known) return known;
      if (!["pending", "retrying", "sent"].includes(command.state)) return [];
      const present = running.get(command.deviceId);
      const queue = waiting.get(command.deviceId) ?? [];
      if ((present && keyOf(present.command) === key) || queue.some((each) => keyOf(each) === key)) return [];
      if (!present && !isHouseAway) return begin(command, now);
      waiting.set(command.deviceId, [...queue.filter((each) => each.id !== command.id), command]);
      return [];
    },
    withdraw: (commandId) => {
      for (const [deviceId, queue] of waiting)
        waiting.set(
          deviceId,
          queue.filter((command) => command.id !== commandId),
        );
      for (const [deviceId, present] of running)
        if (present.command.id === commandId) running.set(deviceId, { ...present, isWithdrawn: true });
    },
    succeeded: (ticket, now) => {
      const present = runningFor(ticket);
      if (!present) return [];
      const { command, isWithdrawn } = present;
      const callIndex = present.callIndex + 1;
      if (callIndex >= command.calls.length) return end(command, "acknowledged", "", now);
      if (isWithdrawn)
        return end(command, "failed", `withdrawn after ${callIndex} of ${command.calls.length} calls`, now);
      running.set(command.deviceId, { command, callIndex, sinceRealMs: now.realMs, isWithdrawn });
      return callOf(command, callIndex);
    },
    failed: (ticket, reason, now) => {
      const present = runningFor(ticket);
      return present ? end(present.command, "failed", reason, now, failureOf(reason)) : [];
    },
    tick: (now) =>
      [...running.values()]
        .filter(({ sinceRealMs }) => now.realMs - sinceRealMs > CALL_WITHIN_MS)
        .flatMap(({ command, callIndex }) =>
          end(
            command,
            "failed",
            `no answer to ${callsOf(command)[callIndex]?.action ?? "call"} within ${CALL_WITHIN_MS / 1000} s`,
            now,
            { kind: "timeout" },
          ),
        ),
    get running() {
      return running.size;
    },
  };
}

/**
 * What a message says of Home Assistant itself, undefined when it says nothing of it. It is away while the status of its connection is red,
 * or yellow as at the start; it has returned when it is ready and all its states have been read again, or could not be: before,
 * nobody knows what a command would change.
 */
export function houseNewsIn(message: Readonly<Record<string, unknown>>): "left" | "returned" | undefined {
  const { topic, payload } = message;
  if (topic === "home_assistant_client:ready" && (Array.isArray(payload) || message["error"] !== undefined))
    return "returned";
  if (topic !== "homeAssistant" || typeof payload !== "object" || payload === null) return undefined;
  return "fill" in payload && (payload.fill === "red" || payload.fill === "yellow") ? "left" : undefined;
}

/** The ticket in a message that comes back from the flow, and the error when a catch node sent it. */
export function answerIn(
  message: Readonly<Record<string, unknown>>,
): { readonly ticket: CallTicket; readonly error?: string } | undefined {
  const ticket = message["ohmstead"];
  if (typeof ticket !== "object" || ticket === null) return undefined;
  const { commandId, attempt, callIndex } = ticket as Partial<CallTicket>;
  if (typeof commandId !== "string" || typeof attempt !== "number" || typeof callIndex !== "number") return undefined;
  const { error } = message;
  const text =
    typeof error === "object" && error !== null && "message" in error
      ? String(error.message)
      : error === undefined
        ? undefined
        : "failed";
  return { ticket: { commandId, attempt, callIndex }, ...(text === undefined ? {} : { error: text }) };
}
