import fc from "fast-check";
import { expect, test } from "vitest";
import { replaces } from "../domain/same-moment.ts";
import { openStore } from "./store.ts";

const MINUTE = 60_000;
test("readings come back by signal, oldest first", () => {
  const { readings } = openStore(":memory:");
  readings.save([
    { signal: "battery.soc", atMs: 2000, value: 0.5 },
    { signal: "battery.soc", atMs: 1000, value: 0.4 },
    { signal: "grid.powerKw", atMs: 1500, value: -3.2 },
  ]);
  readings.save([{ signal: "battery.soc", atMs: 2000, value: 0.6 }]);
  expect(readings.between("battery.soc", 0, 2001)).toEqual([
    [1000, 0.4],
    [2000, 0.6],
  ]);
  expect(readings.between("battery.soc", 1001, 2000)).toEqual([]);
  expect(readings.between("nobody", 0, 9e9)).toEqual([]);
  expect(readings.latest("battery.soc")).toEqual({ signal: "battery.soc", atMs: 2000, value: 0.6 });
  expect(readings.latest("battery.soc", 1999)).toEqual({ signal: "battery.soc", atMs: 1000, value: 0.4 });
  expect(readings.latest("battery.soc", 999)).toBeUndefined();
  expect(readings.latest("nobody")).toBeUndefined();
  expect(readings.latestOfAll().toSorted((a, b) => a.signal.localeCompare(b.signal))).toEqual([
    { signal: "battery.soc", atMs: 2000, value: 0.6 },
    { signal: "grid.powerKw", atMs: 1500, value: -3.2 },
  ]);
});

const anyReading = fc.record({
  signal: fc.constantFrom("battery.soc", "grid.powerKw"),
  atMs: fc.integer({ min: 0, max: 4 }),
  value: fc.integer({ min: -3, max: 3 }),
  quality: fc.constantFrom("good" as const, "uncertain" as const),
});

test("E14 late, twice, in any order and any portions: the store is the same in the end", () =>
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (all, numbers) => {
      const shuffled = [...all, ...all.slice(0, 5)]
        .map((each) => [numbers.next().value ?? 0, each] as const)
        .toSorted((a, b) => a[0] - b[0]);
      const inOrder = openStore(":memory:");
      const inDisorder = openStore(":memory:");
      inOrder.readings.save(all);
      for (const [, each] of shuffled) inDisorder.readings.save([each]);
      for (const signal of ["battery.soc", "grid.powerKw"]) {
        const stored = inOrder.readings.between(signal, 0, 10);
        expect(inDisorder.readings.between(signal, 0, 10)).toEqual(stored);
        // What counts is what the one rule for both memory and disk says.
        for (const [atMs, value, quality = "good"] of stored) {
          const others = all.filter((each) => each.signal === signal && each.atMs === atMs);
          expect(others.filter((other) => replaces(other, { value, quality }))).toEqual([]);
        }
      }
      inOrder.close();
      inDisorder.close();
    }),
  ));

test("means of stored readings know the value from before the window", () => {
  const { readings } = openStore(":memory:");
  readings.save([
    { signal: "roof.powerKw", atMs: -5 * MINUTE, value: 1 },
    { signal: "roof.powerKw", atMs: 5 * MINUTE, value: 3 },
  ]);
  expect(readings.means("roof.powerKw", 0, 10 * MINUTE, 10 * MINUTE)).toEqual([{ startMs: 0, value: 2 }]);
  expect(readings.means("nobody", 0, 10 * MINUTE, 10 * MINUTE)).toEqual([]);
});

test("what was said before the time asked for still holds", () => {
  const { readings } = openStore(":memory:");
  readings.save([{ signal: "washer.powerKw", atMs: 0, value: 0 }]);
  const asked = [300 * MINUTE, 310 * MINUTE, 10 * MINUTE] as const;
  expect(readings.means("washer.powerKw", ...asked)).toEqual([]);
  expect(readings.means("washer.powerKw", ...asked, () => 400 * MINUTE)).toEqual([{ startMs: asked[0], value: 0 }]);
});

test("what is not certain stays so marked, until the same moment is told anew", () => {
  const { readings } = openStore(":memory:");
  readings.save([
    { signal: "tank.tempC", atMs: 0, value: 50, quality: "uncertain" },
    { signal: "tank.tempC", atMs: 10 * MINUTE, value: 51, quality: "good" },
  ]);
  expect(readings.between("tank.tempC", 0, 20 * MINUTE)).toEqual([
    [0, 50, "uncertain"],
    [10 * MINUTE, 51],
  ]);
  expect(readings.latest("tank.tempC", 1)?.quality).toBe("uncertain");
  const qualities = () => readings.steps("tank.tempC", 0, 20 * MINUTE, 10 * MINUTE).map(({ quality }) => quality);
  expect(qualities()).toEqual(["uncertain", "measured"]);
  readings.save([{ signal: "tank.tempC", atMs: 0, value: 50.2 }]);
  expect(qualities()).toEqual(["measured", "measured"]);
});
