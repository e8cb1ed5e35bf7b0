import { type ControlInput, type Event, type EventOf, notAmong, type SettingValue } from "./case-file.ts";
import { entityMeant, openFields, type OpenFields, wireMeant } from "./open-fields.ts";
import type { CycleMaker } from "./program.ts";
import type { CaseRecord, Wish } from "./record.ts";
import { createRecorder } from "./recorder.ts";
import { createSchedule, ORDER, type Schedule } from "./schedule.ts";
import type { SimulatedDevice } from "./simulated-device.ts";
import { createWorld, type World } from "./world.ts";

/** Second 0 of every case: midnight, so that a day's budget is a day's. */
export const START_MS = Date.UTC(2026, 0, 12);

/** Where a case does not say. */
const DEFAULT_AWAY_S = 60;
const OLD_S = 3600;
const DEFAULT_OVERRIDE_S = 7200;

const msOf = (seconds: number): number => START_MS + Math.round(seconds * 1000);

/** Every wish of the timeline, repeated ones too, in the order in which they come. */
const wishesOf = (timeline: readonly Event[]): Wish[] =>
  timeline
    .flatMap((event, index): Wish[] => {
      if (event.event !== "intent" && event.event !== "intentRepeated") return [];
      const { device: deviceId, want, validSeconds, atSeconds } = event;
      const times = [];
      if (event.event === "intent") times.push(atSeconds);
      else for (let s = atSeconds; s < event.until; s += event.everySeconds) times.push(s);
      return times.map((s) => ({ index, deviceId, want, fromMs: msOf(s), untilMs: msOf(s + validSeconds) }));
    })
    .toSorted((a, b) => a.fromMs - b.fromMs);

/** When something ends: said as a time or as a length, or never. */
function endOf({ atSeconds }: { readonly atSeconds: number }, { untilSeconds, lastsSeconds }: OpenFields): number {
  if (untilSeconds !== undefined) return msOf(untilSeconds);
  return lastsSeconds === undefined ? Number.POSITIVE_INFINITY : msOf(atSeconds + lastsSeconds);
}

/** Lets an event of the timeline happen. */
function happening(world: World, schedule: Schedule, overrideSeconds: number): (event: Event) => void {
  const { devices, house, program } = world;

  const later = (atMs: number, run: () => void): void => {
    if (Number.isFinite(atMs)) schedule.at(atMs, ORDER.end, run);
  };
  /** Throws for a device that is not there; the file was checked before. */
  const deviceOf = (event: { readonly device: string }): SimulatedDevice => {
    const found = devices.get(event.device);
    if (!found) throw new Error(notAmong("device", event.device, [...devices.keys()]));
    return found;
  };

  function link(event: EventOf<"link">): void {
    const fields = openFields(event, undefined);
    const wire = wireMeant(event.device ?? fields.name, [...devices.keys()]);
    const set = (up: boolean): void => {
      if (typeof wire === "object") house.linkOf(wire.deviceId, up);
      else if (wire !== "none") world.setWire(wire, up);
    };
    set(event.is === "up");
    later(endOf(event, fields), () => set(event.is !== "up"));
  }

  function entity(event: EventOf<"entity">, { input: device }: SimulatedDevice): void {
    const fields = openFields(event, device);
    const name = fields.name === undefined ? undefined : entityMeant(device, fields.name);
    const { shown = "unavailable" } = fields;
    const isWell = shown === "available" || shown === "normal" || shown === "back";
    house.show(event.device, name, isWell ? undefined : shown);
    if (!isWell) later(endOf(event, fields), () => house.show(event.device, name, undefined));
  }

  function oldReading(event: EventOf<"oldReading">, { input: device }: SimulatedDevice): void {
    const { state, name, ageSeconds, takenAtSeconds, lastsSeconds } = openFields(event, device);
    const alone = event["value"] as SettingValue | undefined;
    const shown =
      state ?? (name !== undefined && alone !== undefined ? { [entityMeant(device, name)]: alone } : undefined);
    if (!shown)
      throw new Error(`event "oldReading": what it says is missing, for example { mode: "${device.modes[0]}" }`);
    const ageMs = (ageSeconds ?? lastsSeconds ?? OLD_S) * 1000;
    house.oldReading(
      event.device,
      shown,
      takenAtSeconds === undefined ? msOf(event.atSeconds) - ageMs : msOf(takenAtSeconds),
    );
  }

  return (event) => {
    switch (event.event) {
      case "intent":
      case "intentRepeated":
      case "note":
        break; // wishes come by their own times
      case "behaviour":
        deviceOf(event).behave(event);
        if (event.forSeconds !== undefined)
          later(msOf(event.atSeconds + event.forSeconds), () =>
            deviceOf(event).behave({ event: "behaviour", atSeconds: 0, device: event.device, is: "normal" }),
          );
        break;
      case "foreignWrite":
        deviceOf(event).foreignWrite(event.set);
        break;
      case "reboot": {
        const fields = openFields(event, deviceOf(event).input);
        const awayMs = endOf(event, fields) - msOf(event.atSeconds);
        house.reboot(event.device, Number.isFinite(awayMs) ? awayMs : DEFAULT_AWAY_S * 1000, fields.state);
        break;
      }
      case "readings": {
        const untilMs = endOf(event, openFields(event, deviceOf(event).input));
        house.missReadings(event.device, event.are === "missing" ? untilMs : 0);
        break;
      }
      case "entity":
        entity(event, deviceOf(event));
        break;
      case "oldReading":
        oldReading(event, deviceOf(event));
        break;
      case "link":
        link(event);
        break;
      case "service":
        world.serve(event);
        break;
      case "person":
        if (event.does === "handsOff") {
          const untilMs = endOf(event, openFields(event, deviceOf(event).input));
          const byRuleMs = msOf(event.atSeconds + overrideSeconds);
          program.handsOff(event.device, Number.isFinite(untilMs) ? untilMs : byRuleMs);
        } else program.endOverride(event.device);
        break;
    }
  };
}

/** Plays a case against the controller, on a clock that jumps, and answers with what really happened. */
export function playCase(input: ControlInput, makeCycle?: CycleMaker): CaseRecord {
  const schedule = createSchedule(START_MS);
  const wishes = wishesOf(input.timeline);
  const recorder = createRecorder(
    input.devices.map(({ id }) => id),
    () => schedule.nowMs(),
  );
  const world = createWorld({ input, wishes, schedule, recorder, makeCycle });
  const happen = happening(world, schedule, input.rules.overrideSeconds ?? DEFAULT_OVERRIDE_S);
  for (const event of input.timeline) schedule.at(msOf(event.atSeconds), ORDER.event, () => happen(event));
  for (const fromMs of new Set(wishes.map((wish) => wish.fromMs)))
    schedule.at(fromMs, ORDER.event, () => world.program.replan());
  const endMs = msOf(input.endsAtSeconds);
  schedule.runUntil(endMs);
  return {
    ...recorder.record(),
    ...world.program.close(),
    startMs: START_MS,
    endMs,
    devices: input.devices,
    truths: new Map([...world.devices].map(([id, { history }]) => [id, history])),
    wishes,
    disturbances: input.timeline.flatMap((event) =>
      event.event === "foreignWrite" || event.event === "reboot" ? [{ atMs: msOf(event.atSeconds), event }] : [],
    ),
  };
}
