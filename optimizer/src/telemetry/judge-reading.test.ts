import type { TelemetryReading } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeReading } from "./judge-reading.ts";
import type { Signal } from "./signals.ts";

const NOW_MS = Date.UTC(2024, 0, 5);
const signal = (quantity: Signal["quantity"], min: number, max: number, invert = false): Signal => ({
  id: "thing.value",
  source: "sensor.thing",
  quantity,
  invert,
  staleAfterMs: 1_800_000,
  min,
  max,
});
const POWER = signal("power", -200, 200);
const ENERGY = signal("energy", 0, 1e7);
const TEMP = signal("temperature", -60, 120);
const SOC = signal("share", 0, 1);
const PLUG = signal("onOff", 0, 1);

const judge = (value: TelemetryReading["value"], unit: string | undefined, of: Signal, atMs = NOW_MS) =>
  judgeReading({ source: of.source, value, ...(unit === undefined ? {} : { unit }), atMs }, of, NOW_MS);

test.each([
  { value: "1500", unit: "W", of: POWER, gives: 1.5 },
  { value: -2.5, unit: "kW", of: POWER, gives: -2.5 },
  { value: 0.01, unit: "MW", of: POWER, gives: 10 },
  { value: "1.5", unit: undefined, of: POWER, gives: 1.5 },
  { value: 2500, unit: "Wh", of: ENERGY, gives: 2.5 },
  { value: "12.25", unit: "kWh", of: ENERGY, gives: 12.25 },
  { value: 1.5, unit: "MWh", of: ENERGY, gives: 1500 },
  { value: "21.4", unit: "°C", of: TEMP, gives: 21.4 },
  { value: 68, unit: "°F", of: TEMP, gives: 20 },
  { value: 293.15, unit: "K", of: TEMP, gives: 20 },
  { value: " 1e1 ", unit: "°C", of: TEMP, gives: 10 },
  { value: "63", unit: "%", of: SOC, gives: 0.63 },
  { value: 0.63, unit: undefined, of: SOC, gives: 0.63 },
  { value: 100.4, unit: "%", of: SOC, gives: 1 },
  { value: -0.5, unit: "%", of: SOC, gives: 0 },
  { value: "on", unit: undefined, of: PLUG, gives: 1 },
  { value: " Off ", unit: undefined, of: PLUG, gives: 0 },
  { value: true, unit: undefined, of: PLUG, gives: 1 },
  { value: 0, unit: undefined, of: PLUG, gives: 0 },
  { value: "on", unit: undefined, of: signal("onOff", 0, 1, true), gives: 0 },
])("$value $unit is understood", ({ value, unit, of, gives }) => {
  expect(judge(value, unit, of)).toEqual({ ok: true, value: expect.closeTo(gives, 9) });
});

test.each([
  { value: "NaN", unit: "°C", of: TEMP, says: "NaN is not a number" },
  { value: Number.NaN, unit: "°C", of: TEMP, says: "NaN is not a number" },
  { value: "Infinity", unit: "W", of: POWER, says: "Infinity is not a number" },
  { value: "1e999", unit: "W", of: POWER, says: "1e999 is not a number" },
  { value: "20,5", unit: "°C", of: TEMP, says: "20,5 is not a number" },
  { value: "0x10", unit: "W", of: POWER, says: "0x10 is not a number" },
  { value: "heating", unit: undefined, of: POWER, says: "heating is not a number" },
  { value: true, unit: undefined, of: POWER, says: "true is not a number" },
  { value: "unavailable", unit: "%", of: SOC, says: "unavailable" },
  { value: "unknown", unit: "%", of: SOC, says: "unknown" },
  { value: "", unit: "%", of: SOC, says: "unavailable" },
  { value: null, unit: "%", of: SOC, says: "unavailable" },
  { value: "unknown", unit: undefined, of: PLUG, says: "unknown" },
  { value: null, unit: undefined, of: PLUG, says: "unavailable" },
  { value: 0.7, unit: undefined, of: PLUG, says: "0.7 is neither on nor off" },
  { value: 4200, unit: "°C", of: TEMP, says: "4200 °C is outside −60..120" },
  { value: 21, unit: "°C", of: POWER, says: "unit °C, but W, kW, MW is expected" },
  { value: 21, unit: "kWh", of: POWER, says: "unit kWh, but W, kW, MW is expected" },
  { value: 500, unit: "W", of: TEMP, says: "unit W, but °C, °F, K is expected" },
  { value: 21, unit: "constructor", of: TEMP, says: "unit constructor, but °C, °F, K is expected" },
  {
    value: 1500,
    unit: undefined,
    of: POWER,
    says: "1500 kW is outside −200..200: the source gives no unit, so kW was assumed",
  },
  {
    value: 63,
    unit: undefined,
    of: SOC,
    says: "63 is outside 0..1: the source gives no unit, so a share of 1 was assumed",
  },
  { value: 130, unit: "%", of: SOC, says: "1.3 is outside 0..1" },
])("$value $unit is refused: $says", ({ value, unit, of, says }) => {
  expect(judge(value, unit, of)).toMatchObject({ ok: false, reason: says });
});

test.each([
  {
    value: -3,
    unit: "kW",
    of: signal("power", -0.5, 6),
    says: "−3 kW is outside −0.5..6; the other way round it could be: write invert: true beside its source",
  },
  { value: 3, unit: "kW", of: signal("power", -0.5, 1, true), says: "−3 kW is outside −0.5..1" },
  {
    value: 3000,
    unit: "kW",
    of: POWER,
    says: "3000 kW is outside −200..200; a thousandth could be: is it W that the source calls kW?",
  },
])("E14 what cannot be is refused with the likely mistake: $says", ({ value, unit, of, says }) => {
  expect(judge(value, unit, of)).toEqual({ ok: false, reason: says });
});

test.each([
  { value: 12, unit: "l/min", gives: 12 },
  { value: "720", unit: "L/h", gives: 12 },
  { value: 0.72, unit: "m³/h", gives: 12 },
])("a flow of $value $unit is understood", ({ value, unit, gives }) => {
  expect(judge(value, unit, signal("flow", 0, 300))).toEqual({ ok: true, value: expect.closeTo(gives, 9) });
});

test("a source that counts the other way round is turned before its range is checked", () => {
  const discharge = signal("power", -5, 1, true);
  expect(judge(4000, "W", discharge)).toEqual({ ok: true, value: -4 });
  expect(judge(-4000, "W", discharge).ok).toBe(false);
  expect(judge(0, "W", discharge)).toEqual({ ok: true, value: 0 });
});

test("a clock may be five minutes ahead, not more", () => {
  expect(judge(20, "°C", TEMP, NOW_MS + 5 * 60_000).ok).toBe(true);
  expect(judge(20, "°C", TEMP, NOW_MS + 6 * 60_000)).toEqual({
    ok: false,
    reason: "its time is 6 minutes ahead of ours: check the clock of the source",
  });
});

test("what is older than anything that is kept is refused: most often an epoch in the wrong unit", () => {
  expect(judge(20, "°C", TEMP, NOW_MS - 90 * 86_400_000).ok).toBe(true);
  expect(judge(20, "°C", TEMP, NOW_MS / 1000)).toEqual({
    ok: false,
    reason: "it is 19707 days old, and 90 are kept: check the clock of the source",
  });
});

test("what its own source calls bad is not used, however likely its value", () => {
  const reading = { source: POWER.source, value: 1, unit: "kW", atMs: NOW_MS };
  expect(judgeReading({ ...reading, quality: "bad" }, POWER, NOW_MS)).toEqual({
    ok: false,
    reason: "the source itself says that it is bad",
  });
  expect(judgeReading({ ...reading, quality: "uncertain" }, POWER, NOW_MS).ok).toBe(true);
  expect(judgeReading({ ...reading, value: null, quality: "bad" }, POWER, NOW_MS)).toMatchObject({ isMissing: true });
});

test("whatever is sent, what is accepted is a finite number within the range", () => {
  const anyValue = fc.oneof(fc.double(), fc.string(), fc.double().map(String), fc.boolean(), fc.constant(null));
  const anyUnit = fc.option(fc.constantFrom("W", "kW", "%", "°C", "°F", "K", "Wh", "", "x"), { nil: undefined });
  fc.assert(
    fc.property(anyValue, anyUnit, fc.constantFrom(POWER, ENERGY, TEMP, SOC, PLUG), (value, unit, of) => {
      const judgement = judge(value, unit, of);
      if (judgement.ok) {
        expect(judgement.value).toBeGreaterThanOrEqual(of.min);
        expect(judgement.value).toBeLessThanOrEqual(of.max);
      } else expect(judgement.reason).not.toBe("");
    }),
  );
});
