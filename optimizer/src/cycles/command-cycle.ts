import {
  type Command,
  type CommandEvent,
  type CommandReport,
  type DeviceStatus,
  type Expectation,
  type FallbackReport,
  type Deviation,
  type Origin,
  type Override,
  type Plan,
  type ServiceEvent,
  WATCHDOG_DRIVES,
} from "@ohmstead/contract";
import { decide } from "../commands/decide.ts";
import { type CommandOrder, isLive, newCommand } from "../commands/life.ts";
import { handsOffBecause, originOf } from "../commands/people.ts";
import type { LatestReadings } from "../commands/readings.ts";
import { isAlreadySo, lookAt, renewalOf } from "../commands/reconcile.ts";
import type { CommandSettings } from "../commands/settings.ts";
import { type Effect, type Happening, ownEvent, type Step, step } from "../commands/step.ts";
import { isSameOrder } from "../commands/same-order.ts";
import { sameIntent, type Wanted, wantedOf } from "../commands/wanted.ts";
import type { Device } from "../devices/device.ts";
import type { Clock } from "../domain/clock.ts";
import { InputError, NotFound } from "../domain/errors.ts";
import type { StoredCommand } from "../store/command-repository.ts";
import type { Store } from "../store/store.ts";
import { asCommand, createDeviceRecord, type DeviceRecord, isUnderWay, silenceOf } from "./device-record.ts";

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
  const records = new Map<string, DeviceRecord>();
  for (const device of devices.values())
    records.set(device.deviceId, createDeviceRecord(device, store, settings, startedAtMs));
  /** Live commands of devices that left the config: nobody can prove them any more; they just run out. */
  const orphans = new Map(
    store.commands
      .live()
      .map(asCommand)
      .filter(({ deviceId }) => !records.has(deviceId))
      .map((command) => [command.id, command]),
  );
  const waitsFor = new Map<string, string>();
  /** What fallback told each device, as it shows. */
  const stoodIn = new Map<string, readonly (readonly Expectation[])[]>();
  /** Out of reach, and said to be. */
  const saidAway = new Set<string>();
  /** Told only when all is written and remembered: a listener may answer at once, in the middle of it all. */
  const outbox: (() => void)[] = [];
  const publishSoon = (event: ServiceEvent) => void outbox.push(() => deps.publish(event));

  const nameOf = (deviceId: string): string => devices.get(deviceId)?.name ?? deviceId;
  const say = (deviceId: string, level: "info" | "warning", message: string, atMs: number): void =>
    publishSoon({ type: "alert", level, message: `${nameOf(deviceId)}: ${message}`, atMs, about: deviceId });

  function found(deviation: Deviation): void {
    store.deviations.add(deviation);
    publishSoon({ type: "deviation", deviation });
  }

  function tell(command: Command, effect: Effect, nowMs: number): void {
    const record = records.get(command.deviceId);
    switch (effect.kind) {
      case "offer":
        record?.offered(command, nowMs);
        publishSoon({ type: "command", command });
        break;
      case "withdraw":
        record?.withdrawn(command);
        publishSoon({ type: "withdraw", commandId: command.id });
        break;
      case "deviation": {
        const { deviation: kind, detail } = effect;
        found({ deviceId: command.deviceId, kind, atMs: nowMs, detail, commandId: command.id });
        break;
      }
      case "say":
        say(command.deviceId, effect.level, effect.message, nowMs);
        break;
    }
  }

  /** Remembers a step that has been written, and tells the world. */
  function carryOut(taken: Step, nowMs: number): void {
    const { command } = taken;
    const record = records.get(command.deviceId);
    const breakerBefore = record?.breaker(nowMs).state;
    record?.take(command, taken.events);
    if (orphans.has(command.id)) {
      if (isLive(command.state)) orphans.set(command.id, command);
      else orphans.delete(command.id);
    }
    for (const effect of taken.effects) tell(command, effect, nowMs);
    if (record?.breaker(nowMs).state === "closed" && breakerBefore === "halfOpen")
      say(command.deviceId, "info", "works again", nowMs);
  }

  function advance(command: Command, happening: Happening, nowMs: number): void {
    const taken = step(command, happening, nowMs, settings);
    if (taken.events.length === 0) return;
    store.commands.append(taken.events, isLive(taken.command.state));
    carryOut(taken, nowMs);
  }

  function orderFor(device: Device, wanted: Wanted, origin: Origin, nowMs: number): CommandOrder {
    // One command per device and millisecond: a clock that stands still, or was set back, must not give an id twice.
    let number = nowMs;
    while (store.commands.find(`${device.deviceId}-${number}`)) number += 1;
    return {
      id: `${device.deviceId}-${number}`,
      deviceId: device.deviceId,
      intent: wanted.intent,
      reason: wanted.reason,
      origin,
      carrier: device.carrier,
      calls: device.translate(wanted.intent),
      expectations: device.expects(wanted.intent),
      planId: wanted.planId,
      createdAtMs: nowMs,
      validUntilMs: wanted.untilMs,
    };
  }

  /** Ends what is live and begins the new command in one transaction: at no moment has a device two, or loses one unseen. */
  function replace(
    device: Device,
    next: { readonly wanted: Wanted; readonly origin: Origin; readonly mustWrite: boolean } | undefined,
    cause: string,
    readings: LatestReadings,
    nowMs: number,
  ): void {
    const record = records.get(device.deviceId);
    const before = record?.newest;
    const ended =
      before && isLive(before.state) ? step(before, { kind: "replace", cause }, nowMs, settings) : undefined;
    const order = next && orderFor(device, next.wanted, next.origin, nowMs);
    const events: CommandEvent[] = order ? [ownEvent({ id: order.id, attempt: 1 }, "created", nowMs, cause)] : [];
    if (order && !next.mustWrite && isAlreadySo(order.expectations, readings, nowMs, settings))
      events.push(
        ownEvent({ id: order.id, attempt: 1 }, "verified", nowMs, "it is so already: nothing needs to be written"),
      );
    store.transaction(() => {
      if (ended) store.commands.append(ended.events, isLive(ended.command.state));
      const [created, ...more] = events;
      if (order && created) store.commands.create(order, created);
      if (more.length > 0) store.commands.append(more, true);
    });
    if (ended) carryOut(ended, nowMs);
    if (!order) return;
    const command = asCommand({ order, events });
    record?.take(command, events);
    if (command.state === "pending") tell(newCommand(order), { kind: "offer" }, nowMs);
  }

  /** Since the command was made, and not long ago: Node-RED was away, and Home Assistant has helped itself. */
  function hasWatchdogActed(command: Command, readings: LatestReadings, nowMs: number): boolean {
    const drives = readings.get(WATCHDOG_DRIVES);
    if (!drives || drives.atMs < command.createdAtMs) return false;
    return drives.value === "off" || nowMs - drives.atMs < settings.verifyWithinMs;
  }

  /** Intended against actual, for a device whose command was proved. */
  function reconcile(device: Device, record: DeviceRecord, readings: LatestReadings, nowMs: number): boolean {
    const command = record.newest;
    if (command?.state !== "verified") return false;
    // What has had its time, and is not wanted any longer, may be changed by anybody.
    if (nowMs >= command.validUntilMs && !isStillWanted(device, command, nowMs)) return false;
    const lastWriteMs = record.lastWriteMs();
    const safe = device.expects(device.safeIntent);
    const wasAway = command.createdAtMs < startedAtMs && nowMs - startedAtMs < settings.verifyWithinMs;
    const lookedAt = {
      command,
      othersWanted: [
        ...record.othersWanted(nowMs),
        ...(stoodIn.get(device.deviceId) ?? []),
        // While we or Node-RED were away the watchdog may have brought the device into its safe state.
        ...(wasAway || hasWatchdogActed(command, readings, nowMs) ? [safe] : []),
      ],
      safe,
      expiresAtMs:
        device.expiresAfterMs === undefined || lastWriteMs === undefined
          ? undefined
          : lastWriteMs + device.expiresAfterMs,
    };
    const { watch, finding } = lookAt(lookedAt, record.watch, readings, nowMs, settings);
    record.watch = watch;
    if (finding.kind === "fine") record.drift = undefined;
    if (!("detail" in finding)) return finding.kind === "suspect";
    const { kind, detail } = finding;
    const { deviceId } = device;
    const deviation: Deviation = { deviceId, kind, atMs: nowMs, detail, commandId: command.id };
    if (kind === "unknown") {
      found(deviation);
      say(deviceId, "warning", detail, nowMs);
    }
    if (kind === "drift" && record.drift === undefined) {
      record.drift = detail;
      found(deviation);
      say(deviceId, "info", `is not as it was told, and is told again: ${detail}`, nowMs);
    }
    if (kind === "override") {
      const untilMs = nowMs + settings.overrideMs;
      found(deviation);
      replace(device, undefined, `taken over by hand: ${detail}`, readings, nowMs);
      say(
        deviceId,
        "info",
        `was changed by hand, and is left alone for ${Math.round(settings.overrideMs / 60_000)} minutes: ${detail}`,
        nowMs,
      );
      // At once, not later: in this very review nothing may be ordered any more.
      deps.onOverride?.({ deviceId, untilMs, detail });
      return true;
    }
    return false;
  }

  const wantedNow = (device: Device, nowMs: number): Wanted | undefined =>
    goingSafe === undefined
      ? plan && wantedOf(plan, device.deviceId, nowMs, (intent) => device.normalise(intent))
      : safeState(device, goingSafe, nowMs);

  function isStillWanted(device: Device, { intent }: Command, nowMs: number): boolean {
    const wanted = wantedNow(device, nowMs);
    return (
      wanted !== undefined &&
      (sameIntent(intent, wanted.intent) || isSameOrder(intent, wanted.planned, device.resolution))
    );
  }

  /** What is wanted of a device that is out of reach: it is written down that it could not be ordered, once. */
  function failUnreached(device: Device, record: DeviceRecord, reason: string, nowMs: number): void {
    const wanted = wantedNow(device, nowMs);
    const { newest } = record;
    if (!wanted || wanted.untilMs - nowMs < settings.shortestOrderMs) return;
    if (newest && (isLive(newest.state) || newest.failure === "unreachable") && isStillWanted(device, newest, nowMs))
      return;
    if (newest && isLive(newest.state)) advance(newest, { kind: "replace", cause: reason }, nowMs);
    const order = orderFor(device, wanted, { kind: "plan" }, nowMs);
    const created = ownEvent({ id: order.id, attempt: 1 }, "created", nowMs, "the plan wants it");
    const failed: CommandEvent = {
      ...ownEvent({ id: order.id, attempt: 1 }, "failed", nowMs, reason),
      failure: "unreachable",
    };
    store.transaction(() => {
      store.commands.create(order, created);
      store.commands.append([failed], false);
    });
    record.take(asCommand({ order, events: [created, failed] }), [created, failed]);
  }

  /** Going out of reach, and coming back, is said once. */
  function watchReach(device: Device, record: DeviceRecord, reason: string | undefined, nowMs: number): void {
    const { deviceId } = device;
    if (reason === undefined) {
      if (saidAway.delete(deviceId)) say(deviceId, "info", "is back", nowMs);
      return;
    }
    if (!saidAway.has(deviceId)) {
      saidAway.add(deviceId);
      const commandId = record.newest?.id;
      found({
        deviceId,
        kind: "unreachable",
        atMs: nowMs,
        detail: reason,
        ...(commandId === undefined ? {} : { commandId }),
      });
      say(deviceId, "warning", `cannot be reached: ${reason}`, nowMs);
    }
    failUnreached(device, record, reason, nowMs);
  }

  /** A carrier may have missed the offer without knowing; one that has not only reports again what it did. */
  function offerAgain(record: DeviceRecord, nowMs: number): void {
    const command = record.newest;
    if (command?.state !== "pending") return;
    const offeredMs = record.offeredAtMs(command);
    if (offeredMs === undefined || nowMs - offeredMs >= settings.acknowledgeWithinMs)
      tell(command, { kind: "offer" }, nowMs);
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
    if (decision.kind === "end") return replace(device, undefined, decision.cause, readings, nowMs);
    const next = decision.isSafeState ? safeState(device, decision.cause, nowMs) : wanted;
    // What renews a device's timer is the write itself.
    const mustWrite = decision.cause === situation.renewal;
    if (next) replace(device, { wanted: next, origin: decision.origin, mustWrite }, decision.cause, readings, nowMs);
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
    say(deviceId, "warning", `its write budget is used up: ${reason}. Small changes wait`, nowMs);
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
      advance(
        record.newest,
        { kind: "moment", readings, listeningSinceMs: startedAtMs, mayNotRetry, unreachable },
        nowMs,
      );
    if (hold === undefined) watchReach(device, record, unreachable, nowMs);
    const isSuspect = reconcile(device, record, readings, nowMs);
    const overrides = deps.overrides?.() ?? NOBODY;
    const handsOff = handsOffBecause(overrides, device.deviceId);
    if (handsOff !== undefined) follow(device, record, { readings, overrides, isSuspect, handsOff, nowMs });
    else if (hold !== undefined || silence) {
      // What is under way is not carried now, and what was proved stands as it is.
      if (hold !== undefined && isUnderWay(record.newest) && record.newest.state !== "acknowledged")
        replace(device, undefined, hold, readings, nowMs);
      waitsFor.set(device.deviceId, hold ?? silence?.reason ?? "");
    } else if (!shared.isPlanDue || goingSafe !== undefined)
      follow(device, record, { readings, overrides, isSuspect, handsOff, nowMs });
    if (hold === undefined) offerAgain(record, nowMs);
  }

  const unusableAt = (nowMs: number, readings: LatestReadings): Map<string, string> => {
    const unusable = new Map<string, string>();
    for (const device of devices.values()) {
      const silence = silenceOf(device, readings, nowMs, settings);
      const breaker = records.get(device.deviceId)?.breaker(nowMs);
      if (silence?.kind === "unreachable") unusable.set(device.deviceId, silence.reason);
      else if (breaker?.state === "open") unusable.set(device.deviceId, `it failed too often: ${breaker.cause}`);
    }
    return unusable;
  };

  function review(): void {
    const nowMs = clock.nowMs();
    const readings = deps.readings();
    for (const command of orphans.values())
      advance(command, { kind: "moment", readings, listeningSinceMs: startedAtMs }, nowMs);
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
    const unusable = unusableAt(nowMs, readings);
    const key = [...unusable.keys()].join();
    if (key !== knownUnusable) {
      knownUnusable = key;
      outbox.push(() => deps.onUsable?.(unusable));
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
    flush();
  }

  function flush(): void {
    for (let act = outbox.shift(); act; act = outbox.shift()) act();
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
      carryOut(taken, nowMs);
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
      carryOut({ command: after, events: [event], effects: [] }, nowMs);
      reviewAndTell();
      return after;
    },
    unusable: () => unusableAt(clock.nowMs(), deps.readings()),
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
    onFallback: ({ actions }) => {
      for (const [deviceId, ofDevice] of Map.groupBy(actions, (action) => action.deviceId)) {
        const device = devices.get(deviceId);
        if (device)
          stoodIn.set(
            deviceId,
            ofDevice.map(({ intent }) => device.expects(device.normalise(intent))),
          );
      }
    },
    goSafe: (cause) => {
      goingSafe = cause;
      reviewAndTell();
    },
    isAtRest: () => [...records.values()].every(({ newest }) => !isUnderWay(newest)),
  };
}
