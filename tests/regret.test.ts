import { expect, test } from "vitest";
import { evenSlots } from "../optimizer/src/domain/slots.ts";
import { bestPowers } from "./bench/regret/best-year.ts";

const battery = { lowKwh: 0, highKwh: 4, startKwh: 0, kw: 2, efficiency: 1, wear: 0.01, endValuePerKwh: 0 };
const year = (importPricePerKwh: number[], exportPricePerKwh: number[], loadKw: number) => ({
  slots: evenSlots(0, 1, importPricePerKwh.length),
  importPricePerKwh,
  exportPricePerKwh,
  loadKw: importPricePerKwh.map(() => loadKw),
  pvKw: importPricePerKwh.map(() => 0),
});
const net = (powers: ReturnType<typeof bestPowers>) =>
  powers.map(({ chargeKw, dischargeKw }) => Number((chargeKw - dischargeKw).toFixed(6)));

test("buys in the cheap hours what the dear ones need, and no more", () => {
  expect(net(bestPowers(year([0.1, 0.4, 0.3], [0, 0, 0], 0.725), battery))).toEqual([1.45, -0.725, -0.725]);
});

test("does nothing for a spread that losses and wear eat up", () => {
  expect(net(bestPowers(year([0.3, 0.32], [0, 0], 1), { ...battery, efficiency: 0.9 }))).toEqual([0, 0]);
});

test("sells where that pays, and keeps what the end is worth", () => {
  expect(net(bestPowers(year([0.1, 0.4], [0, 0.3], 0), battery))).toEqual([2, -2]);
  expect(net(bestPowers(year([0.1, 0.4], [0, 0.3], 0), { ...battery, endValuePerKwh: 0.35 }))).toEqual([2, 0]);
});

test("an hour in which selling pays more than buying is no source of money by itself", () => {
  expect(net(bestPowers(year([0.1, 0.1], [0.3, 0.05], 1), battery))).toEqual([0, 0]);
});
