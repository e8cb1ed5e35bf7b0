import { setImmediate as breathe } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HoldsMs, ResampledStep } from "../domain/resample.ts";
import { openStore, type Store } from "./store.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const QUARTER = 900_000;
const MINUTE = 60_000;
const MONDAY = Date.UTC(2024, 0, 8);
const rests: HoldsMs = (value) => (value === 0 ? DAY : HOUR / 2);
const tidy = (store: Store, nowMs: number) => store.tidy({ nowMs, holdsOf: () => rests, pause: () => breathe() });

/** Stored steps are rounded: values to five decimals, the share that is known to four. */
const ROUNDING = 2e-3;

const numbers = (all: readonly ResampledStep[]) =>
  all.flatMap(({ mean = 0, min = 0, max = 0, coverage }) => [mean, min, max, coverage]);

function expectSameSteps(
  steps: readonly ResampledStep[],
  expected: readonly ResampledStep[],
  withQuality = true,
): void {
  const words = (all: readonly ResampledStep[]) =>
    all.map(({ startMs, mean, quality }) => [startMs, mean === undefined, withQuality && quality].join(" "));
  expect(words(steps)).toEqual(words(expected));
  const others = numbers(expected);
  const worst = numbers(steps).reduce((most, value, k) => Math.max(most, Math.abs(value - (others[k] ?? NaN))), 0);
  expect(worst).toBeLessThan(ROUNDING);
}

/** All that a reader may ask, of two stores that must agree. */
function expectAlike(store: Store, model: Store, fromMs: number, untilMs: number): void {
  const of = ({ readings }: Store) => ({
    all: readings.between("roof.powerKw", fromMs, untilMs),
    some: readings.between("roof.powerKw", fromMs + 5 * HOUR, untilMs - 7 * HOUR),
    latest: readings.latest("roof.powerKw"),
    before: [1, 5, 20, 40, 90].map((hours) => readings.latest("roof.powerKw", fromMs + hours * HOUR)),
  });
  expect(of(store)).toEqual(of(model));
  const windows: readonly (readonly [from: number, until: number, step: number])[] = [
    [fromMs, untilMs - 4 * MINUTE, QUARTER],
    [fromMs + HOUR, untilMs, HOUR],
    [fromMs, untilMs, DAY],
    [fromMs + 3 * MINUTE, untilMs, 7 * QUARTER],
  ];
  for (const window of windows) {
    const [own, other] = [store, model].map(({ readings }) => readings.steps("roof.powerKw", ...window, rests));
    // What most of a day rests on may hang by the rounding.
    expectSameSteps(own ?? [], other ?? [], window[2] < DAY);
  }
}

test(
  "rows, packs and steps alike: whatever comes when, in whichever order, and however often nights pass",
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            {
              weight: 4,
              arbitrary: fc.array(
                fc.record({
                  minute: fc.integer({ min: 0, max: 6 * 1440 - 1 }),
                  value: fc.integer({ min: 0, max: 5 }),
                  quality: fc.constantFrom("good" as const, "good" as const, "uncertain" as const),
                }),
                { minLength: 1, maxLength: 60 },
              ),
            },
            { weight: 2, arbitrary: fc.integer({ min: 1, max: 9 * 24 }) },
          ),
          { minLength: 2, maxLength: 8 },
        ),
        async (deeds) => {
          const store = openStore(":memory:");
          const model = openStore(":memory:");
          let nowHours = 0;
          for (const deed of deeds) {
            if (typeof deed === "number") {
              nowHours = Math.max(nowHours, deed);
              await tidy(store, MONDAY + nowHours * HOUR);
            } else {
              const readings = deed.map(({ minute, value, quality }) => ({
                signal: "roof.powerKw",
                atMs: MONDAY + minute * MINUTE,
                value,
                quality,
              }));
              store.readings.save(readings);
              model.readings.save(readings);
            }
          }
          expectAlike(store, model, MONDAY - DAY, MONDAY + 8 * DAY);
          expect(await tidy(store, MONDAY + 10 * DAY)).toMatchObject({ damage: [] });
          expectAlike(store, model, MONDAY - DAY, MONDAY + 8 * DAY);
          store.close();
          model.close();
        },
      ),
      { numRuns: 25 },
    ),
  120_000,
);

test("the order in which readings come is of no consequence", () =>
  fc.assert(
    fc.property(
      fc
        .uniqueArray(fc.nat(2000), { maxLength: 30 })
        .chain((minutes) =>
          fc.tuple(fc.constant(minutes), fc.shuffledSubarray(minutes, { minLength: minutes.length })),
        ),
      ([minutes, shuffled]) => {
        const [one, other] = [minutes, shuffled].map((all) => {
          const { readings } = openStore(":memory:");
          for (const minute of all)
            readings.save([{ signal: "roof.powerKw", atMs: MONDAY + minute * MINUTE, value: minute % 7 }]);
          return readings.steps("roof.powerKw", MONDAY, MONDAY + 2 * DAY, QUARTER, rests);
        });
        expect(one).toEqual(other);
      },
    ),
    { numRuns: 30 },
  ));

/** A reading every ten minutes of so many days. */
function lived(days: number): Store {
  const store = openStore(":memory:");
  for (let day = 0; day < days; day += 1)
    store.readings.save(
      Array.from({ length: 144 }, (_, k) => ({
        signal: "roof.powerKw",
        atMs: MONDAY + day * DAY + k * 10 * MINUTE,
        value: (k % 10) / 10,
      })),
    );
  return store;
}

test("a second run of the same night finds nothing left to do", async () => {
  const store = lived(6);
  expect(await tidy(store, MONDAY + 6 * DAY)).toMatchObject({ packedDays: 4, settledDays: 5 });
  expect(await tidy(store, MONDAY + 6 * DAY)).toMatchObject({ packedDays: 0, settledDays: 0 });
  expect(await tidy(store, MONDAY + 6 * DAY + 4 * HOUR)).toMatchObject({ packedDays: 0, settledDays: 1 });
  store.close();
});

test("a reading that comes days late is counted at once, and again after the night", async () => {
  const store = lived(6);
  const hour = () => store.readings.means("roof.powerKw", MONDAY + DAY, MONDAY + DAY + HOUR, HOUR, rests)[0]?.value;
  await tidy(store, MONDAY + 6 * DAY);
  const before = hour() ?? Number.NaN;
  store.readings.save([{ signal: "roof.powerKw", atMs: MONDAY + DAY + 5 * MINUTE, value: 6 }]);
  // Five of the sixty minutes are 6 instead of 0.
  expect(hour()).toBeCloseTo(before + 0.5, 4);
  // Its day, the one before, out of which a line may lead to it, and the one after, into which it might hold.
  expect(await tidy(store, MONDAY + 6 * DAY + HOUR)).toMatchObject({ packedDays: 1, settledDays: 3 });
  expect(hour()).toBeCloseTo(before + 0.5, 4);
  expect(store.readings.between("roof.powerKw", MONDAY + DAY, MONDAY + DAY + 10 * MINUTE)).toEqual([
    [MONDAY + DAY, 0],
    [MONDAY + DAY + 5 * MINUTE, 6],
  ]);
  store.close();
});

test("readings go after 90 days, their quarter-hours and hours after two years", async () => {
  const store = lived(3);
  const quarters = () => store.readings.means("roof.powerKw", MONDAY, MONDAY + 3 * DAY, QUARTER, rests).length;
  const hours = () => store.readings.means("roof.powerKw", MONDAY, MONDAY + 3 * DAY, HOUR, rests).length;
  const raw = () => store.readings.between("roof.powerKw", 0, Infinity).length;
  await tidy(store, MONDAY + 91 * DAY);
  expect({ raw: raw(), quarters: quarters(), hours: hours() }).toEqual({ raw: 2 * 144, quarters: 288, hours: 72 });
  await tidy(store, MONDAY + 200 * DAY);
  expect({ raw: raw(), quarters: quarters(), hours: hours() }).toEqual({ raw: 0, quarters: 288, hours: 72 });
  // Too late to change what was made of all the readings of that day.
  store.readings.save([{ signal: "roof.powerKw", atMs: MONDAY + HOUR, value: 9 }]);
  await tidy(store, MONDAY + 201 * DAY);
  expect({ raw: raw(), quarters: quarters() }).toEqual({ raw: 0, quarters: 288 });
  await tidy(store, MONDAY + 731 * DAY);
  expect(quarters()).toBe(2 * 96);
  store.close();
}, 30_000);
