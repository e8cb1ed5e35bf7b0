import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { completeEndValues } from "./end-values.ts";
import { evenSlots } from "./slots.ts";

const perSlot = (value: number): number[] => Array.from({ length: 5 }, () => value);

function complete(changes: Partial<HouseholdProblemInput>): HouseholdProblem {
  return completeEndValues(
    HouseholdProblem.parse({
      currency: "EUR",
      slots: evenSlots(0, 1, 5),
      importPricePerKwh: [0.5, 0.1, 0.4, 0.2, 0.3],
      exportPricePerKwh: perSlot(0.05),
      baseLoadKw: perSlot(1),
      outdoorTempC: perSlot(0),
      ...changes,
    }),
  );
}

const battery = { id: "battery", capacityKwh: 10, soc: 0.5, maxChargeKw: 5, maxDischargeKw: 5 };
const zone = {
  id: "living",
  tempC: 20,
  heatCapacityKwhPerK: 9,
  heatLossKwPerK: 0.16,
  gainsKw: perSlot(0),
  comfortMinTempC: perSlot(20),
  comfortMaxTempC: perSlot(23),
};
const tank = {
  id: "water",
  tempC: 50,
  heatCapacityKwhPerK: 0.35,
  heatLossKwPerK: 0.002,
  drawKw: perSlot(0),
  minTempC: perSlot(45),
};
const pump = {
  id: "pump",
  zoneId: "living",
  maxPowerKw: perSlot(4),
  copSpace: [2, 3, 4, 5, 6],
  copWater: perSlot(2.5),
};
const heater = { id: "heater", tankId: "water", powerKw: 3 };

test("a stored kWh is worth the price that two fifths of the hours do not exceed, less losses and wear", () => {
  const problem = complete({ batteries: [{ ...battery, dischargeEfficiency: 0.9, wearPricePerKwh: 0.03 }] });
  expect(problem.batteries[0]?.endValuePerKwh).toBeCloseTo(0.2 * 0.9 - 0.03, 12);
});

test("hours weigh, not slots: a long cheap night counts by its length", () => {
  const slots = [0.5, 0.5, 0.5, 0.5, 6].map((hours, k) => ({ startMs: k * 1_800_000, hours }));
  const problem = complete({ slots, importPricePerKwh: [0.1, 0.2, 0.3, 0.4, 0.05], batteries: [battery] });
  expect(problem.batteries[0]?.endValuePerKwh).toBeCloseTo(0.05 * 0.95 - 0.02, 12);
});

test.each([
  { rule: "wear above the price: worth nothing, not less", prices: perSlot(0.01) },
  { rule: "negative prices: worth nothing, not less", prices: perSlot(-0.2) },
])("$rule", ({ prices }) => {
  const problem = complete({ importPricePerKwh: prices, batteries: [battery], zones: [zone], heatPumps: [pump] });
  expect(problem.batteries[0]?.endValuePerKwh).toBe(0);
  expect(problem.zones[0]?.endValuePerKwh).toBeGreaterThanOrEqual(0);
});

test.each([
  { rule: "heat in a room is worth the electricity it takes", heatPumps: [pump], zone: 0.2 / 4, tank: 0 },
  { rule: "a room without a heat pump is worth nothing", heatPumps: [], zone: 0, tank: 0 },
  {
    rule: "a tank follows its heat pump, even with immersion heaters",
    heatPumps: [{ ...pump, tankId: "water" }],
    immersionHeaters: [heater],
    zone: 0.2 / 4,
    tank: 0.2 / 2.5,
  },
  { rule: "a tank with immersion heaters only pays the full price", immersionHeaters: [heater], zone: 0, tank: 0.2 },
])("$rule", ({ heatPumps = [], immersionHeaters = [], ...worth }) => {
  const problem = complete({ zones: [zone], tanks: [tank], heatPumps, immersionHeaters });
  expect(problem.zones[0]?.endValuePerKwh).toBeCloseTo(worth.zone, 12);
  expect(problem.tanks[0]?.endValuePerKwh).toBeCloseTo(worth.tank, 12);
});

test("what is given stays, but heat is never worth less than nothing", () => {
  const problem = complete({
    batteries: [{ ...battery, endValuePerKwh: -0.05 }],
    zones: [{ ...zone, endValuePerKwh: 0.07 }],
    tanks: [{ ...tank, endValuePerKwh: -0.1 }],
  });
  expect(problem.batteries[0]?.endValuePerKwh).toBe(-0.05);
  expect(problem.zones[0]?.endValuePerKwh).toBe(0.07);
  expect(problem.tanks[0]?.endValuePerKwh).toBe(0);
  expect(completeEndValues(problem)).toEqual(problem);
});
