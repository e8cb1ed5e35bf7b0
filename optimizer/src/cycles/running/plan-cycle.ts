import { randomUUID } from "node:crypto";
import type { HomeConfig, Plan, Recommendation } from "@ohmstead/contract";
import type { Logger } from "pino";
import type { Device } from "../../devices/device.ts";
import type { Clock } from "../../domain/clock.ts";
import { NotReady } from "../../domain/errors.ts";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { recommendationOf } from "../../plan/recommendation.ts";
import { toldDevices } from "../../plan/told-devices.ts";
import type { Store } from "../../store/store.ts";
import type { SignalReading, TelemetryBook } from "../../telemetry/telemetry-book.ts";
import { buildProblem, type PlanInForce, type ProblemInputs } from "../build-problem.ts";
import type { CommandCycle } from "../command-cycle.ts";
import { createDrawExpectation } from "../expected-draw.ts";
import { createLoadExpectation, outdoorSeries } from "../expected-load.ts";
import type { ForecastDesk } from "../forecast-desk.ts";
import type { HouseWatch } from "../house-watch.ts";
import type { MeasuredHistory } from "../measured-history.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import type { PeopleCycle } from "../people/people-cycle.ts";
import { planOfBefore } from "../plan-of-before.ts";
import type { PriceBook } from "../price-book.ts";
import type { SavingsCycle } from "../savings-cycle.ts";
import { solveHousehold } from "../solve-household.ts";
import type { SolvingEngine } from "../solving/open-house.ts";
import type { Listeners } from "./listeners.ts";
import type { MeasuredHouse } from "./measured-house.ts";
import type { PriceNews } from "./price-news.ts";

export interface PlanCycleDeps {
  readonly config: HomeConfig;
  readonly devices: ReadonlyMap<string, Device>;
  /** What a device is called. */
  readonly names: ReadonlyMap<string, string>;
  readonly store: Pick<Store, "plans" | "overrides">;
  readonly solver: SolvingEngine;
  readonly clock: Pick<Clock, "nowMs">;
  readonly cycleMs: number;
  readonly logger: Logger;
  readonly listeners: Pick<Listeners, "alert" | "publish">;
  readonly book: Pick<TelemetryBook, "states" | "recent">;
  readonly history: MeasuredHistory;
  readonly measured: MeasuredHouse;
  readonly forecasts: Pick<ForecastDesk, "outdoor" | "sun">;
  readonly prices: PriceBook;
  readonly priceNews: PriceNews;
  readonly savings: SavingsCycle;
  readonly watch: Pick<HouseWatch, "hold">;
  readonly commands: Pick<CommandCycle, "unusable" | "onPlan">;
  /** They ask for plans themselves: not there yet when this is created. */
  readonly people: () => Pick<PeopleCycle, "driven" | "onPlan">;
  readonly stopping: AbortSignal;
  /** What must have ended before the store may be closed. */
  readonly keepTrackOf: (work: Promise<unknown>) => void;
}

export interface PlanCycle {
  /** The plan in force. */
  current(): PlanInForce | undefined;
  /** When the next plan is made at the latest. */
  nextDueMs(): number;
  /** What the plan means for now: the same object until something in it changes, so that it is serialised once. */
  recommendation(): Recommendation | undefined;
  /** Resolves when a plan that was begun after this call is made. Throws NotReady. */
  replan(cause: string): Promise<Plan>;
  /** A plan that nobody waits for: what goes wrong is said, and tried again at the next cycle. */
  replanSoon(cause: string): void;
  /** What the plan had to do without may have come. */
  onReadings(stored: readonly SignalReading[]): void;
}

/** Facts come in and become a problem; it is solved; the plan is kept, said and handed to the commands. */
export function createPlanCycle(deps: PlanCycleDeps): PlanCycle {
  const { config, devices, names, store, solver, clock, cycleMs, logger, listeners, stopping } = deps;
  const { book, history, measured, forecasts, prices, priceNews, savings, watch, commands, people, keepTrackOf } = deps;
  const usualLoad = createLoadExpectation(config);
  const usualDraws = createDrawExpectation(config);
  let current: PlanInForce | undefined = planOfBefore(store.plans, logger);
  let recommendation: { readonly made: Recommendation; readonly untilMs: number } | undefined;
  let nextDueMs = clock.nowMs() + cycleMs;
  /** What the plan had to do without because nobody had read it. */
  let awaited: readonly string[] = [];

  function factsOf(nowMs: number): ProblemInputs {
    const before = measured.before(nowMs);
    const weather = forecasts.outdoor();
    const means = history.means();
    const outdoor = outdoorSeries(means.get("outdoor.tempC") ?? [], weather[0]?.stretches ?? []);
    const horizonMs = (config.planning.horizonHours + 24) * 60 * MS_PER_MINUTE;
    return {
      config,
      devices,
      nowMs,
      weather,
      sun: forecasts.sun(),
      history: before,
      usualLoad: usualLoad.at({ history: before.baseLoad, outdoor, nowMs }),
      usualDraws: usualDraws.at({ means, nowMs }),
      measured: means,
      pvLimits: measured.pvLimits(nowMs),
      states: book.states(nowMs),
      recent: book.recent(),
      prices: prices.known(nowMs, nowMs + horizonMs, nowMs),
      priceGivers: prices.givers(nowMs),
      overrides: store.overrides.active(nowMs),
      excluded: commands.unusable(),
      previous: current,
    };
  }

  async function makePlan(causes: readonly string[]): Promise<Plan> {
    const held = watch.hold();
    // By a wrong clock, or for a house on its battery, no plan is better than the one that was.
    if (held !== undefined && current) return current.plan;
    if (held !== undefined) throw new NotReady(held);
    const nowMs = clock.nowMs();
    const { planning } = config;
    const facts = factsOf(nowMs);
    const built = buildProblem(facts);
    const { missing } = built;
    awaited = missing.filter((input) => facts.states.get(input)?.isStale !== false);
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
    if (stopping.aborted) throw new NotReady("Ohmstead is stopping: the plan that was being made is given up");
    const told = { leftAlone: [...built.leftAlone.keys()], driven: people().driven() };
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
    listeners.publish({ type: "plan", planId: plan.id, createdAtMs: plan.createdAtMs, nextDueMs });
    sayRecommendation();
    keepTrackOf(priceNews.onPlan(plan, built.problem, facts.prices));
    keepTrackOf(people().onPlan({ plan, inputs: facts }));
    return plan;
  }
  const replan = oneAtATime(makePlan);

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

  function sayRecommendation(): void {
    const now = presentRecommendation();
    if (now) listeners.publish({ type: "recommendation", recommendation: now });
  }

  /** Without a word from us Node-RED would act by itself, against what keeps us back. */
  function stayHeard(): void {
    nextDueMs = clock.nowMs() + cycleMs;
    recommendation = undefined;
    sayRecommendation();
  }

  function replanSoon(cause: string): void {
    if (stopping.aborted) return;
    // What keeps commands back has been said, and ends with a plan.
    if (watch.hold() !== undefined) {
      stayHeard();
      return;
    }
    const complain = (error: unknown): void => {
      if (stopping.aborted) return;
      listeners.alert("error", `No new plan: ${error instanceof Error ? error.message : String(error)}`);
    };
    keepTrackOf(replan(cause).then(() => undefined, complain));
  }

  return {
    current: () => current,
    nextDueMs: () => nextDueMs,
    recommendation: presentRecommendation,
    replan,
    replanSoon,
    onReadings: (stored) => {
      if (!stored.some(({ signal }) => awaited.includes(signal))) return;
      awaited = awaited.filter((each) => !stored.some(({ signal }) => signal === each));
      // A house that has just started needs its first real plan now.
      replanSoon("readings came");
    },
  };
}
