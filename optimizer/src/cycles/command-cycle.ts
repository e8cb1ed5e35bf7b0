import type {
  Command,
  CommandEvent,
  CommandReport,
  DeviceStatus,
  FallbackReport,
  Override,
  Plan,
  ServiceEvent,
} from "@ohmstead/contract";
import { decide } from "../commands/decide.ts";
import { isLive } from "../commands/life.ts";
import { handsOffBecause, originOf } from "../commands/people.ts";
import type { LatestReadings } from "../commands/readings.ts";
import { renewalOf } from "../commands/reconcile.ts";
import { isSameOrder } from "../commands/same-order.ts";
import type { CommandSettings } from "../commands/settings.ts";
import { ownEvent, step } from "../commands/step.ts";
import { sameIntent, type Wanted, wantedOf } from "../commands/wanted.ts";
import type { Device } from "../devices/device.ts";
import type { Clock } from "../domain/clock.ts";
import { InputError, NotFound } from "../domain/errors.ts";
import type { StoredCommand } from "../store/command-repository.ts";
import type { Store } from "../store/store.ts";
import { createCommandDesk } from "./command-desk.ts";
import { asCommand, type DeviceRecord, isUnderWay, silenceOf } from "./device-record.ts";
import { createReach } from "./reach.ts";
import { createReconciliation } from "./reconciliation.ts";

export interface CommandCycleDeps {
  readonly store: Pick<Store, "commands" | "deviations" | "transaction">;
  readonly devices: ReadonlyMap<string, Device>;
  readonly settings: CommandSettings;
  readonly clock: Pick<Clock, "nowMs">;
  readonly publish: (event: ServiceEvent) => void;
  /** Latest known values: entities in their own units, signals (battery.powerKw) in the house's. */
  readonly readings: () => LatestReadings;
  /** True while a newer plan is due at any moment: what the old one wants next would be ordered for a second. */
  readonly isPlanDue?: () => boolean;
  /** What people want now. */
  readonly overrides?: () => readonly Override[];
  /** Devices that a wish about this one is about too: those that heat the same tank or room. */
  readonly related?: (deviceId: string) => readonly string[];
  /** Why no command may be sent at all: the clock is wrong, the grid is away. */
  readonly hold?: () => string | undefined;
  /** Since when somebody listens who carries Home Assistant's calls; undefined while nobody does. Left out: always. */
  readonly carrierSinceMs?: () => number | undefined;
  /** When Home Assistant came back from a short absence. */
  readonly houseBackMs?: () => number | undefined;
  /** Somebody has changed the device by hand: to be respected until then. */
  readonly onOverride?: (found: {
    readonly deviceId: string;
    readonly untilMs: number;
    readonly detail: string;
  }) => void;
  /** The devices that no plan can count on have changed: those out of reach, and those whose breaker is open. */
  readonly onUsable?: (unusable: ReadonlyMap<string, string>) => void;
}

export interface CommandCycle {
  /** The plan in force from now on. */
  onPlan(plan: Plan): void;
  /** New readings came. */
  onReadings(): void;
  /** Time passed: to be called every second or so, and often enough for a faster clock. */
  tick(): void;
  /** Idempotent by the report's id; answers with the command as it is now. Throws NotFound. */
  onReport(commandId: string, report: CommandReport): Command;
  /** Every live command, oldest first. */
  open(): readonly Command[];
  /** Those a carrier still has to carry: to be offered to every new listener. */
  toCarry(): readonly Command[];
  /** Newest first. */
  list(query: { readonly openOnly: boolean; readonly limit: number }): readonly Command[];
  /** Throws NotFound. */
  find(commandId: string): Command;
  /** Oldest first. Throws NotFound. */
  events(commandId: string): readonly CommandEvent[];
  /** A person deals with a dead letter: has it ordered once more, or sees it off. Throws NotFound and InputError. */
  settle(commandId: string, how: "replayed" | "discarded", by: string): Command;
  /** Devices no plan can count on, and why. */
  unusable(): ReadonlyMap<string, string>;
  /** In the order of the config. */
  status(): readonly DeviceStatus[];
  /** What Node-RED did while we were away: none of it is taken for a person's hand. */
  onFallback(report: FallbackReport): void;
  /** From now on every device is brought to its safe state, whatever the plan says. */
  goSafe(cause: string): void;
  /** No command is on its way. */
  isAtRest(): boolean;
}

/** A safe state is ordered for so long; whoever comes back decides anew. */
const SAFE_FOR_MS = 24 * 60 * 60_000;
const NOBODY: readonly Override[] = [];

const safeState = (device: Device, reason: string, nowMs: number): Wanted => ({
  planned: device.safeIntent,
  intent: device.safeIntent,
  reason,
  planId: "safe-state",
  untilMs: nowMs + SAFE_FOR_MS,
});

/** What one review of a device looks at. */
interface View {
  readonly readings: LatestReadings;
  readonly overrides: readonly Override[];
  readonly isSuspect: boolean;
  readonly handsOff: string | undefined;
  readonly nowMs: number;
}

/**
 * Compares what is wanted with what the devices were told and show, and steps every command through its life. What has happened is in the store
 * alone: each happening is written before anybody hears of it, so that the program may stop anywhere.
 */
export function createCommandCycle(deps: CommandCycleDeps): CommandCycle {
  const { store, devices, settings, clock } = deps;
  const startedAtMs = clock.nowMs();
  let plan: Plan | undefined;
  let goingSafe: string | undefined;
  let knownUnusable = "";
  const desk = createCommandDesk({ store, devices, settings, publish: deps.publish, startedAtMs });
  const { records } = desk;
  const waitsFor = new Map<string, string>();
  const wantedNow = (device: Device, nowMs: number): Wanted | undefined =>
    goingSafe === undefined
      ? plan && wantedOf(plan, device.deviceId, nowMs, (intent) => device.normalise(intent))
      : safeState(device, goingSafe, nowMs);

  /** Nobody is late with an answer who could not give one: while no carrier listens time does not run. */
  const listeningSinceMs = (carrier: Command["carrier"], nowMs: number): number =>
    carrier === "homeAssistant" && deps.carrierSinceMs
      ? Math.max(startedAtMs, deps.carrierSinceMs() ?? nowMs)
      : startedAtMs;

  function isStillWanted(device: Device, { intent }: Command, nowMs: number): boolean {
    const wanted = wantedNow(device, nowMs);
    return (
      wanted !== undefined &&
      (sameIntent(intent, wanted.intent) || isSameOrder(intent, wanted.planned, device.resolution))
    );
  }

  const reach = createReach({ desk, devices, settings, wantedNow, isStillWanted });
  const reconciliation = createReconciliation({
    desk,
    devices,
    settings,
    startedAtMs,
    houseBackMs: () => deps.houseBackMs?.(),
    isStillWanted,
    onOverride: (found) => deps.onOverride?.(found),
  });

  /** A carrier may have missed the offer without knowing; one that has not only reports again what it did. */
  function offerAgain(record: DeviceRecord, nowMs: number): void {
    const command = record.newest;
    if (command?.state !== "pending") return;
    const offeredMs = record.offeredAtMs(command);
    if (offeredMs === undefined || nowMs - offeredMs >= settings.acknowledgeWithinMs) desk.offer(command, nowMs);
  }

  /** Brings what the device was told in line with what is wanted now. */
  function follow(device: Device, record: DeviceRecord, view: View): void {
    const { deviceId } = device;
    const { readings, overrides, isSuspect, handsOff, nowMs } = view;
    const wanted = wantedNow(device, nowMs);
    const breaker = record.breaker(nowMs);
    const situation = {
      newest: record.newest,
      wanted,
      resolution: device.resolution,
      origin:
        goingSafe === undefined
          ? originOf(overrides, deviceId, deps.related?.(deviceId))
          : { kind: "fallback" as const, detail: goingSafe.slice(0, 200) },
      safeIntent: device.safeIntent,
      handsOff,
      isSuspect,
      drift: record.drift,
      renewal: renewalOf(device, record.lastWriteMs(), wanted, nowMs),
      breakerOpen: breaker.state === "open" ? breaker.cause : undefined,
      mayWrite: { usual: record.mayWrite(nowMs, "usual"), urgent: record.mayWrite(nowMs, "urgent") },
    };
    const decision = decide(situation, nowMs, settings);
    if (decision.kind === "leave") {
      notice(device, decision.waitsFor ?? handsOff, situation.mayWrite.usual, nowMs);
      return;
    }
    waitsFor.delete(deviceId);
    if (decision.kind === "end") return desk.replace(device, undefined, decision.cause, readings, nowMs);
    const next = decision.isSafeState ? safeState(device, decision.cause, nowMs) : wanted;
    // What renews a device's timer is the write itself.
    const mustWrite = decision.cause === situation.renewal;
    if (next)
      desk.replace(device, { wanted: next, origin: decision.origin, mustWrite }, decision.cause, readings, nowMs);
  }

  const budgetSaidAtMs = new Map<string, number>();
  /** What keeps an order back is remembered for the status; a budget that is used up is said, once a day. */
  function notice(
    device: Device,
    reason: string | undefined,
    usual: ReturnType<DeviceRecord["mayWrite"]>,
    nowMs: number,
  ) {
    const { deviceId } = device;
    if (reason === undefined) waitsFor.delete(deviceId);
    else waitsFor.set(deviceId, reason);
    if (reason === undefined || usual.ok || usual.limit !== "day" || reason !== usual.reason) return;
    if (nowMs - (budgetSaidAtMs.get(deviceId) ?? Number.NEGATIVE_INFINITY) < SAFE_FOR_MS) return;
    budgetSaidAtMs.set(deviceId, nowMs);
    desk.say(deviceId, "warning", `its write budget is used up: ${reason}. Small changes wait`, nowMs);
  }

  function reviewDevice(
    device: Device,
    record: DeviceRecord,
    shared: Omit<View, "isSuspect" | "handsOff"> & { readonly hold: string | undefined; readonly isPlanDue: boolean },
  ): void {
    const { readings, nowMs, hold } = shared;
    const silence = silenceOf(device, readings, nowMs, settings);
    const unreachable = silence?.kind === "unreachable" ? silence.reason : undefined;
    const urgency = record.newest?.origin.kind === "person" ? "urgent" : "usual";
    const may = record.mayWrite(nowMs, urgency);
    const breaker = record.breaker(nowMs);
    const mayNotRetry =
      hold ?? (breaker.state === "open" ? breaker.cause : undefined) ?? (may.ok ? undefined : may.reason);
    if (record.newest && isLive(record.newest.state))
      desk.advance(
        record.newest,
        {
          kind: "moment",
          readings,
          listeningSinceMs: listeningSinceMs(record.newest.carrier, nowMs),
          mayNotRetry,
          unreachable,
        },
        nowMs,
      );
    if (hold === undefined) reach.watch(device, record, unreachable, nowMs);
    const isSuspect = reconciliation.look(device, record, readings, nowMs);
    const overrides = deps.overrides?.() ?? NOBODY;
    const handsOff = handsOffBecause(overrides, device.deviceId);
    if (handsOff !== undefined) follow(device, record, { readings, overrides, isSuspect, handsOff, nowMs });
    else if (hold !== undefined || silence) {
      // What is under way is not carried now, and what was proved stands as it is.
      if (hold !== undefined && isUnderWay(record.newest) && record.newest.state !== "acknowledged")
        desk.replace(device, undefined, hold, readings, nowMs);
      waitsFor.set(device.deviceId, hold ?? silence?.reason ?? "");
    } else if (!shared.isPlanDue || goingSafe !== undefined)
      follow(device, record, { readings, overrides, isSuspect, handsOff, nowMs });
    if (hold === undefined) offerAgain(record, nowMs);
  }

  function review(): void {
    const nowMs = clock.nowMs();
    const readings = deps.readings();
    for (const command of desk.orphans())
      desk.advance(
        command,
        { kind: "moment", readings, listeningSinceMs: listeningSinceMs(command.carrier, nowMs) },
        nowMs,
      );
    const shared = {
      readings,
      nowMs,
      overrides: NOBODY,
      hold: deps.hold?.(),
      isPlanDue: deps.isPlanDue?.() ?? false,
    };
    for (const device of devices.values()) {
      const record = records.get(device.deviceId);
      if (record) reviewDevice(device, record, shared);
    }
    const unusable = reach.unusable(readings, nowMs);
    const key = [...unusable.keys()].join();
    if (key !== knownUnusable) {
      knownUnusable = key;
      desk.later(() => deps.onUsable?.(unusable));
    }
  }

  let isReviewing = false;
  /** A listener that answers at once, or a wish that follows from what was found, is looked at when the present review is done. */
  function reviewAndTell(): void {
    if (isReviewing) return;
    isReviewing = true;
    try {
      review();
    } finally {
      isReviewing = false;
    }
    desk.flush();
  }

  const stored = (commandId: string): StoredCommand => {
    const command = store.commands.find(commandId);
    if (!command) throw new NotFound(`there is no command "${commandId}"`);
    return command;
  };

  return {
    onPlan: (next) => {
      plan = next;
      reviewAndTell();
    },
    onReadings: reviewAndTell,
    tick: reviewAndTell,
    onReport: (commandId, report) => {
      const command = asCommand(stored(commandId));
      const nowMs = clock.nowMs();
      const taken = step(command, { kind: "report", report }, nowMs, settings);
      if (taken.events.some((event) => store.commands.has(commandId, event.id))) return command;
      store.commands.append(taken.events, isLive(taken.command.state));
      desk.carryOut(taken, nowMs);
      reviewAndTell();
      return asCommand(stored(commandId));
    },
    open: () => store.commands.live().map(asCommand),
    toCarry: () =>
      store.commands
        .live()
        .map(asCommand)
        .filter((command) => command.state === "pending" || command.state === "sent"),
    list: ({ openOnly, limit }) =>
      openOnly
        ? store.commands.live().map(asCommand).toReversed().slice(0, limit)
        : store.commands.newest(limit).map(asCommand),
    find: (commandId) => asCommand(stored(commandId)),
    events: (commandId) => stored(commandId).events,
    settle: (commandId, how, by) => {
      const command = asCommand(stored(commandId));
      if (command.deadLetter !== "open") {
        const is = command.deadLetter ?? command.state;
        throw new InputError(`Command ${commandId} cannot be ${how}: it is ${is}, and only an open dead letter can`, [
          { field: "id", message: `is ${is}` },
        ]);
      }
      const nowMs = clock.nowMs();
      const event = ownEvent(command, how, nowMs, `${how} by ${by}`);
      store.commands.append([event], false);
      const after = asCommand(stored(commandId));
      desk.carryOut({ command: after, events: [event], effects: [] }, nowMs);
      reviewAndTell();
      return after;
    },
    unusable: () => reach.unusable(deps.readings(), clock.nowMs()),
    status: () => {
      const nowMs = clock.nowMs();
      return [...devices.values()].flatMap(({ deviceId, name }) => {
        const record = records.get(deviceId);
        if (!record) return [];
        const reason = waitsFor.get(deviceId);
        return [
          {
            deviceId,
            name,
            breaker: record.breaker(nowMs).state,
            writes: record.writesToday(nowMs),
            ...(reason === undefined ? {} : { waitsFor: reason }),
            ...(record.newest ? { command: record.newest } : {}),
          },
        ];
      });
    },
    onFallback: (report) => reconciliation.onFallback(report),
    goSafe: (cause) => {
      goingSafe = cause;
      reviewAndTell();
    },
    isAtRest: () => [...records.values()].every(({ newest }) => !isUnderWay(newest)),
  };
}
