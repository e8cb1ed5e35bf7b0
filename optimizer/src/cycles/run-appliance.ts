import { randomUUID } from "node:crypto";
import {
  type HomeConfig,
  type HouseholdProblem,
  type HouseView,
  type Plan,
  type PriceSlot,
  type Recommendation,
  type ServiceEvent,
  WATCHDOG_DRIVES,
} from "@ohmstead/contract";
import type { Logger } from "pino";
import { HOUSE } from "../commands/audit.ts";
import type { LatestReading } from "../commands/readings.ts";
import { isLive } from "../commands/life.ts";
import { commandSettings } from "../commands/settings.ts";
import type { Device } from "../devices/device.ts";
import type { Clock } from "../domain/clock.ts";
import { NotReady } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { baseLoadStretches, blendHistory } from "../forecasts/base-load-history.ts";
import { toldDevices } from "../plan/told-devices.ts";
import { recommendationOf } from "../plan/recommendation.ts";
import { createSolver, type Solver } from "../solver/solver.ts";
import type { Store } from "../store/store.ts";
import { risePerHour } from "../telemetry/rise-per-hour.ts";
import { holdsMs, signalTable } from "../telemetry/signals.ts";
import { readingsOfGateways } from "../telemetry/gateway-readings.ts";
import { createTelemetryBook, type SignalReading } from "../telemetry/telemetry-book.ts";
import type { HomeAssistantReader } from "../transport/home-assistant-rest.ts";
import type { Appliance } from "./appliance.ts";
import { buildProblem, type PlanInForce, type ProblemInputs } from "./build-problem.ts";
import { auditOfHome, deviationsOfHome } from "./audit-of-home.ts";
import { createDerivedReadings } from "./derived-readings.ts";
import { createDurations } from "./durations.ts";
import { createSourceAsker } from "./ask-sources.ts";
import { checkForecast } from "./check-forecast.ts";
import { createCommandCycle } from "./command-cycle.ts";
import { createDoctor } from "./doctor/doctor.ts";
import { rememberingAll } from "./doctor/remember-answers.ts";
import { createDrawExpectation } from "./expected-draw.ts";
import { createLoadExpectation, outdoorSeries } from "./expected-load.ts";
import { fallbackPackOfHome } from "./fallback-pack-of-home.ts";
import { createForecastDesk } from "./forecast-desk.ts";
import { healthOf } from "./health-of.ts";
import { historyOfHome } from "./history-of-home.ts";
import { describeMissing, houseCheck, missingEntities } from "./house-link.ts";
import { createInputCycle, type InputSources } from "./input-cycle.ts";
import { createMeasuredHistory } from "./measured-history.ts";
import { inputsOfHome } from "./inputs-of-home.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { createHouseWatch } from "./house-watch.ts";
import { createNightlyCycle } from "./nightly-cycle.ts";
import { createPeopleCycle } from "./people/people-cycle.ts";
import { isPlanDue } from "./plan-due.ts";
import { planOfBefore } from "./plan-of-before.ts";
import { createPriceBook } from "./price-book.ts";
import { atPricesBefore, priceChangeBetween, spokenPriceChange, worthOfChange } from "./price-change.ts";
import { createPriceDesk } from "./price-desk.ts";
import { freeSun } from "./problem/free-sun.ts";
import { pvLimitsIn } from "./pv-limits.ts";
import { quarantineOfHome } from "./quarantine-of-home.ts";
import { createSavingsCycle } from "./savings-cycle.ts";
import { createSensorWatch } from "./sensor-watch.ts";
import { relatedDevices } from "./related-devices.ts";
import { solveHousehold } from "./solve-household.ts";
import { timelineOfHome } from "./timeline-of-home.ts";

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

const HISTORY_DAYS = 28;
const DIAGNOSED_COMMANDS = 50;
const DAY_MS = 24 * 60 * MS_PER_MINUTE;
/** What new readings are believed by, at the start. */
const RECENT_MS = 2 * 60 * MS_PER_MINUTE;
const PRICE_PAST_MS = DAY_MS;
/** While the safe state is waited for, real time. */
const SAFE_STATE_LOOK_MS = 50;
/** Commands are looked after this often in house time, within what a real timer can do. */
const COMMAND_TICK_MS = 5000;
const SHORTEST_TICK_MS = 50;
/** Home Assistant was restarted, rather than gone. */
const SHORT_ABSENCE_MS = 15 * MS_PER_MINUTE;
/** A timer may ring a little early. */
const TIMER_SLACK_MS = 2;
const LONGEST_TICK_MS = 1000;
/** A tick that comes so late says that we were busy, and deaf. */
const BUSY_MS = 200;
const HEARING_MS = 50;

/** The plan and command cycles over one store: reads all, computes, writes all. */
export function createAppliance(deps: ApplianceDeps): RunningAppliance {
  const { config, store, solver, devices, clock, speed, logger, version } = deps;
  const cycleMs = config.planning.cycleMinutes * MS_PER_MINUTE;
  const names = namesOf(config);
  const related = relatedDevices(config);
  const signals = signalTable(config);
  const book = createTelemetryBook({
    signals,
    extraSources: [...new Set([...devices.values()].flatMap((device) => device.sources)), WATCHDOG_DRIVES],
    known: readingsBefore(store, clock.nowMs()),
  });
  const history = createMeasuredHistory(store.readings, signals, HISTORY_DAYS);
  const sources = rememberingAll(deps.sources);
  const doctor = createDoctor({ config, sources, devices, home: deps.home, clock });
  const derived = createDerivedReadings(config, store.readings);
  const sensors = createSensorWatch({ signals, history, recent: () => book.recent() });
  const asker = createSourceAsker({
    clock,
    logger,
    say: (message) => publish({ type: "alert", level: "warning", message, atMs: clock.nowMs(), about: "sources" }),
  });
  const inputs = createInputCycle({ sources, asker });
  const prices = createPriceDesk({
    config,
    sources: sources.prices,
    asker,
    store,
    clock,
    say: (message) => publish({ type: "alert", level: "warning", message, atMs: clock.nowMs(), about: "prices" }),
  });
  const forecasts = createForecastDesk({
    config,
    sources,
    store,
    clock,
    asker,
    measured: () => {
      const nowMs = clock.nowMs();
      const limits = pvLimits(nowMs);
      const sun = houseHistory(nowMs).pv;
      return {
        outdoorTempC: history.means().get("outdoor.tempC") ?? [],
        pv: new Map([...sun].map(([id, kw]) => [id, freeSun(kw, limits.get(id) ?? [])])),
      };
    },
  });
  const priceBook = createPriceBook(
    store.prices,
    config,
    sources.prices.map(({ name }) => name),
  );
  const savings = createSavingsCycle({ config, store, prices: priceBook });
  const usualLoad = createLoadExpectation(config);
  const usualDraws = createDrawExpectation(config);
  const stopping = new AbortController();
  const listeners = new Map<(event: ServiceEvent) => void, "ourselves" | "others">();
  const othersWhoListen = () => [...listeners.values()].filter((who) => who === "others").length;
  /** Of the others. Node-RED cannot be told from a browser here; it is the first to come and the last to go. */
  let listenedToSinceMs: number | undefined;
  const acknowledgedInS = createDurations();
  const count = { accepted: 0, rejected: 0 };
  let current: PlanInForce | undefined = planOfBefore(store.plans, logger);
  let recommendation: { readonly made: Recommendation; readonly untilMs: number } | undefined;
  /** Those of the plan in force. */
  let plannedPrices: readonly PriceSlot[] | undefined;
  let nextDueMs = clock.nowMs() + cycleMs;
  /** What the plan had to do without because nobody had read it. */
  let awaited: readonly string[] = [];
  let lastReadingMs: number | undefined;
  let house: HouseView | undefined;
  let houseComplaint = "";
  let stopped: Promise<void> | undefined;
  const running = new Set<Promise<unknown>>();

  /** What must have ended before the store may be closed. */
  const keepTrackOf = (work: Promise<unknown>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const publish = (event: ServiceEvent): void => {
    if (event.type === "alert") logger[event.level === "warning" ? "warn" : event.level](event.message);
    for (const listener of listeners.keys()) listener(event);
  };

  const isRead = (entityId: string): boolean =>
    [...book.raw().keys()].some((source) => source.split("#", 1)[0] === entityId);
  /** Of each entity that the config names in vain: what is there instead. */
  const missingTexts = (): readonly string[] =>
    house
      ? missingEntities(house, config, isRead).map((entityId) => describeMissing(entityId, house?.there ?? [], config))
      : [];

  let houseAwaySinceMs: number | undefined;
  let houseBackMs: number | undefined;
  const takeHouse = (view: HouseView): void => {
    const nowMs = clock.nowMs();
    if (view.link === "away") houseAwaySinceMs ??= nowMs;
    else if (view.link === "connected") {
      // After a long absence what differs may well be a person's doing.
      if (houseAwaySinceMs !== undefined && nowMs - houseAwaySinceMs < Math.max(SHORT_ABSENCE_MS, 60_000 * speed))
        houseBackMs = nowMs;
      houseAwaySinceMs = undefined;
    }
    house = view;
    const { status, detail } = houseCheck(view, missingTexts());
    // That it is away is shown; only what somebody must do is told at once.
    const complaint = status === "ok" || view.link === "away" ? "" : detail;
    if (complaint !== "" && complaint !== houseComplaint)
      publish({
        type: "alert",
        level: status === "failing" ? "error" : "warning",
        message: complaint,
        atMs: clock.nowMs(),
      });
    houseComplaint = complaint;
  };

  const commands = createCommandCycle({
    isPlanDue: () => current !== undefined && isPlanDue(current.plan.createdAtMs, clock.nowMs(), { cycleMs, speed }),
    store,
    devices,
    clock,
    publish,
    settings: commandSettings(config.commands, speed, Math.random),
    overrides: () => store.overrides.active(clock.nowMs()),
    related: (deviceId) => related.get(deviceId) ?? [],
    onOverride: ({ deviceId, untilMs }) => people.addDetected(deviceId, untilMs),
    hold: () => watch.hold(),
    carrierSinceMs: () => listenedToSinceMs,
    houseBackMs: () => houseBackMs,
    onUsable: () => replanSoon("a device went out of reach, or came back"),
    readings: () =>
      new Map<string, LatestReading>([
        ...book.raw(),
        ...signals
          .flatMap(({ id }) => book.latest(id) ?? [])
          .map((each) => [each.signal, { ...each, risePerHour: risePerHour(book.recent().get(each.signal)) }] as const),
      ]),
  });

  const watch = createHouseWatch({
    store,
    clock,
    runningMs: deps.runningMs,
    releasedMs: deps.releasedMs,
    publish,
    latest: (signal) => book.latest(signal),
    replan: (cause) => replanSoon(cause),
    onClockSet: () => asker.askAgain(),
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
    say: (message) => publish({ type: "alert", level: "error", message, atMs: clock.nowMs(), about: "store" }),
    stopping: stopping.signal,
  });

  /** Own measurements where there are some, the recorded ones of the config before. */
  function houseHistory(nowMs: number) {
    history.update(nowMs);
    const means = history.means();
    const recorded = inputs.recordedHistory();
    return {
      baseLoad: blendHistory(baseLoadStretches(config, means), recorded?.baseLoad ?? []),
      pv: new Map(
        config.pvArrays.map(({ id }) => [
          id,
          blendHistory(means.get(`${id}.powerKw`) ?? [], recorded?.pv.get(id) ?? []),
        ]),
      ),
    };
  }

  /** Of the arrays that we command. */
  const pvLimits = (nowMs: number) =>
    new Map(
      config.pvArrays
        .filter(({ id }) => devices.has(id))
        .map(({ id }) => [id, pvLimitsIn(store.commands.ofDevice(id, nowMs - HISTORY_DAYS * DAY_MS))]),
    );

  /** Measured at the house, and what is forecast of it. */
  const outdoor = () =>
    outdoorSeries(history.means().get("outdoor.tempC") ?? [], forecasts.outdoor()[0]?.stretches ?? []);

  async function makePlan(causes: readonly string[]): Promise<Plan> {
    const held = watch.hold();
    // By a wrong clock, or for a house on its battery, no plan is better than the one that was.
    if (held !== undefined && current) return current.plan;
    if (held !== undefined) throw new NotReady(held);
    const nowMs = clock.nowMs();
    const { planning } = config;
    const states = book.states(nowMs);
    const houseBefore = houseHistory(nowMs);
    const facts: ProblemInputs = {
      config,
      devices,
      nowMs,
      weather: forecasts.outdoor(),
      sun: forecasts.sun(),
      history: houseBefore,
      usualLoad: usualLoad.at({ history: houseBefore.baseLoad, outdoor: outdoor(), nowMs }),
      usualDraws: usualDraws.at({ means: history.means(), nowMs }),
      measured: history.means(),
      pvLimits: pvLimits(nowMs),
      states,
      recent: book.recent(),
      prices: priceBook.known(nowMs, nowMs + (planning.horizonHours + 24) * 60 * MS_PER_MINUTE, nowMs),
      priceGivers: priceBook.givers(nowMs),
      overrides: store.overrides.active(nowMs),
      excluded: commands.unusable(),
      previous: current,
    };
    const built = buildProblem(facts);
    const { missing } = built;
    awaited = missing.filter((input) => states.get(input)?.isStale !== false);
    if (!built.problem) throw new NotReady(built.notes.join(". "));
    const previous = current?.plan;
    const settings = { validHours: planning.validHours, timeLimitMs: planning.timeLimitS * 1000, alternatives: true };
    const solved = await solveHousehold(built.problem, {
      ...settings,
      solver,
      nowMs,
      planId: randomUUID(),
      previous,
    });
    // Its engine was taken away in the middle: nobody could make this plan again.
    if (stopping.signal.aborted) throw new NotReady("Ohmstead is stopping: the plan that was being made is given up");
    const told = { leftAlone: [...built.leftAlone.keys()], driven: people.driven() };
    const plan: Plan = {
      ...solved,
      devices: toldDevices(solved.devices, told),
      restsOn: built.restsOn,
      notes: [...solved.notes, ...built.notes],
    };
    store.plans.save({
      plan,
      problem: built.problem,
      cause: causes.join(", "),
      settings: { ...settings, previousId: previous?.id, missing, told },
    });
    current = { plan, problem: built.problem, missing };
    savings.onPlan(built.problem, missing, clock.nowMs());
    nextDueMs = clock.nowMs() + cycleMs;
    recommendation = undefined;
    logger.debug({ planId: plan.id, causes, rung: plan.rung, solveMs: plan.solveMs }, "new plan");
    commands.onPlan(plan);
    publish({ type: "plan", planId: plan.id, createdAtMs: plan.createdAtMs, nextDueMs });
    const now = presentRecommendation();
    if (now) publish({ type: "recommendation", recommendation: now });
    keepTrackOf(tellPriceChange(plan, built.problem, facts.prices));
    keepTrackOf(people.onPlan({ plan, inputs: facts }));
    return plan;
  }
  const replan = oneAtATime(makePlan);

  /** What has changed since the plan before, and what that is worth: by the plan that the prices before would have given. */
  async function tellPriceChange(
    planned: Plan,
    problem: HouseholdProblem,
    prices: readonly PriceSlot[],
  ): Promise<void> {
    const before = plannedPrices;
    plannedPrices = prices;
    const change =
      before && priceChangeBetween(before, prices, { nowMs: planned.createdAtMs, currency: config.currency });
    if (!change) return;
    const earlier = atPricesBefore(problem, before);
    try {
      const asBefore = await solveHousehold(earlier, {
        solver,
        nowMs: planned.createdAtMs,
        validHours: config.planning.validHours,
        planId: randomUUID(),
        timeLimitMs: config.planning.timeLimitS * 1000,
      });
      const worth = worthOfChange({ problem, before: earlier, planned, asBefore });
      const message = spokenPriceChange(change, worth, config);
      const atMs = Math.round(clock.nowMs());
      // An alert reaches only who listens; tomorrow somebody may ask.
      store.deviations.add({ deviceId: HOUSE, kind: "prices", atMs, detail: message });
      publish({ type: "alert", level: "info", message, atMs, about: "prices" });
    } catch (error) {
      if (!stopping.signal.aborted)
        logger.warn({ err: error }, "what the change of prices is worth could not be found");
    }
  }

  /** Without a word from us Node-RED would act by itself, against what keeps us back. */
  function stayHeard(): void {
    nextDueMs = clock.nowMs() + cycleMs;
    recommendation = undefined;
    const now = presentRecommendation();
    if (now) publish({ type: "recommendation", recommendation: now });
  }

  /** A plan that nobody waits for: what goes wrong is said, and tried again at the next cycle. */
  const replanSoon = (cause: string): void => {
    if (stopping.signal.aborted) return;
    // What keeps commands back has been said, and ends with a plan.
    if (watch.hold() !== undefined) {
      stayHeard();
      return;
    }
    const complain = (error: unknown): void => {
      if (stopping.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      publish({ type: "alert", level: "error", message: `No new plan: ${message}`, atMs: clock.nowMs() });
    };
    keepTrackOf(replan(cause).then(() => undefined, complain));
  };

  const people = createPeopleCycle({ config, devices, store, solver, clock, logger, publish, replan, replanSoon });

  /** The same object until something in it changes, so that it is serialised once. */
  function presentRecommendation(): Recommendation | undefined {
    const nowMs = clock.nowMs();
    if (!current) return undefined;
    if (!recommendation || nowMs >= recommendation.untilMs) {
      const made = recommendationOf(current.plan, names, nowMs, nextDueMs);
      recommendation = {
        made,
        untilMs: Math.min(nowMs + cycleMs, ...made.devices.map(({ untilMs }) => untilMs).filter((ms) => ms > nowMs)),
      };
    }
    return recommendation.made;
  }

  async function planCycle(): Promise<void> {
    for (let cause = "start"; !stopping.signal.aborted; cause = "time") {
      await Promise.all([inputs.refresh(), forecasts.refresh(), ...(cause === "start" ? [prices.refresh()] : [])]);
      if (stopping.signal.aborted) return;
      replanSoon(cause);
      keepTrackOf(nightly.runWhenDue());
      const waitMs = cycleMs - (clock.nowMs() % cycleMs) + TIMER_SLACK_MS * speed;
      await clock.sleep(waitMs, stopping.signal).catch(() => undefined);
    }
  }

  let asking: Promise<void> | undefined;
  /** Prices do not wait for the plan cycle, nor commands for prices. */
  function lookAtPrices(): void {
    if (asking || !prices.isDue()) return;
    asking = askForPrices().finally(() => {
      asking = undefined;
    });
    keepTrackOf(asking);
  }
  async function askForPrices(): Promise<void> {
    if (await prices.refresh()) replanSoon("new prices");
  }

  const sleepMs = (realMs: number) => clock.sleep(realMs * speed, stopping.signal).catch(() => undefined);
  async function commandCycle(): Promise<void> {
    const realMs = Math.min(LONGEST_TICK_MS, Math.max(SHORTEST_TICK_MS, COMMAND_TICK_MS / speed));
    while (!stopping.signal.aborted) {
      watch.look();
      lookAtPrices();
      people.tick();
      commands.tick();
      const beforeMs = clock.nowMs();
      await sleepMs(realMs);
      // After a plan that took long: what has come in meanwhile is heard before anybody is found to be late.
      if ((clock.nowMs() - beforeMs) / speed > realMs + BUSY_MS) await sleepMs(HEARING_MS);
    }
  }

  const appliance: RunningAppliance = {
    nowMs: () => clock.nowMs(),
    start: () => {
      keepTrackOf(planCycle());
      keepTrackOf(commandCycle());
    },
    stop: () => {
      stopping.abort();
      people.stop();
      asker.stop();
      stopped ??= Promise.allSettled([...running, solver.stop()]).then(() => listeners.clear());
      return stopped;
    },
    health: () => {
      const nowMs = clock.nowMs();
      return healthOf({
        nowMs,
        version,
        cycleMs,
        lastReadingMs,
        timeZone: config.timeZone,
        plan: current?.plan,
        pricesKnownUntilMs: store.prices.knownUntilMs(),
        sourceFailures: asker.states().flatMap(({ failure }) => failure ?? []),
        stale: book.stale(nowMs),
        listeners: othersWhoListen(),
        needsNodeRed: devices.size === 0 || [...devices.values()].some(({ carrier }) => carrier === "homeAssistant"),
        failedDevices: failedDevices(),
        house,
        missingEntities: missingTexts(),
        more: [...prices.checks(), ...watch.checks(), ...sensors.checks(nowMs)],
      });
    },
    updatePrices: async (update) => {
      const taken = prices.take(update);
      await replan("prices pushed");
      return taken;
    },
    quarantine: (query) =>
      quarantineOfHome(
        {
          quarantine: store.quarantine,
          config,
          priceSources: sources.prices.map(({ name }) => name),
          signals,
          names,
        },
        query,
      ),
    updateForecast: async (update) => {
      forecasts.take(update.series, checkForecast(update, config, clock.nowMs()));
      await replan("a forecast pushed");
      return { stored: update.slots.length };
    },
    takeTelemetry: (batch) => {
      const nowMs = clock.nowMs();
      // All of a batch or nothing: whoever sent it and got no answer sends it again.
      const { answer, stored } = book.take(batch, nowMs, (news) =>
        store.transaction(() => {
          store.readings.save(news.stored);
          derived.update(news.stored, nowMs);
          store.quarantine.add(
            news.refused.map(({ signal, ...rest }) => ({ subject: signal, ...rest })),
            nowMs,
          );
        }),
      );
      history.reopen(stored);
      count.accepted += answer.accepted;
      count.rejected += answer.rejected.length;
      if (answer.accepted > 0) lastReadingMs = nowMs;
      if (batch.house) takeHouse(batch.house);
      commands.onReadings();
      // What the plan had to do without has come: a house that has just started needs its first real plan now.
      if (stored.some(({ signal }) => awaited.includes(signal))) {
        awaited = awaited.filter((each) => !stored.some(({ signal }) => signal === each));
        replanSoon("readings came");
      }
      return answer;
    },
    ingest: (payloads) => appliance.takeTelemetry({ readings: readingsOfGateways(payloads) }),
    recommendation: presentRecommendation,
    plan: () => current?.plan,
    replan,
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
    audit: (query) => auditOfHome({ store, names, timeZone: config.timeZone, nowMs: clock.nowMs() }, query),
    deviations: (query) => deviationsOfHome({ store, names, timeZone: config.timeZone, nowMs: clock.nowMs() }, query),
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
    timeline: () => {
      const nowMs = clock.nowMs();
      history.update(nowMs);
      const known = priceBook.known(nowMs - PRICE_PAST_MS, nowMs, nowMs);
      return timelineOfHome({ config, names, current, means: history.means(), prices: known, nowMs });
    },
    history: (query) =>
      historyOfHome({ readings: store.readings, signals, timeZone: config.timeZone, nowMs: clock.nowMs() }, query),
    inputsReport: (query) => inputsOfHome(store.plans, query, clock.nowMs(), config.timeZone),
    savings: () => {
      if (!current) throw new NotReady("There is no plan yet, so nothing can have been saved.");
      return savings.account(current, book.states(clock.nowMs()), clock.nowMs());
    },
    fallbackPack: () => {
      if (!current) return undefined;
      const nowMs = clock.nowMs();
      const leftAlone = people.leftAlone();
      return fallbackPackOfHome({
        config,
        devices: new Map([...devices].filter(([id]) => !leftAlone.has(id))),
        current,
        cycleMs,
        // Without a plan only what somebody gave is acted on.
        prices: priceBook
          .known(nowMs - PRICE_PAST_MS, nowMs + 3 * PRICE_PAST_MS, nowMs)
          .map(({ by: _by, ...slot }) => slot),
      });
    },
    reportFallback: (report) => {
      store.fallbackReports.save(report);
      commands.onFallback(report);
      publish({
        type: "alert",
        level: "warning",
        message: `Node-RED kept the house by itself (${report.rung}) with ${report.actions.length} actions.`,
        atMs: clock.nowMs(),
      });
    },
    examine: () => doctor.examine(stopping.signal),
    diagnostics: () => ({
      formatVersion: 1,
      madeAtMs: Math.round(clock.nowMs()),
      version,
      health: appliance.health(),
      config,
      ...(current ? { problem: { ...current.problem }, plan: { ...current.plan } } : {}),
      overrides: store.overrides.active(clock.nowMs()),
      commands: commands
        .list({ openOnly: false, limit: DIAGNOSED_COMMANDS })
        .map((command) => ({ command, events: commands.events(command.id) })),
    }),
    greeting: () => {
      const now = presentRecommendation();
      const hello: ServiceEvent = { type: "hello", version, nowMs: clock.nowMs(), sources: book.wantedSources() };
      const plan: ServiceEvent[] = current
        ? [{ type: "plan", planId: current.plan.id, createdAtMs: current.plan.createdAtMs, nextDueMs }]
        : [];
      return [
        hello,
        ...plan,
        ...(now ? [{ type: "recommendation" as const, recommendation: now }] : []),
        ...commands.toCarry().map((command) => ({ type: "command" as const, command })),
      ];
    },
    subscribe: (listener, who) => {
      listeners.set(listener, who ?? "others");
      if (othersWhoListen() > 0) listenedToSinceMs ??= clock.nowMs();
      return () => {
        listeners.delete(listener);
        if (othersWhoListen() === 0) listenedToSinceMs = undefined;
      };
    },
    counters: () => ({
      plansMade: store.plans.countByRung(),
      lastSolveMs: current?.plan.solveMs ?? 0,
      commands: store.commands.countByEventType(),
      acknowledgedInS: acknowledgedInS.quantiles(),
      deviations: store.deviations.countByKind(),
      overridesActive: store.overrides.active(clock.nowMs()).length,
      devices: commands.status(),
      readingsAccepted: count.accepted,
      readingsRejected: count.rejected,
      listeners: othersWhoListen(),
      isStoreWritable: store.condition().outage === undefined,
    }),
  };
  return appliance;

  /** Devices whose newest command failed. */
  function failedDevices(): string[] {
    return commands
      .status()
      .filter(({ command }) => command?.state === "failed" || command?.deadLetter === "open")
      .map(({ name }) => name);
  }
}

/** Every signal's readings of the last hours, and then its last, however old. */
function readingsBefore({ readings }: Store, nowMs: number): SignalReading[] {
  const last = readings.latestOfAll();
  const recent = last.flatMap(({ signal }) =>
    readings.between(signal, nowMs - RECENT_MS, nowMs).map(([atMs, value]) => ({ signal, atMs, value })),
  );
  return [...recent, ...last];
}

const namesOf = (config: HomeConfig): ReadonlyMap<string, string> => {
  const { batteries, evs, pvArrays, inverters, zones, tanks, heatPumps, boilers, immersionHeaters, appliances } =
    config;
  const heating = [...zones, ...tanks, ...heatPumps, ...boilers, ...immersionHeaters];
  const all = [...batteries, ...evs, ...pvArrays, ...inverters, ...heating, ...appliances];
  return new Map(all.map(({ id, name }) => [id, name ?? id]));
};
