import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { eos } from "./eos.ts";
import { verdictsIn, verdictsOf } from "./verdicts-of.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const hours = (value: number): number[] => Array.from({ length: 4 }, () => value);

/** Two cheap hours, two dear ones with a kWh of load; a lossless battery of 4 kWh, empty. */
const input = {
  ems: {
    preis_euro_pro_wh_akku: 0,
    einspeiseverguetung_euro_pro_wh: 0,
    gesamtlast: [0, 0, 1000, 1000],
    pv_prognose_wh: hours(0),
    strompreis_euro_pro_wh: [0.0001, 0.0001, 0.0005, 0.0005],
  },
  pv_akku: { capacity_wh: 4000, charging_efficiency: 1, discharging_efficiency: 1, max_charge_power_w: 2000 },
};

const result = (balance: number) => ({
  result: {
    Gesamtbilanz_Euro: balance,
    Last_Wh_pro_Stunde: input.ems.gesamtlast,
    Netzbezug_Wh_pro_Stunde: [2000, 0, 0, 0],
    Netzeinspeisung_Wh_pro_Stunde: hours(0),
    Verluste_Pro_Stunde: hours(0),
    akku_soc_pro_stunde: [0, 50, 50, 25],
    EAuto_SoC_pro_Stunde: hours(0),
  },
});

const judged = (balance: number, changed: object = {}) =>
  verdictsOf(
    eos,
    {
      "optimize_input_7.json": JSON.stringify({ ...input, ...changed }),
      "optimize_result_7_any.json": JSON.stringify(result(balance)),
    },
    solver,
  );

test("a result that is the optimum is met: 2 kWh at 0.10", async () => {
  expect(await judged(0.2)).toMatchObject([{ name: "optimize_result_7_any", ours: "0.2000", pass: true }]);
});

test("a result below the optimum cannot be met, and fails", async () => {
  expect(await judged(0.19)).toMatchObject([{ pass: false }]);
});

test("a car that must be charged is paid for", async () => {
  const eauto = { capacity_wh: 10_000, charging_efficiency: 1, max_charge_power_w: 1000, min_soc_percentage: 20 };
  expect(await judged(0.4, { eauto })).toMatchObject([{ ours: "0.4000", pass: true }]);
});

test("load that a stored hour serves beyond its load is charged to ours", async () => {
  const sunny = { ...input.ems, pv_prognose_wh: [1000, 0, 0, 0] };
  const stored = result(0.35);
  // 1 kWh of sun, 0.3 of it in minutes when the house needed nothing: 0.7 stored, 0.3 bought for what the sun missed.
  const balance = {
    result: { ...stored.result, Netzbezug_Wh_pro_Stunde: [300, 1300, 0, 0], akku_soc_pro_stunde: [0, 17.5, 50, 25] },
  };
  const verdicts = await verdictsOf(
    eos,
    {
      "optimize_input_1.json": JSON.stringify({ ...input, ems: sunny }),
      "optimize_result_1.json": JSON.stringify(balance),
    },
    solver,
  );
  // Ours: 0.7 kWh of sun stored, 1.3 kWh bought at 0.10, and the 0.6 kWh left unaccounted at 0.10.
  expect(verdicts).toMatchObject([{ ours: "0.2200", pass: true }]);
});

test("a published case: ours costs less", async () => {
  const verdicts = await verdictsIn(eos, join(import.meta.dirname, "data/eos"), solver);
  expect(verdicts).toMatchObject([{ name: "optimize_result_1", pass: true }]);
});
