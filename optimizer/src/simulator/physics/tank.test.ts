import fc from "fast-check";
import { expect, test } from "vitest";
import { demoHouse } from "./house-setup.ts";
import { coilTempC, stepTank, tankAt, type TankInput, tankMeanTempC, type TankState, tankTopTempC } from "./tank.ts";

const setup = demoHouse.tank;
const MINUTE = 1 / 60;
const still: TankInput = { coilKw: 0, upperOn: false, lowerOn: false, drawKw: 0 };

function after(minutes: number, start: TankState, input: Partial<TankInput>): TankState {
  let state = start;
  for (let minute = 0; minute < minutes; minute++) state = stepTank(setup, state, { ...still, ...input }, MINUTE).state;
  return state;
}

test("a shower cools the bottom and leaves the top hot", () => {
  const state = after(6, tankAt(55), { drawKw: 14 });
  expect(tankTopTempC(state)).toBeGreaterThan(53);
  expect(state.layerTempsC[0]).toBeLessThan(45);
});

test("no layer is ever warmer than the one above it", () =>
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 8, max: 80, noNaN: true }), { minLength: 4, maxLength: 4 }),
      fc.record({
        coilKw: fc.double({ min: 0, max: 9, noNaN: true }),
        upperOn: fc.boolean(),
        lowerOn: fc.boolean(),
        drawKw: fc.double({ min: 0, max: 25, noNaN: true }),
      }),
      (layerTempsC, input) => {
        const { state } = stepTank(setup, { layerTempsC, upperCutOut: false, lowerCutOut: false }, input, MINUTE);
        state.layerTempsC.forEach((temp, layer) => {
          expect(temp).toBeLessThanOrEqual((state.layerTempsC[layer + 1] ?? 100) + 1e-9);
        });
      },
    ),
  ));

test("the upper element heats the upper half only, the lower element and the coil everything", () => {
  const upper = after(60, tankAt(40), { upperOn: true });
  expect(coilTempC(upper)).toBeLessThan(42.5);
  expect(tankTopTempC(upper)).toBeGreaterThan(50);
  const lower = after(60, tankAt(40), { lowerOn: true });
  expect(tankTopTempC(lower) - coilTempC(lower)).toBeLessThan(0.5);
  expect(tankMeanTempC(lower)).toBeGreaterThan(48);
});

test("the cut-out ends heating at 78 °C and lets it begin again at 72 °C", () => {
  const hot = after(600, tankAt(60), { upperOn: true, lowerOn: true });
  expect(tankTopTempC(hot)).toBeLessThan(79);
  expect(stepTank(setup, { ...tankAt(75), lowerCutOut: true }, { ...still, lowerOn: true }, MINUTE).lowerKw).toBe(0);
  expect(stepTank(setup, { ...tankAt(71.9), lowerCutOut: true }, { ...still, lowerOn: true }, MINUTE).lowerKw).toBe(3);
});

test("a tank at 55 °C loses about 2 kWh on a day when nobody opens a tap", () => {
  const lostK = 55 - tankMeanTempC(after(24 * 60, tankAt(55), {}));
  expect(lostK * 0.349).toBeGreaterThan(1.5);
  expect(lostK * 0.349).toBeLessThan(2.2);
});

test("water that is too cold at the top gives less heat than was asked for, and says how much less", () => {
  const cold = stepTank(setup, tankAt(24), { ...still, drawKw: 10 }, MINUTE);
  expect(cold.drawnKw).toBeCloseTo(5, 6); // 16 K above cold water instead of 32
  expect(cold.unmetKw).toBeCloseTo(5, 6);
  expect(stepTank(setup, tankAt(55), { ...still, drawKw: 10 }, MINUTE).unmetKw).toBeCloseTo(0, 9);
});
