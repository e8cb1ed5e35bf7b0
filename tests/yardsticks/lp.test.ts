import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { readMps } from "./lp-mps.ts";
import { type Scenario, problemOfScenario, studyCost } from "./lp-scenario.ts";
import { lp } from "./lp.ts";
import { verdictsIn, verdictsOf } from "./verdicts-of.ts";

const folder = join(import.meta.dirname, "data", "lp");
// Whole numbers take their time beside other tests.
vi.setConfig({ testTimeout: 60_000 });

const solver = createSolver();
afterAll(() => solver.stop());

const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");
const scenarioOf = (name: string): Scenario => JSON.parse(textOf(`${name}.scenario.json`)) as Scenario;

test("engine and model find the study's optima; what is infeasible is named", async () => {
  const verdicts = await verdictsIn(lp, folder, solver);
  expect(verdicts.map(({ name, pass }) => [name, pass])).toEqual([
    ["d01-battery-24x60.mps", true],
    ["d05-milp-hp-24x60.mps", true],
    ["d06-infeasible-24x60.mps", true],
    ["d01-battery-24x60, exact", true],
    ["d01-battery-24x60, everyday plan", true],
    ["d05-milp-hp-24x60, exact", true],
    ["d05-milp-hp-24x60, everyday plan", true],
    ["d06-infeasible-24x60", true],
  ]);
});

test("another optimum than the published one fails, for the programme and for the scenario", async () => {
  const [known] = JSON.parse(textOf("optimum.json")) as { objective: number }[];
  const wrong = { ...known, objective: (known?.objective ?? 0) * (1 + 3e-6) };
  const verdicts = await verdictsOf(
    lp,
    {
      "optimum.json": JSON.stringify([wrong]),
      "d01-battery-24x60.mps": textOf("d01-battery-24x60.mps"),
      "d01-battery-24x60.scenario.json": textOf("d01-battery-24x60.scenario.json"),
    },
    solver,
  );
  expect(verdicts.slice(0, 2).map(({ pass }) => pass)).toEqual([false, false]);
});

test("a file without a published optimum is a failed case", async () => {
  const verdicts = await verdictsOf(lp, { "optimum.json": "[]", "new.mps": "NAME x\nENDATA\n" }, solver);
  expect(verdicts).toMatchObject([{ name: "new.mps", pass: false }]);
});

const program = (bounds: string, rest = "") =>
  readMps(`* a remark
NAME small
ROWS
 N COST
 L most
 G least
 E same
COLUMNS
 x COST 3 most 1
 x same 2
 MARKER 'MARKER' 'INTORG'
 n COST -1 least 1
 n most 4
 MARKER 'MARKER' 'INTEND'
 y same -1
RHS
 RHS most 10 least 2
 RHS same 5 COST -7
${rest}BOUNDS
${bounds}ENDATA
`);

describe("free MPS", () => {
  test("rows, columns, right-hand sides and the constant of the cost", () => {
    const { lp: read, constant } = program("");
    expect(constant).toBe(7);
    expect([...read.cost]).toEqual([3, -1, 0]);
    expect([...read.rowLower]).toEqual([-Infinity, 2, 5]);
    expect([...read.rowUpper]).toEqual([10, Infinity, 5]);
    expect([...read.rowStarts]).toEqual([0, 2, 3, 5]);
    expect([...read.columnIndices]).toEqual([0, 1, 1, 0, 2]);
    expect([...read.coefficients]).toEqual([1, 4, 1, 2, -1]);
    expect([...(read.integrality ?? [])]).toEqual([0, 1, 0]);
  });

  test("ranges: of an equality to the side of their sign, of the others to the open side", () => {
    const { lp: read } = program("", "RANGES\n RNG most 4 least 3\n RNG same -1\n");
    expect([...read.rowLower]).toEqual([6, 2, 4]);
    expect([...read.rowUpper]).toEqual([10, 5, 5]);
  });

  test.each([
    ["none", "", [0, 0, 0], [Infinity, 1, Infinity]],
    ["UP and LO", " UP BND x 4\n LO BND x 1\n", [1, 0, 0], [4, 1, Infinity]],
    ["without a name of the set", " UP x 4\n", [0, 0, 0], [4, 1, Infinity]],
    ["a negative UP frees the lower side", " UP BND y -2\n", [0, 0, -Infinity], [Infinity, 1, -2]],
    ["FX, FR and BV", " FX BND x 2\n FR BND y\n BV BND n\n", [2, 0, -Infinity], [2, 1, Infinity]],
    ["MI and PL", " MI BND y\n PL BND n\n", [0, 0, -Infinity], [Infinity, Infinity, Infinity]],
  ])("bounds: %s", (_, bounds, lower, upper) => {
    const { lp: read } = program(bounds);
    expect([...read.columnLower]).toEqual(lower);
    expect([...read.columnUpper]).toEqual(upper);
  });

  test("refuses what it does not know", () => {
    expect(() => program(" SC BND x 4\n")).toThrow("SC");
    expect(() => readMps("NAME x\nSOS\n S1 a b\nENDATA\n")).toThrow("SOS");
  });
});

describe("a scenario as the study counts", () => {
  test("wear on both sides of the battery, the worth of what is left, and energy", () => {
    const { battery, ...rest } = scenarioOf("d01-battery-24x60");
    if (!battery) throw new Error("there is a battery");
    const scenario: Scenario = {
      ...rest,
      dt: [1],
      price_import: [30],
      price_export: [8],
      load: [1],
      pv: [0],
      battery: { ...battery, e_max: 10, eta_charge: 0.9, eta_discharge: 0.9, wear_ct_per_kwh: 2 },
    };
    const storage = { id: "battery", chargeKw: [2], dischargeKw: [0], soc: [0.5, 0.68] };
    const schedule = {
      importKw: [3],
      exportKw: [0],
      pvArrays: [],
      batteries: [storage],
      evs: [],
      zones: [],
      tanks: [],
      heatPumps: [],
      boilers: [],
      immersionHeaters: [],
      appliances: [],
    };
    expect(studyCost(scenario, schedule)).toBeCloseTo(90 + 1 * 0.9 * 2 - battery.terminal_value_ct_per_kwh * 6.8);
  });

  test("refuses by name what a household problem cannot say", () => {
    const scenario = scenarioOf("d05-milp-hp-24x60");
    const { tank, comfort } = scenario;
    if (!tank || !comfort) throw new Error("there are a tank and comfort");
    expect(() => problemOfScenario({ ...scenario, tank: { ...tank, over_ct_per_kh: 3 } })).toThrow("tank");
    expect(() => problemOfScenario({ ...scenario, comfort: { ...comfort, under_seg_k: [2] } })).toThrow(
      "comfort below",
    );
  });
});
