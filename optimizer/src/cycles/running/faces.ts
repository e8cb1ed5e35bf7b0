import type { HomeConfig, ServiceEvent } from "@ohmstead/contract";
import type { Device } from "../../devices/device.ts";
import type { Clock } from "../../domain/clock.ts";
import { NotReady } from "../../domain/errors.ts";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import type { Store } from "../../store/store.ts";
import type { Signal } from "../../telemetry/signals.ts";
import type { TelemetryBook } from "../../telemetry/telemetry-book.ts";
import type { Appliance } from "../appliance.ts";
import type { SourceAsker } from "../ask-sources.ts";
import { auditOfHome, deviationsOfHome } from "../audit-of-home.ts";
import type { CommandCycle } from "../command-cycle.ts";
import type { Durations } from "../durations.ts";
import { fallbackPackOfHome } from "../fallback-pack-of-home.ts";
import { healthOf } from "../health-of.ts";
import { historyOfHome } from "../history-of-home.ts";
import type { HouseWatch } from "../house-watch.ts";
import { inputsOfHome } from "../inputs-of-home.ts";
import type { MeasuredHistory } from "../measured-history.ts";
import type { PeopleCycle } from "../people/people-cycle.ts";
import type { PriceBook } from "../price-book.ts";
import type { PriceDesk } from "../price-desk.ts";
import { quarantineOfHome } from "../quarantine-of-home.ts";
import type { SavingsCycle } from "../savings-cycle.ts";
import type { SensorWatch } from "../sensor-watch.ts";
import { timelineOfHome } from "../timeline-of-home.ts";
import type { HouseViewer } from "./house-view.ts";
import type { Intake } from "./intake.ts";
import type { Listeners } from "./listeners.ts";
import type { PlanCycle } from "./plan-cycle.ts";

const DIAGNOSED_COMMANDS = 50;
const PRICE_PAST_MS = 24 * 60 * MS_PER_MINUTE;

export interface FacesDeps {
  readonly config: HomeConfig;
  readonly version: string;
  readonly devices: ReadonlyMap<string, Device>;
  /** What a device is called. */
  readonly names: ReadonlyMap<string, string>;
  readonly signals: readonly Signal[];
  /** By their names, best first. */
  readonly priceSources: readonly string[];
  readonly store: Store;
  readonly clock: Pick<Clock, "nowMs">;
  readonly cycleMs: number;
  readonly asker: Pick<SourceAsker, "states">;
  readonly book: TelemetryBook;
  readonly intake: Pick<Intake, "lastMs" | "counts">;
  readonly history: MeasuredHistory;
  readonly prices: Pick<PriceDesk, "checks">;
  readonly priceBook: PriceBook;
  readonly watch: Pick<HouseWatch, "checks">;
  readonly sensors: SensorWatch;
  readonly house: Pick<HouseViewer, "view" | "missing">;
  readonly listeners: Pick<Listeners, "count">;
  readonly savings: SavingsCycle;
  readonly plans: Pick<PlanCycle, "current" | "nextDueMs" | "recommendation">;
  readonly commands: CommandCycle;
  readonly people: Pick<PeopleCycle, "leftAlone">;
  readonly acknowledgedInS: Durations;
}

/** All that is only shown: of what is known now, and of what is on record. */
export type Faces = Pick<
  Appliance,
  | "health"
  | "quarantine"
  | "recommendation"
  | "plan"
  | "audit"
  | "deviations"
  | "timeline"
  | "history"
  | "inputsReport"
  | "savings"
  | "fallbackPack"
  | "diagnostics"
  | "greeting"
  | "counters"
>;

export function createFaces(deps: FacesDeps): Faces {
  const { config, version, devices, names, signals, store, clock, cycleMs } = deps;
  const { book, history, priceBook, house, listeners, plans, commands, people } = deps;
  const { timeZone } = config;

  const health = (): ReturnType<Appliance["health"]> => {
    const nowMs = clock.nowMs();
    return healthOf({
      nowMs,
      version,
      cycleMs,
      lastReadingMs: deps.intake.lastMs(),
      timeZone,
      plan: plans.current()?.plan,
      pricesKnownUntilMs: store.prices.knownUntilMs(),
      sourceFailures: deps.asker.states().flatMap(({ failure }) => failure ?? []),
      stale: book.stale(nowMs),
      listeners: listeners.count(),
      needsNodeRed: devices.size === 0 || [...devices.values()].some(({ carrier }) => carrier === "homeAssistant"),
      failedDevices: failedDevices(commands),
      house: house.view(),
      missingEntities: house.missing(),
      more: [...deps.prices.checks(), ...deps.watch.checks(), ...deps.sensors.checks(nowMs)],
    });
  };

  return {
    health,
    quarantine: (query) =>
      quarantineOfHome(
        { quarantine: store.quarantine, config, priceSources: deps.priceSources, signals, names },
        query,
      ),
    recommendation: () => plans.recommendation(),
    plan: () => plans.current()?.plan,
    audit: (query) => auditOfHome({ store, names, timeZone, nowMs: clock.nowMs() }, query),
    deviations: (query) => deviationsOfHome({ store, names, timeZone, nowMs: clock.nowMs() }, query),
    timeline: () => {
      const nowMs = clock.nowMs();
      history.update(nowMs);
      const known = priceBook.known(nowMs - PRICE_PAST_MS, nowMs, nowMs);
      const current = plans.current();
      return timelineOfHome({ config, names, current, means: history.means(), prices: known, nowMs });
    },
    history: (query) => historyOfHome({ readings: store.readings, signals, timeZone, nowMs: clock.nowMs() }, query),
    inputsReport: (query) => inputsOfHome(store.plans, query, clock.nowMs(), timeZone),
    savings: () => {
      const current = plans.current();
      if (!current) throw new NotReady("There is no plan yet, so nothing can have been saved.");
      return deps.savings.account(current, book.states(clock.nowMs()), clock.nowMs());
    },
    fallbackPack: () => {
      const current = plans.current();
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
    diagnostics: () => {
      const current = plans.current();
      return {
        formatVersion: 1,
        madeAtMs: Math.round(clock.nowMs()),
        version,
        health: health(),
        config,
        ...(current ? { problem: { ...current.problem }, plan: { ...current.plan } } : {}),
        overrides: store.overrides.active(clock.nowMs()),
        commands: commands
          .list({ openOnly: false, limit: DIAGNOSED_COMMANDS })
          .map((command) => ({ command, events: commands.events(command.id) })),
      };
    },
    greeting: () => {
      const now = plans.recommendation();
      const current = plans.current();
      const hello: ServiceEvent = { type: "hello", version, nowMs: clock.nowMs(), sources: book.wantedSources() };
      const plan: ServiceEvent[] = current
        ? [
            {
              type: "plan",
              planId: current.plan.id,
              createdAtMs: current.plan.createdAtMs,
              nextDueMs: plans.nextDueMs(),
            },
          ]
        : [];
      return [
        hello,
        ...plan,
        ...(now ? [{ type: "recommendation" as const, recommendation: now }] : []),
        ...commands.toCarry().map((command) => ({ type: "command" as const, command })),
      ];
    },
    counters: () => {
      const { accepted, rejected } = deps.intake.counts();
      return {
        plansMade: store.plans.countByRung(),
        lastSolveMs: plans.current()?.plan.solveMs ?? 0,
        commands: store.commands.countByEventType(),
        acknowledgedInS: deps.acknowledgedInS.quantiles(),
        deviations: store.deviations.countByKind(),
        overridesActive: store.overrides.active(clock.nowMs()).length,
        devices: commands.status(),
        readingsAccepted: accepted,
        readingsRejected: rejected,
        listeners: listeners.count(),
        isStoreWritable: store.condition().outage === undefined,
      };
    },
  };
}

/** Devices whose newest command failed. */
const failedDevices = (commands: Pick<CommandCycle, "status">): string[] =>
  commands
    .status()
    .filter(({ command }) => command?.state === "failed" || command?.deadLetter === "open")
    .map(({ name }) => name);
