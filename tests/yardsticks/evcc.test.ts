import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { type ChargeRequest, type RequestedBattery, readRequest } from "./evcc-request.ts";
import { evcc } from "./evcc.ts";
import { verdictsIn, verdictsOf } from "./verdicts-of.ts";

// Whole numbers take their time beside other tests.
vi.setConfig({ testTimeout: 60_000 });

const solver = createSolver();
afterAll(() => solver.stop());

const battery: RequestedBattery = {
  charge_from_grid: true,
  s_min: 0,
  s_max: 10_000,
  s_initial: 0,
  c_min: 0,
  c_max: 2000,
  d_max: 0,
  p_a: 0,
};

/** Hours without sun and load, a kWh bought for 0.30. */
function hoursOf(count: number, batteries: readonly RequestedBattery[], change: Partial<ChargeRequest> = {}) {
  const all = (value: number): number[] => Array.from({ length: count }, () => value);
  const request: ChargeRequest = {
    batteries,
    time_series: { dt: all(3600), gt: all(0), ft: all(0), p_N: all(0.0003), p_E: all(0.0001) },
    eta_c: 1,
    eta_d: 1,
    ...change,
  };
  return request;
}

interface Answer {
  readonly objective_value: number;
  readonly [field: string]: unknown;
}

async function verdictOn(request: ChargeRequest, expected: Answer, strict = false) {
  const none = { batteries: [], grid_import: [], grid_export: [] };
  const test = { strict, request, expected_response: { status: "Optimal", ...none, ...expected } };
  const [verdict] = await verdictsOf(evcc, { "case.json": JSON.stringify(test) }, solver);
  if (!verdict) throw new Error("there is no verdict");
  return verdict;
}

test("every case of the project that we keep has its published money, flags and, where strict, schedule", async () => {
  const verdicts = await verdictsIn(evcc, join(import.meta.dirname, "data", "evcc"), solver);
  expect(verdicts.map(({ name, pass }) => [name, pass])).toEqual([
    ["018-high-soc-initial", true],
    ["022-feed-in-cap-recovery", true],
    ["024-attenuate-demand-peaks", true],
  ]);
});

describe("the printed money", () => {
  test("counts what is stored from the end of the first step", async () => {
    // 4 kWh are wished for after two hours and worth 0.20 each: with 2 kW both hours charge, and only the second kWh pair counts as gained.
    const wished = { ...battery, s_goal: [0, 4000], p_a: 0.0002 };
    const verdict = await verdictOn(hoursOf(2, [wished]), { objective_value: -4 * 0.3 + 2 * 0.2 });
    expect(verdict).toMatchObject({ pass: true });
  });

  test("may be that of any schedule that costs the same", async () => {
    // 2 kWh in either hour: charged in the first, nothing is gained after it; charged in the second, all.
    const request = hoursOf(2, [{ ...battery, s_goal: [0, 2000], p_a: 0.0002 }]);
    for (const objective_value of [-0.6, -0.4, -0.2])
      expect(await verdictOn(request, { objective_value })).toMatchObject({ pass: true });
    expect(await verdictOn(request, { objective_value: -0.1 })).toMatchObject({ pass: false });
  });

  test("does not pay for what would be fed in beyond the limit, and says that the limit is hit", async () => {
    const sunny = hoursOf(1, [], { grid: { p_max_exp: 2000 } });
    const request = { ...sunny, time_series: { ...sunny.time_series, ft: [3000] } };
    const hit = { grid_import_limit_exceeded: false, grid_export_limit_hit: true };
    expect(await verdictOn(request, { objective_value: 0.2, limit_violations: hit })).toMatchObject({ pass: true });
    const missed = { ...hit, grid_export_limit_hit: false };
    expect(await verdictOn(request, { objective_value: 0.2, limit_violations: missed })).toMatchObject({
      pass: false,
      detail: expect.stringContaining("grid_export_limit_hit"),
    });
  });

  test("pays for what is drawn beyond the limit, and says that it is exceeded", async () => {
    const busy = hoursOf(1, [], { grid: { p_max_imp: 2000 } });
    const request = { ...busy, time_series: { ...busy.time_series, gt: [3000] } };
    const limit_violations = { grid_import_limit_exceeded: true, grid_export_limit_hit: false };
    expect(await verdictOn(request, { objective_value: -0.9, limit_violations })).toMatchObject({ pass: true });
  });

  test("has a charge on the highest power beyond what is free", async () => {
    // 3 kWh are wished for in two hours: 1.5 kW in both is dearer by the rate on 0.5 kW than nothing, but cheaper than 2 kW in one.
    const request = hoursOf(2, [{ ...battery, s_goal: [0, 3000] }], {
      grid: { p_max_imp: 1000, prc_p_exc_imp: 0.001 },
    });
    expect(await verdictOn(request, { objective_value: -3 * 0.3 - 500 * 0.001 })).toMatchObject({ pass: true });
  });

  test("that is wrong by two parts in ten thousand fails", async () => {
    const request = hoursOf(2, [{ ...battery, s_goal: [0, 4000] }]);
    expect(await verdictOn(request, { objective_value: -1.2 })).toMatchObject({ pass: true });
    expect(await verdictOn(request, { objective_value: -1.2 * 1.0002 })).toMatchObject({ pass: false });
  });
});

describe("a demand", () => {
  test("is met from its first step on until the battery is full, the rest with less than the least power", async () => {
    // Room for 3 kWh; 2 kW are asked for, 1.5 kW is the least: 2 kWh in the dear first hour, and 1 kWh in the next.
    const asked = { ...battery, s_max: 3000, c_min: 1500, p_demand: [2000, 2000, 2000] };
    const flat = hoursOf(3, [asked]);
    const request = { ...flat, time_series: { ...flat.time_series, p_N: [0.0006, 0.0003, 0.0001] } };
    expect(await verdictOn(request, { objective_value: -2 * 0.6 - 0.3 })).toMatchObject({ pass: true });
  });

  test("leaves other steps to the price, with the least power or none", async () => {
    // The second hour pays for charging: all it can. The first would cost, and nobody asks.
    const asked = { ...battery, c_min: 1500, p_demand: [0, 0, 500] };
    const flat = hoursOf(3, [asked]);
    const request = { ...flat, time_series: { ...flat.time_series, p_N: [0.0003, -0.0001, 0.0003] } };
    expect(await verdictOn(request, { objective_value: 2 * 0.1 - 1.5 * 0.3 })).toMatchObject({ pass: true });
  });
});

describe("a strict case", () => {
  const request = hoursOf(4, [{ ...battery, s_goal: [0, 0, 0, 4000] }], {
    strategy: { charging_strategy: "attenuate_demand_peaks" },
  });
  const level = [1000, 1000, 1000, 1000];
  const none = [0, 0, 0, 0];
  const answerWith = (charging_power: readonly number[]) => ({
    objective_value: -1.2,
    grid_import: charging_power,
    grid_export: none,
    batteries: [{ charging_power, discharging_power: none }],
  });

  test("has the schedule that the strategy prefers among those that cost the same", async () => {
    expect(await verdictOn(request, answerWith(level), true)).toMatchObject({ pass: true });
  });

  test("fails when a schedule of the same cost is another one", async () => {
    expect(await verdictOn(request, answerWith([2000, 2000, 0, 0]), true)).toMatchObject({
      pass: false,
      detail: expect.stringContaining("schedules differ"),
    });
  });
});

describe("a request becomes a household problem", () => {
  test("in kW and kWh per step of its own length, with money scaled to where our limits weigh as its own", () => {
    const request = hoursOf(2, [{ ...battery, s_initial: 5000, p_a: 0.0003 }]);
    const short = { ...request, time_series: { ...request.time_series, dt: [900, 3600], gt: [500, 500] } };
    const { problem, scale } = readRequest(short);
    expect(problem.slots).toEqual([
      { startMs: 0, hours: 0.25 },
      { startMs: 900_000, hours: 1 },
    ]);
    expect(problem.baseLoadKw).toEqual([2, 0.5]);
    expect(problem.importPricePerKwh).toEqual([0.05, 0.05]);
    expect(scale).toBeCloseTo(0.05 / 0.3);
    expect(problem.batteries[0]).toMatchObject({ capacityKwh: 10, soc: 0.5, maxChargeKw: 2, mayExport: false });
  });

  test("with a price per kWh written as one per Wh", () => {
    const given = hoursOf(1, [battery]);
    const { problem } = readRequest({ ...given, time_series: { ...given.time_series, p_N: [0.3], p_E: [0.1] } });
    expect(problem.importPricePerKwh[0]).toBeCloseTo(0.05);
    expect(problem.exportPricePerKwh[0]).toBeCloseTo(0.05 / 3);
  });

  test("without batteries that can move nothing, and without goals in the first step", () => {
    const { problem } = readRequest(
      hoursOf(2, [
        { ...battery, s_max: 0, s_initial: 0 },
        { ...battery, s_goal: [5000, 20_000] },
      ]),
    );
    expect(problem.batteries.map(({ id }) => id)).toEqual(["battery-2"]);
    expect(problem.batteries[0]?.goals).toEqual([{ soc: 1, atMs: 2 * 3_600_000 }]);
  });
});

test("a request that is no household problem is a failed case, not the end of the run", async () => {
  const verdict = await verdictOn(hoursOf(1, [{ ...battery, c_min: 3000 }]), { objective_value: 0 });
  expect(verdict).toMatchObject({ pass: false, detail: expect.stringContaining("minChargeKw") });
});
