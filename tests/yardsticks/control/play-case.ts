import { createFlowEngine, type FlowEngine } from "./flow-engine.ts";
import { type ControlInput, type Event, type EventOf, notAmong, type Settings } from "./case-file.ts";
import { entityNames } from "./adapter.ts";
import { createHouse, type House } from "./house.ts";
import { type CycleMaker, createProgram, type Program } from "./program.ts";
import type { CaseRecord, Wish } from "./record.ts";
import { createRecorder } from "./recorder.ts";
import { createSchedule, ORDER } from "./schedule.ts";
import { createSimulatedDevice, type SimulatedDevice } from "./simulated-device.ts";
import { createWatchdog } from "./watchdog.ts";

/** Second 0 of every case: midnight, so that a day's budget is a day's. */
export const START_MS = Date.UTC(2026, 0, 12);

/** How long a clean stop waits for what it ordered. */
const STOP_WITHIN_MS = 30_000;
const DEFAULT_AWAY_S = 60;

/** The connections a case may cut, by the names it may use for them. */
const LINKS: Readonly<Record<string, "house" | "service" | "none">> = {
  homeAssistant: "house",
  platform: "house",
  network: "house",
  lan: "house",
  broker: "house",
  mqtt: "house",
  optimizer: "service",
  service: "service",
  nodeRed: "service",
  internet: "none",
  cloud: "none",
};

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

/** How long something lasts: said as a time or as a length, or until the end. */
function endOf(event: {
  atSeconds: number;
  forSeconds?: number | undefined;
  untilSeconds?: number | undefined;
  until?: number | undefined;
}): number {
  const until = event.untilSeconds ?? event.until;
  if (until !== undefined) return msOf(until);
  return event.forSeconds === undefined ? Number.POSITIVE_INFINITY : msOf(event.atSeconds + event.forSeconds);
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
  const watchdog = createWatchdog({
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
    watchdog.rest();
    program.goSafe("the appliance is stopped");
    schedule.every(1000, ORDER.program, () => {
      const isOver = (program.isQuiet && flow.isQuiet) || schedule.nowMs() >= byMs;
      if (isOver) end();
      return !isOver;
    });
  }

  function link({ which, device, is, forSeconds, atSeconds }: EventOf<"link">): void {
    const name = device ?? which ?? "homeAssistant";
    const set = (up: boolean): void => {
      if (devices.has(name)) {
        house.linkOf(name, up);
        return;
      }
      const wire = LINKS[name];
      if (wire === undefined) throw new Error(notAmong("connection", name, [...Object.keys(LINKS), ...devices.keys()]));
      if (wire === "none" || isUp[wire] === up) return;
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
    };
    set(is === "up");
    if (forSeconds !== undefined) later(msOf(atSeconds + forSeconds), () => set(is !== "up"));
  }

  const later = (atMs: number, run: () => void): void => {
    if (Number.isFinite(atMs)) schedule.at(atMs, ORDER.end, run);
  };

  function entity(event: EventOf<"entity">): void {
    const device = devices.get(event.device);
    if (!device) return;
    const known = entityNames(device.input);
    const given = event.entity ?? event.setting;
    const name = given?.startsWith(`${event.device}.`) ? given.slice(event.device.length + 1) : given;
    const meant = name !== undefined && ["power", "meter", "batteryPower"].includes(name) ? "meterKw" : name;
    if (meant !== undefined && !known.includes(meant))
      throw new Error(notAmong(`entity of ${event.device}`, meant, known));
    const shown = event.is ?? event.shows ?? event.value;
    const isWell = shown === "available" || shown === "normal" || shown === "back";
    house.show(event.device, meant, isWell ? undefined : (shown ?? "unavailable"));
    if (!isWell) later(endOf(event), () => house.show(event.device, meant, undefined));
  }

  function happen(event: Event): void {
    switch (event.event) {
      case "intent":
      case "intentRepeated":
      case "note":
        break; // wishes come by their own times
      case "behaviour":
        devices.get(event.device)?.behave(event);
        break;
      case "foreignWrite":
        devices.get(event.device)?.foreignWrite(event.set);
        break;
      case "reboot": {
        const awayS = event.awaySeconds ?? event.downSeconds ?? event.forSeconds;
        const awayMs = awayS === undefined ? endOf(event) - msOf(event.atSeconds) : awayS * 1000;
        const state: Settings | undefined = event.returnsWith ?? event.returnsIn ?? event.state;
        house.reboot(event, Number.isFinite(awayMs) ? awayMs : DEFAULT_AWAY_S * 1000, state);
        break;
      }
      case "readings":
        house.missReadings(event.device, event.are === "missing" ? endOf(event) : 0);
        break;
      case "entity":
        entity(event);
        break;
      case "oldReading": {
        const shown = event.shows ?? event.reading ?? event.set ?? event.state ?? event.value ?? {};
        house.oldReading(event.device, shown, msOf(event.atSeconds) - (event.ageSeconds ?? 3600) * 1000);
        break;
      }
      case "link":
        link(event);
        break;
      case "service":
        service(event);
        break;
      case "person":
        if (event.does === "handsOff") {
          const untilMs = endOf(event);
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
