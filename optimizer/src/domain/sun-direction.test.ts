import fc from "fast-check";
import { expect, test } from "vitest";
import { extraterrestrialWPerM2, sunDirection } from "./sun-direction.ts";

const DAY_MS = 86_400_000;
const heightDeg = (ms: number, latitude: number, longitude = 0) =>
  (Math.asin(sunDirection(ms, latitude, longitude).up) * 180) / Math.PI;
/** Every two minutes of a UTC day. */
const momentsOf = (day: string) => Array.from({ length: 720 }, (_, k) => Date.parse(day) + k * 120_000);
const highest = (day: string, latitude: number) =>
  momentsOf(day).reduce((best, ms) => (heightDeg(ms, latitude) > heightDeg(best, latitude) ? ms : best));

test.each([
  { day: "2026-06-21", latitude: 51.5, height: 90 - 51.5 + 23.44, why: "midsummer in London" },
  { day: "2026-12-21", latitude: 51.5, height: 90 - 51.5 - 23.44, why: "midwinter in London" },
  { day: "2026-03-20", latitude: 0, height: 90, why: "the equinox on the equator" },
  { day: "2026-12-21", latitude: -33.9, height: 90 + 33.9 - 23.44 - 2 * (33.9 - 23.44), why: "midsummer in Sydney" },
])("at noon the sun stands as high as the seasons say: $why", ({ day, latitude, height }) => {
  const noonMs = highest(day, latitude);
  expect(heightDeg(noonMs, latitude)).toBeCloseTo(height, 0);
  const { east, north } = sunDirection(noonMs, latitude, 0);
  expect(Math.abs(east)).toBeLessThan(0.02);
  if (Math.abs(latitude) > 30) expect(Math.sign(north)).toBe(-Math.sign(latitude));
});

/** Minutes by which the sun of Greenwich is late. */
const lateBy = (day: string) => (highest(day, 51.5) - Date.parse(day)) / 60_000 - 720;

test("noon comes when the equation of time says: 14 minutes late in February, 16 early in November", () => {
  expect(Math.abs(lateBy("2026-02-11") - 14.2)).toBeLessThan(2);
  expect(Math.abs(lateBy("2026-11-03") + 16.4)).toBeLessThan(2);
});

test("fifteen degrees further west everything comes an hour later, but for what the seasons move in an hour", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2049, 0) }),
      fc.double({ min: -65, max: 65, noNaN: true }),
      fc.double({ min: -165, max: 180, noNaN: true }),
      (ms, latitude, longitude) => {
        const here = sunDirection(ms, latitude, longitude);
        const there = sunDirection(ms + DAY_MS / 24, latitude, longitude - 15);
        expect(here.east ** 2 + here.north ** 2 + here.up ** 2).toBeCloseTo(1, 9);
        expect(there.up).toBeCloseTo(here.up, 2);
        expect(there.east).toBeCloseTo(here.east, 2);
      },
    ),
  ));

test("the sun is nearest in January, and its light then stronger by 7 % than in July", () => {
  const ratio = extraterrestrialWPerM2(Date.UTC(2026, 0, 3)) / extraterrestrialWPerM2(Date.UTC(2026, 6, 4));
  expect(ratio).toBeCloseTo(1.068, 2);
});
