import { HomeConfig, MS_PER_HOUR, type Plan, type TelemetryReading } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSolver, type Solver } from "../solver/solver.ts";
import { openStore, type Store } from "../store/store.ts";
import { type ApplianceDeps, createAppliance, type RunningAppliance } from "./run-appliance.ts";

/** Noon of a Friday. */
const NOON_MS = Date.UTC(2024, 0, 5, 12);
const MINUTE_MS = 60_000;

const config = HomeConfig.parse({
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "sensor.grid", outdoorTemp: "sensor.outdoor" },
  batteries: [
    {
      id: "battery",
      capacityKwh: 10,
      maxChargeKw: 5,
      maxDischargeKw: 5,
      sensors: { soc: "sensor.soc", power: "sensor.battery" },
    },
  ],
  evs: [
    {
      id: "car",
      capacityKwh: 60,
      maxChargeKw: 11,
      goals: [{ soc: 0.8, at: "23:00" }],
      sensors: { soc: "sensor.car", power: "sensor.charger", connected: "binary_sensor.plug" },
    },
  ],
  appliances: [
    {
      id: "washer",
      powerKw: 2,
      runHours: 1,
      window: { from: "14:00", until: "20:00" },
      sensors: { power: "sensor.washer" },
    },
  ],
});

const solver = createSolver();
afterAll(() => solver.stop());
/** The thread is shared by all tests of this file. */
const shared: Solver = { ...solver, stop: async () => {} };

let store: Store;
let nowMs: number;
let said: Record<string, unknown>[];
beforeEach(() => {
  nowMs = NOON_MS;
  said = [];
  store = openStore(":memory:");
  const hours = Array.from({ length: 36 }, (_, k) => k);
  store.prices.save(
    "push",
    hours.map((k) => ({
      startMs: NOON_MS + (k - 2) * MS_PER_HOUR,
      hours: 1,
      importPricePerKwh: k % 6 === 5 ? 0.4 : 0.2,
      exportPricePerKwh: 0.05,
    })),
    NOON_MS,
  );
});
afterEach(() => store.close());

const startAppliance = (changes: Partial<ApplianceDeps> = {}): RunningAppliance =>
  createAppliance({
    config,
    store,
    solver: shared,
    devices: new Map(),
    sources: {
      prices: [{ kind: "push", name: "push", refreshMinutes: 60, fetch: async () => [] }],
      weather: [],
      pv: new Map(),
      history: undefined,
    },
    clock: { nowMs: () => nowMs, sleep: async () => {} },
    speed: 1,
    logger: pino({ level: "debug" }, { write: (line: string) => void said.push(JSON.parse(line)) }),
    version: "test",
    ...changes,
  });

const read = (source: string, value: TelemetryReading["value"], unit?: string, minutesAgo = 0): TelemetryReading => ({
  source,
  value,
  ...(unit ? { unit } : {}),
  atMs: nowMs - minutesAgo * MINUTE_MS,
});
/** What the house says once, when it is connected: from now on the car and the washer are silent, for they rest. */
const resting = (): TelemetryReading[] => [
  read("binary_sensor.plug", "on"),
  read("sensor.charger", 0, "W"),
  read("sensor.washer", 0, "W"),
  read("sensor.car", 40, "%"),
  read("sensor.outdoor", 3, "°C"),
  read("sensor.soc", 71, "%"),
];
/** So many minutes with what changes all the time. */
function live(appliance: RunningAppliance, minutes: number, gridW: number): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    nowMs += MINUTE_MS;
    const readings = [read("sensor.grid", gridW, "W"), read("sensor.battery", 0, "W"), read("sensor.soc", 71, "%")];
    appliance.takeTelemetry({ readings });
  }
}
const firstSoc = (plan: Plan, id: string): number | undefined =>
  [...plan.schedule.batteries, ...plan.schedule.evs].find((each) => each.id === id)?.soc[0];

test("a home with a car and an appliance learns its base load, though both are silent while they rest", async () => {
  const appliance = startAppliance();
  appliance.takeTelemetry({ readings: resting() });
  live(appliance, 150, 800);
  const plan = await appliance.replan("test");
  expect(plan.rung).toBe("full");
  expect(plan.notes.join()).not.toMatch(/no history of its load/);
  expect(
    appliance
      .timeline()
      .series.find(({ id }) => id === "house.baseLoadKw")
      ?.past.at(-1)?.[1],
  ).toBeCloseTo(0.8, 6);
  // Between a usual household's and what was measured: two hours are not a life.
  expect(store.plans.latest()?.problem.baseLoadKw[0]).toBeCloseTo(0.8, 0);
  expect(store.plans.latest()?.problem.evs[0]?.connected[0]).toBe(true);
});

test("the power of the car and of the appliance is not the house's own", async () => {
  const appliance = startAppliance();
  appliance.takeTelemetry({ readings: resting() });
  live(appliance, 60, 800);
  appliance.takeTelemetry({
    readings: [read("sensor.charger", 7000, "W"), read("sensor.washer", 2, "kW"), read("sensor.grid", 9800, "W")],
  });
  live(appliance, 30, 9800);
  await appliance.replan("test");
  expect(store.plans.latest()?.problem.baseLoadKw[0]).toBeCloseTo(0.8, 0);
});

test("a battery that says zero for a moment keeps its plan; the reading is named, and causes no plan of its own", async () => {
  const appliance = startAppliance();
  appliance.takeTelemetry({ readings: resting() });
  live(appliance, 30, 800);
  const before = await appliance.replan("test");
  expect(firstSoc(before, "battery")).toBeCloseTo(0.71, 9);
  nowMs += 2 * MINUTE_MS;
  appliance.takeTelemetry({ readings: [read("sensor.soc", 0, "%")] });
  const plan = await appliance.replan("test");
  expect(firstSoc(plan, "battery")).toBeCloseTo(0.71, 3);
  expect(plan.notes.join()).toMatch(/battery\.soc says 0, which does not follow from the 0\.71/);
  expect(store.plans.latest()?.settings?.missing).toContain("battery.soc");
  nowMs += MINUTE_MS;
  appliance.takeTelemetry({ readings: [read("sensor.soc", 0, "%", 0.1)] });
  await appliance.stop();
  expect(appliance.counters().plansMade).toEqual({ full: 2 });
});

test("what nobody had read brings a plan when it comes", async () => {
  const appliance = startAppliance();
  appliance.takeTelemetry({ readings: resting().filter(({ source }) => source !== "sensor.soc") });
  const plan = await appliance.replan("test");
  expect(plan.notes.join()).toMatch(/battery\.soc has not been read yet: battery is filled by the sun only/);
  appliance.takeTelemetry({ readings: [read("sensor.soc", 71, "%")] });
  await vi.waitFor(() => expect(appliance.counters().plansMade).toEqual({ full: 2 }), 10_000);
  await appliance.stop();
});

test("after a restart new readings are still believed by those before it", async () => {
  const first = startAppliance();
  first.takeTelemetry({ readings: resting() });
  live(first, 30, 800);
  await first.stop();
  nowMs += MINUTE_MS;
  const second = startAppliance();
  second.takeTelemetry({ readings: [read("sensor.soc", 5, "%")] });
  expect(firstSoc(await second.replan("test"), "battery")).toBeCloseTo(0.71, 3);
});

test("the last plan is gone on with after a restart, unless it was made from guesses that are known now", async () => {
  const first = startAppliance();
  first.takeTelemetry({ readings: resting() });
  live(first, 20, 800);
  const plan = await first.replan("test");
  const second = startAppliance();
  expect(second.plan()?.id).toBe(plan.id);
  nowMs += MINUTE_MS;
  await second.replan("test");
  expect(store.plans.latest()?.problem.previous?.schedule).toEqual(plan.schedule);
  const last = store.plans.latest();
  if (!last) throw new Error("no plan");
  const guessed = { ...last.plan, id: "guessed", createdAtMs: nowMs };
  const settings = { validHours: 2, missing: ["car.soc"] };
  store.plans.save({ plan: guessed, problem: last.problem, cause: "test", settings });
  const third = startAppliance();
  expect(third.plan()?.id).toBe("guessed");
  nowMs += MINUTE_MS;
  await third.replan("test");
  expect(store.plans.latest()?.problem.previous).toBeUndefined();
});

test("a plan that an older version has stored in other words is no plan, and no fault", async () => {
  const first = startAppliance();
  first.takeTelemetry({ readings: resting() });
  const plan = await first.replan("test");
  const { evs: _evs, appliances: _appliances, ...olderSchedule } = plan.schedule;
  const { demand: _demand, ...olderCost } = plan.cost;
  const older = { ...plan, id: "older", createdAtMs: nowMs + 1, schedule: olderSchedule, cost: olderCost };
  const problem = store.plans.latest()?.problem;
  if (!problem) throw new Error("no plan");
  store.plans.save({ plan: older as unknown as Plan, problem, cause: "test" });
  said = [];
  const appliance = startAppliance();
  expect(said.map(({ msg }) => msg)).toEqual(["the last plan was stored by another version: it is not gone on with"]);
  expect(appliance.plan()).toBeUndefined();
  expect(appliance.recommendation()).toBeUndefined();
  expect(appliance.fallbackPack()).toBeUndefined();
  expect(appliance.timeline().series.length).toBeGreaterThan(0);
  nowMs += MINUTE_MS;
  expect((await appliance.replan("test")).rung).toBe("full");
  expect(store.plans.latest()?.problem.previous).toBeUndefined();
});

test("a plan that is being made while the appliance stops is given up: nothing half made is stored", async () => {
  const appliance = startAppliance();
  appliance.takeTelemetry({ readings: resting() });
  live(appliance, 5, 800);
  const made = appliance.replan("test").catch((error: unknown) => error);
  await appliance.stop();
  expect(String(await made)).toContain("is given up");
  expect(store.plans.latest()).toBeUndefined();
});

test("E43 a clock that is behind its own records makes no plan until it is set, and then at once", async () => {
  const before = startAppliance();
  before.takeTelemetry({ readings: resting() });
  live(before, 5, 800);
  await before.replan("yesterday");
  const plansBefore = store.plans.between(0, Infinity).length;
  const rightMs = nowMs + MS_PER_HOUR;
  nowMs -= 3 * MS_PER_HOUR;
  let runningMs = 0;
  const appliance = startAppliance({
    runningMs: () => runningMs,
    clock: {
      nowMs: () => nowMs,
      sleep: (ms, signal) =>
        new Promise((wake) => {
          runningMs += 1;
          const timer = setTimeout(wake, Math.min(ms, 5));
          signal?.addEventListener("abort", () => (clearTimeout(timer), wake()));
        }),
    },
  });
  appliance.start();
  await vi.waitFor(
    () => expect(said.map(({ msg }) => String(msg))).toContainEqual(expect.stringMatching(/^The clock says/)),
    10_000,
  );
  expect(appliance.health().checks).toContainEqual(
    expect.objectContaining({ name: "commands", detail: expect.stringContaining("newest record") }),
  );
  await appliance.replan("somebody asks");
  expect(store.plans.between(0, Infinity)).toHaveLength(plansBefore);
  nowMs = rightMs;
  appliance.takeTelemetry({ readings: resting() });
  await vi.waitFor(() => expect(store.plans.between(0, Infinity).length).toBeGreaterThan(plansBefore), 10_000);
  // E15 as well: the step itself is said.
  expect(said.map(({ msg }) => String(msg))).toContainEqual(expect.stringMatching(/^The clock was set forward by/));
  await appliance.stop();
});
