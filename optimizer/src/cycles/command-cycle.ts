import type { Command, CommandEvent, CommandReport, Expectation, Plan, ServiceEvent } from "@ohmstead/contract";
import { decide } from "../commands/decide.ts";
import { judgeAll, settingsAmong } from "../commands/expectations.ts";
import { type CommandOrder, foldCommand, isLive, newCommand } from "../commands/life.ts";
import type { LatestReadings } from "../commands/readings.ts";
import type { CommandSettings } from "../commands/settings.ts";
import { type Effect, type Happening, ownEvent, type Step, step } from "../commands/step.ts";
import { type Wanted, wantedOf } from "../commands/wanted.ts";
import type { Device } from "../devices/device.ts";
import type { Clock } from "../domain/clock.ts";
import { NotFound } from "../domain/errors.ts";
import type { StoredCommand } from "../store/command-repository.ts";
import type { Store } from "../store/store.ts";

export interface CommandCycleDeps {
  readonly store: Pick<Store, "commands" | "transaction">;
  readonly devices: ReadonlyMap<string, Device>;
  readonly settings: CommandSettings;
  readonly clock: Pick<Clock, "nowMs">;
  readonly publish: (event: ServiceEvent) => void;
  /** Latest known values: entities in their own units, signals (battery.powerKw) in the house's. */
  readonly readings: () => LatestReadings;
  /** True while a newer plan is due at any moment: what the old one wants next would be ordered for a second. */
  readonly isPlanDue?: () => boolean;
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
}

const asCommand = ({ order, events }: StoredCommand): Command => foldCommand(order, events);

/**
 * Compares what the plan wants with what the devices were told and show, and steps every command through its life.
 * What has happened is in the store alone: each happening is written before anybody hears of it, so that the program may stop anywhere.
 */
export function createCommandCycle(deps: CommandCycleDeps): CommandCycle {
  const { store, devices, settings, clock } = deps;
  const startedAtMs = clock.nowMs();
  let plan: Plan | undefined;
  /** The newest command of each device; repeats the store, to spare it a question at every reading. */
  const newest = new Map<string, Command>();
  for (const deviceId of devices.keys()) {
    const stored = store.commands.newestOf(deviceId);
    if (stored) newest.set(deviceId, asCommand(stored));
  }
  for (const stored of store.commands.live()) newest.set(stored.order.deviceId, asCommand(stored));
  const driftedSinceMs = new Map<string, number>();
  const offeredAtMs = new Map<string, number>();
  /** Told only when all is written and remembered: a listener may answer at once, in the middle of it all. */
  const outbox: ServiceEvent[] = [];

  function tell(command: Command, effect: Effect, nowMs: number): void {
    switch (effect.kind) {
      case "offer":
        offeredAtMs.set(command.id, nowMs);
        outbox.push({ type: "command", command });
        break;
      case "withdraw":
        offeredAtMs.delete(command.id);
        outbox.push({ type: "withdraw", commandId: command.id });
        break;
      case "say": {
        const name = devices.get(command.deviceId)?.name ?? command.deviceId;
        outbox.push({
          type: "alert",
          level: effect.level,
          message: `${name}: ${effect.message}`,
          atMs: nowMs,
        });
        break;
      }
    }
  }

  /** Remembers a step that has been written, and tells the world. */
  function carryOut(taken: Step, nowMs: number): void {
    if (newest.get(taken.command.deviceId)?.id === taken.command.id) newest.set(taken.command.deviceId, taken.command);
    if (taken.command.state !== "verified") driftedSinceMs.delete(taken.command.deviceId);
    for (const effect of taken.effects) tell(taken.command, effect, nowMs);
  }

  function advance(command: Command, happening: Happening, nowMs: number): void {
    const taken = step(command, happening, nowMs, settings);
    if (taken.events.length === 0) return;
    store.commands.append(taken.events, isLive(taken.command.state));
    carryOut(taken, nowMs);
  }

  function orderFor(device: Device, wanted: Wanted, nowMs: number): CommandOrder {
    // One command per device and millisecond: a clock that stands still, or was set back, must not give an id twice.
    let number = nowMs;
    while (store.commands.find(`${device.deviceId}-${number}`)) number += 1;
    return {
      id: `${device.deviceId}-${number}`,
      deviceId: device.deviceId,
      intent: wanted.intent,
      reason: wanted.reason,
      origin: { kind: "plan" },
      carrier: device.carrier,
      calls: device.translate(wanted.intent),
      expectations: device.expects(wanted.intent),
      planId: wanted.planId,
      createdAtMs: nowMs,
      validUntilMs: wanted.untilMs,
    };
  }

  /** Ends what is live and begins the new command in one transaction: at no moment has a device two, or loses one unseen. */
  function replace(device: Device, wanted: Wanted | undefined, cause: string, nowMs: number): void {
    const before = newest.get(device.deviceId);
    const ended =
      before && isLive(before.state) ? step(before, { kind: "replace", cause }, nowMs, settings) : undefined;
    const order = wanted && orderFor(device, wanted, nowMs);
    store.transaction(() => {
      if (ended) store.commands.append(ended.events, isLive(ended.command.state));
      if (order) store.commands.create(order, ownEvent({ id: order.id, attempt: 1 }, "created", nowMs, cause));
    });
    if (ended) carryOut(ended, nowMs);
    if (!order) return;
    const command = newCommand(order);
    newest.set(device.deviceId, command);
    tell(command, { kind: "offer" }, nowMs);
  }

  /** Notes since when the settings that a verified command made are not what it made them. */
  function watchDrift(command: Command | undefined, readings: LatestReadings, nowMs: number): void {
    if (command?.state !== "verified") return;
    const settingsMade: readonly Expectation[] = settingsAmong(command.expectations);
    const time = { acknowledgedAtMs: command.createdAtMs, nowMs, settleMs: settings.settleMs };
    const verdict = judgeAll(settingsMade, readings, time);
    if (verdict === "met") driftedSinceMs.delete(command.deviceId);
    else if (verdict === "unmet" && !driftedSinceMs.has(command.deviceId)) driftedSinceMs.set(command.deviceId, nowMs);
  }

  /** A carrier may have missed the offer without knowing; one that has not only reports again what it did. */
  function offerAgain(command: Command | undefined, nowMs: number): void {
    if (command?.state !== "pending") return;
    const offeredMs = offeredAtMs.get(command.id);
    if (offeredMs === undefined || nowMs - offeredMs >= settings.acknowledgeWithinMs)
      tell(command, { kind: "offer" }, nowMs);
  }

  /** Brings what the device was told in line with what the plan wants now. */
  function follow(device: Device, nowMs: number): void {
    const wanted = plan && wantedOf(plan, device.deviceId, nowMs, (intent) => device.normalise(intent));
    const situation = {
      newest: newest.get(device.deviceId),
      wanted,
      resolution: device.resolution,
      driftedSinceMs: driftedSinceMs.get(device.deviceId),
    };
    const decision = decide(situation, nowMs, settings);
    if (decision.kind === "end") replace(device, undefined, decision.cause, nowMs);
    if (decision.kind === "order") replace(device, wanted, decision.cause, nowMs);
  }

  function review(): void {
    const nowMs = clock.nowMs();
    const readings = deps.readings();
    // A device that left the config has nobody to be proved by; its command just runs out.
    for (const command of newest.values())
      if (isLive(command.state)) advance(command, { kind: "moment", readings, listeningSinceMs: startedAtMs }, nowMs);
    const isPlanDue = deps.isPlanDue?.() ?? false;
    for (const device of devices.values()) {
      watchDrift(newest.get(device.deviceId), readings, nowMs);
      if (!isPlanDue) follow(device, nowMs);
      offerAgain(newest.get(device.deviceId), nowMs);
    }
  }

  function flush(): void {
    for (let event = outbox.shift(); event; event = outbox.shift()) deps.publish(event);
  }

  const stored = (commandId: string): StoredCommand => {
    const found = store.commands.find(commandId);
    if (!found) throw new NotFound(`there is no command "${commandId}"`);
    return found;
  };

  return {
    onPlan: (next) => {
      plan = next;
      review();
      flush();
    },
    onReadings: () => {
      review();
      flush();
    },
    tick: () => {
      review();
      flush();
    },
    onReport: (commandId, report) => {
      const command = asCommand(stored(commandId));
      const nowMs = clock.nowMs();
      const taken = step(command, { kind: "report", report }, nowMs, settings);
      if (taken.events.some((event) => store.commands.has(commandId, event.id))) return command;
      store.commands.append(taken.events, isLive(taken.command.state));
      carryOut(taken, nowMs);
      review();
      flush();
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
  };
}
