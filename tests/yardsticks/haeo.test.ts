import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import type { Verdict } from "./family.ts";
import { haeo } from "./haeo.ts";
import { verdictsIn } from "./verdicts-of.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const T0 = Date.UTC(2025, 9, 5, 12);
const HOURS = 3;

const participants = {
  Grid: { name: "Grid", element_type: "grid", connection: { value: "Board" } },
  Board: { name: "Board", element_type: "node" },
  Load: { name: "Load", element_type: "load", connection: { value: "Board" } },
  Inverter: { name: "Inverter", element_type: "inverter", connection: { value: "Board" } },
  Battery: { name: "Battery", element_type: "battery", connection: { value: "Inverter" } },
};

const series = (values: readonly number[]) =>
  values.map((value, k) => ({ time: new Date(T0 + k * MS_PER_HOUR).toISOString(), value }));
const field = (element: string, name: string, values: readonly number[]) => ({
  state: String(values[0]),
  attributes: { element_name: element, field_name: name, ...(values.length > 1 ? { forecast: series(values) } : {}) },
});
const always = (value: number): number[] => Array.from({ length: HOURS }, () => value);

/** 4 kWh in a battery of 10, never below 10 %, sold through an inverter of 2 kW: 3 kWh at 0.50, 0.40 and nothing at 0.10. */
const outputs = (cost: string, inverterKw = 2) => ({
  a: field(
    "Battery",
    "capacity",
    Array.from({ length: HOURS + 1 }, () => 10),
  ),
  b: field("Battery", "initial_charge_percentage", [40]),
  c: field("Battery", "min_charge_percentage", [10]),
  d: field("Battery", "max_power_target_source", always(5)),
  e: field("Battery", "max_power_source_target", always(5)),
  f: field("Inverter", "max_power_source_target", [inverterKw]),
  g: field("Inverter", "max_power_target_source", [inverterKw]),
  h: field("Grid", "price_source_target", always(0.6)),
  i: field("Grid", "price_target_source", [0.5, 0.4, 0.1]),
  j: field("Load", "forecast", always(0)),
  k: { state: cost, attributes: { output_name: "network_optimization_cost" } },
});

async function judged(cost: string, { inverterKw = 2, elements = participants } = {}): Promise<Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), "haeo-"));
  try {
    const path = join(folder, "house");
    mkdirSync(path);
    writeFileSync(join(path, "config.json"), JSON.stringify({ participants: elements }));
    writeFileSync(join(path, "outputs.json"), JSON.stringify(outputs(cost, inverterKw)));
    return await verdictsIn(haeo, folder, solver);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a case passes when its printed cost is ours, rounded", async () => {
  // 2 kWh at 0.50 and 1 kWh at 0.40.
  expect(await judged("-1.40")).toMatchObject([{ name: "house", ours: "-1.4000", pass: true }]);
});

test("a cost that rounding does not explain fails", async () => {
  expect(await judged("-1.45")).toMatchObject([{ pass: false, difference: "0.0500" }]);
});

test("what hangs behind an inverter shares its power", async () => {
  expect(await judged("-1.50", { inverterKw: 3 })).toMatchObject([{ ours: "-1.5000", pass: true }]);
});

test("an element that is no part of our problem fails by name", async () => {
  const elements = { ...participants, Car: { name: "Car", element_type: "spaceship" } };
  const [verdict] = await judged("-1.40", { elements });
  expect(verdict).toMatchObject({ pass: false });
  expect(verdict?.detail).toContain('"Car" is a spaceship');
});
