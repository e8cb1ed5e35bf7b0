import fc from "fast-check";
import { expect, test } from "vitest";
import { restingControls } from "../old-rules.ts";
import { type Controls, type HouseState, startOf, stepHouse, stockOf, type Surroundings } from "./house.ts";
import { demoCar, demoHouse } from "./house-setup.ts";

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyControls: fc.Arbitrary<Controls> = fc.record({
  batteryMode: fc.constantFrom("self_use", "hold", "charge", "discharge"),
  batteryChargeKw: within(0, 6),
  batteryDischargeKw: within(0, 6),
  batteryTargetSoc: within(0, 1),
  batteryFloorSoc: within(0, 1),
  pvLimitKw: within(0, 5),
  heatingOn: fc.boolean(),
  roomSetpointC: within(7, 28),
  waterOn: fc.boolean(),
  tankTargetC: within(30, 60),
  upperElementOn: fc.boolean(),
  lowerElementOn: fc.boolean(),
  carOn: fc.boolean(),
  carCurrentA: within(0, 20),
});
const anySurroundings: fc.Arbitrary<Surroundings> = fc.record({
  outdoorTempC: within(-30, 35),
  baseLoadKw: within(0, 8),
  pvPotentialKw: within(0, 5),
  drawKw: within(0, 20),
  isGridDown: fc.boolean(),
  isCarHome: fc.boolean(),
});
const anyState: fc.Arbitrary<HouseState> = fc.record({
  building: fc.record({ airTempC: within(5, 35), massTempC: within(5, 35), radiatorTempC: within(5, 60) }),
  tank: fc.record({
    layerTempsC: fc.array(within(8, 79), { minLength: 4, maxLength: 4 }),
    upperCutOut: fc.boolean(),
    lowerCutOut: fc.boolean(),
  }),
  heatPump: fc.record({
    activity: fc.constantFrom("off", "space", "water", "defrost"),
    sinceMinutes: within(0, 60),
    frost: within(0, 1.1),
    defrostLeftMinutes: within(0, 4),
    isSpaceCalled: fc.boolean(),
    isWaterCalled: fc.boolean(),
    seenTankTargetC: within(30, 60),
  }),
  battery: fc.record({ soc: within(0.05, 1), isTargetReached: fc.boolean() }),
  car: fc.record({ soc: within(0.02, 1), isHome: fc.boolean() }),
  feltRoomTempC: within(5, 35),
  feltTankTempC: within(8, 79),
  feltOutdoorTempC: within(-30, 35),
});
const withCar = { ...demoHouse, car: demoCar };
const reference = { soc: 0, tankTempC: 0, roomTempC: 0 };

test("energy is conserved in battery, car, tank, building and at the meter, whatever the state and the orders", () =>
  fc.assert(
    fc.property(
      anyState,
      anyControls,
      anySurroundings,
      within(1 / 3600, 1 / 60),
      (before, controls, outside, hours) => {
        const { state, flows } = stepHouse(withCar, before, controls, outside, hours);
        const stockBefore = stockOf(withCar, before, reference);
        const stockAfter = stockOf(withCar, state, reference);
        const elementsKw = flows.upperElementKw + flows.lowerElementKw;
        const devicesKw = flows.heatPumpKw + elementsKw + flows.carKw;
        const used = flows.baseLoadKw + devicesKw + flows.chargeKw + flows.batteryAuxiliaryKw;
        const isBackFromTrip = outside.isCarHome === true && !before.car.isHome;
        if (!isBackFromTrip)
          expect(stockAfter.carKwh - stockBefore.carKwh).toBeCloseTo(hours * (flows.carKw - flows.carLossKw), 9);
        expect(flows.importKw + flows.pvKw + flows.dischargeKw).toBeCloseTo(used + flows.exportKw, 9);
        expect(stockAfter.batteryKwh - stockBefore.batteryKwh).toBeCloseTo(
          hours * (flows.chargeKw - flows.dischargeKw + flows.batteryAuxiliaryKw - flows.batteryLossKw),
          9,
        );
        expect(stockAfter.tankKwh - stockBefore.tankKwh).toBeCloseTo(
          hours * (flows.waterHeatKw + elementsKw - flows.tankLossKw - flows.drawnKw),
          9,
        );
        expect(stockAfter.buildingKwh - stockBefore.buildingKwh).toBeCloseTo(
          hours * (flows.spaceHeatKw + flows.gainsKw - flows.buildingLossKw),
          9,
        );
      },
    ),
    { numRuns: 300 },
  ));

test("nothing runs both ways at once, nobody gets more than there is", () =>
  fc.assert(
    fc.property(anyState, anyControls, anySurroundings, (before, controls, outside) => {
      const { flows } = stepHouse(demoHouse, before, controls, outside, 1 / 60);
      expect(flows.importKw * flows.exportKw).toBe(0);
      expect(flows.chargeKw * flows.dischargeKw).toBe(0);
      expect(flows.spaceHeatKw * flows.waterHeatKw).toBe(0);
      expect(flows.pvKw + flows.pvCurtailedKw).toBeCloseTo(outside.pvPotentialKw, 9);
      expect(flows.pvKw).toBeLessThanOrEqual(controls.pvLimitKw + 1e-12);
      expect(flows.heatPumpKw).toBeLessThanOrEqual(demoHouse.heatPump.maxPowerKw + 1e-9);
      expect(flows.drawnKw).toBeLessThanOrEqual(outside.drawKw + 1e-9);
      const { buildingLossKw, tankLossKw, ...oneWay } = flows; // heat may flow in either direction there
      expect(buildingLossKw + tankLossKw).not.toBeNaN();
      expect(Math.min(...Object.values(oneWay))).toBeGreaterThanOrEqual(-1e-9);
    }),
  ));

test("a house in balance stays near its set-point, and its sensors follow", () => {
  const controls = restingControls(demoHouse);
  const outside = { outdoorTempC: -10, baseLoadKw: 0.4, pvPotentialKw: 0, drawKw: 0 };
  let state = startOf(demoHouse, controls, -10);
  for (let minute = 0; minute < 24 * 60; minute++) ({ state } = stepHouse(demoHouse, state, controls, outside, 1 / 60));
  expect(Math.abs(state.building.airTempC - controls.roomSetpointC)).toBeLessThan(0.3);
  expect(state.feltRoomTempC).toBeCloseTo(state.building.airTempC, 1);
  expect(state.feltOutdoorTempC).toBeCloseTo(-10, 2);
});

test("on the island nothing comes from the grid and nothing goes there, and what is missing is not served", () =>
  fc.assert(
    fc.property(anyState, anyControls, anySurroundings, (before, controls, outside) => {
      const { flows } = stepHouse(demoHouse, before, controls, { ...outside, isGridDown: true }, 1 / 60);
      expect(flows).toMatchObject({ importKw: 0, exportKw: 0, heatPumpKw: 0, upperElementKw: 0, lowerElementKw: 0 });
      expect(flows.baseLoadKw).toBeGreaterThanOrEqual(0);
      expect(flows.baseLoadKw).toBeLessThanOrEqual(outside.baseLoadKw);
      expect(flows.pvKw).toBeGreaterThanOrEqual(-1e-12);
    }),
  ));

test("on the island the battery gives what self-use keeps, and a full house makes no more sun than it uses", () => {
  const controls = restingControls(demoHouse);
  const state = startOf(demoHouse, controls, 0);
  const low = { ...state, battery: { soc: 0.09, isTargetReached: false } };
  const full = { ...state, battery: { soc: 1, isTargetReached: false } };
  const dark = { outdoorTempC: 0, baseLoadKw: 0.5, pvPotentialKw: 0, drawKw: 0, isGridDown: true };
  expect(stepHouse(demoHouse, low, controls, dark, 1 / 60).flows).toMatchObject({ dischargeKw: 0.5, baseLoadKw: 0.5 });
  const sunny = stepHouse(demoHouse, full, controls, { ...dark, pvPotentialKw: 4 }, 1 / 60).flows;
  expect(sunny.pvKw).toBeCloseTo(0.5, 9);
  expect(sunny.pvCurtailedKw).toBeCloseTo(3.5, 9);
});
