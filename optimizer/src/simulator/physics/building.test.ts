import { expect, test } from "vitest";
import { buildingHeatKwh, type BuildingState, stepBuilding } from "./building.ts";
import { demoHouse } from "./house-setup.ts";

const setup = { ...demoHouse.building, peopleGainKw: 0, baseLoadGainShare: 0, solarGainKwPerPvKw: 0 };
const MINUTE = 1 / 60;

function after(hours: number, start: BuildingState, input: { outdoorTempC: number; heatingKw: number }): BuildingState {
  let state = start;
  for (let minute = 0; minute < hours * 60; minute++)
    state = stepBuilding(setup, state, { ...input, baseLoadKw: 0, pvPotentialKw: 0 }, MINUTE).state;
  return state;
}
const uniform = (tempC: number): BuildingState => ({ airTempC: tempC, massTempC: tempC, radiatorTempC: tempC });

test("left alone it cools with the time constant of its whole capacity over its loss", () => {
  const tauHours = (setup.airCapacityKwhPerK + setup.massCapacityKwhPerK) / setup.heatLossKwPerK;
  const start = after(12, uniform(20), { outdoorTempC: 0, heatingKw: 0 }); // past the quick modes
  const end = after(tauHours, start, { outdoorTempC: 0, heatingKw: 0 });
  expect(end.massTempC / start.massTempC).toBeCloseTo(Math.exp(-1), 1);
  expect(tauHours).toBeGreaterThan(40);
});

test("steady heat holds the temperature at which it equals the loss, near the design heat of 6.6 kW at −20 °C", () => {
  const state = after(600, uniform(21), { outdoorTempC: -20, heatingKw: 6.9 });
  const { lossKw } = stepBuilding(
    setup,
    state,
    { outdoorTempC: -20, heatingKw: 6.9, baseLoadKw: 0, pvPotentialKw: 0 },
    MINUTE,
  );
  expect(lossKw).toBeCloseTo(6.9, 3);
  expect(state.airTempC).toBeGreaterThan(18.5);
  expect(state.airTempC).toBeLessThan(21.5);
});

test("the air follows the heating sooner than the walls, and radiators go on heating when the pump stops", () => {
  const warm = after(1, uniform(20), { outdoorTempC: 5, heatingKw: 8 });
  expect(warm.airTempC - 20).toBeGreaterThan(2 * (warm.massTempC - 20));
  expect(warm.radiatorTempC).toBeGreaterThan(40);
  const later = after(0.25, warm, { outdoorTempC: 5, heatingKw: 0 });
  expect(buildingHeatKwh(setup, later, 20)).toBeLessThan(buildingHeatKwh(setup, warm, 20));
  expect(later.massTempC).toBeGreaterThan(warm.massTempC);
});

test.each([
  { outdoorTempC: 18, isOpen: true, why: "a warm evening" },
  { outdoorTempC: 0, isOpen: false, why: "nobody lets the winter in" },
  { outdoorTempC: 30, isOpen: false, why: "hotter outside" },
])("windows at 25 °C inside: $why", ({ outdoorTempC, isOpen }) => {
  const { lossKw } = stepBuilding(
    setup,
    uniform(25),
    { outdoorTempC, heatingKw: 0, baseLoadKw: 0, pvPotentialKw: 0 },
    MINUTE,
  );
  const closedKw = setup.heatLossKwPerK * (25 - outdoorTempC);
  expect(lossKw > closedKw + 0.1).toBe(isOpen);
});

test("people, base load and sun warm it", () => {
  const { gainsKw } = stepBuilding(
    demoHouse.building,
    uniform(21),
    { outdoorTempC: 0, heatingKw: 0, baseLoadKw: 1, pvPotentialKw: 2 },
    MINUTE,
  );
  expect(gainsKw).toBeCloseTo(0.16 + 0.1 + 0.36, 6);
});
