import { HeatPumpConfig } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { carnotCop, copsAt, flowTempC } from "./cop.ts";

const pump = (more: object) =>
  HeatPumpConfig.parse({ id: "pump", maxPowerKw: 4, sensors: { power: "sensor.pump" }, ...more });
const curve = { baseTempC: 24, slope: 0.6, minTempC: 26, maxTempC: 45 };

test.each([
  { outdoorC: 20, flowC: 26 },
  { outdoorC: 10, flowC: 30 },
  { outdoorC: -10, flowC: 42 },
  { outdoorC: -30, flowC: 45 },
])("the heating curve gives $flowC °C at $outdoorC °C outdoors", ({ outdoorC, flowC }) => {
  expect(flowTempC(curve, outdoorC)).toBeCloseTo(flowC, 9);
});

test("the COP is near what data sheets say: about 3.2 at 2 °C with 42 °C water, 2.3 at −7 °C with 52 °C", () => {
  expect(carnotCop(0.46, 42, 2)).toBeCloseTo(3.2, 1);
  expect(carnotCop(0.46, 52, -7)).toBeCloseTo(2.3, 1);
});

test("with a curve the COP follows it; a table counts before it; without either it is a usual one", () => {
  const both = pump({ heatingCurve: curve, copByOutdoorTemp: [[0, 3]] });
  expect(copsAt(both, -5)).toEqual({ space: 3, water: 3 * 0.75 });
  const byCurve = copsAt(pump({ heatingCurve: curve }), -5);
  expect(byCurve.space).toBeCloseTo((0.46 * (39 + 273.15)) / 49, 6);
  expect(byCurve.water).toBeCloseTo((0.46 * (55 + 273.15)) / 65, 6);
  expect(copsAt(pump({}), 2)).toEqual({ space: 3.2, water: 3.2 * 0.75 });
});

test("warmer outdoors and cooler water never cost more, and every COP is one that a problem accepts", () => {
  const temp = fc.integer({ min: -40, max: 45 });
  fc.assert(
    fc.property(temp, fc.integer({ min: 20, max: 70 }), (outdoorC, flowC) => {
      const cop = carnotCop(0.46, flowC, outdoorC);
      expect(cop).toBeGreaterThanOrEqual(1);
      expect(cop).toBeLessThanOrEqual(12);
      expect(carnotCop(0.46, flowC, outdoorC + 1)).toBeGreaterThanOrEqual(cop);
      // A compressor lifts by 15 K at least: below that it is all the same.
      if (flowC - outdoorC > 10) expect(carnotCop(0.46, flowC + 5, outdoorC)).toBeLessThanOrEqual(cop);
    }),
  );
});
