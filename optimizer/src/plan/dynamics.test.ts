import fc from "fast-check";
import { expect, test } from "vitest";
import { fullHouse, scheduleOf } from "../../../tests/support/household-of.ts";
import { inputForTempC, nextSoc, nextTempC, tankHeatKw, zoneHeatKw } from "./dynamics.ts";

const room = { heatCapacityKwhPerK: 9, heatLossKwPerK: 0.16 };

const anyCase = fc.record({
  heatCapacityKwhPerK: fc.double({ min: 0.1, max: 20, noNaN: true }),
  heatLossKwPerK: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 0.5, noNaN: true })),
  tempC: fc.double({ min: -10, max: 70, noNaN: true }),
  outC: fc.double({ min: -30, max: 30, noNaN: true }),
  inputKw: fc.double({ min: -5, max: 10, noNaN: true }),
  hours: fc.constantFrom(1 / 12, 0.25, 1, 24),
});

test("a room follows its differential equation", () => {
  let tempC = 21;
  const steps = 100_000;
  for (let step = 0; step < steps; step++) tempC += ((2 - 0.16 * (tempC + 10)) / 9) * (3 / steps);
  expect(nextTempC(room, 21, -10, 2, 3)).toBeCloseTo(tempC, 4);
});

test("without loss heat adds up", () => {
  expect(nextTempC({ heatCapacityKwhPerK: 0.35, heatLossKwPerK: 0 }, 40, 20, 1.4, 0.5)).toBeCloseTo(42, 9);
});

test("one long step is the same as two short ones", () => {
  fc.assert(
    fc.property(anyCase, ({ tempC, outC, inputKw, hours, ...node }) => {
      const half = nextTempC(node, tempC, outC, inputKw, hours / 2);
      expect(nextTempC(node, half, outC, inputKw, hours / 2)).toBeCloseTo(
        nextTempC(node, tempC, outC, inputKw, hours),
        6,
      );
    }),
  );
});

test("the input for a temperature leads there", () => {
  fc.assert(
    fc.property(anyCase, fc.double({ min: 0, max: 80, noNaN: true }), ({ tempC, outC, hours, ...node }, wantedC) => {
      const inputKw = inputForTempC(node, tempC, wantedC, outC, hours);
      expect(nextTempC(node, tempC, outC, inputKw, hours)).toBeCloseTo(wantedC, 4);
    }),
  );
});

test("a battery loses on the way in and on the way out", () => {
  const battery = {
    id: "battery",
    capacityKwh: 10,
    soc: 0.5,
    minSoc: 0,
    maxSoc: 1,
    maxChargeKw: 5,
    maxDischargeKw: 5,
    chargeEfficiency: 0.9,
    dischargeEfficiency: 0.8,
    wearPricePerKwh: 0,
  };
  expect(nextSoc(battery, 0.5, 2, 0, 0.5)).toBeCloseTo(0.59, 9);
  expect(nextSoc(battery, 0.5, 0, 2, 0.5)).toBeCloseTo(0.375, 9);
});

test("a zone gets what its heat pumps give to it, a tank also what its immersion heaters do", () => {
  const problem = fullHouse(1);
  const schedule = scheduleOf(problem, { spaceKw: [1], waterKw: [0.5], immersionKw: [2] });
  const [zone, tank] = [problem.zones[0], problem.tanks[0]];
  expect(zone && zoneHeatKw(problem, schedule, zone, 0)).toBe(3);
  expect(tank && tankHeatKw(problem, schedule, tank, 0)).toBe(3);
  expect(zone && zoneHeatKw(problem, schedule, { ...zone, id: "attic" }, 0)).toBe(0);
  expect(tank && tankHeatKw(problem, schedule, { ...tank, id: "buffer" }, 0)).toBe(0);
});
