import { readFileSync } from "node:fs";
import { type Command, HomeConfig, MS_PER_HOUR, type ServiceEvent, type TelemetryReading } from "@ohmstead/contract";
import { parse } from "yaml";
import { pino } from "pino";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { isLive } from "../../commands/life.ts";
import { devicesOfHome } from "../../devices/devices-of-home.ts";
import { createSolver, type Solver } from "../../solver/solver.ts";
import { openStore, type Store } from "../../store/store.ts";
import { createAppliance, type RunningAppliance } from "../run-appliance.ts";

// The whole appliance without its wires: what people say, what is commanded.
const NOON_MS = Date.UTC(2024, 0, 5, 12);
const config = HomeConfig.parse({
  ...parse(readFileSync(new URL("../../../../config/demo/home.yaml", import.meta.url), "utf8")),
  prices: { source: { kind: "push" } },
  history: undefined,
});
const solver = createSolver();
afterAll(() => solver.stop());
const shared: Solver = { ...solver, stop: async () => {} };

let store: Store;
let nowMs: number;
let appliance: RunningAppliance;
let events: ServiceEvent[];
beforeEach(async () => {
  nowMs = NOON_MS;
  store = openStore(":memory:");
  // Dearest now: nobody would heat water who was not asked to.
  const prices = Array.from({ length: 40 }, (_, k) => ({
    startMs: NOON_MS + (k - 2) * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: k < 6 ? 1.5 : 0.15,
    exportPricePerKwh: 0.05,
  }));
  store.prices.save("push", prices, NOON_MS);
  appliance = createAppliance({
    config,
    store,
    solver: shared,
    devices: devicesOfHome(config),
    sources: {
      prices: [{ kind: "push", name: "push", refreshMinutes: 60, fetch: async () => [] }],
      weather: [],
      pv: new Map(),
      history: undefined,
    },
    clock: { nowMs: () => nowMs, sleep: async () => {} },
    speed: 1,
    logger: pino({ level: "silent" }),
    version: "test",
  });
  events = [];
  appliance.subscribe((event) => void events.push(event));
  appliance.takeTelemetry({ readings: house() });
  await appliance.replan("test");
});
afterEach(async () => {
  await appliance.stop();
  store.close();
});

const read = (source: string, value: number, unit: string) => ({ source, value, unit, atMs: nowMs });
const house = (): TelemetryReading[] => {
  return [
    read("sensor.house_grid_power", 800, "W"),
    read("sensor.house_outdoor_temperature", -3, "°C"),
    read("sensor.battery_soc", 50, "%"),
    read("sensor.battery_power", 0, "W"),
    read("sensor.pv_power", 0, "W"),
    read("sensor.living_room_temperature", 21.5, "°C"),
    read("sensor.hot_water_tank_temperature", 47, "°C"),
    read("sensor.heat_pump_power", 0, "W"),
    read("sensor.immersion_upper_power", 0, "W"),
    read("sensor.immersion_lower_power", 0, "W"),
    // Settings that no plan would make: nothing is done already.
    { source: "select.battery_mode", value: "?", atMs: nowMs },
    read("number.pv_power_limit", 1, "W"),
    read("climate.living_room#temperature", 5, "°C"),
    read("water_heater.hot_water_tank#temperature", 5, "°C"),
    { source: "switch.immersion_upper", value: "?", atMs: nowMs },
    { source: "switch.immersion_lower", value: "?", atMs: nowMs },
  ];
};
const commandsOf = (deviceId: string): Command[] =>
  appliance.commands({ openOnly: false, limit: 100 }).filter((each) => each.deviceId === deviceId);
/** What the device was told last, and is to do. */
const orderOf = (deviceId: string) => commandsOf(deviceId).find(({ state }) => isLive(state))?.intent.kind;

test("E26 hot water now, at the dearest hour: ordered with the plan that the wish waited for; it shows its cost", async () => {
  expect(orderOf("hot_water")).not.toBe("heatTo");
  await appliance.addOverride({ kind: "boostWater", minutes: 60, by: "dashboard" });
  expect(orderOf("hot_water")).toBe("heatTo");
  expect(commandsOf("hot_water")[0]?.createdAtMs).toBe(nowMs);
  await vi.waitFor(() => expect(appliance.overrides()[0]?.extraCost).toBeGreaterThan(0.1), 20_000);
  expect(events.at(-1)).toEqual({ type: "overrides", overrides: appliance.overrides() });
});

test("E27 a battery that its owner took out of service is in no plan, no recommendation, no order and no fallback", async () => {
  const { id } = await appliance.addOverride({ kind: "deviceOff", deviceId: "battery" });
  const before = commandsOf("battery").length;
  const plan = await appliance.replan("test");
  expect(plan.schedule.batteries).toEqual([]);
  expect(plan.notes.join()).toContain("battery is left alone: taken out of service until");
  expect(appliance.recommendation()?.devices.map(({ deviceId }) => deviceId)).not.toContain("battery");
  expect(appliance.fallbackPack()?.devices.map(({ deviceId }) => deviceId)).not.toContain("battery");
  nowMs += 10 * 60_000;
  appliance.takeTelemetry({ readings: house() });
  await appliance.replan("test");
  expect(commandsOf("battery")).toHaveLength(before);
  await appliance.endOverride(id);
  expect(appliance.plan()?.schedule.batteries).toHaveLength(1);
  expect(appliance.fallbackPack()?.devices.map(({ deviceId }) => deviceId)).toContain("battery");
});

test("E27 an array out of service goes on giving its sun to the plan, and is not commanded", async () => {
  await appliance.addOverride({ kind: "deviceOff", deviceId: "roof" });
  expect(appliance.plan()?.schedule.pvArrays).toHaveLength(1);
  expect(appliance.plan()?.devices.map(({ deviceId }) => deviceId)).not.toContain("roof");
});

test("E28 the person wins over the plan: one live order per device, and the audit has plan and person", async () => {
  const planned = orderOf("hot_water");
  await Promise.all([
    appliance.addOverride({ kind: "boostWater", minutes: 60, by: "dashboard" }),
    appliance.addOverride({ kind: "boostWater", minutes: 90, by: "homeassistant" }),
  ]);
  expect(planned).not.toBe("heatTo");
  expect(orderOf("hot_water")).toBe("heatTo");
  for (const { id } of config.tanks) expect(commandsOf(id).filter(({ state }) => isLive(state))).toHaveLength(1);
  expect(commandsOf("hot_water")[0]?.reason).toContain("as asked for");
  expect(store.overrides.between(NOON_MS, NOON_MS + 1).map(({ by }) => by)).toEqual(["dashboard", "homeassistant"]);
  expect(appliance.overrides()).toMatchObject([{ by: "homeassistant" }]);
  expect(commandsOf("hot_water")[0]?.origin.kind).toBe("person");
  const origins = appliance.audit({ deviceId: "hot_water" }).map(({ origin }) => origin);
  expect(origins.map(({ kind }) => kind)).toContain("plan");
  expect(origins.map(({ detail }) => detail)).toEqual(expect.arrayContaining(["dashboard", "homeassistant"]));
});

test("E28 by hand a person has the battery charged: told in the person's name, kept by fallback, and over when it is over", async () => {
  const intent = { kind: "charge", kw: 2, untilSoc: 0.9 } as const;
  await appliance.addOverride({ kind: "manual", deviceId: "battery", minutes: 60, intent, by: "dashboard" });
  expect(appliance.plan()?.schedule.batteries).toEqual([]);
  expect(commandsOf("battery")[0]).toMatchObject({
    intent,
    origin: { kind: "person", detail: "manual" },
    state: "pending",
  });
  const kept = appliance.fallbackPack()?.devices.find(({ deviceId }) => deviceId === "battery");
  expect(kept?.segments).toMatchObject([{ intent, endMs: NOON_MS + 60 * 60_000 }]);
  nowMs += 61 * 60_000;
  appliance.takeTelemetry({ readings: house() });
  await appliance.replan("test");
  expect(appliance.plan()?.schedule.batteries).toHaveLength(1);
  expect(commandsOf("battery").filter(({ origin }) => origin.kind === "person")[0]?.state).not.toBe("pending");
  const impossible = { kind: "charge", kw: 50, untilSoc: 0.9 } as const;
  await expect(appliance.addOverride({ kind: "manual", deviceId: "battery", intent: impossible })).rejects.toThrow(
    "intent.kw Battery cannot do 50; the nearest it can is 5",
  );
});
