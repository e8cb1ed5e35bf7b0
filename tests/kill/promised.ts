import { type CommandEvent, type Override, ServiceEvent, type TelemetryAnswer } from "@ohmstead/contract";
import type { ComposedDemo } from "../support/composed-demo.ts";

const SOURCE = "sensor.house_outdoor_temperature";
const SIGNAL = "outdoor.tempC";
/** No answer is waited for longer: the process may have been killed meanwhile. */
const PATIENCE_MS = 5000;

/** All that the appliance has told, or answered for, before it was killed: none of it may be lost. */
export interface Promised {
  /** Commands offered to listeners. */
  readonly commands: ReadonlySet<string>;
  /** Of each command, as far as they were told. */
  readonly events: ReadonlyMap<string, readonly CommandEvent[]>;
  readonly wishes: ReadonlySet<string>;
  readonly endedWishes: ReadonlySet<string>;
  readonly readings: readonly SentReading[];
}

export interface SentReading {
  readonly signal: string;
  readonly atMs: number;
  readonly value: number;
  /** House time when the answer was there: what the house itself said up to then may have overtaken it. */
  readonly answeredAtMs: number;
}

export interface Witness extends Promised {
  /** Listens to the event stream until it ends, with the process; `onCommand` hears of each offer. */
  listen(onCommand: () => void): Promise<void>;
  /** Asks for the events of the newest commands. */
  ask(count: number): Promise<void>;
  sendReading(): Promise<void>;
  wish(random: () => number): Promise<void>;
  endWish(): Promise<void>;
}

async function unlessDead(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined);
}

/** Somebody who asks and sends all the time, and remembers every answer. A request that dies with the process promised nothing. */
export function createWitness(demo: ComposedDemo): Witness {
  const commands = new Set<string>();
  const events = new Map<string, readonly CommandEvent[]>();
  const wishes = new Set<string>();
  const endedWishes = new Set<string>();
  const readings: SentReading[] = [];
  let standing: string | undefined;
  let outdoorTempC: number | undefined;

  async function follow(onCommand: () => void): Promise<void> {
    const response = await fetch(`${demo.optimizerUrl}/api/v1/events`, {
      headers: { authorization: `Bearer ${demo.token}` },
    });
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        const event = data === undefined ? undefined : ServiceEvent.safeParse(JSON.parse(data)).data;
        if (event?.type !== "command") continue;
        commands.add(event.command.id);
        onCommand();
      }
    }
  }

  /** As the house itself shows it, so that what is sent changes nothing. */
  async function outdoor(): Promise<number> {
    const response = await fetch(`${demo.houseUrl}/api/states/${SOURCE}`, {
      headers: { authorization: `Bearer ${demo.houseToken}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const value = Number(((await response.json()) as { readonly state: string }).state);
    if (!Number.isFinite(value)) throw new Error(`${SOURCE} has no value`);
    return value;
  }

  return {
    commands,
    events,
    wishes,
    endedWishes,
    readings,
    listen: (onCommand) => unlessDead(() => follow(onCommand)),
    ask: (count) =>
      unlessDead(async () => {
        for (const { id } of (await demo.commands()).slice(0, count)) events.set(id, await demo.eventsOf(id));
      }),
    sendReading: () =>
      unlessDead(async () => {
        outdoorTempC ??= await outdoor();
        // A hundredth up and down: the same once more would be no news.
        outdoorTempC += readings.length % 2 === 0 ? 0.01 : -0.01;
        const reading = { source: SOURCE, value: outdoorTempC, unit: "°C", atMs: Math.round(demo.houseNowMs()) };
        const { status, body } = await demo.ask<TelemetryAnswer>("POST", "/api/v1/telemetry", { readings: [reading] });
        const { atMs, value } = reading;
        if (status === 200 && body.accepted === 1)
          readings.push({ signal: SIGNAL, atMs, value, answeredAtMs: Math.ceil(demo.houseNowMs()) });
      }),
    wish: (random) =>
      unlessDead(async () => {
        const all = [
          { kind: "boostHeat", deviceId: "living_room" },
          { kind: "boostWater", deviceId: "hot_water" },
          { kind: "batteryHold", deviceId: "battery" },
        ];
        const one = all[Math.floor(random() * all.length)];
        const { status, body } = await demo.ask<Override>("POST", "/api/v1/overrides", { ...one, minutes: 20 });
        if (status !== 201) return;
        wishes.add(body.id);
        standing = body.id;
      }),
    endWish: () =>
      unlessDead(async () => {
        if (standing === undefined) return;
        const id = standing;
        standing = undefined;
        const { status } = await demo.ask("DELETE", `/api/v1/overrides/${id}`);
        if (status === 204) endedWishes.add(id);
      }),
  };
}
