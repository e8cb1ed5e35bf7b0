import { afterEach, beforeEach, expect, test } from "vitest";
import { type HouseOnWires, houseOnWires, WIRES_START_MS } from "./house-on-wires.ts";

let house: HouseOnWires;
beforeEach(async () => {
  house = await houseOnWires();
});
afterEach(() => house.stop());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(house.url + path, { ...init, headers: { authorization: `Bearer ${house.token}` } });
const json = async <T = unknown>(path: string, init: RequestInit = {}): Promise<T> =>
  (await (await ask(path, init)).json()) as T;
const post = (path: string, body: unknown) =>
  ask(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
const HOUR_MS = 3_600_000;
/** The house lives through it in the background; wait until it has. */
const live = async (ms: number) => {
  house.move(ms);
  const goal = house.home.nowMs() + ms;
  await expect.poll(() => house.home.nowMs(), { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(goal);
};

test.each([
  { path: "/api/states", authorization: undefined },
  { path: "/simulator/report", authorization: "Bearer wrong" },
  { path: "/simulator/calls", authorization: "Basic YTph" },
])("$path with authorization $authorization is 401", async ({ path, authorization }) => {
  const response = await fetch(house.url + path, authorization ? { headers: { authorization } } : {});
  expect(response.status).toBe(401);
  expect(await response.text()).toBe("401: Unauthorized");
});

test.each([
  { what: "what is not JSON", path: "/api/services/switch/turn_on", body: "{", status: 400 },
  { what: "a body that is too large", path: "/api/services/switch/turn_on", body: "x".repeat(1_000_001), status: 413 },
  { what: "a service without target", path: "/api/services/switch/turn_on", body: {}, status: 400 },
  {
    what: "a value out of range",
    path: "/api/services/number/set_value",
    body: { entity_id: "number.pv_power_limit", value: 5000 },
    status: 500,
  },
  { what: "a path that does not exist", path: "/api/nothing", body: {}, status: 404 },
  { what: "a method that a path does not have", path: "/api/states", body: {}, status: 405 },
  { what: "a fault that does not exist", path: "/simulator/faults", body: { kind: "flood" }, status: 422 },
])("$what is $status", async ({ path, body, status }) => {
  expect((await post(path, body)).status).toBe(status);
});

test("history gives the state at the beginning and every one after it", async () => {
  await post("/api/services/select/select_option", { entity_id: "select.battery_mode", option: "hold" });
  await live(HOUR_MS);
  await post("/api/services/select/select_option", { entity_id: "select.battery_mode", option: "charge" });
  await live(HOUR_MS);
  const from = new Date(WIRES_START_MS + HOUR_MS / 2).toISOString();
  const [states] = await json<{ state: string }[][]>(
    `/api/history/period/${from}?filter_entity_id=select.battery_mode,sensor.nobody`,
  );
  expect(states?.map(({ state }) => state)).toEqual(["hold", "charge"]);
  const [before] = await json<{ state: string }[][]>(
    `/api/history/period/${from}?filter_entity_id=select.battery_mode&end_time=${from}`,
  );
  expect(before?.map(({ state }) => state)).toEqual(["hold"]);
});

test("a sensor that has nothing new repeats itself every ten minutes, a select does not", async () => {
  await live(HOUR_MS);
  const [solar] = await json<{ state: string }[][]>("/api/history/period?filter_entity_id=sensor.pv_power");
  expect(solar?.length).toBeGreaterThan(5);
  expect(solar?.length).toBeLessThan(9);
  const [mode] = await json<unknown[][]>("/api/history/period?filter_entity_id=select.battery_mode");
  expect(mode).toHaveLength(1);
});

test("the calls are told in order, with what became of each", async () => {
  await post("/api/services/switch/turn_on", { entity_id: ["switch.immersion_upper", "switch.immersion_lower"] });
  await post("/api/services/number/set_value", { entity_id: "number.pv_power_limit", value: -1 });
  expect(await json("/simulator/calls")).toMatchObject([
    { atMs: WIRES_START_MS, action: "switch.turn_on", entityId: "switch.immersion_upper", outcome: "done" },
    { entityId: "switch.immersion_lower", outcome: "done" },
    {
      action: "number.set_value",
      data: { value: -1 },
      outcome: "refused",
      reason: expect.stringContaining("range 0 - 4500"),
    },
  ]);
});

test("the report compares both houses over the same time", async () => {
  await live(3 * HOUR_MS);
  const report = await json<Record<string, unknown>>("/simulator/report");
  expect(report).toMatchObject({
    fromMs: WIRES_START_MS,
    nowMs: WIRES_START_MS + 3 * HOUR_MS,
    currency: "EUR",
    controlled: { hours: expect.closeTo(3, 6), cost: expect.any(Number) },
    oldRules: { hours: expect.closeTo(3, 6), cost: expect.any(Number) },
    stock: { pricePerKwh: expect.any(Number), valueDifference: expect.any(Number) },
    saved: expect.any(Number),
    calls: { done: 0, ignored: 0, refused: 0 },
  });
});

test("a long absence is lived through in pieces, not skipped", async () => {
  await live(48 * HOUR_MS);
  const [energy] = await json<{ state: string }[][]>(
    `/api/history/period/${new Date(WIRES_START_MS).toISOString()}?filter_entity_id=sensor.house_grid_import_energy&end_time=${new Date(WIRES_START_MS + 49 * HOUR_MS).toISOString()}`,
  );
  expect(energy?.length).toBeGreaterThan(48 * 5); // told every ten minutes at least
  expect(Number(energy?.at(-1)?.state)).toBeGreaterThan(48 * 0.6);
});
