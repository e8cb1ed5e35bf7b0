import type { ControlInput, EventOf } from "./case-file.ts";
import { createFlowEngine, type FlowEngine } from "./flow-engine.ts";
import { createHouse, type House } from "./house.ts";
import { createProgram, type CycleMaker, type Program } from "./program.ts";
import type { Wish } from "./record.ts";
import type { Recorder } from "./recorder.ts";
import { ORDER, type Schedule } from "./schedule.ts";
import { createSimulatedDevice, type SimulatedDevice } from "./simulated-device.ts";
import { startWatchdog } from "./watchdog.ts";

/** How long a clean stop waits for what it ordered. */
const STOP_WITHIN_MS = 30_000;

type Station = "homeAssistant" | "optimizer" | "nodeRed";

/** What goes together, in the order in which it starts. */
const GROUPS: Readonly<Record<EventOf<"service">["which"], readonly Station[]>> = {
  optimizer: ["optimizer"],
  nodeRed: ["nodeRed"],
  homeAssistant: ["homeAssistant"],
  all: ["optimizer", "nodeRed"],
  host: ["homeAssistant", "optimizer", "nodeRed"],
};

/** A house with the appliance in it: devices, Home Assistant, optimizer, Node-RED, and the wires between them. */
export interface World {
  readonly devices: ReadonlyMap<string, SimulatedDevice>;
  readonly house: House;
  readonly program: Program;
  /** Kills, stops or starts programs, or the host they run on. */
  serve(event: EventOf<"service">): void;
  /** The appliance's wire to the platform, or Node-RED's to the optimizer. */
  setWire(wire: "house" | "service", isUp: boolean): void;
}

export interface WorldSetup {
  readonly input: ControlInput;
  readonly wishes: readonly Wish[];
  readonly schedule: Schedule;
  readonly recorder: Recorder;
  readonly makeCycle: CycleMaker | undefined;
}

const CALL_WITHIN_MS = 10_000;

/** The default, and what a household sets for a device that takes several calls and is slow to answer each. */
const callWithinMs = ({ devices }: ControlInput): number =>
  Math.max(
    CALL_WITHIN_MS,
    ...devices.map(({ recipes, answersAfterSeconds }) => (recipes ? 1500 * (answersAfterSeconds ?? 0) : 0)),
  );

/** Everything runs when this returns. */
export function createWorld({ input, wishes, schedule, recorder, makeCycle }: WorldSetup): World {
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
    callWithinMs: callWithinMs(input),
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

  const stations: Readonly<Record<Station, { start(): void; kill(): void }>> = {
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
  const killAll = (names: readonly Station[]): void => {
    for (const name of names.toReversed()) stations[name].kill();
  };

  /** As the launcher: first every device's safe state, and time to bring it; then the programs end. */
  function stopCleanly(names: readonly Station[]): void {
    const byMs = schedule.nowMs() + STOP_WITHIN_MS;
    program.goSafe("the appliance is stopped");
    schedule.every(1000, ORDER.program, () => {
      const isOver = (program.isQuiet && flow.isQuiet) || schedule.nowMs() >= byMs;
      if (isOver) killAll(names);
      return !isOver;
    });
  }

  program.start();
  flow.start();
  return {
    devices,
    house,
    program,
    serve: ({ which, is }) => {
      const names = GROUPS[which];
      if (is === "started") for (const name of names) stations[name].start();
      else if (is === "stopped" && names.includes("optimizer") && names.includes("nodeRed")) stopCleanly(names);
      else killAll(names);
    },
    setWire: (wire, up) => {
      if (isUp[wire] === up) return;
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
    },
  };
}
