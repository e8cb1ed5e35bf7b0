import fc from "fast-check";
import { expect, test } from "vitest";
import { anySlots } from "../../../tests/support/any-household/figures.ts";
import { aZone, completeHouse, householdOf, scheduleOf } from "../../../tests/support/household-of.ts";
import { arrivingKw, inputForTempC, nextTempC, nextZoneState, tankHeatKw, zoneHeatKw } from "./dynamics.ts";
import { sum, valueAt } from "./per-slot.ts";

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

const walled = (parts: object = {}) => {
  const mass = {
    tempC: 19,
    heatCapacityKwhPerK: 8,
    heatLossKwPerK: 0.03,
    couplingKwPerK: 0.7,
    gainShare: 0.3,
    ...parts,
  };
  const [zone] = householdOf(1, { zones: [aZone(1, { heatCapacityKwhPerK: 0.9, mass })] }).zones;
  if (!zone?.mass) throw new Error("no walls");
  return { ...zone, mass: zone.mass };
};

test("air and walls follow their two differential equations", () => {
  const zone = walled();
  let [air, walls] = [21, 19];
  const steps = 200_000;
  for (let step = 0; step < steps; step++) {
    const toWallsKw = 0.7 * (air - walls);
    air += (((0.7 * 4 - 0.16 * (air + 5) - toWallsKw) / 0.9) * 5) / steps;
    walls += (((0.3 * 4 - 0.03 * (walls + 5) + toWallsKw) / 8) * 5) / steps;
  }
  const end = nextZoneState(zone, { tempC: 21, massTempC: 19 }, -5, 4, 5);
  expect(end.tempC).toBeCloseTo(air, 3);
  expect(end.massTempC).toBeCloseTo(walls, 3);
});

test("air and walls: one long step is the same as two short ones, also where one node is a thousand times faster", () => {
  fc.assert(
    fc.property(
      anyCase,
      fc.constantFrom(0.001, 0.5, 40),
      fc.constantFrom(0.01, 0.8, 100),
      fc.constantFrom(0, 0.3, 1),
      ({ tempC, outC, inputKw, hours, heatLossKwPerK }, massKwhPerK, couplingKwPerK, gainShare) => {
        const zone = { ...walled({ heatCapacityKwhPerK: massKwhPerK, couplingKwPerK, gainShare }), heatLossKwPerK };
        const half = nextZoneState(zone, { tempC, massTempC: 18 }, outC, inputKw, hours / 2);
        const twice = nextZoneState(zone, half, outC, inputKw, hours / 2);
        const once = nextZoneState(zone, { tempC, massTempC: 18 }, outC, inputKw, hours);
        expect(twice.tempC).toBeCloseTo(once.tempC, 5);
        expect(twice.massTempC).toBeCloseTo(once.massTempC ?? Number.NaN, 5);
      },
    ),
  );
});

test("without any loss the heat of both nodes adds up to what was put in", () => {
  const zone = { ...walled({ heatLossKwPerK: 0 }), heatLossKwPerK: 0 };
  const { tempC, massTempC = 0 } = nextZoneState(zone, { tempC: 21, massTempC: 19 }, -20, 3, 24);
  expect(0.9 * (tempC - 21) + 8 * (massTempC - 19)).toBeCloseTo(3 * 24, 7);
});

test("walls that are hardly coupled leave the air alone", () => {
  const zone = walled({ couplingKwPerK: 1e-9, gainShare: 0 });
  expect(nextZoneState(zone, { tempC: 21, massTempC: 5 }, -5, 2, 3).tempC).toBeCloseTo(
    nextTempC(zone, 21, -5, 2, 3),
    6,
  );
});

test.each([
  { rule: "at once without a lag", lagHours: 0, arrives: [4, 0, 0, 0] },
  { rule: "a whole slot later", lagHours: 0.5, arrives: [0, 4, 0, 0] },
  { rule: "spread over the slots it meets", lagHours: 0.75, arrives: [0, 2, 1, 0] },
  { rule: "behind the horizon not at all", lagHours: 9, arrives: [0, 0, 0, 0] },
])("heat on its way arrives $rule", ({ lagHours, arrives }) => {
  const slots = [0.5, 0.5, 1, 1].map((hours, k) => ({ startMs: [0, 0.5, 1, 2][k] ?? 0, hours }));
  const timed = slots.map(({ startMs, hours }) => ({ startMs: startMs * 3_600_000, hours }));
  expect(timed.map((_, k) => arrivingKw(timed, lagHours, (j) => (j === 0 ? 4 : 0), k))).toEqual(arrives);
});

test("no heat is lost on its way, whatever the slots", () => {
  fc.assert(
    fc.property(anySlots, fc.constantFrom(0.05, 0.25, 1, 3), (slots, lagHours) => {
      const longer = [...slots.slice(0, -1), { startMs: slots.at(-1)?.startMs ?? 0, hours: 72 }];
      const sent = slots.map((_, k) => (k < slots.length - 1 ? k + 1 : 0));
      const kwh = longer.map(({ hours }, k) => hours * arrivingKw(longer, lagHours, (j) => valueAt(sent, j), k));
      expect(sum(kwh)).toBeCloseTo(sum(longer.map(({ hours }, k) => hours * valueAt(sent, k))), 4);
    }),
  );
});

test("a zone gets what its heat pumps and boilers give to it, a tank also what its immersion heaters do", () => {
  const problem = completeHouse(2);
  const schedule = scheduleOf(problem, {
    spaceKw: [1, 0],
    waterKw: [0.5, 0],
    immersionKw: [2, 0],
    boilerSpaceKw: [4, 0],
    boilerWaterKw: [0.5, 0],
  });
  const [zone, tank] = [problem.zones[0], problem.tanks[0]];
  // Heat pump water is 0.4 h on its way.
  expect(zone && zoneHeatKw(problem, schedule, zone, 0)).toBeCloseTo(0.6 * 3 + 4, 9);
  expect(zone && zoneHeatKw(problem, schedule, zone, 1)).toBeCloseTo(0.4 * 3, 9);
  expect(tank && tankHeatKw(problem, schedule, tank, 0)).toBe(1 + 0.5 + 2);
  expect(zone && zoneHeatKw(problem, schedule, { ...zone, id: "attic" }, 0)).toBe(0);
  expect(tank && tankHeatKw(problem, schedule, { ...tank, id: "buffer" }, 0)).toBe(0);
});
