import { type HouseholdProblem, type Plan, slotEndMs } from "@ohmstead/contract";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../../solver/solver.ts";
import { buildProblem } from "../build-problem.ts";
import { moneyOf } from "./extra-cost.ts";
import { demoInputs, inHours, planOf, problemOf, wishOf } from "./testing/demo-day.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const withWish = (...overrides: Parameters<typeof wishOf>[]) =>
  demoInputs({ overrides: overrides.map((each, k) => ({ ...wishOf(...each), id: `${k}` })) });
/** Index of the slot that ends then. */
const endingAt = ({ slots }: Pick<HouseholdProblem, "slots">, ms: number): number =>
  slots.findIndex((slot) => slotEndMs(slot) === ms);
const roomAt = (plan: Plan, ms: number) => plan.schedule.zones[0]?.tempC[endingAt(plan, ms) + 1] ?? Number.NaN;

test("while people are away rooms and tank need little, and nobody taps; at the return all is as by day", () => {
  const problem = problemOf(withWish(["vacation", 37])); // until 23:00, in the night's set-back
  const [returns, before] = [endingAt(problem, inHours(37)), endingAt(problem, inHours(36))];
  const [zone, tank] = [problem.zones[0], problem.tanks[0]];
  expect(zone?.comfortMinTempC[0]).toBe(16);
  expect(zone?.comfortMinTempC[before]).toBe(16);
  expect(zone?.comfortMinTempC[returns]).toBe(20.5);
  expect(zone?.comfortMinTempC.at(-1)).toBe(20.5);
  expect([tank?.minTempC[before], tank?.minTempC[returns]]).toEqual([40, 45]);
  expect(Math.max(...(tank?.drawKw.slice(0, returns) ?? []))).toBe(0);
  expect(tank?.drawKw.at(-1)).toBeGreaterThan(0);
});

test("E25 away for a day and a half: the house cools, is warm again when people return, and costs less than one that waited for them", async () => {
  const [away, usual] = [await planOf(withWish(["vacation", 32]), solver), await planOf(demoInputs(), solver)];
  const { zones, tanks } = away.schedule;
  expect(Math.min(...(zones[0]?.tempC ?? []))).toBeLessThan(19);
  expect(Math.min(...(zones[0]?.tempC ?? []))).toBeGreaterThan(15.9);
  expect(roomAt(away, inHours(32))).toBeGreaterThan(20.5 - 0.05);
  expect(tanks[0]?.tempC[endingAt(away, inHours(32)) + 1]).toBeGreaterThan(45 - 0.05);
  expect(away.missed).toEqual([]);
  expect(moneyOf(away)).toBeLessThan(moneyOf(usual) - 0.5);
});

test("E25 the warmth for the return is bought where it costs least: not in the dear hours before it", async () => {
  // Back at 21:00, after the evening's peak from 17 to 21; outdoors −5 °C.
  const plan = await planOf(withWish(["vacation", 35]), solver);
  expect(roomAt(plan, inHours(35))).toBeGreaterThan(20.45);
  const spaceKwh = (fromMs: number, untilMs: number) =>
    plan.slots.reduce(
      (sum, { startMs, hours }, k) =>
        startMs >= fromMs && startMs < untilMs ? sum + hours * (plan.schedule.heatPumps[0]?.spaceKw[k] ?? 0) : sum,
      0,
    );
  expect(spaceKwh(inHours(25), inHours(31))).toBeGreaterThan(2 * spaceKwh(inHours(31), inHours(35)));
});

test("E25 a return beyond the plan's horizon is said, and heated for when it comes near", () => {
  const { notes, problem } = buildProblem(withWish(["vacation", 24 * 9]));
  expect(notes).toContain(
    "Everybody is away until Sun 14 Jan, 10:00: heating up for the return begins when it comes within the plan",
  );
  expect(new Set(problem?.zones[0]?.comfortMinTempC)).toEqual(new Set([16]));
});

test("with guests the night is as warm as the day, and there is more hot water, until they leave", () => {
  const [guests, usual] = [problemOf(withWish(["guests", 24])), problemOf(withWish(["boostWater", 24]))];
  const midnight = endingAt(guests, inHours(14));
  expect([usual.zones[0]?.comfortMinTempC[midnight], guests.zones[0]?.comfortMinTempC[midnight]]).toEqual([19.5, 20.5]);
  expect([usual.tanks[0]?.minTempC[midnight], guests.tanks[0]?.minTempC[midnight]]).toEqual([45, 50]);
  expect(guests.tanks[0]?.drawKw[midnight]).toBeCloseTo(1.5 * (usual.tanks[0]?.drawKw[midnight] ?? 0), 9);
  const nextNight = endingAt(guests, inHours(38));
  expect(guests.zones[0]?.comfortMinTempC[nextNight]).toBe(19.5);
});

test("guests in the house of people who are away are not left in the cold", () => {
  const problem = problemOf(withWish(["vacation", 40], ["guests", 24]));
  expect(problem.zones[0]?.comfortMinTempC[endingAt(problem, inHours(14))]).toBe(20.5);
  expect(problem.zones[0]?.comfortMinTempC[endingAt(problem, inHours(30))]).toBe(16);
});

test("quiet: the heat pump has half its power until then, never less than it needs to run", () => {
  const quiet = withWish(["quietHours", 6.25, { deviceId: "heat_pump" }]);
  const problem = problemOf(quiet);
  const last = endingAt(problem, inHours(6.25));
  expect(last).toBeGreaterThan(0);
  expect(problem.heatPumps[0]?.maxPowerKw.slice(0, last + 2)).toEqual([...Array(last + 1).fill(2.25), 4.5]);
  const [pump] = quiet.config.heatPumps;
  const stiff = { ...quiet, config: { ...quiet.config, heatPumps: pump ? [{ ...pump, minPowerKw: 3 }] : [] } };
  expect(problemOf(stiff).heatPumps[0]?.maxPowerKw[0]).toBe(3);
});

test("a boost's own goal goes before the config's", () => {
  const problem = problemOf(
    withWish(["boostWater", 2, { deviceId: "hot_water", tempC: 61 }], ["boostHeat", 1, { deviceId: "living_room" }]),
  );
  expect(problem.overrides).toMatchObject([
    { kind: "boostWater", tempC: 61 },
    { kind: "boostHeat", tempC: 22.5 },
  ]);
});

const hotAtMs = ({ slots, schedule }: Plan) => {
  const k = schedule.tanks[0]?.tempC.findIndex((tempC) => tempC >= 54.9) ?? -1;
  return k < 1 ? Number.POSITIVE_INFINITY : slotEndMs(slots[k - 1] ?? { startMs: 0, hours: 0 });
};

test("E26 hot water is asked for now: the plan heats at once, however dear, until it is over", async () => {
  const dear = { ...withWish(["boostWater", 2, { deviceId: "hot_water" }]) };
  const prices = dear.prices.map((each, k) => ({ ...each, importPricePerKwh: k < 3 ? 5 : 0.1 }));
  const [boosted, usual] = [await planOf({ ...dear, prices }, solver), await planOf(demoInputs({ prices }), solver)];
  expect(hotAtMs(boosted)).toBeLessThanOrEqual(inHours(1));
  expect(hotAtMs(usual)).toBeGreaterThan(inHours(3));
  expect(boosted.devices.find(({ deviceId }) => deviceId === "hot_water")?.segments[0]).toMatchObject({
    intent: { kind: "heatTo" },
    reason: expect.stringContaining("as asked for"),
  });
});
