import { HomeConfig, MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createSolver } from "../solver/solver.ts";
import { createPvSources, createWeatherSources } from "../sources/registry.ts";
import { fixture, type LocalServer, send, startLocalServer } from "../sources/testing/local-server.ts";
import { openStore, type Store } from "../store/store.ts";
import { applianceByHand, restsOf } from "./testing/appliance-by-hand.ts";
import { BATTERY_IN_CONFIG } from "./testing/battery-in-config.ts";

/** The recorded answer speaks of these days, 1 March 23:00 to 4 March 22:00 UTC. */
const NOON_MS = Date.UTC(2026, 2, 2, 12);
const PLACE = { latitude: 50, longitude: 10 };
const config = HomeConfig.parse({
  timeZone: "Europe/Berlin",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "open-meteo", ...PLACE } },
  meters: { gridPower: "sensor.grid", outdoorTemp: "sensor.outdoor" },
  pvArrays: [{ id: "roof", peakKw: 5, sensors: { power: "sensor.pv" } }],
  batteries: [BATTERY_IN_CONFIG],
});

let server: LocalServer;
const solver = createSolver();
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(async () => {
  await server.close();
  await solver.stop();
});

let store: Store;
beforeEach(() => {
  store = openStore(":memory:");
  store.prices.save(
    "push",
    Array.from({ length: 120 }, (_, k) => ({
      startMs: NOON_MS + (k - 2) * MS_PER_HOUR,
      hours: 1,
      importPricePerKwh: 0.2 + (k % 7) / 50,
      exportPricePerKwh: 0.05,
    })),
    NOON_MS,
  );
});
afterEach(() => store.close());

const recordedTempC = (ms: number): number => {
  const { hourly } = JSON.parse(fixture("open-meteo/forecast_hourly_2026-03.json")) as {
    hourly: { time: string[]; temperature_2m: number[] };
  };
  return (
    hourly.temperature_2m[hourly.time.indexOf(new Date(ms + MS_PER_HOUR).toISOString().slice(0, 16))] ?? Number.NaN
  );
};

test("E07 the weather source down for a day: every slot has its value, and each plan says on which word it rests", async () => {
  server.answer(send(fixture("open-meteo/forecast_hourly_2026-03.json")));
  const deps = { currency: "EUR", timeoutMs: 2000 };
  const solar = { kind: "open-meteo", ...PLACE, tiltDeg: 35, azimuthDeg: 180, baseUrl: server.url };
  const { appliance, nowMs, passTo } = applianceByHand({
    config,
    store,
    solver,
    sources: {
      prices: [],
      weather: createWeatherSources([{ kind: "open-meteo", ...PLACE, baseUrl: server.url }], deps),
      pv: new Map([["roof", createPvSources([solar], { ...deps, peakKw: 5 })]]),
      history: undefined,
    },
    startMs: NOON_MS,
    logger: pino({ level: "silent" }),
  });
  /** Of the plan of so many hours later, after the cycles have had their turn. */
  const rests = async (hours: number) => {
    const plan = await passTo(nowMs() + hours * MS_PER_HOUR);
    return ["outdoorTempC", "pv/roof"].map((series) => {
      const [first] = restsOf(plan, series);
      return [first?.rung, first?.source, ((first?.issuedAtMs ?? Number.NaN) - NOON_MS) / MS_PER_HOUR];
    });
  };
  appliance.start();
  try {
    expect(await rests(0)).toEqual([
      ["best", "open-meteo", 0],
      ["best", "open-meteo", 0],
    ]);
    await server.closePort();
    for (let hour = 4; hour <= 24; hour += 4)
      expect(await rests(4)).toEqual([
        ["cached", "open-meteo", 0],
        ["cached", "open-meteo", 0],
      ]);
    const { problem } = store.plans.latest() ?? {};
    problem?.slots.forEach((slot, k) => {
      const isOnTheHour = slot.hours === 1 && slotEndMs(slot) < NOON_MS + 50 * MS_PER_HOUR;
      const [from, until] = [recordedTempC(slot.startMs), recordedTempC(slotEndMs(slot))];
      if (isOnTheHour) expect(problem.outdoorTempC[k]).toBeCloseTo((from + until) / 2, 6);
    });
    expect(problem?.pvArrays[0]?.forecastKw.some((kw) => kw > 1)).toBe(true);
    expect(
      appliance
        .health()
        .checks.map(({ detail }) => detail)
        .join("; "),
    ).toContain("cannot be reached");
    await server.beWell();
    expect((await rests(3))[0]?.slice(0, 2)).toEqual(["best", "open-meteo"]);
  } finally {
    await appliance.stop();
  }
});
