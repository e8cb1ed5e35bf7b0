import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import { expect, test } from "vitest";
import type { BeyondSlot } from "./end-value-steps.ts";
import { completeEndValues } from "./end-values.ts";
import { evenSlots } from "./slots.ts";

const perSlot = (value: number): number[] => Array.from({ length: 5 }, () => value);

function complete(changes: Partial<HouseholdProblemInput>, beyond?: readonly BeyondSlot[]): HouseholdProblem {
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
    beyond,
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
  zoneIds: ["living"],
  maxPowerKw: perSlot(4),
  copSpace: [2, 3, 4, 5, 6],
  copWater: perSlot(2.5),
};
const heater = { id: "heater", tankId: "water", powerKw: 3 };

test("a stored kWh is worth the price that two fifths of the hours do not exceed, less losses and wear", () => {
  const problem = complete({ batteries: [{ ...battery, dischargeEfficiency: 0.9, wearPricePerKwh: 0.03 }] });
  expect(problem.batteries[0]?.endValuePerKwh).toBeCloseTo((0.2 - 0.03) * 0.9, 12);
});

test("hours weigh, not slots: a long cheap night counts by its length", () => {
  const slots = [0.5, 0.5, 0.5, 0.5, 6].map((hours, k) => ({ startMs: k * 1_800_000, hours }));
  const problem = complete({ slots, importPricePerKwh: [0.1, 0.2, 0.3, 0.4, 0.05], batteries: [battery] });
  expect(problem.batteries[0]?.endValuePerKwh).toBeCloseTo((0.05 - 0.02) * 0.95, 12);
});

test.each([
  { rule: "wear above the price: worth nothing, not less", prices: perSlot(0.01) },
  { rule: "negative prices: worth nothing, not less", prices: perSlot(-0.2) },
])("$rule", ({ prices }) => {
  const problem = complete({ importPricePerKwh: prices, batteries: [battery], zones: [zone], heatPumps: [pump] });
  expect(problem.batteries[0]?.endValuePerKwh).toBe(0);
  expect(problem.zones[0]?.endValuePerKwh).toBeGreaterThanOrEqual(0);
});

const boiler = { id: "boiler", maxHeatKw: perSlot(12), fuelPricePerKwh: perSlot(0.09), efficiency: 0.9 };
const cold = [-5, -5, 20, 20, 20];

test.each([
  { rule: "heat in a room is worth the electricity it takes", devices: { heatPumps: [pump] }, worth: [0.2 / 4, 0] },
  { rule: "a room that nothing heats is worth nothing", devices: {}, worth: [0, 0] },
  {
    rule: "of two heat pumps the better counts",
    devices: { heatPumps: [pump, { ...pump, id: "other", copSpace: perSlot(5) }] },
    worth: [0.2 / 5, 0],
  },
  {
    rule: "a heat pump counts with the hours in which it may heat",
    devices: { heatPumps: [{ ...pump, heatingLimitTempC: 15 }], outdoorTempC: cold },
    worth: [0.2 / 2.5, 0],
  },
  {
    rule: "where no hour is cold enough to heat, warmth is worth nothing",
    devices: { heatPumps: [{ ...pump, heatingLimitTempC: -8 }], outdoorTempC: cold },
    worth: [0, 0],
  },
  {
    rule: "a boiler counts where it is cheaper",
    devices: {
      heatPumps: [{ ...pump, copSpace: perSlot(1.5) }],
      boilers: [{ ...boiler, zoneIds: ["living"], tankId: "water" }],
      immersionHeaters: [heater],
    },
    worth: [0.1, 0.1],
  },
  {
    rule: "and does not where it is dearer",
    devices: {
      heatPumps: [{ ...pump, tankId: "water" }],
      boilers: [{ ...boiler, zoneIds: ["living"], tankId: "water" }],
    },
    worth: [0.2 / 4, 0.2 / 2.5],
  },
  {
    rule: "a tank follows its heat pump, even with immersion heaters",
    devices: { heatPumps: [{ ...pump, tankId: "water" }], immersionHeaters: [heater] },
    worth: [0.2 / 4, 0.2 / 2.5],
  },
  {
    rule: "a tank with immersion heaters only pays the full price",
    devices: { immersionHeaters: [heater] },
    worth: [0, 0.2],
  },
])("$rule", ({ devices, worth: [zoneWorth = 0, tankWorth = 0] }) => {
  const problem = complete({ zones: [zone], tanks: [tank], ...devices });
  expect(problem.zones[0]?.endValuePerKwh).toBeCloseTo(zoneWorth, 12);
  expect(problem.tanks[0]?.endValuePerKwh).toBeCloseTo(tankWorth, 12);
});

const chargingNow = (price: number): number => (price + 0.01) / 0.9;
const car = { id: "car", capacityKwh: 60, soc: 0.5, maxChargeKw: 11, connected: [true, true, true, true, true] };

test("a kWh left in a car is worth a little less than charging it in the cheapest hours: it does not fill up at them", () => {
  const importPricePerKwh = [0.3, 0.1, 0.1, 0.3, 0.3];
  const ev = complete({ importPricePerKwh, evs: [{ ...car, chargeEfficiency: 0.9, chargeWearPricePerKwh: 0.01 }] })
    .evs[0];
  expect(ev?.endValuePerKwh).toBeCloseTo(0.9 * chargingNow(0.1), 12);
  expect(ev?.endValuePerKwh).toBeLessThan(chargingNow(0.1));
  expect(ev?.endValuePerKwh).toBeGreaterThan(chargingNow(0.08));
});

const beyond = [0.2, 0.6, 0.6, 0.6, 0.6].map((importPricePerKwh) => ({
  hours: 4,
  importPricePerKwh,
  exportPricePerKwh: 0,
  netLoadKw: 0.5,
}));

test("what is expected beyond the horizon counts, not the horizon: a car fills up today when tomorrow is dear", () => {
  const ev = complete({ importPricePerKwh: perSlot(0), evs: [car] }, beyond).evs[0];
  expect(ev?.endValuePerKwh).toBeCloseTo((0.9 * 0.2) / 0.95, 12);
  const { zones } = complete({ importPricePerKwh: perSlot(0), zones: [zone], heatPumps: [pump] }, beyond);
  expect(zones[0]?.endValuePerKwh).toBeCloseTo(0.6 / 4, 12);
});

test("beyond the horizon a battery's content is worth what it serves there, part by part", () => {
  const [alone] = complete({ batteries: [battery] }, beyond).batteries;
  expect(alone?.endValuePerKwh).toBeUndefined();
  const worth = alone?.endValueSteps?.map((each) => each.pricePerKwh) ?? [];
  expect(worth.length).toBeGreaterThan(0);
  expect(worth).toEqual(worth.toSorted((a, b) => b - a));
  // Two share the load: together they are worth what one of their size would be.
  const two = complete(
    {
      batteries: ["left", "right"].map((id) => ({
        ...battery,
        id,
        capacityKwh: 5,
        maxChargeKw: 2.5,
        maxDischargeKw: 2.5,
      })),
    },
    beyond,
  ).batteries;
  const total = (steps: (typeof two)[number]["endValueSteps"]) =>
    steps?.reduce((sum, each) => sum + each.kwh * each.pricePerKwh, 0) ?? 0;
  expect(total(two[0]?.endValueSteps) + total(two[1]?.endValueSteps)).toBeCloseTo(total(alone?.endValueSteps), 6);
});

test("what is given stays, but heat is never worth less than nothing", () => {
  const problem = complete({
    batteries: [
      { ...battery, endValuePerKwh: -0.05 },
      { ...battery, id: "second", endValueSteps: [{ kwh: 3, pricePerKwh: 0.2 }] },
    ],
    evs: [{ ...car, endValuePerKwh: 0 }],
    zones: [{ ...zone, endValuePerKwh: 0.07 }],
    tanks: [{ ...tank, endValuePerKwh: -0.1 }],
  });
  expect(problem.batteries[0]?.endValuePerKwh).toBe(-0.05);
  expect(problem.batteries[1]).toMatchObject({ endValueSteps: [{ kwh: 3, pricePerKwh: 0.2 }] });
  expect(problem.batteries[1]?.endValuePerKwh).toBeUndefined();
  expect(problem.evs[0]?.endValuePerKwh).toBe(0);
  expect(problem.zones[0]?.endValuePerKwh).toBe(0.07);
  expect(problem.tanks[0]?.endValuePerKwh).toBe(0);
  expect(completeEndValues(problem, beyond)).toEqual(problem);
});
