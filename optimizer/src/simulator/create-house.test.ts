import { expect, test } from "vitest";
import { createHouse } from "./create-house.ts";
import { demoHouse } from "./physics/house-setup.ts";
import { steadyDays } from "./steady-days.ts";

const START_MS = Date.UTC(2024, 0, 4, 22);
const HOUR_MS = 3_600_000;

const dayOf = (seed: number) => {
  const house = createHouse(demoHouse, steadyDays(START_MS), seed);
  house.step(24 * HOUR_MS);
  return { state: house.state(), readings: house.readings() };
};

test("the same seed gives the same day to the last digit, another seed another day", () => {
  expect(dayOf(1)).toEqual(dayOf(1));
  expect(dayOf(1).state).not.toEqual(dayOf(2).state);
});

test("one long step is many short ones", () => {
  const long = createHouse(demoHouse, steadyDays(START_MS), 1);
  const short = createHouse(demoHouse, steadyDays(START_MS), 1);
  long.step(2 * HOUR_MS);
  for (let minute = 0; minute < 120; minute++) short.step(60_000);
  expect(long.state()).toEqual(short.state());
  expect(long.nowMs()).toBe(START_MS + 2 * HOUR_MS);
});

test("before its first step the meters already show a house that lives", () => {
  const house = createHouse(demoHouse, steadyDays(START_MS, { baseLoadKw: 0.7, outdoorTempC: -10 }), 1);
  expect(house.readings().heatPumpKw).toBeGreaterThan(1);
  expect(house.meters().hours).toBe(0);
});

test("orders take effect with the next step", () => {
  const house = createHouse(demoHouse, steadyDays(START_MS), 1);
  house.setControls({
    batteryMode: "charge",
    batteryChargeKw: 3,
    heatingOn: false,
    waterOn: false,
    upperElementOn: true,
  });
  house.step(60_000);
  expect(house.flows().chargeKw).toBeCloseTo(3, 6);
  expect(house.flows().heatPumpKw).toBe(demoHouse.heatPump.standbyKw);
  expect(house.flows().upperElementKw).toBe(2);
  expect(house.readings().batteryKw).toBeGreaterThan(2.9);
});

test("a solar limit curtails, and the meters count what was lost", () => {
  const house = createHouse(demoHouse, steadyDays(START_MS, { pvKw: 3 }), 1);
  house.setControls({ pvLimitKw: 1 });
  house.step(HOUR_MS);
  expect(house.meters().pvKwh).toBeCloseTo(1, 6);
  expect(house.meters().pvCurtailedKwh).toBeCloseTo(2, 6);
});

test("the meters pay the tariff: spot · 1.24 + 0.07 for what is bought, spot − 0.005 for what is sold", () => {
  const buyer = createHouse(demoHouse, steadyDays(START_MS, { spotPrice: 0.2, baseLoadKw: 2 }), 1);
  buyer.setControls({ batteryMode: "hold", heatingOn: false, waterOn: false });
  buyer.step(HOUR_MS);
  expect(buyer.meters().importKwh).toBeCloseTo(2 + demoHouse.heatPump.standbyKw, 6);
  expect(buyer.meters().cost).toBeCloseTo(buyer.meters().importKwh * (0.2 * 1.24 + 0.07), 6);
  const seller = createHouse(demoHouse, steadyDays(START_MS, { spotPrice: -0.1, pvKw: 4 }), 1);
  seller.setControls({ batteryMode: "hold", heatingOn: false, waterOn: false });
  seller.step(HOUR_MS);
  expect(seller.meters().cost).toBeCloseTo(seller.meters().exportKwh * 0.105, 6); // feeding in costs money
});

test("comfort is counted by the local clock: 20 °C is fine at midnight and half a kelvin short at noon", () => {
  const cool = { ...demoHouse, start: { ...demoHouse.start, roomTempC: 20 } };
  const held = { ...cool, building: { ...cool.building, massCapacityKwhPerK: 1e6, airToMassKwPerK: 50 } };
  const night = createHouse(held, steadyDays(START_MS), 1);
  night.step(HOUR_MS);
  expect(night.meters().roomBelow.minutes).toBe(0);
  const noon = createHouse(held, steadyDays(START_MS + 12 * HOUR_MS), 1);
  noon.step(HOUR_MS);
  expect(noon.meters().roomBelow.minutes).toBeCloseTo(60, 6);
  expect(noon.meters().roomBelow.kelvinHours).toBeCloseTo(0.5, 0);
});
