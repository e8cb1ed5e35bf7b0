import type { Override } from "@ohmstead/contract";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../../solver/solver.ts";
import { moneyOf, warmthOwed } from "./extra-cost.ts";
import { priceOverrides } from "./price-overrides.ts";
import { demoInputs, inHours, planOf, problemOf, wishOf } from "./testing/demo-day.ts";

const solver = createSolver();
afterAll(() => solver.stop());

async function costsOf(...overrides: Override[]) {
  const inputs = demoInputs({ overrides });
  const plan = await planOf(inputs, solver);
  return {
    plan,
    costs: await priceOverrides({ plan, inputs }, overrides, { solver, timeLimitMs: 10_000, isWanted: () => true }),
  };
}

test("E26 a boost costs what the same house would have saved without it", async () => {
  const wish = wishOf("boostHeat", 6, { deviceId: "living_room" });
  const { plan, costs } = await costsOf(wish);
  const without = await planOf(demoInputs(), solver);
  expect(costs.get(wish.id)).toBeGreaterThan(0.05);
  expect(costs.get(wish.id)).toBeCloseTo(moneyOf(plan) - moneyOf(without), 1);
});

test("a vacation saves, and says how much", async () => {
  const { costs } = await costsOf(wishOf("vacation", 40));
  expect(costs.get("vacation-1")).toBeLessThan(-0.5);
});

test("of a vacation that outlasts the plan the warmth for the return is still to be bought", async () => {
  const away = demoInputs({ overrides: [wishOf("vacation", 24 * 9)] });
  const [problem, without] = [problemOf(away), problemOf({ ...away, asWithout: "vacation-1" })];
  const [room, tank] = [without.zones[0]?.endValuePerKwh ?? 0, without.tanks[0]?.endValuePerKwh ?? 0];
  expect(room).toBeGreaterThan(0);
  // 9 kWh/K from 16 °C up, and 300 l from 40 °C to 45 °C.
  const nightC = without.zones[0]?.comfortMinTempC.at(-1) ?? 0;
  expect(warmthOwed(problem, without)).toBeCloseTo(room * 9 * (nightC - 16) + tank * 300 * 0.001163 * 5, 9);
  const near = demoInputs({ overrides: [wishOf("vacation", 20)] });
  expect(warmthOwed(problemOf(near), problemOf({ ...near, asWithout: "vacation-1" }))).toBe(0);
});

test("each of several is priced with the others in force", async () => {
  const hold = wishOf("batteryHold", 30, { id: "hold", deviceId: "battery" });
  const { costs } = await costsOf(hold, wishOf("boostWater", 2, { id: "boost", deviceId: "hot_water" }));
  expect(costs.get("hold")).toBeGreaterThan(0.1);
  expect(costs.get("boost")).toBeGreaterThan(0);
});

test("a battery that is out costs what holding it costs: what it holds is not lost", async () => {
  const [off, held] = [
    await costsOf(wishOf("manual", 12, { deviceId: "battery" })),
    await costsOf(wishOf("batteryHold", 12, { deviceId: "battery" })),
  ];
  expect(off.costs.get("manual-1")).toBeCloseTo(held.costs.get("batteryHold-1") ?? Number.NaN, 1);
});

test("a room that is driven by hand costs the freedom to heat it when it is cheap", async () => {
  const { costs } = await costsOf(wishOf("manual", 24, { deviceId: "living_room" }));
  expect(costs.get("manual-1")).toBeGreaterThan(0);
});

test("of a heat pump that somebody drives nobody can tell", async () => {
  const { costs } = await costsOf(wishOf("manual", 2, { deviceId: "heat_pump" }));
  expect(costs.size).toBe(0);
});

test("a newer plan ends the counting", async () => {
  const overrides = [wishOf("boostWater", 2, { deviceId: "hot_water" })];
  const inputs = demoInputs({ overrides });
  const plan = await planOf(inputs, solver);
  const costs = await priceOverrides({ plan, inputs }, overrides, {
    solver,
    timeLimitMs: 10_000,
    isWanted: () => false,
  });
  expect(costs.size).toBe(0);
});

test("the slots are the same with and without it, so that nothing but the wish differs", () => {
  const inputs = demoInputs({ overrides: [wishOf("guests", 7.3)] });
  expect(problemOf({ ...inputs, asWithout: "guests-1" }).slots).toEqual(problemOf(inputs).slots);
  expect(problemOf(inputs).slots.some(({ startMs }) => startMs === inHours(7.3))).toBe(true);
});
