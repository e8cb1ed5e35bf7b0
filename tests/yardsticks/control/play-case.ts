import { createFlowEngine, type FlowEngine } from "./flow-engine.ts";
import { type ControlInput, type Event, type EventOf, notAmong, type SettingValue } from "./case-file.ts";
import { createHouse, type House } from "./house.ts";
import { entityMeant, openFields, type OpenFields, wireMeant } from "./open-fields.ts";
import { type CycleMaker, createProgram, type Program } from "./program.ts";
import type { CaseRecord, Wish } from "./record.ts";
import { createRecorder } from "./recorder.ts";
import { createSchedule, ORDER } from "./schedule.ts";
import { createSimulatedDevice, type SimulatedDevice } from "./simulated-device.ts";
import { startWatchdog } from "./watchdog.ts";

/** Second 0 of every case: midnight, so that a day's budget is a day's. */
export const START_MS = Date.UTC(2026, 0, 12);

/** How long a clean stop waits for what it ordered. */
const STOP_WITHIN_MS = 30_000;
/** Where a case does not say. */
const DEFAULT_AWAY_S = 60;
const OLD_S = 3600;

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

/** Plays a case against the controller, on a clock that jumps, and answers with what really happened. */
export function playCase(input: ControlInput, makeCycle?: CycleMaker): CaseRecord {
  const schedule = createSchedule(START_MS);
  const endMs = msOf(input.endsAtSeconds);
  const wishes = wishesOf(input.timeline);
  const recorder = createRecorder(
    input.devices.map(({ id }) => id),
    () => schedule.nowMs(),
  );
  const devices = new Map<string, SimulatedDevice>(
    input.devices.map((each) => [each.id, createSimulatedDevice(each, schedule)]),
  );
  const isUp = { house: true, service: true };
  // They speak with each other: each is made before the first of them speaks.
  let house: House;
  let flow: FlowEngine;
  const program: Program = createProgram({
    inputs: input.devices,
    rules: input.rules,
    wishes,
    schedule,
    recorder,
    makeCycle,
    publish: (event) => schedule.at(schedule.nowMs(), ORDER.program, () => flow.hear(event)),
  });
  flow = createFlowEngine({
    schedule,
    recorder,
    house: () => house,
    program: () => program,
    reaches: { house: () => isUp.house && house.isRunning, service: () => isUp.service },
  });
  house = createHouse(devices, schedule, (states) => flow.onStates(states));
  startWatchdog({
    schedule,
    recorder,
    house: () => house,
    inputs: input.devices,
    // A cut wire to the platform takes the devices away from everybody: nobody could make them safe.
    hears: () => flow.drives || !isUp.house,
  });

  const stations = {
    optimizer: {
      start: () => {
        program.start();
        flow.serviceReturned();
      },
      kill: () => {
        program.kill();
        flow.serviceLeft();
      },
    },
    nodeRed: { start: () => flow.start(), kill: () => flow.kill() },
    homeAssistant: {
      start: () => {
        house.setRunning(true);
        if (isUp.house) flow.houseReturned();
      },
      kill: () => {
        house.setRunning(false);
        flow.houseLeft();
      },
    },
  };
  /** In the order in which they start. */
  const GROUPS: Readonly<Record<EventOf<"service">["which"], readonly (keyof typeof stations)[]>> = {
    optimizer: ["optimizer"],
    nodeRed: ["nodeRed"],
    homeAssistant: ["homeAssistant"],
    all: ["optimizer", "nodeRed"],
    host: ["homeAssistant", "optimizer", "nodeRed"],
  };

  function service({ which, is }: EventOf<"service">): void {
    const group = GROUPS[which].map((name) => stations[name]);
    if (is === "started") for (const each of group) each.start();
    else if (is === "stopped" && GROUPS[which].includes("optimizer") && GROUPS[which].includes("nodeRed"))
      stopCleanly(() => group.toReversed().forEach((each) => each.kill()));
    else for (const each of group.toReversed()) each.kill();
  }

  /** As the launcher: first every device's safe state, and time to bring it; then the programs end. */
  function stopCleanly(end: () => void): void {
    const byMs = schedule.nowMs() + STOP_WITHIN_MS;
    program.goSafe("the appliance is stopped");
    schedule.every(1000, ORDER.program, () => {
      const isOver = (program.isQuiet && flow.isQuiet) || schedule.nowMs() >= byMs;
      if (isOver) end();
      return !isOver;
    });
  }

  function link(event: EventOf<"link">): void {
    const fields = openFields(event, undefined);
    const wire = wireMeant(event.device ?? fields.name, [...devices.keys()]);
    const set = (up: boolean): void => {
      if (typeof wire === "object") house.linkOf(wire.deviceId, up);
      else if (wire !== "none" && isUp[wire] !== up) setWire(wire, up);
    };
    set(event.is === "up");
    later(endOf(event, fields), () => set(event.is !== "up"));
  }

  function setWire(wire: "house" | "service", up: boolean): void {
    isUp[wire] = up;
    if (wire === "service") {
      if (up) flow.serviceReturned();
      else flow.serviceLeft();
    } else if (up) {
      house.linkOf(undefined, true);
      flow.houseReturned();
    } else {
      flow.houseLeft();
      house.linkOf(undefined, false);
    }
  }

  const later = (atMs: number, run: () => void): void => {
    if (Number.isFinite(atMs)) schedule.at(atMs, ORDER.end, run);
  };

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

  /** Throws for a device that is not there; the file was checked before. */
  const deviceOf = (event: { readonly device: string }): SimulatedDevice => {
    const found = devices.get(event.device);
    if (!found) throw new Error(notAmong("device", event.device, [...devices.keys()]));
    return found;
  };

  function happen(event: Event): void {
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
        service(event);
        break;
      case "person":
        if (event.does === "handsOff") {
          const untilMs = endOf(event, openFields(event, deviceOf(event).input));
          const byRuleMs = msOf(event.atSeconds + (input.rules.overrideSeconds ?? 7200));
          program.handsOff(event.device, Number.isFinite(untilMs) ? untilMs : byRuleMs);
        } else program.endOverride(event.device);
        break;
    }
  }

  program.start();
  flow.start();
  for (const event of input.timeline) schedule.at(msOf(event.atSeconds), ORDER.event, () => happen(event));
  for (const fromMs of new Set(wishes.map((wish) => wish.fromMs)))
    schedule.at(fromMs, ORDER.event, () => program.replan());
  schedule.runUntil(endMs);

  const { commands, overrides } = program.close();
  return {
    startMs: START_MS,
    endMs,
    devices: input.devices,
    truths: new Map([...devices].map(([id, { history }]) => [id, history])),
    writes: recorder.writes,
    sends: recorder.sends,
    accesses: recorder.accesses,
    wishes,
    commands,
    alarms: recorder.alarms,
    deviations: recorder.deviations,
    overrides,
    retained: recorder.retained,
    disturbances: input.timeline.flatMap((event) =>
      event.event === "foreignWrite" || event.event === "reboot" ? [{ atMs: msOf(event.atSeconds), event }] : [],
    ),
  };
}
