import { randomUUID } from "node:crypto";
import type {
  DeviceIntents,
  HomeConfig,
  NewOverride,
  Override,
  OverrideChoice,
  Plan,
  ServiceEvent,
} from "@ohmstead/contract";
import type { Device } from "../../devices/device.ts";
import { refusalOf } from "../../devices/refusal-of.ts";
import type { Logger } from "pino";
import type { Clock } from "../../domain/clock.ts";
import { NotFound } from "../../domain/errors.ts";
import type { Store } from "../../store/store.ts";
import type { SolvingEngine } from "../solving/open-house.ts";
import { devicesIn } from "./devices-in.ts";
import { outOfPlan } from "./out-of-plan.ts";
import { overrideChoices } from "./override-choices.ts";
import { overrideOf, type Refusal, replacedBy } from "./override-of.ts";
import { type PlanMade, priceOverrides } from "./price-overrides.ts";

export interface PeopleDeps {
  readonly config: HomeConfig;
  /** By id: those that can be told something. */
  readonly devices: ReadonlyMap<string, Device>;
  readonly store: Pick<Store, "overrides" | "transaction">;
  readonly solver: SolvingEngine;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
  readonly publish: (event: ServiceEvent) => void;
  /** Resolves when a plan that was begun after this call is made. */
  readonly replan: (cause: string) => Promise<Plan>;
  /** The same where nobody waits. */
  readonly replanSoon: (cause: string) => void;
}

export interface PeopleCycle {
  /** What people have asked for and still holds, oldest first, with what it costs as soon as that is known. */
  active(): readonly Override[];
  /** All that can be asked for in this house. */
  choices(): readonly OverrideChoice[];
  /** Throws InputError. Resolves when a plan respects it. */
  add(wish: NewOverride): Promise<Override>;
  /** Reconciliation saw that somebody changed a device by hand: it is left alone until then. */
  addDetected(deviceId: string, untilMs: number): Override;
  /** Throws NotFound. Resolves when a plan without it is made. */
  end(id: string, by?: string): Promise<void>;
  /** What people have devices told themselves, in the form of a plan. */
  driven(): readonly DeviceIntents[];
  /** Devices that nobody is to command now, and why. */
  leftAlone(): ReadonlyMap<string, string>;
  /** A plan has been published: what each override costs by it is found out meanwhile, and told. */
  onPlan(made: PlanMade): Promise<void>;
  /** Time passed: what is over is told, and planned without. */
  tick(): void;
  stop(): void;
}

/** What people want, from their word to its end: kept, planned, priced, told. */
export function createPeopleCycle(deps: PeopleDeps): PeopleCycle {
  const { config, devices, store, solver, clock, logger, publish, replan, replanSoon } = deps;
  const timeLimitMs = config.planning.timeLimitS * 1000;
  const names = new Map(devicesIn(config).map(({ id, name }) => [id, name]));
  let costs: ReadonlyMap<string, number> = new Map();
  let newest: string | undefined;
  let isStopped = false;
  let told = store.overrides.active(clock.nowMs()).map(({ id }) => id);

  const refusal: Refusal = (deviceId, intent) => {
    const device = devices.get(deviceId);
    return device ? refusalOf(device, intent) : "kind: nothing can be told to it, it has no control in the config";
  };

  const active = (): readonly Override[] =>
    store.overrides.active(clock.nowMs()).map((override) => {
      const extraCost = costs.get(override.id);
      return extraCost === undefined ? override : { ...override, extraCost };
    });

  function tell(): void {
    const overrides = active();
    told = overrides.map(({ id }) => id);
    publish({ type: "overrides", overrides });
  }

  function keep(given: Omit<Override, "id">): Override {
    const override: Override = { id: randomUUID(), ...given };
    const nowMs = clock.nowMs();
    store.transaction(() => {
      for (const older of replacedBy(override, store.overrides.active(nowMs)))
        store.overrides.end(older.id, nowMs, override.by);
      store.overrides.add(override);
    });
    logger.info({ override }, "override");
    tell();
    return override;
  }

  return {
    active,
    choices: () => overrideChoices(config, clock.nowMs()),
    add: async (wish) => {
      const override = keep(overrideOf(wish, config, clock.nowMs(), refusal));
      await replan(about(override));
      return override;
    },
    addDetected: (deviceId, untilMs) => {
      const nowMs = clock.nowMs();
      const override = keep({ kind: "manual", deviceId, createdAtMs: nowMs, untilMs, origin: "detected" });
      replanSoon(`${names.get(deviceId) ?? deviceId} was changed by hand`);
      return override;
    },
    end: async (id, by = "api") => {
      if (!store.overrides.end(id, clock.nowMs(), by))
        throw new NotFound(`there is no override "${id}" that still holds; GET /api/v1/overrides lists those that do`);
      tell();
      await replan("override ended");
    },
    driven: () =>
      store.overrides.active(clock.nowMs()).flatMap(({ deviceId, intent, createdAtMs, untilMs }): DeviceIntents[] => {
        const device = deviceId === undefined ? undefined : devices.get(deviceId);
        if (!device || !intent) return [];
        const segment = { startMs: createdAtMs, endMs: untilMs, intent, reason: "As you asked." };
        return [{ deviceId: device.deviceId, deviceType: device.deviceType, segments: [segment] }];
      }),
    leftAlone: () => {
      const nowMs = clock.nowMs();
      const overrides = store.overrides.active(nowMs);
      const leftAlone = new Map(outOfPlan({ config, overrides, nowMs }));
      // What a person has it told is a command like any other.
      for (const { deviceId, intent } of overrides) if (deviceId !== undefined && intent) leftAlone.delete(deviceId);
      return leftAlone;
    },
    onPlan: async (made) => {
      newest = made.plan.id;
      const isWanted = () => !isStopped && newest === made.plan.id;
      const priced = made.inputs.overrides.filter(({ untilMs }) => untilMs > made.inputs.nowMs);
      if (priced.length === 0) {
        costs = new Map();
        return;
      }
      try {
        const found = await priceOverrides(made, priced, { solver, timeLimitMs, isWanted });
        if (!isWanted()) return;
        costs = found;
        tell();
      } catch (error) {
        // A price tag is no plan: the next plan brings the next try.
        if (isWanted()) logger.warn({ err: error }, "what the overrides cost could not be told");
      }
    },
    tick: () => {
      const nowMs = clock.nowMs();
      const holding = new Set(store.overrides.active(nowMs).map(({ id }) => id));
      if (told.every((id) => holding.has(id))) return;
      tell();
      replanSoon("override over");
    },
    stop: () => {
      isStopped = true;
    },
  };
}

const about = ({ kind, deviceId }: Pick<Override, "kind" | "deviceId">): string =>
  deviceId === undefined ? kind : `${kind} of ${deviceId}`;
