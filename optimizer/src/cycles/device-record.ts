import { type Command, type CommandEvent, type Expectation, MS_PER_HOUR } from "@ohmstead/contract";
import { type Breaker, breakerAfter, breakerAt, CLOSED } from "../commands/breaker.ts";
import { foldCommand, isLive } from "../commands/life.ts";
import type { LatestReadings } from "../commands/readings.ts";
import type { Watch } from "../commands/reconcile.ts";
import type { CommandSettings } from "../commands/settings.ts";
import { type MayWrite, mayWrite, type Urgency } from "../commands/write-limits.ts";
import type { Device } from "../devices/device.ts";
import type { StoredCommand } from "../store/command-repository.ts";
import type { Store } from "../store/store.ts";

const DAY_MS = 24 * MS_PER_HOUR;
/** So many commands that were overtaken before they were proved are remembered: one of them may yet take effect. */
const EARLIER_KEPT = 5;
const EARLIER_MS = MS_PER_HOUR;

export const asCommand = ({ order, events }: StoredCommand): Command => foldCommand(order, events);

/**
 * What the command cycle knows of one device, repeated from the log so that the store need not be asked at every reading: the newest command,
 * what was written and when, the breaker. Whether the device can be reached is read from its sources.
 */
export interface DeviceRecord {
  readonly newest: Command | undefined;
  readonly breaker: (nowMs: number) => Breaker;
  watch: Watch;
  /** Why the proved command does not hold any more, until a new one is ordered. */
  drift: string | undefined;
  /** A command made, or advanced by events that are written. */
  take(command: Command, events: readonly CommandEvent[]): void;
  /** An attempt was offered: it counts as written unless it is withdrawn before anybody began. */
  offered(command: Command, nowMs: number): void;
  offeredAtMs(command: Command): number | undefined;
  withdrawn(command: Command): void;
  mayWrite(nowMs: number, urgency: Urgency): MayWrite;
  writesToday(nowMs: number): { readonly used: number; readonly of: number };
  /** Expectations of earlier commands of the last hour that were never proved. */
  othersWanted(nowMs: number): readonly (readonly Expectation[])[];
  lastWriteMs(): number | undefined;
}

/** Whoever took it and was not seen to follow may follow yet; so may an attempt before the one that was proved. */
const mayComeLate = ({ state, attempt }: Command): boolean =>
  attempt > 1 || state === "superseded" || state === "expired" || state === "failed" || state === "deadLettered";

const attemptKey = ({ id, attempt }: Pick<Command, "id" | "attempt">): string => `${id}#${attempt}`;

export function createDeviceRecord(
  device: Device,
  store: Pick<Store, "commands">,
  settings: CommandSettings,
  nowMs: number,
): DeviceRecord {
  const { deviceId, writes } = device;
  const allowance = {
    ...settings.writes,
    // The stricter counts: the household's, or the device's own.
    perDay: Math.min(writes?.perDay ?? Number.POSITIVE_INFINITY, settings.writes.perDay),
    perHour: Math.min(writes?.perHour ?? Number.POSITIVE_INFINITY, settings.writes.perHour),
    perMinute: Math.min(writes?.perMinute ?? Number.POSITIVE_INFINITY, settings.writes.perMinute),
  };
  const stored = store.commands.newestOf(deviceId);
  let newest = stored && asCommand(stored);
  let earlier = store.commands
    .ofDevice(deviceId, nowMs - EARLIER_MS)
    .map(asCommand)
    .filter(mayComeLate)
    .slice(-EARLIER_KEPT);
  let breaker = CLOSED;
  const written = new Map<string, number>();
  /** Attempts that nobody has begun yet. */
  const waiting = new Map<string, number>();
  const offers = new Map<string, number>();

  const learn = (event: CommandEvent): void => {
    breaker = breakerAfter(breaker, event, settings);
    const key = attemptKey({ id: event.commandId, attempt: event.attempt });
    if (event.type !== "sent" && event.type !== "acknowledged") return;
    waiting.delete(key);
    if (!written.has(key)) written.set(key, event.atMs);
  };
  for (const event of store.commands.eventsOfDevice(deviceId, nowMs - DAY_MS)) learn(event);

  const times = (sinceMs: number): number[] => {
    for (const [key, atMs] of written) if (atMs < sinceMs) written.delete(key);
    return [...written.values(), ...waiting.values()];
  };

  return {
    get newest() {
      return newest;
    },
    breaker: (atMs) => breakerAt(breaker, atMs, settings),
    watch: {},
    drift: undefined,
    take(command, events) {
      if (newest && newest.id !== command.id && events.some(({ type }) => type === "created")) {
        if (mayComeLate(newest)) earlier = [...earlier, newest].slice(-EARLIER_KEPT);
        this.watch = {};
        this.drift = undefined;
        newest = command;
      } else if (!newest || newest.id === command.id) newest = command;
      if (newest.state !== "verified") this.watch = {};
      for (const event of events) learn(event);
    },
    offered: (command, atMs) => {
      offers.set(command.id, atMs);
      const key = attemptKey(command);
      if (!written.has(key)) waiting.set(key, waiting.get(key) ?? atMs);
    },
    offeredAtMs: (command) => offers.get(command.id),
    withdrawn: (command) => {
      offers.delete(command.id);
      waiting.delete(attemptKey(command));
    },
    mayWrite: (atMs, urgency) => mayWrite(times(atMs - DAY_MS), atMs, allowance, urgency),
    writesToday: (atMs) => ({ used: times(atMs - DAY_MS).length, of: allowance.perDay }),
    othersWanted: (atMs) =>
      earlier
        .filter(({ id, changedAtMs }) => id !== newest?.id && changedAtMs >= atMs - EARLIER_MS)
        .map(({ expectations }) => expectations),
    lastWriteMs: () => (written.size > 0 ? Math.max(...written.values()) : undefined),
  };
}

/** Why a device cannot be reached, or cannot yet be spoken of; undefined when its sources have values. */
export function silenceOf(
  device: Device,
  readings: LatestReadings,
  nowMs: number,
  settings: CommandSettings,
): { readonly kind: "unread" | "unreachable"; readonly reason: string } | undefined {
  const known = device.sources.flatMap((source) => readings.get(source) ?? []);
  if (device.sources.length > 0 && known.length === 0 && !device.speaksWhenTold)
    return { kind: "unread", reason: `nothing has been read of it yet (${device.sources.join(", ")})` };
  const goneMs = known.map(({ goneSinceMs }) => goneSinceMs);
  if (known.length === 0 || goneMs.includes(undefined)) return undefined;
  const sinceMs = Math.max(...goneMs.map((each) => each ?? 0));
  return nowMs - sinceMs >= settings.unreachableMs
    ? {
        kind: "unreachable",
        reason: `${device.sources.join(", ")} ${device.sources.length > 1 ? "are" : "is"} unavailable`,
      }
    : undefined;
}

export const isUnderWay = (command: Command | undefined): command is Command =>
  command !== undefined && isLive(command.state) && command.state !== "verified";
