import type { Command, CommandEvent, Deviation, Origin, ServiceEvent } from "@ohmstead/contract";
import { type CommandOrder, isLive, newCommand } from "../commands/life.ts";
import type { LatestReadings } from "../commands/readings.ts";
import { isAlreadySo } from "../commands/reconcile.ts";
import type { CommandSettings } from "../commands/settings.ts";
import { type Effect, type Happening, ownEvent, type Step, step } from "../commands/step.ts";
import type { Wanted } from "../commands/wanted.ts";
import type { Device } from "../devices/device.ts";
import type { Store } from "../store/store.ts";
import { asCommand, createDeviceRecord, type DeviceRecord } from "./device-record.ts";

export interface CommandDeskDeps {
  readonly store: Pick<Store, "commands" | "deviations" | "transaction">;
  readonly devices: ReadonlyMap<string, Device>;
  readonly settings: CommandSettings;
  readonly publish: (event: ServiceEvent) => void;
  readonly startedAtMs: number;
}

/** What is ordered, in whose name. */
export interface Order {
  readonly wanted: Wanted;
  readonly origin: Origin;
  /** Written even where the device shows it already: the write itself is what counts. */
  readonly mustWrite: boolean;
}

/** Where commands are made and stepped: each happening is written, then remembered, then told, in this order. */
export interface CommandDesk {
  readonly records: ReadonlyMap<string, DeviceRecord>;
  /** Live commands of devices that left the config: nobody can prove them any more; they just run out. */
  orphans(): Iterable<Command>;
  advance(command: Command, happening: Happening, nowMs: number): void;
  /** Ends what is live and begins the new command in one transaction: at no moment has a device two, or loses one unseen. */
  replace(device: Device, order: Order | undefined, cause: string, readings: LatestReadings, nowMs: number): void;
  /** A command that could not even be tried, written down as such. */
  failAtOnce(device: Device, order: Omit<Order, "mustWrite">, reason: string, nowMs: number): void;
  /** Remembers a step that has been written, and tells the world. */
  carryOut(taken: Step, nowMs: number): void;
  offer(command: Command, nowMs: number): void;
  found(deviation: Deviation): void;
  say(deviceId: string, level: "info" | "warning", message: string, atMs: number): void;
  /** To be done when all is written. */
  later(act: () => void): void;
  /** Tells what waits: a listener may answer at once, in the middle of it all. */
  flush(): void;
}

export function createCommandDesk(deps: CommandDeskDeps): CommandDesk {
  const { store, devices, settings, startedAtMs } = deps;
  const records = new Map<string, DeviceRecord>();
  for (const device of devices.values())
    records.set(device.deviceId, createDeviceRecord(device, store, settings, startedAtMs));
  const orphans = new Map(
    store.commands
      .live()
      .map(asCommand)
      .filter(({ deviceId }) => !records.has(deviceId))
      .map((command) => [command.id, command]),
  );
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

  function replace(
    device: Device,
    next: Order | undefined,
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

  function failAtOnce(
    device: Device,
    { wanted, origin }: Omit<Order, "mustWrite">,
    reason: string,
    nowMs: number,
  ): void {
    const order = orderFor(device, wanted, origin, nowMs);
    const created = ownEvent({ id: order.id, attempt: 1 }, "created", nowMs, "the plan wants it");
    const failed: CommandEvent = {
      ...ownEvent({ id: order.id, attempt: 1 }, "failed", nowMs, reason),
      failure: "unreachable",
    };
    store.transaction(() => {
      store.commands.create(order, created);
      store.commands.append([failed], false);
    });
    records.get(device.deviceId)?.take(asCommand({ order, events: [created, failed] }), [created, failed]);
  }

  return {
    records,
    orphans: () => orphans.values(),
    advance,
    replace,
    failAtOnce,
    carryOut,
    offer: (command, nowMs) => tell(command, { kind: "offer" }, nowMs),
    found,
    say,
    later: (act) => void outbox.push(act),
    flush: () => {
      for (let act = outbox.shift(); act; act = outbox.shift()) act();
    },
  };
}
