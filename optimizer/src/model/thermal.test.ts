import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aTank, aZone, householdOf } from "../../../tests/support/household-of.ts";
import { type ZoneState, afterStep, afterZoneStep, tankStep, zoneStep } from "./thermal.ts";

interface House {
  readonly capacity: number;
  readonly loss: number;
  readonly massCapacity: number;
  readonly massLoss: number;
  readonly coupling: number;
  readonly gainShare: number;
  readonly outdoorTempC: number;
  readonly gainsKw: number;
}

const stateOf = (airTempC: number, massTempC: number): ZoneState => ({ airTempC, massTempC });

function problemOf(house: House, hours: number) {
  return householdOf(1, {
    slots: [{ startMs: 0, hours }],
    outdoorTempC: [house.outdoorTempC],
    zones: [
      aZone(1, {
        heatCapacityKwhPerK: house.capacity,
        heatLossKwPerK: house.loss,
        gainsKw: [house.gainsKw],
        mass: {
          tempC: 20,
          heatCapacityKwhPerK: house.massCapacity,
          heatLossKwPerK: house.massLoss,
          couplingKwPerK: house.coupling,
          gainShare: house.gainShare,
        },
      }),
    ],
  });
}

/** Both nodes after a slot, by the formula under test. */
function held(house: House, hours: number, state: ZoneState, heatKw: number): ZoneState {
  const problem = problemOf(house, hours);
  const [zone] = problem.zones;
  if (!zone) throw new Error("the house has a zone");
  return afterZoneStep(zoneStep(problem, zone, 0), state, heatKw);
}

/** Both nodes after a slot, by many small steps of the differential equations themselves (classical Runge–Kutta). */
function integrated(house: House, hours: number, state: ZoneState, heatKw: number, steps: number): ZoneState {
  const inputKw = heatKw + house.gainsKw;
  const rates = ([air, mass]: readonly [number, number]): [number, number] => [
    ((1 - house.gainShare) * inputKw - house.loss * (air - house.outdoorTempC) - house.coupling * (air - mass)) /
      house.capacity,
    (house.gainShare * inputKw - house.massLoss * (mass - house.outdoorTempC) + house.coupling * (air - mass)) /
      house.massCapacity,
  ];
  const h = hours / steps;
  let [air, mass] = [state.airTempC, state.massTempC ?? 0];
  for (let step = 0; step < steps; step++) {
    const a = rates([air, mass]);
    const b = rates([air + (h / 2) * a[0], mass + (h / 2) * a[1]]);
    const c = rates([air + (h / 2) * b[0], mass + (h / 2) * b[1]]);
    const d = rates([air + h * c[0], mass + h * c[1]]);
    air += (h / 6) * (a[0] + 2 * b[0] + 2 * c[0] + d[0]);
    mass += (h / 6) * (a[1] + 2 * b[1] + 2 * c[1] + d[1]);
  }
  return stateOf(air, mass);
}

/** How far the temperatures of two states differ, K. */
const apartK = (a: ZoneState, b: ZoneState): number =>
  Math.max(Math.abs(a.airTempC - b.airTempC), Math.abs((a.massTempC ?? Number.NaN) - (b.massTempC ?? Number.NaN)));

const decimal = (min: number, max: number, step = 0.01): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(min / step), max: Math.round(max / step) })
    .map((count) => Math.round(count * step * 1e6) / 1e6);

const anyHouse: fc.Arbitrary<House> = fc.record({
  capacity: decimal(0.3, 10, 0.1),
  loss: fc.oneof(fc.constant(0), decimal(0, 0.4)),
  massCapacity: decimal(0.3, 60, 0.1),
  massLoss: fc.oneof(fc.constant(0), decimal(0, 0.2)),
  coupling: decimal(0.01, 1.5),
  gainShare: decimal(0, 1, 0.1),
  outdoorTempC: decimal(-20, 35, 0.5),
  gainsKw: decimal(0, 3, 0.1),
});
const anyState = fc.tuple(decimal(10, 30, 0.1), decimal(10, 30, 0.1)).map(([air, mass]) => stateOf(air, mass));
const anyHeat = decimal(0, 12, 0.5);

const ordinary: House = {
  capacity: 1,
  loss: 0.12,
  massCapacity: 9,
  massLoss: 0.02,
  coupling: 0.9,
  gainShare: 0.3,
  outdoorTempC: -5,
  gainsKw: 0.4,
};

describe("air and walls", () => {
  test("go where their differential equations lead, whatever the house", () =>
    fc.assert(
      fc.property(anyHouse, fc.constantFrom(1 / 12, 0.25, 1, 3), anyState, anyHeat, (house, hours, state, heatKw) => {
        const steps = integrated(house, hours, state, heatKw, 4000);
        expect(apartK(held(house, hours, state, heatKw), steps)).toBeLessThan(1e-8);
      }),
      { numRuns: 200 },
    ));

  test.each([
    { house: "two equal nodes that hardly exchange: eigenvalues nearly coincide", coupling: 1e-9, massCapacity: 1 },
    { house: "no loss at all: warmth never leaves", loss: 0, massLoss: 0, coupling: 0.9 },
    { house: "hardly any loss", loss: 1e-12, massLoss: 0, coupling: 0.9 },
    { house: "only the walls lose", loss: 0, massLoss: 0.15, coupling: 0.3 },
  ])("in a house with $house", (parts) => {
    const house = { ...ordinary, loss: 0.1, massLoss: 0.1, ...parts };
    for (const hours of [1 / 60, 1, 24]) {
      const state = stateOf(21, 18);
      const steps = integrated(house, hours, state, 4, 40_000);
      expect(apartK(held(house, hours, state, 4), steps)).toBeLessThan(1e-7);
    }
  });

  test("tightly coupled nodes reach one temperature in a long slot, without a number running away", () => {
    const house = { ...ordinary, capacity: 0.01, massCapacity: 9.99, coupling: 100, loss: 0.1, massLoss: 0.1 };
    const { airTempC, massTempC } = held(house, 24, stateOf(30, 20), 5);
    // As one node of 10 kWh/K and 0.2 kW/K: T∞ = −5 + 5.4/0.2.
    const oneNodeTempC = 22 + (20.01 - 22) * Math.exp((-24 * 0.2) / 10);
    expect(airTempC).toBeCloseTo(oneNodeTempC, 1);
    expect(massTempC).toBeCloseTo(oneNodeTempC, 1);
  });

  test("one long slot is many short ones", () =>
    fc.assert(
      fc.property(anyHouse, anyState, anyHeat, fc.integer({ min: 2, max: 30 }), (house, state, heatKw, count) => {
        let short = state;
        for (let i = 0; i < count; i++) short = held(house, 6 / count, short, heatKw);
        expect(apartK(held(house, 6, state, heatKw), short)).toBeLessThan(1e-8);
      }),
    ));

  test("energy is conserved: without loss the heat given is the warmth gained, however it is shared", () =>
    fc.assert(
      fc.property(anyHouse, anyState, anyHeat, decimal(0.1, 24, 0.1), (any, state, heatKw, hours) => {
        const house = { ...any, loss: 0, massLoss: 0 };
        const stored = ({ airTempC, massTempC = 0 }: ZoneState) =>
          house.capacity * airTempC + house.massCapacity * massTempC;
        const gainedKwh = stored(held(house, hours, state, heatKw)) - stored(state);
        expect(gainedKwh).toBeCloseTo(hours * (heatKw + house.gainsKw), 8);
      }),
    ));

  test("warmer outside, warmer before or more heat never make it colder", () =>
    fc.assert(
      fc.property(anyHouse, anyState, anyHeat, decimal(0.1, 24, 0.1), (house, state, heatKw, hours) => {
        const before = held(house, hours, state, heatKw);
        const warmer = [
          held({ ...house, outdoorTempC: house.outdoorTempC + 3 }, hours, state, heatKw),
          held(house, hours, stateOf(state.airTempC + 1, state.massTempC ?? 0), heatKw),
          held(house, hours, state, heatKw + 1),
        ];
        for (const after of warmer) {
          expect(after.airTempC).toBeGreaterThanOrEqual(before.airTempC - 1e-9);
          expect(after.massTempC).toBeGreaterThanOrEqual((before.massTempC ?? 0) - 1e-9);
        }
      }),
    ));
});

const one = (loss: number, hours: number) => {
  const problem = householdOf(1, {
    slots: [{ startMs: 0, hours }],
    outdoorTempC: [-5],
    zones: [aZone(1, { heatCapacityKwhPerK: 9, heatLossKwPerK: loss, gainsKw: [0.5] })],
  });
  const [zone] = problem.zones;
  if (!zone) throw new Error("the house has a zone");
  return afterZoneStep(zoneStep(problem, zone, 0), { airTempC: 20, massTempC: undefined }, 2);
};

describe("a single node", () => {
  test("approaches its balance exponentially, and has no walls", () => {
    expect(one(0.2, 6)).toEqual({
      airTempC: expect.closeTo(7.5 + 12.5 * Math.exp((-6 * 0.2) / 9), 10),
      massTempC: undefined,
    });
  });

  test("without loss rises in proportion", () => {
    expect(one(0, 6).airTempC).toBeCloseTo(20 + (6 * 2.5) / 9, 10);
  });

  test("is what a tank is: draws take heat, surroundings take the rest", () => {
    const problem = householdOf(1, {
      tanks: [aTank(1, { heatCapacityKwhPerK: 0.5, heatLossKwPerK: 0.01, ambientTempC: 15, drawKw: [1] })],
    });
    const [tank] = problem.tanks;
    if (!tank) throw new Error("the house has a tank");
    const settled = 15 + (3 - 1) / 0.01;
    expect(afterStep(tankStep(problem, tank, 0), 50, 3)).toBeCloseTo(
      settled + (50 - settled) * Math.exp(-0.01 / 0.5),
      10,
    );
  });
});
