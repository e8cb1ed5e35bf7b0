import {
  type Command,
  type CommandReport,
  type FallbackPack,
  type FallbackReport,
  HomeFields,
  isServiceCall,
  type HouseholdProblem,
  type Plan,
  type ServiceEvent,
  type TelemetryReading,
} from "@ohmstead/contract";
import type { LatestReading } from "../../../optimizer/src/commands/readings.ts";
import { commandSettings } from "../../../optimizer/src/commands/settings.ts";
import {
  type CommandCycle,
  type CommandCycleDeps,
  createCommandCycle,
} from "../../../optimizer/src/cycles/command-cycle.ts";
import { isPlanDue } from "../../../optimizer/src/cycles/plan-due.ts";
import type { Device } from "../../../optimizer/src/devices/device.ts";
import { fallbackPackOf } from "../../../optimizer/src/plan/fallback-pack.ts";
import { openStore, type Store } from "../../../optimizer/src/store/store.ts";
import type { Signal } from "../../../optimizer/src/telemetry/signals.ts";
import { createTelemetryBook, type TelemetryBook } from "../../../optimizer/src/telemetry/telemetry-book.ts";
import { adapterOf, entityNames, entityOf } from "./adapter.ts";
import type { DeviceInput, Rules } from "./case-file.ts";
import { emptyHousehold, planOfWishes } from "./plan-of-wishes.ts";
import type { CommandLog, OverrideSpan, Wish } from "./record.ts";
import type { Recorder } from "./recorder.ts";
import { ORDER, type Schedule } from "./schedule.ts";

/** Makes the controller that is judged; a test may put a wrong one in its place. */
export type CycleMaker = (deps: CommandCycleDeps) => CommandCycle;

/** The optimizer's process: its command cycle on a real store, and the planning side, which wants what the case says. */
export interface Program {
  readonly isRunning: boolean;
  readonly cycleMs: number;
  start(): void;
  kill(): void;
  /** Orders every device's safe state, as a clean stop of the appliance does. */
  goSafe(cause: string): void;
  /** Nothing is waiting to be carried. */
  readonly isQuiet: boolean;
  /** A new plan from the wishes of now; nothing while it does not run. */
  replan(): void;
  takeTelemetry(readings: readonly TelemetryReading[]): void;
  report(commandId: string, report: CommandReport): void;
  reportFallback(report: FallbackReport): void;
  fallbackPack(): FallbackPack | undefined;
  greeting(): readonly ServiceEvent[];
  handsOff(deviceId: string, untilMs: number): void;
  endOverride(deviceId: string): void;
  /** The wish that a command of this plan, or a fallback order from it, serves. */
  wishOf(planId: string, deviceId: string, intentKind: string, atMs: number): number | undefined;
  /** All that is on record, at the end. Closes the store. */
  close(): { readonly commands: readonly CommandLog[]; readonly overrides: readonly OverrideSpan[] };
}

const TICK_MS = 1000;
/** Start to first plan, as the budget says. */
const FIRST_PLAN_AFTER_MS = 3000;

export interface ProgramSetup {
  readonly inputs: readonly DeviceInput[];
  readonly rules: Rules;
  readonly wishes: readonly Wish[];
  readonly schedule: Schedule;
  readonly recorder: Recorder;
  readonly publish: (event: ServiceEvent) => void;
  readonly makeCycle?: CycleMaker | undefined;
}

const signalsOf = (inputs: readonly DeviceInput[]): Signal[] =>
  inputs.flatMap((input) =>
    entityNames(input)
      .filter((name) => name === "meterKw" || name === "gridKw")
      .map((name) => ({
        id: entityOf(input.id, name),
        source: entityOf(input.id, name),
        quantity: "power" as const,
        invert: false,
        staleAfterMs: 30 * 60_000,
        min: -1000,
        max: 1000,
      })),
  );

/** The rules of a case are settings of the program's own config. */
const settingsFrom = (rules: Rules, random: () => number) =>
  commandSettings(
    HomeFields.shape.commands.parse({
      ...(rules.maxAttempts === undefined ? {} : { attempts: rules.maxAttempts }),
      ...(rules.effectDeadlineSeconds === undefined ? {} : { verifyWithinS: rules.effectDeadlineSeconds }),
      ...(rules.reconcileEverySeconds === undefined ? {} : { reconcileMinutes: rules.reconcileEverySeconds / 60 }),
      ...(rules.overrideSeconds === undefined ? {} : { overrideMinutes: rules.overrideSeconds / 60 }),
      ...(rules.writeBudgetPerDay === undefined ? {} : { writesPerDay: rules.writeBudgetPerDay }),
    }),
    1,
    random,
  );

const SEED = 20_260_112;

/** Spreads retries as at home, and the same way every time. (Park and Miller, "Random number generators: good ones are hard to find".) */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function createProgram(setup: ProgramSetup): Program {
  const { inputs, rules, wishes, schedule, recorder } = setup;
  const makeCycle = setup.makeCycle ?? createCommandCycle;
  const cycleMs = (rules.reconcileEverySeconds ?? 300) * 1000;
  const settings = settingsFrom(rules, randomFrom(SEED));
  const signals = signalsOf(inputs);
  const parts = new Map(inputs.map((input) => [input.id, { input, device: adapterOf(input) }]));
  const devices: ReadonlyMap<string, Device> = new Map([...parts].map(([id, { device }]) => [id, device]));
  const store: Store = openStore(":memory:");
  const plans = new Map<string, readonly Wish[]>();
  let running: { readonly cycle: CommandCycle; readonly book: TelemetryBook } | undefined;
  let current: { readonly plan: Plan; readonly problem: HouseholdProblem } | undefined;
  let nextDueMs = 0;
  let overrideNumber = 0;

  const publish = (event: ServiceEvent): void => {
    recorder.heard(event);
    setup.publish(event);
  };

  const ticking = (isMine: () => boolean): void => {
    schedule.every(TICK_MS, ORDER.program, () => {
      if (!isMine()) return false;
      running?.cycle.tick();
      return true;
    });
    const nowMs = schedule.nowMs();
    schedule.every(
      cycleMs,
      ORDER.event,
      () => {
        if (!isMine()) return false;
        replan();
        return true;
      },
      nowMs + cycleMs - (nowMs % cycleMs),
    );
  };

  function replan(): void {
    if (!running) return;
    const nowMs = schedule.nowMs();
    const plan = planOfWishes(parts, wishes, `plan-${plans.size + 1}`, nowMs);
    plans.set(
      plan.id,
      inputs.flatMap(({ id }) => wishes.findLast((wish) => wish.deviceId === id && wish.fromMs <= nowMs) ?? []),
    );
    current = { plan, problem: emptyHousehold(nowMs) };
    nextDueMs = nowMs + cycleMs - (nowMs % cycleMs);
    running.cycle.onPlan(plan);
    publish({ type: "plan", planId: plan.id, createdAtMs: nowMs, nextDueMs });
  }

  function respect(deviceId: string, untilMs: number, origin: "person" | "detected"): void {
    overrideNumber += 1;
    const id = `override-${overrideNumber}`;
    store.overrides.add({ id, kind: "manual", deviceId, createdAtMs: schedule.nowMs(), untilMs, origin });
  }

  return {
    get isRunning() {
      return running !== undefined;
    },
    cycleMs,
    start: () => {
      if (running) return;
      const book = createTelemetryBook({
        signals,
        extraSources: [...devices.values()].flatMap(({ sources }) => sources),
      });
      const cycle = makeCycle({
        store,
        devices,
        settings,
        clock: schedule,
        publish,
        overrides: () => store.overrides.active(schedule.nowMs()),
        onOverride: ({ deviceId, untilMs }) => {
          respect(deviceId, untilMs, "detected");
          schedule.at(schedule.nowMs(), ORDER.program, replan);
        },
        onUsable: () => schedule.at(schedule.nowMs(), ORDER.program, replan),
        isPlanDue: () =>
          current !== undefined && isPlanDue(current.plan.createdAtMs, schedule.nowMs(), { cycleMs, speed: 1 }),
        readings: () =>
          new Map<string, LatestReading>([
            ...book.raw(),
            ...signals.flatMap(({ id }) => book.latest(id) ?? []).map((each) => [each.signal, each] as const),
          ]),
      });
      running = { cycle, book };
      const mine = running;
      ticking(() => running === mine);
      schedule.at(schedule.nowMs() + FIRST_PLAN_AFTER_MS, ORDER.program, () => {
        if (running === mine) replan();
      });
    },
    kill: () => {
      running = undefined;
    },
    goSafe: (cause) => running?.cycle.goSafe(cause),
    get isQuiet() {
      return running?.cycle.isAtRest() ?? true;
    },
    replan,
    takeTelemetry: (readings) => {
      if (!running || readings.length === 0) return;
      const nowMs = schedule.nowMs();
      for (const id of devices.keys())
        if (readings.some(({ source, value }) => source.startsWith(`${id}.`) && value !== "unavailable"))
          recorder.accesses.push({ atMs: nowMs, deviceId: id, kind: "read" });
      running.book.take({ readings }, nowMs);
      running.cycle.onReadings();
    },
    report: (commandId, report) => void running?.cycle.onReport(commandId, report),
    reportFallback: (report) => {
      if (!running) return;
      const { rung, actions } = report;
      running.cycle.onFallback(report);
      recorder.alarm("warning", "optimizer", `Node-RED kept the house by itself (${rung}), ${actions.length} actions`);
    },
    fallbackPack: () =>
      running && current
        ? fallbackPackOf({
            ...current,
            prices: [],
            cycleMs,
            devices: [...devices.values()].map((device) => ({
              deviceId: device.deviceId,
              name: device.name,
              deviceType: device.deviceType,
              safeIntent: device.safeIntent,
              translate: (intent) => device.translate(device.normalise(intent)).filter(isServiceCall),
            })),
          })
        : undefined,
    greeting: () =>
      running
        ? [
            { type: "hello", version: "case", nowMs: schedule.nowMs(), sources: running.book.wantedSources() },
            ...(current
              ? [{ type: "plan" as const, planId: current.plan.id, createdAtMs: current.plan.createdAtMs, nextDueMs }]
              : []),
            ...running.cycle.toCarry().map((command: Command) => ({ type: "command" as const, command })),
          ]
        : [],
    handsOff: (deviceId, untilMs) => {
      respect(deviceId, untilMs, "person");
      replan();
    },
    endOverride: (deviceId) => {
      const nowMs = schedule.nowMs();
      for (const override of store.overrides.active(nowMs))
        if (override.deviceId === deviceId) store.overrides.end(override.id, nowMs);
      replan();
    },
    wishOf: (planId, deviceId, intentKind, atMs) => {
      const wish = plans.get(planId)?.find((each) => each.deviceId === deviceId);
      if (!wish || atMs < wish.fromMs || atMs >= wish.untilMs) return undefined;
      const wanted = planOfWishes(parts, [wish], "", wish.fromMs).devices.find((each) => each.deviceId === deviceId);
      return wanted?.segments[0]?.intent.kind === intentKind ? wish.index : undefined;
    },
    close: () => {
      const endMs = schedule.nowMs();
      const cycle =
        running?.cycle ??
        makeCycle({
          store,
          devices,
          settings,
          clock: schedule,
          publish: () => {},
          readings: () => new Map(),
        });
      const commands = cycle
        .list({ openOnly: false, limit: 100_000 })
        .map((command) => ({ command, events: cycle.events(command.id) }))
        .toReversed();
      const overrides = store.overrides
        .between(0, endMs + 1)
        .flatMap(({ deviceId, createdAtMs, untilMs, endedAtMs, origin }) =>
          deviceId === undefined
            ? []
            : [{ deviceId, fromMs: createdAtMs, untilMs: endedAtMs ?? untilMs, isDetected: origin === "detected" }],
        );
      store.close();
      return { commands, overrides };
    },
  };
}
