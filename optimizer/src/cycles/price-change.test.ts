import { HomeConfig, MS_PER_HOUR, type PriceSlot } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, expect, test, vi } from "vitest";
import { aBattery, householdOf, MIDNIGHT_MS } from "../../../tests/support/household-of.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { createSolver } from "../solver/solver.ts";
import { openStore } from "../store/store.ts";
import { atPricesBefore, priceChangeBetween, spokenPriceChange, worthOfChange } from "./price-change.ts";
import { createAppliance } from "./run-appliance.ts";
import { solveHousehold } from "./solve-household.ts";
import { BATTERY_IN_CONFIG } from "./testing/battery-in-config.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const day = (priceOf: (hour: number) => number, fromMs = MIDNIGHT_MS): PriceSlot[] =>
  Array.from({ length: 24 }, (_, hour) => ({
    startMs: fromMs + hour * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: priceOf(hour),
    exportPricePerKwh: 0.05,
  }));
const calm = (hour: number) => (hour < 6 ? 0.1 : 0.2);
const dearEvening = (hour: number) => (hour >= 17 && hour < 20 ? 0.8 : calm(hour));
const freeMorning = (hour: number) => (hour >= 9 && hour < 12 ? -0.05 : calm(hour));
const plan = (problem: ReturnType<typeof householdOf>) =>
  solveHousehold(problem, { solver, nowMs: MIDNIGHT_MS, validHours: 2, planId: "p", timeLimitMs: 20_000 });

test("what changed is told by its time and its mean; what is new, or past, is no change", () => {
  expect(priceChangeBetween(day(calm), day(dearEvening), { nowMs: MIDNIGHT_MS, currency: "EUR" })).toEqual({
    fromMs: MIDNIGHT_MS + 17 * MS_PER_HOUR,
    untilMs: MIDNIGHT_MS + 20 * MS_PER_HOUR,
    importDifference: expect.closeTo(0.6, 9),
    exportDifference: 0,
  });
  const tomorrow = day(dearEvening, MIDNIGHT_MS + 24 * MS_PER_HOUR);
  expect(
    priceChangeBetween(day(calm), [...day(calm), ...tomorrow], { nowMs: MIDNIGHT_MS, currency: "EUR" }),
  ).toBeUndefined();
  expect(
    priceChangeBetween(day(calm), day(dearEvening), { nowMs: MIDNIGHT_MS + 20 * MS_PER_HOUR, currency: "EUR" }),
  ).toBeUndefined();
});

test("prices in another step are no change where they say the same", () => {
  const halves = day(calm).flatMap((slot) => [
    { ...slot, hours: 0.5 },
    { ...slot, startMs: slot.startMs + MS_PER_HOUR / 2, hours: 0.5 },
  ]);
  expect(priceChangeBetween(day(calm), halves, { nowMs: MIDNIGHT_MS, currency: "EUR" })).toBeUndefined();
});

test.each([
  { what: "a dear evening", priceOf: dearEvening },
  { what: "a free morning", priceOf: freeMorning },
])(
  "E09 $what: the new plan is never worse than the old one at the new prices, and both are told in money",
  async ({ priceOf }) => {
    const prices = day(priceOf);
    const problem = householdOf(24, {
      importPricePerKwh: prices.map((slot) => slot.importPricePerKwh),
      batteries: [aBattery()],
    });
    const before = atPricesBefore(problem, day(calm));
    expect(before.importPricePerKwh).toEqual(day(calm).map((slot) => slot.importPricePerKwh));
    const [planned, asBefore] = [await plan(problem), await plan(before)];
    const worth = worthOfChange({ problem, before, planned, asBefore });
    expect(worth.planCostsMore).toBeLessThan(worth.oldPlanCostsMore - 0.1);
    // By hand: what the old plan buys in the hours that changed.
    const kwh = problem.slots.map((_, k) => (asBefore.schedule.importKw[k] ?? 0) * (priceOf(k) - calm(k)));
    expect(worth.oldPlanCostsMore).toBeCloseTo(
      kwh.reduce((sum, each) => sum + each, 0),
      6,
    );
  },
);

test("it is said in a sentence", () => {
  const change = {
    fromMs: MIDNIGHT_MS + 17 * MS_PER_HOUR,
    untilMs: MIDNIGHT_MS + 20 * MS_PER_HOUR,
    importDifference: 0.12,
    exportDifference: 0,
  };
  const house = { currency: "EUR", timeZone: "Europe/Helsinki" };
  expect(spokenPriceChange(change, { planCostsMore: 0.43, oldPlanCostsMore: 0.61 }, house)).toBe(
    "Prices for Fri 19:00 to 22:00 changed, by +0.120 EUR per kWh on average: the plan costs 0.43 EUR more; with the old plan it would be 0.61 EUR more.",
  );
  expect(
    spokenPriceChange({ ...change, importDifference: -0.05 }, { planCostsMore: -0.2, oldPlanCostsMore: -0.1 }, house),
  ).toMatch(
    /by −0.050 EUR per kWh on average: the plan costs 0.20 EUR less; with the old plan it would be 0.10 EUR less/,
  );
});

const home = HomeConfig.parse({
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "sensor.grid" },
  batteries: [BATTERY_IN_CONFIG],
});
/** An appliance on real time, with a source that is asked every second. */
function start(said: () => readonly SpotSlot[]) {
  const store = openStore(":memory:");
  const realMs = Date.now();
  const nowMs = () => MIDNIGHT_MS + Date.now() - realMs;
  const messages: string[] = [];
  const appliance = createAppliance({
    config: home,
    store,
    solver: { ...solver, stop: async () => {} },
    devices: new Map(),
    sources: {
      prices: [{ kind: "told", name: "told", refreshMinutes: 1 / 60, fetch: async () => said() }],
      weather: [],
      pv: new Map(),
      history: undefined,
    },
    clock: {
      nowMs,
      sleep: (ms, signal) =>
        new Promise((wake) => {
          const timer = setTimeout(wake, Math.min(ms, 50));
          signal?.addEventListener("abort", () => (clearTimeout(timer), wake()));
        }),
    },
    speed: 1,
    logger: pino({ level: "silent" }),
    version: "test",
  });
  appliance.subscribe((event) => event.type === "alert" && messages.push(event.message));
  appliance.takeTelemetry({
    readings: [
      { source: "sensor.soc", value: 50, unit: "%", atMs: nowMs() },
      { source: "sensor.grid", value: 1000, unit: "W", atMs: nowMs() },
      { source: "sensor.battery", value: 0, unit: "W", atMs: nowMs() },
    ],
  });
  return {
    appliance,
    store,
    nowMs,
    messages,
    stop: async () => {
      await appliance.stop();
      store.close();
    },
  };
}
const asSpots = (slots: readonly PriceSlot[]): SpotSlot[] =>
  slots.map(({ startMs, hours, importPricePerKwh, exportPricePerKwh }) => ({
    startMs,
    hours,
    importPerKwh: importPricePerKwh,
    exportPerKwh: exportPricePerKwh,
  }));

test(
  "E09 a source changes its prices: within ten seconds there is a plan on them, and the change is told in money",
  { timeout: 60_000 },
  async () => {
    let prices = day(calm);
    const house = start(() => asSpots(prices));
    house.appliance.start();
    await vi.waitFor(() => expect(house.store.plans.latest()).toBeDefined(), 20_000);
    prices = day(dearEvening);
    const changedMs = house.nowMs();
    await vi.waitFor(() => expect(house.store.plans.latest()?.problem.importPricePerKwh).toContain(0.8), 20_000);
    expect((house.store.plans.latest()?.plan.createdAtMs ?? Infinity) - changedMs).toBeLessThan(10_000);
    await vi.waitFor(
      () => expect(house.messages.join("\n")).toMatch(/^Prices for Fri 17:00 to 20:00 changed, by \+0\.600 EUR/m),
      20_000,
    );
    // Whoever looks tomorrow finds it.
    const [told] = house.messages.filter((text) => text.startsWith("Prices for Fri 17:00"));
    expect(house.appliance.audit({ deviceId: "house" }).map(({ name, what }) => `${name} ${what}`)).toEqual([told]);
    expect(house.appliance.audit({ deviceId: "house", day: "2024-01-06" })).toEqual([]);
    await house.stop();
  },
);

test(
  "E09 prices are sent in after planning: the plan on them is the answer, and the change is told in money",
  { timeout: 60_000 },
  async () => {
    const house = start(() => []);
    const update = (slots: readonly PriceSlot[]) => house.appliance.updatePrices({ currency: "EUR", slots });
    await update(day(calm));
    await update(day(dearEvening));
    expect(house.appliance.plan()?.createdAtMs).toBeGreaterThan(0);
    expect(house.store.plans.latest()?.problem.importPricePerKwh).toContain(0.8);
    await vi.waitFor(() => expect(house.messages.join("\n")).toMatch(/with the old plan it would be/), 20_000);
    await house.stop();
  },
);

test(
  "E10 of what is sent in, what cannot be believed is named, kept aside and shown; the rest is used",
  { timeout: 60_000 },
  async () => {
    const house = start(() => []);
    const update = (slots: readonly PriceSlot[]) => house.appliance.updatePrices({ currency: "EUR", slots });
    await update(day(calm));
    const spoilt = day((hour) => (hour === 15 ? 200 / 10 : calm(hour)));
    await expect(update(spoilt)).resolves.toEqual({ stored: 23, refused: 1 });
    // What was known of that hour stays.
    expect(house.store.prices.opinions(MIDNIGHT_MS + 15 * MS_PER_HOUR, MIDNIGHT_MS + 16 * MS_PER_HOUR)).toEqual([
      expect.objectContaining({ importPricePerKwh: 0.2 }),
    ]);
    expect(house.appliance.quarantine({ limit: 10 })).toEqual({
      counts: { "prices/push": 1 },
      values: [expect.objectContaining({ subject: "prices/push", atMs: MIDNIGHT_MS + 15 * MS_PER_HOUR, value: "20" })],
    });
    expect(house.messages.filter((text) => text.includes("not believed"))).toHaveLength(1);
    expect(house.appliance.health().checks).toContainEqual(
      expect.objectContaining({ name: "price quarantine", status: "warning", detail: expect.stringContaining("push") }),
    );
    await update(spoilt);
    expect(house.messages.filter((text) => text.includes("not believed"))).toHaveLength(1);
    await expect(update(day((hour) => calm(hour) * 100))).rejects.toMatchObject({
      name: "InputError",
      errors: expect.arrayContaining([expect.objectContaining({ field: "slots[0].importPricePerKwh" })]),
    });
    await house.stop();
  },
);
