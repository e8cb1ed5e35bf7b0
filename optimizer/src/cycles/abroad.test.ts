import { type CurrencyCode, HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, describe, expect, test } from "vitest";
import { demoHouse } from "../simulator/physics/house-setup.ts";
import { readHouseInputs } from "../simulator/read-inputs.ts";
import { createSolver } from "../solver/solver.ts";
import { openStore } from "../store/store.ts";
import { SIMULATED_BATTERY_IN_CONFIG } from "./testing/battery-in-config.ts";
import { startLivedHome, WINTER_FOLDER } from "./testing/lived-home.ts";

/** A household that says nothing of money but its currency. */
const homeIn = (currency: CurrencyCode): HomeConfig =>
  HomeConfig.parse({
    timeZone: "Europe/Helsinki",
    currency,
    planning: { cycleMinutes: 30 },
    prices: { source: { kind: "push" } },
    weather: { source: { kind: "csv", file: "weather.csv", column: "temp_100968_c" } },
    history: { source: { kind: "csv", file: "house.csv", load: { column: "load_w", factor: 0.001 } } },
    meters: { gridPower: "sensor.house_grid_power", outdoorTemp: "sensor.house_outdoor_temperature" },
    batteries: [SIMULATED_BATTERY_IN_CONFIG],
    tanks: [
      {
        id: "hot_water",
        litres: 300,
        sensors: { temp: "sensor.hot_water_tank_temperature" },
        control: { kind: "water-heater", entity: "water_heater.hot_water_tank", idleTempC: 40, maxTempC: 60 },
      },
    ],
    heatPumps: [
      { id: "heat_pump", tankId: "hot_water", maxPowerKw: 4.5, sensors: { power: "sensor.heat_pump_power" } },
    ],
  });

const solver = createSolver();
afterAll(() => solver.stop());

const START_MS = Date.UTC(2024, 0, 4, 21);
const END_MS = START_MS + 10 * MS_PER_HOUR;
const recorded = readHouseInputs(WINTER_FOLDER);

/** What the house is told in ten hours around a morning of dear power, at so much of its money for a euro. */
async function livedIn(currency: CurrencyCode, rate: number) {
  const store = openStore(":memory:");
  const { importFactor, importAddPerKwh, exportFactor, exportAddPerKwh } = demoHouse.tariff;
  const slots = recorded.spotPrices
    .filter(({ startMs }) => startMs >= START_MS - 24 * MS_PER_HOUR && startMs < START_MS + 26 * MS_PER_HOUR)
    .map(({ startMs, value }) => ({
      startMs,
      hours: 1,
      importPricePerKwh: rate * (value * importFactor + importAddPerKwh),
      exportPricePerKwh: rate * (value * exportFactor + exportAddPerKwh),
    }));
  const home = startLivedHome({
    config: homeIn(currency),
    setup: demoHouse,
    inputs: { ...recorded, pvKw: [{ startMs: START_MS, value: 0 }] },
    store,
    solver,
    startMs: START_MS,
    logger: pino({ level: "silent" }),
  });
  try {
    await home.push({ currency, slots });
    await home.liveUntil(END_MS);
    const plan = store.plans.latest()?.plan;
    const refused = [...store.quarantine.countBySubject().keys()];
    return { orders: home.carried(), plan, refused };
  } finally {
    await home.stop();
    store.close();
  }
}

describe("the same household abroad, prices at the rate of the day, from the push to the order", () => {
  const atHome = livedIn("EUR", 1);
  test.each([
    { currency: "HUF", rate: 392, writes: /\d\.\d Ft\/kWh/ },
    { currency: "JPY", rate: 168, writes: /\d\.\d ¥\/kWh/ },
    { currency: "CZK", rate: 24.3, writes: /\d\.\d\d Kč\/kWh/ },
  ] as const)("in $currency: the same orders, said in its own money", { timeout: 120_000 }, async (abroad) => {
    const { currency, rate, writes } = abroad;
    const [home, there] = [await atHome, await livedIn(currency, rate)];
    expect(there.refused).toEqual([]);
    const told = ({ orders }: typeof home) =>
      orders.map(({ atMs, command: { deviceId, intent } }) => ({ atMs, deviceId, kind: intent.kind }));
    expect(told(home).length).toBeGreaterThan(3);
    expect(told(there)).toEqual(told(home));
    const reasons = there.orders.map(({ command }) => command.reason);
    expect(reasons.filter((reason) => writes.test(reason)).length).toBeGreaterThan(1);
    expect(reasons.filter((reason) => /€| 0\.0+ |\d\.\d{3,}/.test(reason))).toEqual([]);
    expect(there.plan?.currency).toBe(currency);
    expect((there.plan?.cost.total ?? 0) / rate / (home.plan?.cost.total ?? 1)).toBeCloseTo(1, 1);
  });
});
