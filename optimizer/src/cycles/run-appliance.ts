import { randomUUID } from "node:crypto";
import { type HomeConfig, type ServiceEvent, WATCHDOG_DRIVES } from "@ohmstead/contract";
import type { Logger } from "pino";
import { isLive } from "../commands/life.ts";
import type { LatestReading } from "../commands/readings.ts";
import { commandSettings } from "../commands/settings.ts";
import type { Device } from "../devices/device.ts";
import type { Clock } from "../domain/clock.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { createSolver, type Solver } from "../solver/solver.ts";
import type { Store } from "../store/store.ts";
import { readingsOfGateways } from "../telemetry/gateway-readings.ts";
import { risePerHour } from "../telemetry/rise-per-hour.ts";
import { holdsMs, signalTable } from "../telemetry/signals.ts";
import { createTelemetryBook, type SignalReading } from "../telemetry/telemetry-book.ts";
import type { HomeAssistantReader } from "../transport/home-assistant-rest.ts";
import type { Appliance } from "./appliance.ts";
import { createSourceAsker } from "./ask-sources.ts";
import { checkForecast } from "./check-forecast.ts";
import { createCommandCycle } from "./command-cycle.ts";
import { createDerivedReadings } from "./derived-readings.ts";
import { createDoctor } from "./doctor/doctor.ts";
import { rememberingAll } from "./doctor/remember-answers.ts";
import { createDurations } from "./durations.ts";
import { createForecastDesk } from "./forecast-desk.ts";
import { createHouseWatch } from "./house-watch.ts";
import { createInputCycle, type InputSources } from "./input-cycle.ts";
import { createMeasuredHistory } from "./measured-history.ts";
import { createNightlyCycle } from "./nightly-cycle.ts";
import { createPeopleCycle } from "./people/people-cycle.ts";
import { isPlanDue } from "./plan-due.ts";
import { createPriceBook } from "./price-book.ts";
import { createPriceDesk } from "./price-desk.ts";
import { relatedDevices } from "./related-devices.ts";
import { createFaces } from "./running/faces.ts";
import { startHeartbeat } from "./running/heartbeat.ts";
import { createHouseViewer } from "./running/house-view.ts";
import { createIntake } from "./running/intake.ts";
import { createListeners } from "./running/listeners.ts";
import { createMeasuredHouse, HISTORY_DAYS } from "./running/measured-house.ts";
import { namesOf } from "./running/names-of.ts";
import { createPlanCycle } from "./running/plan-cycle.ts";
import { createPriceNews } from "./running/price-news.ts";
import { createSavingsCycle } from "./savings-cycle.ts";
import { createSensorWatch } from "./sensor-watch.ts";
import { solveHousehold } from "./solve-household.ts";

export interface ApplianceDeps {
  readonly config: HomeConfig;
  readonly store: Store;
  readonly solver: Solver;
  readonly devices: ReadonlyMap<string, Device>;
  readonly sources: InputSources;
  /** Undefined where no address or token of Home Assistant is known. */
  readonly home?: HomeAssistantReader | undefined;
  readonly clock: Clock;
  /** House time per real time: what runs on the wall clock keeps its pace. */
  readonly speed: number;
  readonly logger: Logger;
  readonly version: string;
  /** House time that no setting of the clock moves; absent where time is simulated. */
  readonly runningMs?: () => number;
  /** The real clock cannot be right before this. */
  readonly releasedMs?: number;
}

export interface RunningAppliance extends Appliance {
  /** Begins the cycles. The first plan is being made when this resolves. */
  start(): void;
  /** May come twice, at any moment. */
  stop(): Promise<void>;
}

/** What new readings are believed by, at the start. */
const RECENT_MS = 2 * 60 * MS_PER_MINUTE;
/** While the safe state is waited for, real time. */
const SAFE_STATE_LOOK_MS = 50;

/**
 * The plan and command cycles over one store: reads all, computes, writes all. Here it is put together, in the order of the flow: what comes in,
 * what is known of the house, the plan, people and commands, and what is shown. What an earlier part must ask of a later one it is given as a function.
 */
export function createAppliance(deps: ApplianceDeps): RunningAppliance {
  const { config, store, solver, devices, clock, speed, logger, version } = deps;
  const cycleMs = config.planning.cycleMinutes * MS_PER_MINUTE;
  const names = namesOf(config);
  const related = relatedDevices(config);
  const signals = signalTable(config);
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  /** What must have ended before the store may be closed. */
  const keepTrackOf = (work: Promise<unknown>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const listeners = createListeners({ clock, logger });
  const publish = (event: ServiceEvent): void => listeners.publish(event);

  // What comes in.
  const book = createTelemetryBook({
    signals,
    extraSources: [...new Set([...devices.values()].flatMap((device) => device.sources)), WATCHDOG_DRIVES],
    known: readingsBefore(store, clock.nowMs()),
  });
  const history = createMeasuredHistory(store.readings, signals, HISTORY_DAYS);
  const derived = createDerivedReadings(config, store.readings);
  const intake = createIntake({ book, store, derived, history, clock });
  const sources = rememberingAll(deps.sources);
  const priceSources = sources.prices.map(({ name }) => name);
  const asker = createSourceAsker({ clock, logger, say: (message) => listeners.alert("warning", message, "sources") });
  const inputs = createInputCycle({ sources, asker });
  const prices = createPriceDesk({
    config,
    sources: sources.prices,
    asker,
    store,
    clock,
    say: (message) => listeners.alert("warning", message, "prices"),
  });
  const house = createHouseViewer({
    config,
    clock,
    speed,
    listeners,
    isRead: (entityId) => [...book.raw().keys()].some((source) => source.split("#", 1)[0] === entityId),
  });

  // What is known of the house.
  const recorded = () => inputs.recordedHistory();
  const measured = createMeasuredHouse({ config, devices, commands: store.commands, history, recorded });
  const forecasts = createForecastDesk({
    config,
    sources,
    store,
    clock,
    asker,
    measured: () => {
      const pv = measured.freeSun(clock.nowMs());
      return { outdoorTempC: history.means().get("outdoor.tempC") ?? [], pv };
    },
  });
  const priceBook = createPriceBook(store.prices, config, priceSources);
  const savings = createSavingsCycle({ config, store, prices: priceBook });
  const sensors = createSensorWatch({ signals, history, recent: () => book.recent() });
  const watch = createHouseWatch({
    store,
    clock,
    runningMs: deps.runningMs,
    releasedMs: deps.releasedMs,
    publish,
    latest: (signal) => book.latest(signal),
    replan: (cause) => plans.replanSoon(cause),
    onClockSet: () => asker.askAgain(),
  });

  // The plan, people and commands.
  const commands = createCommandCycle({
    isPlanDue: () => {
      const plan = plans.current()?.plan;
      return plan !== undefined && isPlanDue(plan.createdAtMs, clock.nowMs(), { cycleMs, speed });
    },
    store,
    devices,
    clock,
    publish,
    settings: commandSettings(config.commands, speed, Math.random),
    overrides: () => store.overrides.active(clock.nowMs()),
    related: (deviceId) => related.get(deviceId) ?? [],
    onOverride: ({ deviceId, untilMs }) => people.addDetected(deviceId, untilMs),
    hold: () => watch.hold(),
    carrierSinceMs: () => listeners.sinceMs(),
    houseBackMs: () => house.backMs(),
    onUsable: () => plans.replanSoon("a device went out of reach, or came back"),
    readings: () =>
      new Map<string, LatestReading>([
        ...book.raw(),
        ...signals
          .flatMap(({ id }) => book.latest(id) ?? [])
          .map((each) => [each.signal, { ...each, risePerHour: risePerHour(book.recent().get(each.signal)) }] as const),
      ]),
  });
  const plans = createPlanCycle({
    config,
    devices,
    names,
    store,
    solver,
    clock,
    cycleMs,
    logger,
    listeners,
    book,
    history,
    measured,
    forecasts,
    prices: priceBook,
    priceNews: createPriceNews({
      config,
      deviations: store.deviations,
      solver,
      clock,
      logger,
      listeners,
      stopping: stopping.signal,
    }),
    savings,
    watch,
    commands,
    people: () => people,
    stopping: stopping.signal,
    keepTrackOf,
  });
  const people = createPeopleCycle({
    config,
    devices,
    store,
    solver,
    clock,
    logger,
    publish,
    replan: (cause) => plans.replan(cause),
    replanSoon: (cause) => plans.replanSoon(cause),
  });
  const nightly = createNightlyCycle({
    store,
    clock,
    timeZone: config.timeZone,
    holdsOf: (id) => {
      const signal = signals.find((each) => each.id === id);
      return signal && ((value) => holdsMs(signal, value));
    },
    logger,
    say: (message) => listeners.alert("error", message, "store"),
    stopping: stopping.signal,
  });

  // What is shown.
  const doctor = createDoctor({ config, sources, devices, home: deps.home, clock });
  const acknowledgedInS = createDurations();
  const faces = createFaces({
    config,
    version,
    devices,
    names,
    signals,
    priceSources,
    store,
    clock,
    cycleMs,
    asker,
    book,
    intake,
    history,
    prices,
    priceBook,
    watch,
    sensors,
    house,
    listeners,
    savings,
    plans,
    commands,
    people,
    acknowledgedInS,
  });

  let stopped: Promise<void> | undefined;
  const appliance: RunningAppliance = {
    ...faces,
    nowMs: () => clock.nowMs(),
    start: () =>
      startHeartbeat({
        inputs,
        forecasts,
        prices,
        plans,
        commands,
        people,
        watch,
        nightly,
        clock,
        speed,
        cycleMs,
        stopping: stopping.signal,
        keepTrackOf,
      }),
    stop: () => {
      stopping.abort();
      people.stop();
      asker.stop();
      stopped ??= Promise.allSettled([...running, solver.stop()]).then(() => listeners.clear());
      return stopped;
    },
    updatePrices: async (update) => {
      const taken = prices.take(update);
      await plans.replan("prices pushed");
      return taken;
    },
    updateForecast: async (update) => {
      forecasts.take(update.series, checkForecast(update, config, clock.nowMs()));
      await plans.replan("a forecast pushed");
      return { stored: update.slots.length };
    },
    takeTelemetry: (batch) => {
      const { answer, stored } = intake.take(batch);
      if (batch.house) house.take(batch.house);
      commands.onReadings();
      plans.onReadings(stored);
      return answer;
    },
    ingest: (payloads) => appliance.takeTelemetry({ readings: readingsOfGateways(payloads) }),
    replan: (cause) => plans.replan(cause),
    solve: async (problem, { exact } = {}) => {
      // A proof may take minutes: it gets a thread of its own, so that the house's plans need not wait for it.
      const engine = exact ? createSolver() : solver;
      try {
        return await solveHousehold(problem, {
          solver: engine,
          nowMs: problem.slots[0]?.startMs ?? clock.nowMs(),
          validHours: config.planning.validHours,
          planId: randomUUID(),
          timeLimitMs: config.planning.timeLimitS * 1e3,
          exact,
        });
      } finally {
        if (engine !== solver) await engine.stop();
      }
    },
    commands: (query) => commands.list(query),
    command: (id) => commands.find(id),
    commandEvents: (id) => commands.events(id),
    reportCommand: (id, report) => {
      const before = commands.find(id);
      const after = commands.onReport(id, report);
      const isNews = report.type === "acknowledged" && before.attempt === 1 && isLive(before.state);
      if (isNews && before.state !== "acknowledged" && before.state !== "verified")
        acknowledgedInS.add((clock.nowMs() - before.createdAtMs) / 1000 / speed);
      return after;
    },
    settleCommand: (id, how) => commands.settle(id, how, "a person"),
    deviceStatus: () => commands.status(),
    goSafe: async (cause, withinMs) => {
      commands.goSafe(cause);
      for (const endMs = Date.now() + withinMs; !commands.isAtRest() && Date.now() < endMs;)
        await clock.sleep(SAFE_STATE_LOOK_MS * speed, stopping.signal).catch(() => undefined);
      return commands.isAtRest();
    },
    overrides: () => people.active(),
    overrideChoices: () => people.choices(),
    addOverride: (wish) => people.add(wish),
    endOverride: (id, by) => people.end(id, by),
    reportFallback: (report) => {
      store.fallbackReports.save(report);
      commands.onFallback(report);
      listeners.alert(
        "warning",
        `Node-RED kept the house by itself (${report.rung}) with ${report.actions.length} actions.`,
      );
    },
    examine: () => doctor.examine(stopping.signal),
    subscribe: (listener, who) => listeners.subscribe(listener, who),
  };
  return appliance;
}

/** Every signal's readings of the last hours, and then its last, however old. */
function readingsBefore({ readings }: Store, nowMs: number): SignalReading[] {
  const last = readings.latestOfAll();
  const recent = last.flatMap(({ signal }) =>
    readings.between(signal, nowMs - RECENT_MS, nowMs).map(([atMs, value]) => ({ signal, atMs, value })),
  );
  return [...recent, ...last];
}
