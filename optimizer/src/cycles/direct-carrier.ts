import type { Call, Command, CommandReport, ServiceEvent } from "@ohmstead/contract";
import type { Logger } from "pino";
import { DeliveryError } from "../domain/errors.ts";
import type { Appliance } from "./appliance.ts";

/** The way to one device. */
export interface Route {
  /** False while it is known to be cut: then orders wait, and no device is blamed for it. */
  isOpen(): boolean;
  /** Resolves when the other side has taken the call; rejects with DeliveryError. */
  carry(call: Call, command: Command): Promise<void>;
}

export interface DirectCarrierDeps {
  readonly appliance: Pick<Appliance, "nowMs" | "greeting" | "subscribe" | "reportCommand">;
  readonly routeTo: (command: Command) => Route | undefined;
  readonly logger: Pick<Logger, "warn">;
  /** Real milliseconds that one call may take. */
  readonly timeLimitMs?: number;
}

export interface DirectCarrier {
  start(): void;
  /** A route is open again: what waited for it is carried. */
  routeOpened(): void;
  /** What is on its way is not waited for: after a restart it counts as not known. */
  stop(): void;
}

const TIME_LIMIT_MS = 10_000;
const MOST_REMEMBERED = 1000;

/** The orders to one device: one on its way, the newest of the others waiting. */
interface Lane {
  running: Command | undefined;
  waiting: Command | undefined;
}

const keyOf = ({ id, attempt }: Command): string => `${id}#${attempt}`;
const isSame = (a: Command | undefined, b: Command): boolean => a !== undefined && keyOf(a) === keyOf(b);

/** The same fact always has the same id, so that a report may come twice. */
const reportOf = (
  command: Command,
  type: CommandReport["type"],
  atMs: number,
  detail = "",
  failure?: CommandReport["failure"],
): CommandReport => ({
  id: `${command.id.slice(-80)}:${command.attempt}:${type}`,
  type,
  attempt: command.attempt,
  atMs,
  detail: detail.slice(0, 1000),
  ...(failure ? { failure } : {}),
});

const asDelivery = (error: unknown): DeliveryError =>
  error instanceof DeliveryError
    ? error
    : new DeliveryError("error", error instanceof Error ? error.message : String(error), { cause: error });

/**
 * Carries what Node-RED does not: calls over MQTT and HTTP. Per device one order after the other, devices side by side, a command's calls one
 * at a time. An order is never carried past its validity, nor one attempt twice, and a withdrawn one stops between two calls.
 */
export function createDirectCarrier(deps: DirectCarrierDeps): DirectCarrier {
  const { appliance, routeTo, logger, timeLimitMs = TIME_LIMIT_MS } = deps;
  const lanes = new Map<string, Lane>();
  /** By command and attempt: what was reported of it. */
  const carried = new Map<string, CommandReport[]>();
  const withdrawn = new Set<string>();
  let unsubscribe: (() => void) | undefined;
  let isStopped = false;

  function report(
    command: Command,
    type: CommandReport["type"],
    detail?: string,
    failure?: CommandReport["failure"],
  ): void {
    if (isStopped) return;
    const made = reportOf(command, type, appliance.nowMs(), detail, failure);
    remember(command, made);
    try {
      appliance.reportCommand(command.id, made);
    } catch (error) {
      // Nothing has been carried yet: the next offer may begin anew.
      if (type === "sent") carried.delete(keyOf(command));
      throw error;
    }
  }

  function remember(command: Command, made: CommandReport): void {
    const key = keyOf(command);
    carried.set(key, [...(carried.get(key) ?? []), made]);
    const oldest = carried.size > MOST_REMEMBERED ? carried.keys().next().value : undefined;
    if (oldest !== undefined) carried.delete(oldest);
  }

  const fail = (command: Command, error: DeliveryError, detail = error.message): void =>
    report(command, "failed", detail, {
      kind: error.kind,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    });

  /** Why it must not go on, if it must not. */
  const stopReason = (command: Command): string | undefined => {
    if (withdrawn.has(command.id)) return "withdrawn";
    return appliance.nowMs() >= command.validUntilMs ? "past its validity" : undefined;
  };

  /** Waits for one call for as long as it may take. An answer that comes later is still reported, when it was the last one missing. */
  async function within(work: Promise<void>, command: Command, isLast: boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<"late">((late) => {
      timer = setTimeout(() => late("late"), timeLimitMs);
    });
    try {
      if ((await Promise.race([work, limit])) !== "late") return;
    } finally {
      clearTimeout(timer);
    }
    void work.then(
      () => (isLast ? attempt(() => report(command, "acknowledged", "the answer came late")) : undefined),
      () => undefined,
    );
    throw new DeliveryError("timeout", `no answer within ${timeLimitMs / 1000} s`);
  }

  async function carry(command: Command, route: Route): Promise<void> {
    report(command, "sent");
    const { calls } = command;
    for (const [index, call] of calls.entries()) {
      const reason = stopReason(command);
      if (reason !== undefined) {
        report(command, "failed", `${reason} after ${index} of ${calls.length} calls`, { kind: "error" });
        return;
      }
      try {
        await within(route.carry(call, command), command, index === calls.length - 1);
      } catch (error) {
        const failure = asDelivery(error);
        const which = calls.length > 1 ? `call ${index + 1} of ${calls.length}: ` : "";
        fail(command, failure, which + failure.message);
        return;
      }
    }
    report(command, "acknowledged");
  }

  /** A report that cannot be taken (the command is gone, the disk is full) must not end the others. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      logger.warn({ err: error }, "a report on a command could not be taken");
    }
  }

  async function runLane(lane: Lane): Promise<void> {
    for (let command = lane.waiting; command; command = lane.waiting) {
      const route = routeTo(command);
      if (isStopped || !route?.isOpen()) return;
      lane.waiting = undefined;
      // The core ends it by itself; a failure would blame the device.
      if (stopReason(command) !== undefined) continue;
      lane.running = command;
      try {
        await carry(command, route);
      } catch (error) {
        logger.warn({ err: error, commandId: command.id }, "a command could not be carried");
      }
      lane.running = undefined;
      withdrawn.delete(command.id);
    }
  }

  const go = (lane: Lane): void => {
    if (!lane.running) void runLane(lane);
  };

  function offer(command: Command): void {
    if (command.carrier === "homeAssistant") return;
    const known = carried.get(keyOf(command));
    const lane = lanes.get(command.deviceId) ?? { running: undefined, waiting: undefined };
    lanes.set(command.deviceId, lane);
    if (isSame(lane.running, command) || isSame(lane.waiting, command)) return;
    if (known) {
      for (const each of known) attempt(() => void appliance.reportCommand(command.id, each));
      return;
    }
    if (command.state === "sent") {
      const detail = "Ohmstead was restarted in the middle: it is not known whether this arrived";
      attempt(() => report(command, "failed", detail, { kind: "error" }));
      return;
    }
    if (command.state !== "pending") return;
    lane.waiting = command;
    go(lane);
  }

  const onEvent = (event: ServiceEvent): void => {
    if (isStopped) return;
    if (event.type === "command") offer(event.command);
    else if (event.type === "withdraw") {
      for (const lane of lanes.values()) {
        if (lane.waiting?.id === event.commandId) lane.waiting = undefined;
        if (lane.running?.id === event.commandId) withdrawn.add(event.commandId);
      }
    }
  };

  return {
    start: () => {
      if (unsubscribe || isStopped) return;
      unsubscribe = appliance.subscribe(onEvent, "ourselves");
      for (const event of appliance.greeting()) onEvent(event);
    },
    routeOpened: () => {
      for (const lane of lanes.values()) go(lane);
    },
    stop: () => {
      isStopped = true;
      unsubscribe?.();
    },
  };
}
