import { FallbackPack, type Intent, MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideFallback, describeFallback, type FallbackReadings } from "./index.ts";

const NOON_MS = Date.UTC(2024, 0, 5, 12);
const hours = (count: number): number => Math.round(count * MS_PER_HOUR);
const action = (intent: Intent) => ({
  intent,
  calls: [{ action: "test.set", target: { entity_id: "test.device" }, data: { intent: JSON.stringify(intent) } }],
});
const heatTo = (tempC: number) => action({ kind: "heatTo", tempC });

const water = {
  deviceId: "water",
  name: "Hot water",
  deviceType: "tank" as const,
  segments: [
    { startMs: NOON_MS, endMs: NOON_MS + hours(1), ...heatTo(55) },
    { startMs: NOON_MS + hours(1), endMs: NOON_MS + hours(2), ...action({ kind: "idle" }) },
  ],
  rules: { cheap: heatTo(57), normal: heatTo(52), expensive: heatTo(50) },
  safe: heatTo(48),
  guard: { source: "sensor.water", low: 43, high: 62, whenLow: heatTo(51), whenHigh: action({ kind: "idle" }) },
};
const battery = {
  deviceId: "battery",
  name: "Battery",
  deviceType: "battery" as const,
  segments: [],
  rules: {
    cheap: action({ kind: "charge", kw: 3, untilSoc: 0.8 }),
    normal: action({ kind: "selfUse" }),
    expensive: action({ kind: "discharge", kw: 1, untilSoc: 0.1 }),
  },
  safe: action({ kind: "hold" }),
};
/** From midnight six cheap hours, twelve of 0.20, six dear ones. */
const prices = Array.from({ length: 24 }, (_, hour) => ({
  startMs: NOON_MS + hours(hour - 12),
  hours: 1,
  importPricePerKwh: hour < 6 ? 0.1 : hour < 18 ? 0.2 : 0.4,
  exportPricePerKwh: 0.05,
}));
const pack = FallbackPack.parse({
  formatVersion: 1,
  planId: "plan-1",
  createdAtMs: NOON_MS,
  planValidUntilMs: NOON_MS + hours(2),
  cycleMs: 300_000,
  prices,
  devices: [water, battery],
});
const well: FallbackReadings = new Map([["sensor.water", "50.5"]]);
const decide = (atHours: number, readings = well, parts: Partial<FallbackPack> = {}) =>
  decideFallback({ ...pack, ...parts }, readings, NOON_MS + hours(atHours));
const intents = (decision: ReturnType<typeof decide>) => decision.actions.map(({ intent }) => intent);

describe("while the plan is valid", () => {
  test("its segments go on, with their calls", () => {
    const decision = decide(0.5);
    expect(decision.rung).toBe("plan");
    expect(decision.actions[0]).toEqual({
      deviceId: "water",
      ...heatTo(55),
      reason: "The last plan says so.",
      by: "plan",
    });
  });
  test("a segment ends where the next begins", () => {
    expect(intents(decide(1))[0]).toEqual({ kind: "idle" });
  });
  test("a device without a segment goes by the price", () => {
    expect(decide(0.5).actions[1]).toMatchObject({ intent: { kind: "selfUse" }, by: "rules" });
  });
  test("before the plan began, as after a clock was set back, devices go by the price", () => {
    expect(decide(-1).actions.map(({ by }) => by)).toEqual(["rules", "rules"]);
  });
  test("a guarded device whose reading is not known still follows the plan", () => {
    expect(decide(0.5, new Map()).actions[0]?.by).toBe("plan");
  });
});

describe("after the plan", () => {
  test.each([
    { at: 2, level: "normal", intent: { kind: "heatTo", tempC: 52 } },
    { at: 6, level: "expensive", intent: { kind: "heatTo", tempC: 50 } },
    { at: 11.99, level: "expensive", intent: { kind: "heatTo", tempC: 50 } },
  ])("$at hours after noon power is $level", ({ at, intent }) => {
    expect(decide(at)).toMatchObject({ rung: "rules" });
    expect(intents(decide(at))[0]).toEqual(intent);
  });
  test("cheap hours are used", () => {
    const decision = decide(-8, well, { planValidUntilMs: 0 });
    expect(intents(decision)).toEqual([
      { kind: "heatTo", tempC: 57 },
      { kind: "charge", kw: 3, untilSoc: 0.8 },
    ]);
    expect(decision.actions[0]?.reason).toBe("By the price: power is among the cheapest of the day.");
  });
  test("without a price for now every device is in its safe state", () => {
    expect(decide(12).rung).toBe("safe");
    expect(intents(decide(12))).toEqual([{ kind: "heatTo", tempC: 48 }, { kind: "hold" }]);
    expect(decide(12).actions[0]).toMatchObject({ by: "safe", reason: "No plan and no prices: the safe state." });
  });
  test.each(["unavailable", "unknown", "", " "])(
    "a guarded device that reads %j is made safe, others go by the price",
    (value) => {
      const decision = decide(3, new Map([["sensor.water", value]]));
      expect(decision.rung).toBe("rules");
      expect(decision.actions[0]).toMatchObject({ by: "safe", reason: "sensor.water is not known: the safe state." });
      expect(decision.actions[1]?.by).toBe("rules");
    },
  );
});

describe("guards", () => {
  test.each([
    { rule: "too cold", value: 42.9, intent: { kind: "heatTo", tempC: 51 }, by: "guard" },
    { rule: "just warm enough", value: 43, intent: { kind: "heatTo", tempC: 55 }, by: "plan" },
    { rule: "just cold enough", value: 62, intent: { kind: "heatTo", tempC: 55 }, by: "plan" },
    { rule: "too hot", value: 62.1, intent: { kind: "idle" }, by: "guard" },
    { rule: "too hot, as text", value: "62.1", intent: { kind: "idle" }, by: "guard" },
  ])("$rule", ({ value, intent, by }) => {
    expect(decide(0.5, new Map([["sensor.water", value]])).actions[0]).toMatchObject({ intent, by });
  });
  test("overrule the price and the safe state, too, and say why", () => {
    const hot = new Map([["sensor.water", 70]]);
    for (const at of [0, 3, 20]) expect(intents(decide(at, hot))[0]).toEqual({ kind: "idle" });
    expect(decide(3, hot).actions[0]?.reason).toBe("Hot water: 70 is above 62.");
    expect(decide(3, new Map([["sensor.water", 30]])).actions[0]?.reason).toBe("Hot water: 30 is below 43.");
  });
});

const anyPack: fc.Arbitrary<FallbackPack> = fc
  .record({
    validHours: fc.integer({ min: -3, max: 24 }),
    prices: fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { maxLength: 30 }),
    segments: fc.array(
      fc.constantFrom(
        ...water.segments,
        ...[3, 4].map((hour) => ({ ...heatTo(60), startMs: NOON_MS + hours(hour), endMs: NOON_MS + hours(hour + 1) })),
      ),
    ),
    count: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ validHours, prices: values, segments, count }) =>
    FallbackPack.parse({
      ...pack,
      planValidUntilMs: NOON_MS + hours(validHours),
      prices: values.map((price, hour) => ({
        startMs: NOON_MS + hours(hour),
        hours: 1,
        importPricePerKwh: price,
        exportPricePerKwh: 0,
      })),
      devices: Array.from({ length: count }, (_, index) => ({ ...water, deviceId: `water${index}`, segments })),
    }),
  );
const anyMomentMs = fc.integer({ min: NOON_MS - hours(5), max: NOON_MS + hours(40) });
const anyReading = fc.oneof(fc.double(), fc.string(), fc.constantFrom("unavailable", "55.1", "80"));

describe("whatever happens", () => {
  test("each device is told exactly one thing, and it is one of the pack's", () => {
    fc.assert(
      fc.property(anyPack, anyMomentMs, fc.option(anyReading), (anything, nowMs, reading) => {
        const readings = new Map(reading === null ? [] : [["sensor.water", reading]]);
        const { rung, actions } = decideFallback(anything, readings, nowMs);
        expect(actions.map(({ deviceId }) => deviceId)).toEqual(anything.devices.map(({ deviceId }) => deviceId));
        expect(["plan", "rules", "safe"]).toContain(rung);
        for (const { intent, calls } of actions) expect(calls).toEqual(action(intent).calls);
      }),
    );
  });
  test("a tank above its guard is never heated", () => {
    const tooHot = fc.double({ min: 62, minExcluded: true, max: 200, noNaN: true });
    fc.assert(
      fc.property(anyPack, anyMomentMs, tooHot, fc.boolean(), (anything, nowMs, tempC, asText) => {
        const readings = new Map([["sensor.water", asText ? String(tempC) : tempC]]);
        for (const { intent } of decideFallback(anything, readings, nowMs).actions) expect(intent.kind).toBe("idle");
      }),
    );
  });
});

const text = (atHours: number, readings = well) => {
  const nowMs = NOON_MS + hours(atHours);
  return describeFallback(pack, decideFallback(pack, readings, nowMs), nowMs);
};

describe("for people", () => {
  test.each([
    { at: 0.25, says: "The planning service does not answer. Its last plan goes on for another 1 h 45 min." },
    { at: 1, says: "The planning service does not answer. Its last plan goes on for another 1 h." },
    { at: 1.5, says: "The planning service does not answer. Its last plan goes on for another 30 min." },
    {
      at: 3,
      says: "The planning service does not answer. Its last plan has ended; devices follow the price of the hour, 0.20 per kWh, which is middling.",
    },
    {
      at: 7,
      says: "The planning service does not answer. Its last plan has ended; devices follow the price of the hour, 0.40 per kWh, which is dear.",
    },
    {
      at: 15,
      says: "The planning service does not answer. Its last plan has ended and no prices are known; every device is in its safe state.",
    },
  ])("$at hours after noon", ({ at, says }) => {
    expect(text(at)).toBe(says);
  });
  test("what a reading overruled is said", () => {
    expect(text(15, new Map([["sensor.water", 70]]))).toMatch(/ Overruled: Hot water: 70 is above 62\.$/);
  });
});
