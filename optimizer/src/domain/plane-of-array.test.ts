import fc from "fast-check";
import { expect, test } from "vitest";
import { onPlane, type Plane, powerOf } from "./plane-of-array.ts";

const LONDON = { latitude: 51.5, longitude: -0.1, albedo: 0.2 };
const roof = (more: Partial<Plane> = {}): Plane => ({ ...LONDON, tiltDeg: 35, azimuthDeg: 180, ...more });
const hour = (start: string, directWPerM2: number, diffuseWPerM2: number) => ({
  startMs: Date.parse(start),
  endMs: Date.parse(start) + 3_600_000,
  directWPerM2,
  diffuseWPerM2,
});
const modules = { peakKw: 4, lossShare: 0.17, inverterKw: 3.4 };

test("an array that lies flat gets just what falls on the ground, at any time", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
      fc.double({ min: 0, max: 900, noNaN: true }),
      fc.double({ min: 0, max: 400, noNaN: true }),
      (startMs, directWPerM2, diffuseWPerM2) => {
        const light = { startMs, endMs: startMs + 3_600_000, directWPerM2, diffuseWPerM2 };
        const isNight = onPlane({ ...light, directWPerM2: 1, diffuseWPerM2: 0 }, roof({ tiltDeg: 0 })) === 0;
        const expected = diffuseWPerM2 + (isNight ? 0 : directWPerM2);
        expect(onPlane(light, roof({ tiltDeg: 0 }))).toBeCloseTo(expected, 6);
      },
    ),
  ));

test("in winter a steep south roof gets far more than the ground, a north one only the sky", () => {
  const noon = hour("2026-01-15T11:30:00Z", 120, 80);
  expect(onPlane(noon, roof({ tiltDeg: 60 }))).toBeGreaterThan(2 * 200);
  const north = onPlane(noon, roof({ tiltDeg: 60, azimuthDeg: 0 }));
  expect(north).toBeLessThan(100);
  expect(north).toBeGreaterThan(0);
});

test("east has the morning, west the evening, and at noon of the sun both have the same", () => {
  const [east, west] = [roof({ azimuthDeg: 90 }), roof({ azimuthDeg: 270 })];
  const morning = hour("2026-06-20T06:00:00Z", 250, 120);
  const evening = hour("2026-06-20T17:00:00Z", 250, 120);
  expect(onPlane(morning, east)).toBeGreaterThan(1.3 * onPlane(morning, west));
  expect(onPlane(evening, west)).toBeGreaterThan(1.3 * onPlane(evening, east));
  const noon = hour("2026-04-15T11:30:00Z", 500, 150);
  expect(Math.abs(onPlane(noon, east) / onPlane(noon, west) - 1)).toBeLessThan(0.02);
});

test("azimuth is that of a compass, south of the equator too: there north looks to the sun", () => {
  const noon = hour("2026-06-21T01:30:00Z", 300, 100);
  const sydney = { latitude: -33.9, longitude: 151.2 };
  expect(onPlane(noon, roof({ ...sydney, azimuthDeg: 0 }))).toBeGreaterThan(
    1.5 * onPlane(noon, roof({ ...sydney, azimuthDeg: 180 })),
  );
});

test("a beam that is said of a sun on the horizon makes no lightning of the roof", () => {
  expect(onPlane(hour("2026-12-21T07:15:00Z", 50, 5), roof({ tiltDeg: 90, azimuthDeg: 128 }))).toBeLessThan(700);
});

test("no light, no power; the inverter cuts the rest", () => {
  expect(powerOf(0, 10, modules)).toBe(0);
  expect(powerOf(1, 10, modules)).toBeGreaterThanOrEqual(0);
  expect(powerOf(1100, -5, modules)).toBe(3.4);
});

test("at the laboratory's light and warmth of cells an array without losses gives its peak", () => {
  expect(powerOf(1000, 25 - 30, { peakKw: 4, lossShare: 0, inverterKw: 9 })).toBeCloseTo(4, 9);
});

test("warm cells give less, more light gives more", () =>
  fc.assert(
    fc.property(
      fc.double({ min: 20, max: 1000, noNaN: true }),
      fc.double({ min: -15, max: 35, noNaN: true }),
      (wPerM2, airTempC) => {
        const open = { ...modules, inverterKw: 9 };
        expect(powerOf(wPerM2 + 20, airTempC, open)).toBeGreaterThan(powerOf(wPerM2, airTempC, open));
        if (wPerM2 > 200) expect(powerOf(wPerM2, airTempC + 5, open)).toBeLessThan(powerOf(wPerM2, airTempC, open));
      },
    ),
  ));
