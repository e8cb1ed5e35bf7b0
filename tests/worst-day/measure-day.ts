import { type Command, type CommandEvent, type Deviation, MS_PER_HOUR } from "@ohmstead/contract";
import { startComposedDemo } from "../support/composed-demo.ts";

const MINUTE_MS = 60_000;
/** Detected within two cycles of planning after the device is back. */
const DETECTED_WITHIN_MS = 10 * MINUTE_MS;
const AWAY_S = 120;
/** Reboots of devices that then stand otherwise than they were told. */
const REBOOT_EVERY_MS = 90 * MINUTE_MS;
const LATEST_REBOOT_BEFORE_END_MS = 30 * MINUTE_MS;

export interface DayOptions {
  readonly hours: number;
  readonly speed: number;
  /** Of the calls: each fails for once, in its own way. */
  readonly share: number;
  readonly seed: number;
}

export interface Injected {
  readonly deviceId: string;
  readonly atMs: number;
  /** From its return to the deviation; undefined: never detected. */
  readonly detectedAfterMs: number | undefined;
}

export interface DayReport {
  readonly options: DayOptions;
  readonly commands: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly injectedFailures: number;
  /** Share of the commands that came to a proof or to their end without one, superseded and expired ones aside. */
  readonly success: number;
  readonly acknowledgedInS: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly drifts: readonly Injected[];
  readonly writes: Readonly<Record<string, number>>;
  readonly beyondBudget: number;
  readonly deviations: Readonly<Record<string, number>>;
  /** Nobody changed anything by hand. */
  readonly falseHands: readonly string[];
}

/** What a reboot resets to nothing that was asked for: the battery serves the house, the thermostats have their own set-points. */
const isUnlikeReboot = ({ intent, state }: Command): boolean =>
  state === "verified" && (intent.kind === "charge" || intent.kind === "discharge" || intent.kind === "hold");

/** One day of the composed appliance on the simulated house, with failing calls and devices that forget. */
export async function measureDay(options: DayOptions): Promise<DayReport> {
  const { hours, speed, share, seed } = options;
  const demo = await startComposedDemo({ speed });
  try {
    await demo.sim.addFault({ kind: "flakyCalls", share, seed });
    const endMs = demo.startMs + hours * MS_PER_HOUR;
    const reboots: { readonly deviceId: string; readonly atMs: number }[] = [];
    let nextMs = demo.startMs + REBOOT_EVERY_MS;
    while (demo.houseNowMs() < endMs - LATEST_REBOOT_BEFORE_END_MS) {
      await demo.untilHouse(Math.min(endMs - LATEST_REBOOT_BEFORE_END_MS, demo.houseNowMs() + 2 * MINUTE_MS));
      if (demo.houseNowMs() < nextMs) continue;
      const open = await demo.get<readonly Command[]>("/api/v1/commands?open=true");
      const battery = open.find((each) => each.deviceId === "battery" && isUnlikeReboot(each));
      const { validUntilMs = 0 } = battery ?? {};
      // One whose order ends while it is away would have nothing left to drift from.
      if (validUntilMs < demo.houseNowMs() + DETECTED_WITHIN_MS) continue;
      reboots.push({ deviceId: "battery", atMs: demo.houseNowMs() });
      await demo.sim.addFault({ kind: "rebootDevice", device: "battery", forSeconds: AWAY_S });
      nextMs = demo.houseNowMs() + REBOOT_EVERY_MS;
    }
    await demo.untilHouse(endMs);

    const commands = await demo.commands();
    const events = new Map<string, readonly CommandEvent[]>();
    for (const { id } of commands) events.set(id, await demo.eventsOf(id));
    const deviations = await demo.get<readonly Deviation[]>("/api/v1/deviations?day=2024-01-05");
    const calls = await demo.sim.calls();
    const response = await fetch(`${demo.optimizerUrl}/metrics`, {
      headers: { authorization: `Bearer ${demo.token}` },
    });
    const metrics = await response.text();
    const quantile = (of: string): number =>
      Number(
        new RegExp(`^command_duration_seconds\\{quantile="${of}"\\} (\\S+)`, "m").exec(metrics)?.[1] ?? Number.NaN,
      );

    const had = (id: string, type: CommandEvent["type"]) =>
      events.get(id)?.some((event) => event.type === type) ?? false;
    const proved = commands.filter(({ id }) => had(id, "verified")).length;
    const lost = commands.filter(({ state }) => state === "failed" || state === "deadLettered").length;
    const sent = commands.flatMap(({ id, deviceId }) =>
      (events.get(id) ?? []).filter(({ type }) => type === "sent").map(({ atMs }) => ({ deviceId, atMs })),
    );
    const writes = Object.fromEntries(
      [...Map.groupBy(sent, ({ deviceId }) => deviceId)].map(([id, each]) => [id, each.length]),
    );
    const status =
      await demo.get<readonly { readonly deviceId: string; readonly writes: { readonly of: number } }[]>(
        "/api/v1/devices",
      );
    const beyond = status.map(
      ({ deviceId, writes: { of } }) => mostInADay(sent.filter((each) => each.deviceId === deviceId)) - of,
    );
    return {
      options,
      commands: countBy(commands, ({ state }) => state),
      attempts: sent.length,
      injectedFailures: calls.filter(({ outcome }) => outcome !== "done").length,
      success: proved / (proved + lost),
      acknowledgedInS: { p50: quantile("0.5"), p95: quantile("0.95"), p99: quantile("0.99") },
      drifts: reboots.map(({ deviceId, atMs }): Injected => {
        const backMs = atMs + AWAY_S * 1000;
        const found = deviations.find(
          (each) => each.deviceId === deviceId && each.kind === "drift" && each.atMs >= atMs,
        );
        const isInTime = found !== undefined && found.atMs <= backMs + DETECTED_WITHIN_MS;
        return { deviceId, atMs, detectedAfterMs: isInTime ? found.atMs - backMs : undefined };
      }),
      writes,
      beyondBudget: beyond.reduce((sum, each) => sum + Math.max(0, each), 0),
      deviations: countBy(deviations, ({ kind }) => kind),
      falseHands: deviations
        .filter(({ kind }) => kind === "override")
        .map(
          ({ deviceId, atMs, detail, commandId }) =>
            `${new Date(atMs).toISOString()} ${deviceId} ${commandId}: ${detail}`,
        ),
    };
  } finally {
    await demo.stop();
    demo.remove();
  }
}

/** The most writes that any 24 hours hold. */
function mostInADay(writes: readonly { readonly atMs: number }[]): number {
  const times = writes.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  return Math.max(
    0,
    ...times.map((fromMs) => times.filter((atMs) => atMs >= fromMs && atMs < fromMs + 24 * MS_PER_HOUR).length),
  );
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, key)].map(([name, each]) => [name, each.length]));
}
