import { MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { localClock } from "../domain/local-time.ts";
import type { Stretch } from "../domain/series.ts";
import { evenSlots, planningGrid } from "../domain/slots.ts";
import { forecastBaseLoad, type LoadProfile } from "./base-load.ts";
import { forecastOutdoor } from "./outdoor.ts";
import { forecastPv } from "./pv.ts";
import { expectedOver } from "../domain/quarter-hours.ts";

const DAY_MS = 24 * MS_PER_HOUR;
/** A Friday, noon in Helsinki. */
const NOW_MS = Date.UTC(2024, 0, 5, 10);
const helsinki = localClock("Europe/Helsinki");

/** Quarter-hours of the days before now (whole quarters up to `untilMs`), by a function of the moment. */
const history = (days: number, value: (ms: number) => number, untilMs = NOW_MS): Stretch[] =>
  Array.from({ length: days * 96 }, (_, k) => {
    const startMs = untilMs - (days * 96 - k) * 900_000;
    return { startMs, endMs: startMs + 900_000, value: value(startMs) };
  });
const day = (offsetDays: number): Slot[] => evenSlots(NOW_MS + offsetDays * DAY_MS, 1, 24);
const flat: LoadProfile = { days: 28, at: () => 0.5 };
const baseLoad = (past: readonly Stretch[], slots: readonly Slot[], profile = flat) =>
  forecastBaseLoad({ slots, profile, history: past, nowMs: NOW_MS });

const evenings = (ms: number) => 0.3 + (helsinki(ms).minuteOfDay >= 17 * 60 ? 1 : 0);
test("base load: what is usual at each time, as a mean over slots of any length", () => {
  const loads = baseLoad([], evenSlots(NOW_MS, 2, 12), { days: 28, at: evenings });
  expect(loads.slice(0, 4)).toEqual([0.3, 0.3, 0.8, 1.3].map((kw) => expect.closeTo(kw, 9)));
});

test("base load: a surprise of the last half-hour goes on for a while and is forgotten after two hours", () => {
  const usual = history(14, () => 0.5);
  const surprised = usual.map((each) => (each.endMs > NOW_MS - MS_PER_HOUR / 2 ? { ...each, value: 2.5 } : each));
  const slots = evenSlots(NOW_MS, 0.25, 12);
  const calm = baseLoad(usual, slots);
  const loads = baseLoad(surprised, slots);
  expect(loads[0]).toBeGreaterThan(1.5);
  loads.slice(0, 8).forEach((kw, k) => expect(kw).toBeGreaterThan((loads[k + 1] ?? 0) - 1e-9));
  loads.slice(8).forEach((kw, k) => expect(kw).toBeCloseTo(calm[k + 8] ?? Number.NaN, 6));
});

test("base load: the future is not looked at, and nothing of more than an hour ago is taken for now", () => {
  const future = day(0).map((slot) => ({ startMs: slot.startMs, endMs: slotEndMs(slot), value: 9 }));
  const old = history(1, () => 9, NOW_MS - 61 * 60_000);
  expect(baseLoad([...old, ...future], day(0))).toEqual(day(0).map(() => 0.5));
});

const sun = (ms: number) => Math.max(0, 3 * Math.sin(((ms % DAY_MS) / DAY_MS - 0.25) * 2 * Math.PI));
const pv = (past: readonly Stretch[], slots: readonly Slot[], peakKw = 4) =>
  forecastPv({ slots, history: past, nowMs: NOW_MS, peakKw });

test("sun: follows UTC, whatever the clocks on the wall do", () => {
  const changeMs = Date.UTC(2024, 2, 31, 12);
  const past = history(10, sun, changeMs);
  const slots = evenSlots(changeMs + 18 * MS_PER_HOUR, 1, 6);
  const forecast = forecastPv({ slots, history: past, nowMs: changeMs, peakKw: 4 }) ?? [];
  slots.forEach((slot, k) => expect(forecast[k]).toBeCloseTo(sun(slot.startMs + 22.5 * 60_000), 1));
});

test("sun: a dull last hour makes the next hours duller, less and less, and not the next day", () => {
  const dull = history(10, sun).map((each) =>
    each.endMs > NOW_MS - MS_PER_HOUR ? { ...each, value: each.value * 0.2 } : each,
  );
  const slots = evenSlots(NOW_MS, 1, 30);
  const bright = pv(history(10, sun), slots) ?? [];
  const forecast = pv(dull, slots) ?? [];
  const shares = [0, 1, 2, 3].map((k) => (forecast[k] ?? 0) / (bright[k] ?? 0));
  expect(shares[0]).toBeLessThan(0.45);
  shares.slice(1).forEach((share, k) => expect(share).toBeGreaterThan(shares[k] ?? 1));
  expect((forecast[24] ?? 0) / (bright[24] ?? 0)).toBeGreaterThan(0.9);
});

test("sun: never more than the array's peak, and dark where it was never seen", () => {
  const past = history(10, sun).filter((each) => each.value > 0);
  const forecast = pv(past, day(0), 2) ?? [];
  expect(Math.max(...forecast)).toBe(2);
  expect(Math.min(...forecast)).toBe(0);
  expect(pv([], day(0))).toBeUndefined();
});

test("whatever was measured, forecasts are finite and not negative", () => {
  const anyHistory = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.double({ min: -20, max: 20, noNaN: true })),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(anyHistory, fc.integer({ min: 0, max: 3_600_000 }), (points, lateMs) => {
      const past = [...new Map(points)]
        .toSorted((a, b) => b[0] - a[0])
        .map(([quarters, value]) => ({
          startMs: NOW_MS - quarters * 900_000,
          endMs: NOW_MS - (quarters - 1) * 900_000,
          value,
        }));
      const slots = planningGrid(NOW_MS + lateMs, 48);
      const inputs = { slots, history: past, nowMs: NOW_MS + lateMs };
      const loads = forecastBaseLoad({ ...inputs, profile: flat });
      const suns = forecastPv({ ...inputs, peakKw: 4 });
      for (const kw of [...loads, ...(suns ?? [])]) {
        expect(kw).toBeGreaterThanOrEqual(0);
        expect(kw).toBeLessThan(100);
      }
    }),
  );
});

const sawtooth = (ms: number) => ((ms / 900_000) % 7) + 1;
test("the mean over slots conserves energy, however the day is cut", () => {
  const anyCuts = fc.uniqueArray(fc.integer({ min: 1, max: 1439 }), { maxLength: 30 });
  fc.assert(
    fc.property(anyCuts, (minutes) => {
      const cuts = [0, ...minutes.toSorted((a, b) => a - b), 1440];
      const slots = cuts.slice(1).map((until, k) => {
        const from = cuts[k] ?? 0;
        return { startMs: NOW_MS + from * 60_000, hours: (until - from) / 60 };
      });
      const kwh = slots.reduce((sum, slot) => sum + slot.hours * (expectedOver(sawtooth, slot) ?? Number.NaN), 0);
      const whole = expectedOver(sawtooth, { startMs: NOW_MS, hours: 24 }) ?? Number.NaN;
      expect(kwh).toBeCloseTo(24 * whole, 6);
    }),
  );
});

test("outdoor: what the forecast does not say is held from what was known last", () => {
  const slots = evenSlots(NOW_MS, 1, 4);
  const said = (hour: number, value: number) => ({
    startMs: NOW_MS + hour * MS_PER_HOUR,
    endMs: NOW_MS + (hour + 1) * MS_PER_HOUR,
    value,
  });
  expect(forecastOutdoor(slots, [said(0, -5), said(1, -6), said(2, -7), said(3, -8)], 3)).toEqual({
    tempC: [-5, -6, -7, -8],
    heldHours: 0,
  });
  expect(forecastOutdoor(slots, [said(0, -5), said(1, -6)], 3)).toEqual({ tempC: [-5, -6, -6, -6], heldHours: 2 });
  expect(forecastOutdoor(slots, [said(2, -7), said(3, -8)], 3)).toEqual({ tempC: [3, 3, -7, -8], heldHours: 2 });
  expect(forecastOutdoor(slots, [said(-2, -4), said(3, -8)], undefined)?.tempC).toEqual([-4, -4, -4, -8]);
  expect(forecastOutdoor(slots, [said(3, -8)], undefined)?.tempC).toEqual([-8, -8, -8, -8]);
  expect(forecastOutdoor(slots, [], 3)).toEqual({ tempC: [3, 3, 3, 3], heldHours: 4 });
  expect(forecastOutdoor(slots, [], undefined)).toBeUndefined();
});
