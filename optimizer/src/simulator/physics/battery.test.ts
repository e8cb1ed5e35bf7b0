import fc from "fast-check";
import { expect, test } from "vitest";
import { type BatteryOrder, stepBattery } from "./battery.ts";
import { demoHouse } from "./house-setup.ts";

const setup = demoHouse.battery;
const MINUTE = 1 / 60;
const order: BatteryOrder = { mode: "self_use", chargeKw: 5, dischargeKw: 5, targetSoc: 1, floorSoc: 0.1 };

function run(hours: number, soc: number, wish: Partial<BatteryOrder>, netLoadKw = 0) {
  let state = { soc, isTargetReached: false };
  let chargedKwh = 0;
  let dischargedKwh = 0;
  for (let minute = 0; minute < hours * 60; minute++) {
    const step = stepBattery(setup, state, { ...order, ...wish }, netLoadKw, MINUTE);
    state = step.state;
    chargedKwh += step.chargeKw * MINUTE;
    dischargedKwh += step.dischargeKw * MINUTE;
  }
  return { soc: state.soc, chargedKwh, dischargedKwh };
}

test.each([{ kw: 1 }, { kw: 2 }, { kw: 4 }])("a round trip at $kw kW gives back 88 to 91 %", ({ kw }) => {
  const charging = run(6 / kw, 0.2, { mode: "charge", chargeKw: kw });
  const discharging = run(20, charging.soc, { mode: "discharge", dischargeKw: kw, floorSoc: 0.2 });
  const share = discharging.dischargedKwh / charging.chargedKwh;
  expect(share).toBeGreaterThan(0.88);
  expect(share).toBeLessThan(0.915);
});

test("charging slows down above 90 %, ends at its target, and holds there", () => {
  const nearFull = stepBattery(setup, { soc: 0.97, isTargetReached: false }, { ...order, mode: "charge" }, 0, MINUTE);
  expect(nearFull.chargeKw).toBeLessThan(2);
  const toTarget = run(4, 0.5, { mode: "charge", chargeKw: 5, targetSoc: 0.8 });
  expect(toTarget.soc).toBeGreaterThan(0.78);
  expect(toTarget.soc).toBeLessThanOrEqual(0.8);
  const atTarget = stepBattery(
    setup,
    { soc: 0.799, isTargetReached: true },
    { ...order, mode: "charge", targetSoc: 0.8 },
    0,
    MINUTE,
  );
  expect(atTarget.chargeKw).toBe(0);
});

test("discharging ends at its floor", () => {
  expect(run(4, 0.5, { mode: "discharge", floorSoc: 0.3 }).soc).toBeGreaterThan(0.29);
});

test.each([
  { netLoadKw: 1.5, charge: 0, discharge: 1.5, why: "gives what the house takes" },
  { netLoadKw: -1.5, charge: 1.5, discharge: 0, why: "takes what the roof has over" },
  { netLoadKw: 9, charge: 0, discharge: 5, why: "gives no more than it can" },
  { netLoadKw: 0.01, charge: 0, discharge: 0, why: "does not wake for ten watts" },
])("self-use $why", ({ netLoadKw, charge, discharge }) => {
  const step = stepBattery(setup, { soc: 0.5, isTargetReached: false }, order, netLoadKw, MINUTE);
  expect(step.chargeKw).toBeCloseTo(charge, 6);
  expect(step.dischargeKw).toBeCloseTo(discharge, 6);
});

test("self-use stops at 10 %, and then the house feeds the electronics", () => {
  const step = stepBattery(setup, { soc: 0.1, isTargetReached: false }, order, 3, MINUTE);
  expect(step.dischargeKw).toBe(0);
  expect(step.auxiliaryKw).toBeCloseTo(setup.ownUseKw, 9);
  expect(step.state.soc).toBe(0.1);
});

test("holding costs its own use: about 3.6 % in a day", () => {
  expect(0.6 - run(24, 0.6, { mode: "hold" }).soc).toBeCloseTo(0.036, 3);
});

test("whatever is ordered, the cells stay between 5 and 100 %, and losses are never negative", () =>
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      fc.record({
        mode: fc.constantFrom("self_use", "hold", "charge", "discharge"),
        chargeKw: fc.double({ min: 0, max: 8, noNaN: true }),
        dischargeKw: fc.double({ min: 0, max: 8, noNaN: true }),
        targetSoc: fc.double({ min: 0, max: 1, noNaN: true }),
        floorSoc: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.double({ min: -10, max: 20, noNaN: true }),
      fc.boolean(),
      (soc, wish, netLoadKw, isTargetReached) => {
        const step = stepBattery(setup, { soc, isTargetReached }, wish, netLoadKw, MINUTE);
        expect(step.state.soc).toBeGreaterThanOrEqual(0.05 - 1e-9);
        expect(step.state.soc).toBeLessThanOrEqual(1 + 1e-9);
        expect(step.lossKw).toBeGreaterThanOrEqual(-1e-9);
        expect(step.chargeKw * step.dischargeKw).toBe(0);
        expect(Math.max(step.chargeKw, step.dischargeKw)).toBeLessThanOrEqual(setup.maxPowerKw);
      },
    ),
  ));
