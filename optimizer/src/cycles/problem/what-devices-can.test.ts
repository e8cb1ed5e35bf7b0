import { readFileSync } from "node:fs";
import { HomeConfig, type Intent, MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { devicesOfHome } from "../../devices/devices-of-home.ts";
import { refusalOf } from "../../devices/refusal-of.ts";
import { createSolver } from "../../solver/solver.ts";
import { buildProblem } from "../build-problem.ts";
import { solveHousehold } from "../solve-household.ts";
import { carWithinReach, withinReach } from "./what-devices-can.ts";
import { said } from "../testing/said-weather.ts";

const homeOf = (file: string): HomeConfig =>
  HomeConfig.parse(parse(readFileSync(new URL(`../../../../config/examples/${file}`, import.meta.url), "utf8")));
const foxess = homeOf("foxess-sg-ready.yaml");
const [battery] = foxess.batteries;
const [car] = foxess.evs;
if (!battery || !car) throw new Error("the example has a battery and a car");

const can = (id: string, intents: readonly Intent["kind"][], powers: object = {}) => ({
  devices: new Map([[id, { capabilities: { intents, ...powers } }]]),
});

describe("E21 a battery is planned as its control can be told", () => {
  test("one that cannot be told to charge is filled by the sun only", () => {
    const planned = withinReach(can("battery", ["selfUse", "hold"]), battery);
    expect(planned).toMatchObject({ mayChargeFromGrid: false, mayExport: false, maxChargeKw: 5, maxDischargeKw: 5 });
  });
  test("one that cannot be told to discharge sells nothing", () => {
    const planned = withinReach(can("battery", ["selfUse", "hold", "charge"]), battery);
    expect(planned).toMatchObject({ mayChargeFromGrid: true, mayExport: false });
  });
  test("one that can be told both is as its config says", () => {
    const all = ["selfUse", "hold", "charge", "discharge"] as const;
    expect(withinReach(can("battery", all), battery)).toEqual(battery);
    expect(withinReach(can("battery", all), { ...battery, mayExport: false }).mayExport).toBe(false);
    expect(withinReach({}, battery)).toBe(battery);
  });
  test("powers are within both, and no least power is above them", () => {
    const powers = { minChargeKw: 1, maxChargeKw: 3, minDischargeKw: 0.5, maxDischargeKw: 4 };
    const configured = { ...battery, minGridChargeKw: 3.5, taper: { fromSoc: 0.9, endKw: 4 } };
    expect(withinReach(can("battery", ["charge", "discharge"], powers), configured)).toMatchObject({
      ...powers,
      minGridChargeKw: 3,
      taper: { endKw: 3 },
    });
    expect(withinReach(can("battery", ["charge"], { minChargeKw: 6 }), battery).minChargeKw).toBe(5);
  });
});

test("E21 a car is charged between its charger's least and most power, and gives nothing back where that cannot", () => {
  const charger = can("car", ["charge", "stop"], { minChargeKw: 1.38, maxChargeKw: 7.36 });
  expect(carWithinReach(charger, { ...car, maxDischargeKw: 5, minDischargeKw: 1 })).toMatchObject({
    minChargeKw: 1.38,
    maxChargeKw: 7.36,
    maxDischargeKw: 0,
    minDischargeKw: 0,
  });
});

const SIGNALS: Readonly<Record<string, number>> = {
  "battery.soc": 0.5,
  "car.soc": 0.4,
  "car.connected": 1,
  "house.tempC": 20.5,
  "ground_floor.tempC": 21,
  "upstairs.tempC": 20,
  "hot_water.tempC": 50,
  "heat_pump.powerKw": 1.2,
  "outdoor.tempC": 2,
};

/** A winter's day with two dear stretches, as the house of a config is planned. */
function problemOf(config: HomeConfig) {
  const nowMs = Date.UTC(2024, 0, 8, 11);
  const { problem } = buildProblem({
    config,
    devices: devicesOfHome(config),
    nowMs,
    prices: Array.from({ length: 48 }, (_, k) => ({
      startMs: nowMs + k * MS_PER_HOUR,
      hours: 1,
      importPricePerKwh: 0.25 + 0.2 * Math.sin(k / 2),
      exportPricePerKwh: 0.1 + 0.2 * Math.sin(k / 2),
      by: { rung: "best", source: "push" },
    })),
    weather: said([{ startMs: nowMs, endMs: nowMs + 90 * MS_PER_HOUR, value: 2 }]),
    history: { baseLoad: [], pv: new Map() },
    states: new Map(Object.entries(SIGNALS).map(([id, value]) => [id, { value, atMs: nowMs, isStale: false }])),
    overrides: [],
  });
  if (!problem) throw new Error("no problem");
  return { problem, nowMs };
}

test("E21 the problem knows what its devices can do", () => {
  const { problem } = problemOf(foxess);
  expect(problem.zones).toMatchObject([{ id: "house", toldAs: "level" }]);
  expect(problem.evs).toMatchObject([{ id: "car", minChargeKw: 1.38, maxChargeKw: 7.36 }]);
  expect(problem.batteries).toMatchObject([{ mayChargeFromGrid: true, mayExport: true }]);
  const { forceChargePowerEntity: _none, ...control } = battery.control ?? { kind: "foxess-modbus" };
  const sunOnly = { ...foxess, batteries: [{ ...battery, control }] };
  expect(problemOf(sunOnly).problem.batteries).toMatchObject([{ mayChargeFromGrid: false, mayExport: true }]);
});

describe("E21 no plan asks a device for what it cannot do", () => {
  const solver = createSolver();
  afterAll(() => solver.stop());

  test.each(["foxess-sg-ready.yaml", "everything.yaml"])("%s", async (file) => {
    const config = homeOf(file);
    const devices = devicesOfHome(config);
    const { problem, nowMs } = problemOf(config);
    const plan = await solveHousehold(problem, { solver, nowMs, planId: "p", validHours: 2, timeLimitMs: 20_000 });
    const driven = plan.devices.flatMap(({ deviceId, segments }) => {
      const device = devices.get(deviceId);
      return device ? segments.map(({ intent }) => ({ device, intent })) : [];
    });
    expect(new Set(driven.map(({ device }) => device.deviceId)).size).toBeGreaterThan(2);
    for (const { device, intent } of driven) {
      expect(device.capabilities.intents).toContain(intent.kind);
      expect(refusalOf(device, device.normalise(intent))).toBeUndefined();
      expect(device.translate(device.normalise(intent)).length).toBeGreaterThan(0);
    }
  });
});
