import { MS_PER_HOUR } from "@ohmstead/contract";
import { createHouse, createWorld, type House } from "./create-house.ts";
import type { Meters } from "./meters.ts";
import { oldRules } from "./old-rules.ts";
import type { HouseState } from "./physics/house.ts";
import type { HouseSetup } from "./physics/house-setup.ts";
import type { HouseInputs } from "./physics/surroundings.ts";
import { type Stock, stockPrice, stockValue } from "./stock-value.ts";

/** The house that is commanded, and beside it the same house under its old rules: same weather, load, taps and prices. */
export interface HousePair {
  readonly controlled: House;
  readonly twin: House;
  nowMs(): number;
  /** Both live on towards that time, at most so many steps; false when there is still time to catch up. */
  advanceTo(atMs: number, mostSteps?: number): boolean;
  /** The grid fails both houses, or is back. */
  setGridDown(isDown: boolean): void;
  report(): HouseReport;
}

export interface HouseReport {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly currency: string;
  readonly controlled: Meters;
  readonly oldRules: Meters;
  /** What is left in battery, tank and walls, priced at the median import price of the coming 24 hours. */
  readonly stock: {
    readonly pricePerKwh: number;
    readonly start: Stock;
    readonly controlled: Stock;
    readonly oldRules: Stock;
    /** controlled minus oldRules */
    readonly valueDifference: number;
  };
  /** oldRules.cost − controlled.cost + stock.valueDifference */
  readonly saved: number;
  readonly state: { readonly controlled: HouseState; readonly oldRules: HouseState };
}

const STEP_MS = MS_PER_HOUR / 60;

export function createHousePair(setup: HouseSetup, inputs: HouseInputs, seed: number, startMs: number): HousePair {
  const controlled = createHouse(setup, inputs, seed, { startMs });
  const twin = createHouse(setup, inputs, seed, { startMs, rule: oldRules });
  const prices = createWorld(setup, inputs, seed, startMs);
  const start = controlled.state();
  return {
    controlled,
    twin,
    nowMs: () => controlled.nowMs(),
    advanceTo: (atMs, mostSteps = Number.POSITIVE_INFINITY) => {
      for (let steps = 0; controlled.nowMs() < atMs && steps < mostSteps; steps++) {
        const nowMs = controlled.nowMs();
        const untilMs = Math.min(atMs, (Math.floor(nowMs / STEP_MS) + 1) * STEP_MS);
        controlled.step(untilMs - nowMs);
        twin.step(untilMs - nowMs);
      }
      return controlled.nowMs() >= atMs;
    },
    setGridDown: (isDown) => {
      for (const house of [controlled, twin]) house.setGridDown(isDown);
    },
    report: () => {
      const nowMs = controlled.nowMs();
      const outdoorTempC = controlled.state().feltOutdoorTempC;
      const pricePerKwh = stockPrice((atMs) => prices.importPriceAt(atMs), nowMs);
      const stockIn = (state: HouseState): Stock => stockValue(setup, state, outdoorTempC, pricePerKwh);
      const stock = { start: stockIn(start), controlled: stockIn(controlled.state()), oldRules: stockIn(twin.state()) };
      const valueDifference = stock.controlled.value - stock.oldRules.value;
      return {
        nowMs,
        fromMs: controlled.meters().fromMs,
        currency: setup.currency,
        controlled: controlled.meters(),
        oldRules: twin.meters(),
        stock: { pricePerKwh, ...stock, valueDifference },
        saved: twin.meters().cost - controlled.meters().cost + valueDifference,
        state: { controlled: controlled.state(), oldRules: twin.state() },
      };
    },
  };
}
