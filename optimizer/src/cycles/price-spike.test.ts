import { HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { createHouse } from "../simulator/create-house.ts";
import { oldRules } from "../simulator/old-rules.ts";
import { demoHouse } from "../simulator/physics/house-setup.ts";
import { readHouseInputs } from "../simulator/read-inputs.ts";
import { createSolver } from "../solver/solver.ts";
import { openStore } from "../store/store.ts";
import { SIMULATED_BATTERY_IN_CONFIG } from "./testing/battery-in-config.ts";
import { type LivedHome, startLivedHome, WINTER_FOLDER } from "./testing/lived-home.ts";

const config = HomeConfig.parse({
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  planning: { cycleMinutes: 30 },
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv", file: "weather.csv", column: "temp_100968_c" } },
  history: { source: { kind: "csv", file: "house.csv", load: { column: "load_w", factor: 0.001 } } },
  meters: { gridPower: "sensor.house_grid_power", outdoorTemp: "sensor.house_outdoor_temperature" },
  batteries: [
    {
      ...SIMULATED_BATTERY_IN_CONFIG,
      minSoc: 0.1,
      chargeEfficiency: 0.95,
      dischargeEfficiency: 0.95,
      wearPricePerKwh: 0.02,
    },
  ],
  tanks: [
    {
      id: "hot_water",
      litres: 300,
      heatLossKwPerK: 0.002,
      minTempC: 45,
      maxTempC: 60,
      hardMaxTempC: 75,
      dailyDrawKwh: 5.8,
      sensors: { temp: "sensor.hot_water_tank_temperature" },
      control: { kind: "water-heater", entity: "water_heater.hot_water_tank", idleTempC: 40, maxTempC: 60 },
    },
  ],
  heatPumps: [
    {
      id: "heat_pump",
      tankId: "hot_water",
      maxPowerKw: 4.5,
      copByOutdoorTemp: [
        [-20, 1.9],
        [-7, 2.5],
        [2, 3.2],
        [7, 3.9],
        [12, 4.4],
      ],
      waterCopFactor: 0.75,
      sensors: { power: "sensor.heat_pump_power" },
    },
  ],
});
const solver = createSolver();
const store = openStore(":memory:");
afterAll(async () => {
  store.close();
  await solver.stop();
});

/** A day that begins eight hours before the spike and ends when it is over; prices from 111 EUR/MWh to 1896. */
const START_MS = Date.UTC(2024, 0, 4, 21);
const SPIKE_MS = { from: Date.UTC(2024, 0, 5, 5), until: Date.UTC(2024, 0, 5, 20) };
const END_MS = START_MS + 25 * MS_PER_HOUR;
/** When the market tells what tomorrow costs, and where its days end. */
const PUBLISHED_MS = Date.UTC(2024, 0, 5, 12);
const marketDayEndMs = (day: number): number => Date.UTC(2024, 0, day, 23);
const HALF_HOUR_MS = MS_PER_HOUR / 2;

const recorded = readHouseInputs(WINTER_FOLDER);
const inputs = { ...recorded, pvKw: [{ startMs: START_MS, value: 0 }] };
const prices = recorded.spotPrices.map(({ startMs, value }) => ({
  startMs,
  hours: 1,
  importPricePerKwh: value * demoHouse.tariff.importFactor + demoHouse.tariff.importAddPerKwh,
  exportPricePerKwh: value * demoHouse.tariff.exportFactor + demoHouse.tariff.exportAddPerKwh,
}));
const pricesIn = (fromMs: number, untilMs: number) =>
  prices.filter(({ startMs }) => startMs >= fromMs && startMs < untilMs);
const priceAt = (ms: number): number => pricesIn(ms - MS_PER_HOUR + 1, ms + 1)[0]?.importPricePerKwh ?? Number.NaN;

/** Less is lost in the battery alone: no order can pay because of it. */
const OTHER_PRICE = 0.1;
const isOtherPrice = (a: number, b: number): boolean => Math.abs(a - b) > OTHER_PRICE * Math.max(a, b);
const regimes = (fromMs: number, untilMs: number): number =>
  pricesIn(fromMs, untilMs).filter(
    ({ importPricePerKwh }, k, all) => k === 0 || isOtherPrice(importPricePerKwh, all[k - 1]?.importPricePerKwh ?? 0),
  ).length;

/**
 * What came, went and came again within half an hour, without any change of price that could explain it. A heating run is no such break: it
 * is over when the water is hot.
 */
const fluttersOf = (orders: ReturnType<LivedHome["carried"]>): string[] =>
  orders.flatMap(({ atMs, command }, k) => {
    const [before, between] = [orders[k - 2], orders[k - 1]];
    if (!before || !between || before.command.intent.kind !== command.intent.kind) return [];
    const isSoon = atMs - between.atMs <= HALF_HOUR_MS && between.command.intent.kind !== "heatTo";
    return isSoon && !isOtherPrice(priceAt(between.atMs - 1), priceAt(atMs))
      ? [`${new Date(atMs).toISOString()} ${command.deviceId} ${command.intent.kind} again: ${command.reason}`]
      : [];
  });

test("E11 a day with prices up to 1896 EUR/MWh, planned anew every half-hour: full before, given in it, an order per price at most, none taken back", async () => {
  store.prices.save("push", pricesIn(0, marketDayEndMs(5)), START_MS - 8 * MS_PER_HOUR);
  const home = startLivedHome({
    config,
    setup: demoHouse,
    inputs,
    store,
    solver,
    startMs: START_MS,
    logger: pino({ level: "silent" }),
  });
  try {
    await home.liveUntil(SPIKE_MS.from);
    expect(home.house.state().battery.soc).toBeGreaterThan(0.95);
    await home.liveUntil(PUBLISHED_MS);
    await home.push({ currency: "EUR", slots: pricesIn(marketDayEndMs(5), marketDayEndMs(6)) });
    await home.liveUntil(SPIKE_MS.until);
    expect(home.house.state().battery.soc).toBeLessThan(0.2);
    await home.liveUntil(END_MS);
  } finally {
    await home.stop();
  }
  // Such prices are believed.
  expect(store.quarantine.countBySubject().size).toBe(0);
  for (const deviceId of ["battery", "hot_water"]) {
    const orders = home.carried().filter(({ command }) => command.deviceId === deviceId);
    expect(orders.length).toBeGreaterThan(2);
    expect(orders.length).toBeLessThanOrEqual(regimes(START_MS, END_MS));
    expect(orders.length).toBeLessThan(0.75 * config.commands.writesPerDay);
    expect(fluttersOf(orders)).toEqual([]);
  }
  // The same house by its installer's settings: self-use, and a thermostat in the tank.
  const resting = createHouse(demoHouse, inputs, 1, {
    startMs: START_MS,
    rule: (...now) => ({ ...oldRules(...now), heatingOn: false }),
  });
  resting.step(END_MS - START_MS);
  expect(home.house.state().battery.soc).toBeGreaterThan(resting.state().battery.soc - 0.01);
  expect(home.house.meters().cost).toBeLessThan(0.7 * resting.meters().cost);
});
