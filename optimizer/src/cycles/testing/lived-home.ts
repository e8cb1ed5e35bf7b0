import { fileURLToPath } from "node:url";
import {
  type Command,
  type HomeConfig,
  isServiceCall,
  type PricesUpdate,
  type ServiceCall,
  type TelemetryReading,
} from "@ohmstead/contract";
import type { Logger } from "pino";
import { devicesOfHome } from "../../devices/devices-of-home.ts";
import { createHouse, type House } from "../../simulator/create-house.ts";
import { houseEntities } from "../../simulator/entities.ts";
import type { HouseSetup } from "../../simulator/physics/house-setup.ts";
import type { HouseInputs } from "../../simulator/physics/surroundings.ts";
import { prepareCall } from "../../simulator/server/prepare-call.ts";
import type { Solver } from "../../solver/solver.ts";
import { createHistorySource, createPriceSources, createWeatherSources } from "../../sources/registry.ts";
import type { Store } from "../../store/store.ts";
import { createAppliance } from "../run-appliance.ts";

const MINUTE_MS = 60_000;
/** Recorded prices, weather and load of the demo's winter week. */
export const WINTER_FOLDER = fileURLToPath(new URL("../../../../config/demo/winter", import.meta.url));

export interface LivedHome {
  readonly house: House;
  /** Minute by minute: the house moves, its meters speak, what was ordered is carried out; at every cycle's beginning a plan is waited for. */
  liveUntil(endMs: number): Promise<void>;
  push(update: PricesUpdate): Promise<void>;
  /** Those that were carried to their device, oldest first, of each the time at which they were. */
  carried(): readonly { readonly atMs: number; readonly command: Command }[];
  stop(): Promise<void>;
}

/** The whole appliance in the simulated house, in process, on a clock that the test moves. */
export function startLivedHome(home: {
  readonly config: HomeConfig;
  readonly setup: HouseSetup;
  readonly inputs: HouseInputs;
  readonly store: Store;
  readonly solver: Solver;
  readonly startMs: number;
  readonly logger: Logger;
}): LivedHome {
  const { config, setup, store, startMs } = home;
  const house = createHouse(setup, home.inputs, 1, { startMs });
  house.setControls({ heatingOn: false });
  const entities = houseEntities(setup);
  let sleepers: { readonly dueMs: number; readonly wake: () => void }[] = [];
  const deps = { currency: config.currency, timeZone: config.timeZone, baseFolder: WINTER_FOLDER };
  const appliance = createAppliance({
    config,
    store,
    // The test stops its own.
    solver: { ...home.solver, stop: async () => {} },
    devices: devicesOfHome(config),
    sources: {
      prices: createPriceSources(config.prices.source, deps),
      weather: createWeatherSources(config.weather.source, deps),
      pv: new Map(),
      history: config.history && createHistorySource(config.history.source, deps),
    },
    clock: {
      nowMs: () => house.nowMs(),
      sleep: (ms, signal) =>
        new Promise((wake) => {
          sleepers.push({ dueMs: house.nowMs() + ms, wake });
          signal?.addEventListener("abort", () => wake());
        }),
    },
    speed: 1,
    logger: home.logger,
    version: "test",
  });
  const ordered = new Map<string, Command>();
  const carried: { readonly atMs: number; readonly command: Command }[] = [];
  let planned: (() => void) | undefined;
  appliance.subscribe((event) => {
    if (event.type === "command") ordered.set(event.command.id, event.command);
    if (event.type === "withdraw") ordered.delete(event.commandId);
    if (event.type === "plan") planned?.();
  });

  function call({ action, target, data }: ServiceCall): void {
    const [domain = "", service = ""] = action.split(".");
    const prepared = prepareCall(entities, domain, service, target, data);
    for (const entity of prepared.entities)
      house.setControls(prepared.service.turn(entity, prepared.data, house.controls()) ?? {});
  }
  function carry(command: Command): void {
    const { id, attempt, calls } = command;
    const atMs = house.nowMs();
    appliance.reportCommand(id, { id: `${id} ${attempt} sent`, type: "sent", attempt, atMs, detail: "" });
    for (const each of calls) if (isServiceCall(each)) call(each);
    carried.push({ atMs, command });
    appliance.reportCommand(id, { id: `${id} ${attempt} done`, type: "acknowledged", attempt, atMs, detail: "" });
  }
  function speak(): void {
    const view = { readings: house.readings(), controls: house.controls(), activity: house.state().heatPump.activity };
    const readings = entities.flatMap((entity): TelemetryReading[] => {
      const { state, attributes = {} } = entity.read(view);
      const unit = entity.attributes["unit_of_measurement"];
      const atMs = house.nowMs();
      return [
        { source: entity.entityId, value: state, atMs, ...(typeof unit === "string" ? { unit } : {}) },
        ...Object.entries(attributes).map(([name, value]) => ({
          source: `${entity.entityId}#${name}`,
          value: typeof value === "number" ? value : String(value),
          atMs,
        })),
      ];
    });
    appliance.takeTelemetry({ readings });
  }
  async function liveAMinute(): Promise<void> {
    house.step(MINUTE_MS);
    speak();
    const cycleMs = config.planning.cycleMinutes * MINUTE_MS;
    const plan = house.nowMs() % cycleMs === 0 ? new Promise<void>((done) => (planned = done)) : undefined;
    // Timers ring a little late.
    const due = sleepers.filter(({ dueMs }) => dueMs <= house.nowMs() + 1000);
    sleepers = sleepers.filter((each) => !due.includes(each));
    for (const { wake } of due) wake();
    await plan;
    for (const command of ordered.values()) {
      ordered.delete(command.id);
      carry(command);
    }
  }
  const firstPlan = new Promise<void>((done) => (planned = done));
  speak();
  appliance.start();
  return {
    house,
    liveUntil: async (endMs) => {
      await firstPlan;
      while (house.nowMs() < endMs) await liveAMinute();
    },
    push: async (update) => void (await appliance.updatePrices(update)),
    carried: () => carried,
    stop: () => appliance.stop(),
  };
}
