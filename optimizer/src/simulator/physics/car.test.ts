import { expect, test } from "vitest";
import { stepCar } from "./car.ts";
import { demoCar } from "./house-setup.ts";

const HOUR = 1 / 60;
const home = (soc: number) => ({ soc, isHome: true });

test.each([
  { rule: "three phases of 16 A", soc: 0.5, isOn: true, currentA: 16, isHome: true, kw: 11.04 },
  { rule: "no more than the cable carries", soc: 0.5, isOn: true, currentA: 32, isHome: true, kw: 11.04 },
  { rule: "nothing below the least current", soc: 0.5, isOn: true, currentA: 5, isHome: true, kw: 0 },
  { rule: "nothing when switched off", soc: 0.5, isOn: false, currentA: 16, isHome: true, kw: 0 },
  { rule: "nothing while away", soc: 0.5, isOn: true, currentA: 16, isHome: false, kw: 0 },
  { rule: "nothing when full", soc: 1, isOn: true, currentA: 16, isHome: true, kw: 0 },
])("a car takes $rule", ({ soc, isOn, currentA, isHome, kw }) => {
  const { state, chargeKw, lossKw } = stepCar(demoCar, home(soc), { isOn, currentA }, isHome, HOUR);
  expect(chargeKw).toBeCloseTo(kw, 9);
  expect((state.soc - soc) * demoCar.capacityKwh).toBeCloseTo((chargeKw - lossKw) * HOUR, 9);
});

test("on its return it has used the way", () => {
  const order = { isOn: false, currentA: 16 };
  const gone = stepCar(demoCar, home(0.5), order, false, HOUR).state;
  expect(gone).toEqual({ soc: 0.5, isHome: false });
  const back = stepCar(demoCar, gone, order, true, HOUR).state;
  expect(back.soc).toBeCloseTo(0.5 - demoCar.tripKwh / demoCar.capacityKwh, 9);
  expect(stepCar(demoCar, back, order, true, HOUR).state.soc).toBe(back.soc);
});
