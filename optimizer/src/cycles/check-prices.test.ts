import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { InputError } from "../domain/errors.ts";
import { checkPrices } from "./check-prices.ts";

const slot = (hour: number, hours = 1) => ({
  startMs: hour * MS_PER_HOUR,
  hours,
  importPricePerKwh: 0.2,
  exportPricePerKwh: 0.1,
});
const refusalOf = (update: Parameters<typeof checkPrices>[0]) => {
  try {
    checkPrices(update, { currency: "EUR" });
    return undefined;
  } catch (error) {
    return error instanceof InputError ? error.errors : error;
  }
};

test("another currency is refused with both names and what to do", () => {
  expect(refusalOf({ currency: "SEK", slots: [slot(0)] })).toEqual([
    { field: "currency", message: expect.stringMatching(/is SEK, but this house counts in EUR: convert the prices/) },
  ]);
});

test("a moment that is there twice is refused by its place in what was sent", () => {
  expect(refusalOf({ currency: "EUR", slots: [slot(2), slot(1), slot(2)] })).toEqual([
    { field: "slots[2].startMs", message: expect.stringMatching(/as slots\[0\] does: send each moment once/) },
  ]);
  expect(refusalOf({ currency: "EUR", slots: [slot(1.5, 0.5), slot(0, 2)] })).toEqual([
    { field: "slots[0].startMs", message: expect.stringMatching(/before slots\[1\] ends/) },
  ]);
});

test("slots in any order, with holes, are fine", () => {
  expect(refusalOf({ currency: "EUR", slots: [slot(5), slot(1), slot(2, 0.25)] })).toBeUndefined();
});
