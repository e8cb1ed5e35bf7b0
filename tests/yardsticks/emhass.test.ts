import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { readCsv } from "./csv-table.ts";
import type { EmhassConfig } from "./emhass-config.ts";
import { problemOfDay } from "./emhass-day.ts";
import { STUDY, closedLoop, costWithForesight, costWithoutBattery, houseOf } from "./emhass-house.ts";
import { emhass } from "./emhass.ts";
import { verdictsIn, verdictsOf } from "./verdicts-of.ts";

const folder = join(import.meta.dirname, "data", "emhass");
// Whole numbers take their time beside other tests.
vi.setConfig({ testTimeout: 60_000 });

const solver = createSolver();
afterAll(() => solver.stop());

const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");
const config = JSON.parse(textOf("config_defaults.json")) as EmhassConfig;

test("the published day has the published cost", async () => {
  expect(await verdictsIn(emhass, folder, solver)).toMatchObject([{ name: "opt_res_latest.csv", pass: true }]);
});

test("a day whose printed cost is a hundredth lower than possible fails", async () => {
  const [heading = "", first = "", ...lines] = textOf("opt_res_latest.csv").split("\n");
  const column = heading.split(",").indexOf("cost_profit");
  const fields = first.split(",");
  fields[column] = String(Number(fields[column]) + 0.01);
  const files = {
    "config_defaults.json": textOf("config_defaults.json"),
    "opt_res_latest.csv": [heading, fields.join(","), ...lines].join("\n"),
  };
  expect(await verdictsOf(emhass, files, solver)).toMatchObject([{ pass: false }]);
});

describe("deferrable loads", () => {
  const table = readCsv(textOf("opt_res_latest.csv"));
  const [first] = config.nominal_power_of_deferrable_loads;

  test("run with their whole power or not at all, as long as they ran", () => {
    const { evs, appliances } = problemOfDay(table, config);
    expect(appliances).toEqual([]);
    expect(evs).toMatchObject([
      { minChargeKw: 3, maxChargeKw: 3, capacityKwh: 15, goals: [{ soc: 1 }] },
      { minChargeKw: 0.75, maxChargeKw: 0.75, capacityKwh: 6 },
    ]);
    expect(first).toBe(3000);
  });

  test("in one block, or with any share of their power, where the configuration says so", () => {
    const { appliances } = problemOfDay(table, {
      ...config,
      set_deferrable_load_single_constant: [true, false],
      treat_deferrable_load_as_semi_cont: [true, false],
    });
    expect(appliances).toMatchObject([
      { powerKw: 3, runHours: 5, singleBlock: true },
      { powerKw: 0.75, runHours: 8, singleBlock: false },
    ]);
  });

  test("negative sun at night is load", () => {
    const [row] = table.rows;
    const night = { ...table, rows: [new Map([...(row ?? []), ["P_PV", "-1.5"], ["P_Load", "100"]])] };
    const { baseLoadKw, pvArrays } = problemOfDay(night, config);
    expect(baseLoadKw[0]).toBeCloseTo(0.1015);
    expect(pvArrays[0]?.forecastKw).toEqual([0]);
  });
});

describe("the measured house", () => {
  const HALF_HOUR_MS = 1_800_000;
  const DAY_MS = 48 * HALF_HOUR_MS;
  /** Every day the same, four weeks before the study and one day of it. */
  const steady = (watts: (minute: number) => number) => {
    const fromMs = STUDY.fromMs - 28 * DAY_MS;
    return houseOf(
      Array.from({ length: 29 * 48 }, (_, k) => ({
        startMs: fromMs + k * HALF_HOUR_MS,
        values: { load_w: watts((k % 48) * 30) },
      })),
      config,
    );
  };

  test("pays the peak price in the steps that begin within the peak periods", () => {
    // 1 kW: 12.5 + 3 hours begin between 02:54 and 15:24, or 17:24 and 20:24.
    expect(costWithoutBattery(steady(() => 1000))).toBeCloseTo(15.5 * 0.1907 + 8.5 * 0.1419);
  });

  test("with a load that is known, the loop costs what foresight costs", async () => {
    const house = steady(() => 1000);
    const foresight = await costWithForesight(house, solver);
    const { cost, soc, interventions } = await closedLoop(house, solver);
    expect(foresight).toBeLessThan(costWithoutBattery(house));
    expect(cost).toBeCloseTo(foresight, 3);
    expect(soc).toBeCloseTo(config.battery_target_state_of_charge, 3);
    expect(interventions).toBe(0);
  });

  test("a load that nobody expected is never exceeded by the battery", async () => {
    // On the study's day the house takes a tenth of what it took before.
    const house = steady(() => 1000);
    const surprised = {
      ...house,
      measured: house.measured.map((each) => (each.startMs >= STUDY.fromMs ? { ...each, value: 0.1 } : each)),
    };
    const { cost, interventions } = await closedLoop(surprised, solver);
    expect(interventions).toBeGreaterThan(0);
    // Nothing is earned by feeding in: the day costs something.
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThanOrEqual(costWithoutBattery(surprised) + 0.2);
  });
});
