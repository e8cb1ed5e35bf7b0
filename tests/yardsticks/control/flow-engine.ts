import type { Command, FallbackPack, ServiceCall, ServiceEvent } from "@ohmstead/contract";
import { decideFallback, describeFallback } from "@ohmstead/fallback";
import {
  type CallTicket,
  type CarriedAttempt,
  createCarrier,
  type Effect,
} from "../../../nodes/src/ohmstead-command/logic.ts";
import { cycleOf, reportOf, type Shift, stepFallback, tickMs } from "../../../nodes/src/ohmstead-fallback/logic.ts";
import { createActuators } from "../../../nodes/src/ohmstead-service/actuators.ts";
import { type Heard, hear, isSilent, type LinkState } from "../../../nodes/src/ohmstead-service/logic.ts";
import { createReadingQueue } from "../../../nodes/src/ohmstead-telemetry/logic.ts";
import { type EntityState, plainValue } from "../../../nodes/src/ohmstead-telemetry/states.ts";
import type { House } from "./house.ts";
import type { Program } from "./program.ts";
import type { Recorder } from "./recorder.ts";
import { ORDER, type Schedule } from "./schedule.ts";

/** Node-RED: its own nodes' logic, wired as in the shipped flows. */
export interface FlowEngine {
  readonly isRunning: boolean;
  start(): void;
  kill(): void;
  /** The optimizer tells something; lost while nobody listens. */
  hear(event: ServiceEvent): void;
  onStates(states: readonly EntityState[]): void;
  houseLeft(): void;
  houseReturned(): void;
  /** The connection to the optimizer is broken, or there is somebody again to connect to. */
  serviceLeft(): void;
  serviceReturned(): void;
  /** The optimizer or fallback drives the house: the heart beats. */
  readonly drives: boolean;
  /** No call is on its way. */
  readonly isQuiet: boolean;
}

const TICK_MS = 1000;
/** Between two attempts to connect, at the most that a growing delay makes of it. */
const RECONNECT_MS = 5000;
const REST_AFTER_FAILURE_MS = 2000;

export interface FlowEngineSetup {
  readonly schedule: Schedule;
  readonly house: () => House;
  readonly program: () => Program;
  readonly recorder: Recorder;
  /** May it speak with Home Assistant, and with the optimizer? */
  readonly reaches: { house(): boolean; service(): boolean };
  /** "Answer within" of the command node. */
  readonly callWithinMs: number;
}

export function createFlowEngine({
  schedule,
  house,
  program,
  recorder,
  reaches,
  callWithinMs,
}: FlowEngineSetup): FlowEngine {
  /** These lie on disk. */
  let pack: FallbackPack | undefined;
  let carriedBefore: readonly CarriedAttempt[] = [];
  /** What a restart forgets. */
  const fresh = () => ({
    carrier: createCarrier({ callWithinMs, carriedBefore }),
    actuators: createActuators(),
    queue: createReadingQueue(),
    commands: new Map<string, Command>(),
    reports: new Map<string, Effect & { kind: "report" }>(),
    readings: new Map<string, number | string>(),
    restsUntilMs: new Map<string, number>(),
    link: { kind: "connecting" } as LinkState,
    heard: { lastEventMs: schedule.nowMs(), lastEventRealMs: schedule.nowMs() } as Heard,
    shift: undefined as Shift | undefined,
  });
  let state = fresh();
  let isRunning = false;

  const now = () => ({ houseMs: schedule.nowMs(), realMs: schedule.nowMs() });
  const isConnected = () => isRunning && state.link.kind === "connected";

  function sendReports(): void {
    if (!isConnected()) return;
    for (const [id, { commandId, report }] of state.reports) {
      state.reports.delete(id);
      program().report(commandId, report);
    }
  }

  function sendTelemetry(): void {
    if (isConnected()) program().takeTelemetry(state.queue.nextBatch());
  }

  /** Brings one call to Home Assistant; its answer comes to whoever still runs then. */
  function bring(
    call: ServiceCall,
    wish: number | undefined,
    by: "optimizer" | "fallback",
    answered: (error?: string) => void,
  ): void {
    if (!reaches.house()) return;
    const mine = state;
    const { reached, answer } = house().call(call);
    const deviceId = call.target.entity_id;
    if (reached) {
      const written = { atMs: schedule.nowMs(), deviceId, settings: call.data, by };
      recorder.writes.push(wish === undefined ? written : { ...written, wish });
      recorder.accesses.push({ atMs: schedule.nowMs(), deviceId, kind: "write" });
    }
    if (!answer) return;
    schedule.at(schedule.nowMs() + answer.afterMs, ORDER.program, () => {
      if (isRunning && state === mine && reaches.house()) answered(answer.error);
    });
  }

  const wishOf = ({ planId, deviceId, intent, createdAtMs }: Command): number | undefined =>
    program().wishOf(planId, deviceId, intent.kind, createdAtMs);

  function carry(call: ServiceCall, ticket: CallTicket): void {
    const command = state.commands.get(ticket.commandId);
    const wish = command && wishOf(command);
    const deviceId = call.target.entity_id;
    if (ticket.callIndex === 0 && reaches.house()) {
      const sent = { atMs: schedule.nowMs(), deviceId, commandId: ticket.commandId, attempt: ticket.attempt };
      recorder.sends.push(wish === undefined ? sent : { ...sent, wish });
    }
    bring(call, wish, "optimizer", (error) =>
      act(error !== undefined ? state.carrier.failed(ticket, error, now()) : state.carrier.succeeded(ticket, now())),
    );
  }

  function act(effects: readonly Effect[]): void {
    // Before a call leaves: whoever is killed after it must find that it was made.
    if (effects.some(({ kind }) => kind === "begin" || kind === "end")) carriedBefore = state.carrier.carried();
    for (const effect of effects)
      switch (effect.kind) {
        case "begin":
          state.actuators.begin(effect.deviceId);
          break;
        case "call":
          carry(effect.call, effect.ticket);
          break;
        case "end":
          state.actuators.end(effect.deviceId, effect.calls);
          break;
        case "report":
          state.reports.set(effect.report.id, effect);
          break;
      }
    sendReports();
  }

  function handBack(): void {
    if (!state.shift) return;
    const report = reportOf(state.shift, schedule.nowMs());
    state.shift = undefined;
    program().reportFallback(report);
  }

  function standIn(): void {
    const nowMs = schedule.nowMs();
    if (!pack || !isSilent(state.heard, state.link, nowMs, nowMs, cycleOf(pack)) || state.actuators.isBusy()) return;
    const decision = decideFallback(pack, state.readings, nowMs);
    const text = describeFallback(pack, decision, nowMs);
    if (!state.shift) recorder.alarm("warning", "optimizer", text);
    const isSettled = (deviceId: string, calls: readonly ServiceCall[]) =>
      (state.restsUntilMs.get(deviceId) ?? 0) > nowMs || state.actuators.wasTold(deviceId, calls);
    const step = stepFallback(state.shift, decision, text, nowMs, isSettled);
    state.shift = step.shift;
    for (const { deviceId, calls, intent, by } of step.orders) {
      state.actuators.begin(deviceId);
      state.actuators.end(deviceId, calls);
      const wish = by === "plan" ? program().wishOf(pack.planId, deviceId, intent.kind, nowMs) : undefined;
      for (const call of calls)
        bring(call, wish, "fallback", (error) => {
          if (error === undefined) return;
          state.actuators.forget(deviceId);
          state.restsUntilMs.set(deviceId, schedule.nowMs() + REST_AFTER_FAILURE_MS);
        });
    }
  }

  function take(event: ServiceEvent): void {
    state.heard = hear(state.heard, event, schedule.nowMs(), schedule.nowMs());
    handBack();
    if (event.type === "hello") state.queue.want(event.sources);
    if (event.type === "hello" || event.type === "plan") pack = program().fallbackPack() ?? pack;
    if (event.type === "command") {
      state.commands.set(event.command.id, event.command);
      act(state.carrier.offer(event.command, now()));
    } else if (event.type === "withdraw") state.carrier.withdraw(event.commandId);
  }

  function connect(): void {
    if (!isRunning || isConnected() || !program().isRunning || !reaches.service()) return;
    state.link = { kind: "connected" };
    const [hello, ...rest] = program().greeting();
    if (hello) take(hello);
    for (const event of rest) take(event);
    sendReports();
    sendTelemetry();
  }

  const seeHouse = (): void => {
    for (const each of house().states()) state.queue.takeState(each);
  };

  return {
    get isRunning() {
      return isRunning;
    },
    get drives() {
      const nowMs = schedule.nowMs();
      return (
        isRunning && (state.shift !== undefined || !isSilent(state.heard, state.link, nowMs, nowMs, cycleOf(pack)))
      );
    },
    get isQuiet() {
      return state.carrier.running === 0;
    },
    start: () => {
      if (isRunning) return;
      isRunning = true;
      state = fresh();
      const mine = state;
      if (reaches.house()) seeHouse();
      else state.carrier.houseLeft();
      connect();
      const isMine = () => isRunning && state === mine;
      schedule.every(TICK_MS, ORDER.program, () => {
        if (!isMine()) return false;
        act(state.carrier.tick(now()));
        return true;
      });
      schedule.every(RECONNECT_MS, ORDER.program, () => {
        if (!isMine()) return false;
        connect();
        return true;
      });
      schedule.every(tickMs(program().cycleMs, 1), ORDER.program, () => {
        if (!isMine()) return false;
        standIn();
        return true;
      });
    },
    kill: () => {
      isRunning = false;
    },
    hear: (event) => {
      if (isConnected()) take(event);
    },
    onStates: (states) => {
      if (!isRunning || !reaches.house()) return;
      for (const each of states) {
        state.queue.takeState(each);
        const value = plainValue(each.state);
        if (value === undefined) state.readings.delete(each.entityId);
        else state.readings.set(each.entityId, value);
      }
      sendTelemetry();
    },
    houseLeft: () => {
      if (isRunning) state.carrier.houseLeft();
    },
    houseReturned: () => {
      if (!isRunning) return;
      seeHouse();
      sendTelemetry();
      state.actuators.forget();
      act(state.carrier.houseReturned(now()));
    },
    serviceLeft: () => {
      if (isRunning) state.link = { kind: "away", detail: "connection lost" };
    },
    serviceReturned: connect,
  };
}
