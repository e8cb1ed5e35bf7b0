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

/** What was begun, and what became of it: kept where a restart of Node-RED finds it. */
export interface CarriedAttempt {
  /** Command and attempt. */
  readonly key: string;
  /** The reports that say what became of it, with their command; none while nobody knows. */
  readonly reports: readonly { readonly commandId: string; readonly report: CommandReport }[];
}

export interface CarrierSetup {
  /** One call may take so long in real time, whatever the house's clock. */
  readonly callWithinMs?: number;
  /** From the life before a restart. */
  readonly carriedBefore?: readonly CarriedAttempt[];
}

const CALL_WITHIN_MS = 10_000;
const MOST_REMEMBERED = 1000;
/** After Home Assistant's nodes said that they have no connection, a call is tried again so much later if nobody says that it is back. */
const TRY_AGAIN_MS = 10_000;
/** Home Assistant's action node says so before it sends anything. */
const NOTHING_SENT = /^no connection/i;

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
  /** All that is remembered of attempts, oldest first. */
  carried(): readonly CarriedAttempt[];
}

const report = (
  command: Command,
  type: CommandReport["type"],
  detail: string,
  now: Moment,
  failure?: CommandReport["failure"],
): Effect & { readonly kind: "report" } => ({
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

export function createCarrier({ callWithinMs = CALL_WITHIN_MS, carriedBefore = [] }: CarrierSetup = {}): Carrier {
  const running = new Map<string, Running>();
  const waiting = new Map<string, Command[]>();
  /** By command and attempt: the reports that say what became of it. A service that lost them gets them again. */
  const carried = new Map(carriedBefore.map(({ key, reports }) => [key, reports]));
  let isHouseAway = false;
  let tryAgainRealMs = 0;
  /** The attempts that were given up while their last call was on its way: its late answer is still news. */
  const givenUp = new Map<string, Command>();

  const remember = (command: Command, reports: CarriedAttempt["reports"]): void => {
    carried.set(keyOf(command), reports);
    const oldest = carried.size > MOST_REMEMBERED ? carried.keys().next().value : undefined;
    if (oldest !== undefined) carried.delete(oldest);
  };

  const begin = (command: Command, now: Moment): readonly Effect[] => {
    if (command.validUntilMs <= now.houseMs) {
      const late = report(command, "failed", "not carried: past its validity", now);
      return [late, ...next(command.deviceId, now)];
    }
    running.set(command.deviceId, { command, callIndex: 0, sinceRealMs: now.realMs, isWithdrawn: false });
    remember(command, []);
    const started: readonly Effect[] = [
      { kind: "begin", deviceId: command.deviceId },
      report(command, "sent", "", now),
    ];
    return command.calls.length === 0
      ? [...started, ...end(command, "acknowledged", "nothing to do", now)]
      : [...started, ...callOf(command, 0)];
  };

  const next = (deviceId: string, now: Moment): readonly Effect[] => {
    if (isHouseAway || now.realMs < tryAgainRealMs) return [];
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
    remember(command, [report(command, "sent", "", now), last]);
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

  /** Nothing of it has reached Home Assistant: it waits as if it had not begun, in front of what came since, and no attempt is used up. */
  const park = (command: Command, now: Moment): readonly Effect[] => {
    const { deviceId, id } = command;
    running.delete(deviceId);
    carried.delete(keyOf(command));
    tryAgainRealMs = now.realMs + TRY_AGAIN_MS;
    waiting.set(deviceId, [command, ...(waiting.get(deviceId) ?? []).filter((each) => each.id !== id)]);
    return [{ kind: "end", deviceId }];
  };

  const lateAnswer = (ticket: CallTicket, now: Moment): readonly Effect[] => {
    const key = keyOf({ id: ticket.commandId, attempt: ticket.attempt });
    const command = givenUp.get(key);
    if (!command || ticket.callIndex !== command.calls.length - 1) return [];
    givenUp.delete(key);
    const late = report(command, "acknowledged", "the answer came late", now);
    remember(command, [...(carried.get(key) ?? []), late]);
    return [late];
  };

  const giveUp = ({ command, callIndex }: Running, now: Moment): readonly Effect[] => {
    givenUp.set(keyOf(command), command);
    const oldest = givenUp.size > MOST_REMEMBERED ? givenUp.keys().next().value : undefined;
    if (oldest !== undefined) givenUp.delete(oldest);
    const what = callsOf(command)[callIndex]?.action ?? "call";
    return end(command, "failed", `no answer to ${what} within ${callWithinMs / 1000} s`, now, { kind: "timeout" });
  };

  const goOn = (now: Moment): readonly Effect[] =>
    [...waiting.keys()].flatMap((deviceId) => (running.has(deviceId) ? [] : next(deviceId, now)));

  return {
    houseLeft: () => {
      isHouseAway = true;
    },
    houseReturned: (now) => {
      isHouseAway = false;
      tryAgainRealMs = 0;
      return goOn(now);
    },
    offer: (command, now) => {
      // The optimizer carries the others itself.
      if (command.carrier !== "homeAssistant") return [];
      const key = keyOf(command);
      const present = running.get(command.deviceId);
      const known = carried.get(key);
      if (known && known.length > 0) return known.map((each) => ({ kind: "report", ...each }));
      if (!["pending", "retrying", "sent"].includes(command.state)) return [];
      if (known && !(present && keyOf(present.command) === key)) {
        const lost = "Node-RED was restarted in the middle: it is not known whether this arrived";
        const failed = report(command, "failed", lost, now, { kind: "error" });
        remember(command, [report(command, "sent", "", now), failed]);
        return [failed];
      }
      const queue = waiting.get(command.deviceId) ?? [];
      if ((present && keyOf(present.command) === key) || queue.some((each) => keyOf(each) === key)) return [];
      if (!present && !isHouseAway && now.realMs >= tryAgainRealMs) return begin(command, now);
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
      if (!present) return lateAnswer(ticket, now);
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
      if (!present) return [];
      const { command, callIndex, isWithdrawn } = present;
      if (callIndex === 0 && !isWithdrawn && NOTHING_SENT.test(reason)) return park(command, now);
      return end(command, "failed", reason, now, failureOf(reason));
    },
    tick: (now) => {
      const late = [...running.values()]
        .filter(({ sinceRealMs }) => now.realMs - sinceRealMs > callWithinMs)
        .flatMap((each) => giveUp(each, now));
      if (now.realMs < tryAgainRealMs) return late;
      return [...late, ...(isHouseAway ? [] : goOn(now))];
    },
    carried: () => [...carried].map(([key, reports]) => ({ key, reports })),
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
