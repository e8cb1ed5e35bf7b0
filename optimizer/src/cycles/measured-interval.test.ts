import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { openStore } from "../store/store.ts";
import { measuredInterval } from "./measured-interval.ts";
import { createPriceBook } from "./price-book.ts";
import { everythingHome } from "./testing/everything.ts";

const NOON_MS = Date.UTC(2024, 0, 8, 12);
const RESTING = ["car", "roof_south", "roof_east", "dishwasher", "pool_pump", "heat_pump", "battery"];

/** A house of which only the grid meter and the outdoor sensor speak within the interval: all devices rest since hours. */
function restingHouse() {
  const store = openStore(":memory:");
  store.prices.save("push", [{ startMs: NOON_MS, hours: 1, importPricePerKwh: 0.3, exportPricePerKwh: 0.08 }], NOON_MS);
  store.readings.save([
    ...RESTING.map((id) => ({ signal: `${id}.powerKw`, atMs: NOON_MS - 5 * MS_PER_HOUR, value: 0 })),
    ...[0, 1, 2].flatMap((k) => [
      { signal: "grid.powerKw", atMs: NOON_MS + k * 100_000, value: 1.2 },
      { signal: "outdoor.tempC", atMs: NOON_MS + k * 100_000, value: 3 },
    ]),
  ]);
  return store;
}
const from = (id: string, value: number) => ({ signal: `${id}.powerKw`, atMs: NOON_MS, value });
const interval = (store: ReturnType<typeof openStore>) =>
  measuredInterval(
    everythingHome,
    store,
    createPriceBook(store.prices, everythingHome, ["push"]),
    NOON_MS,
    NOON_MS + 300_000,
  );

test("devices that are silent because they rest are measured all the same", () => {
  expect(interval(restingHouse())).toMatchObject({
    importKwh: expect.closeTo(0.1, 9),
    baseLoadKw: 1.2,
    appliancesKw: 0,
  });
});

test("what a car and appliances take is told apart from the house", () => {
  const store = restingHouse();
  store.readings.save([from("car", 0.7), from("dishwasher", 0.2), from("pool_pump", 0.1)]);
  const found = interval(store);
  expect(found?.baseLoadKw).toBeCloseTo(0.2, 9);
  expect(found?.appliancesKw).toBeCloseTo(0.3, 9);
  expect([...(found?.carKw ?? [])]).toEqual([["car", 0.7]]);
});

test("a device that ran and fell silent makes the interval count for nobody", () => {
  const store = restingHouse();
  store.readings.save([{ signal: "heat_pump.powerKw", atMs: NOON_MS - MS_PER_HOUR, value: 2 }]);
  expect(interval(store)).toBeUndefined();
});
