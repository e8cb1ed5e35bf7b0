import type { TelemetryReading } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Signal } from "./signals.ts";
import { createTelemetryBook } from "./telemetry-book.ts";

const NOW_MS = Date.UTC(2024, 0, 5);
const MINUTE_MS = 60_000;
const signal = (id: string, source: string, quantity: Signal["quantity"]): Signal => ({
  id,
  source,
  quantity,
  invert: false,
  staleAfterMs: 30 * MINUTE_MS,
  min: quantity === "share" ? 0 : -60,
  max: quantity === "share" ? 1 : 120,
});
const SIGNALS = [signal("battery.soc", "sensor.soc", "share"), signal("outdoor.tempC", "sensor.out", "temperature")];
const newBook = () => createTelemetryBook({ signals: SIGNALS, extraSources: ["select.mode"] });
const soc = (value: TelemetryReading["value"], minutes: number): TelemetryReading => ({
  source: "sensor.soc",
  value,
  unit: "%",
  atMs: NOW_MS + minutes * MINUTE_MS,
});
const take = (book: ReturnType<typeof newBook>, ...readings: TelemetryReading[]) => book.take({ readings }, NOW_MS);

test("a reading is judged, converted, remembered and handed on for the store", () => {
  const book = newBook();
  const { answer, stored } = take(book, soc("63", -1));
  expect(answer).toEqual({ accepted: 1, ignored: 0, rejected: [] });
  expect(stored).toEqual([{ signal: "battery.soc", atMs: NOW_MS - MINUTE_MS, value: 0.63 }]);
  expect(book.latest("battery.soc")).toEqual(stored[0]);
});

test("a source that the config does not name is counted and forgotten", () => {
  const book = newBook();
  const { answer, stored } = take(book, { ...soc(5, 0), source: "sensor.fridge" });
  expect(answer).toEqual({ accepted: 0, ignored: 1, rejected: [] });
  expect(stored).toEqual([]);
  expect(book.raw().has("sensor.fridge")).toBe(false);
});

test.each(["NaN", "unavailable", 250])(
  "SoC %s is refused with its reason; the last good value stays, and grows old",
  (value) => {
    const book = newBook();
    take(book, soc(50, -40));
    const { answer, stored } = take(book, soc(value, 0));
    expect(answer.rejected).toEqual([{ source: "sensor.soc", reason: expect.any(String) }]);
    expect(stored).toEqual([]);
    expect(book.latest("battery.soc")?.value).toBe(0.5);
    expect(book.states(NOW_MS).get("battery.soc")).toEqual({
      value: 0.5,
      atMs: NOW_MS - 40 * MINUTE_MS,
      isStale: true,
    });
    expect(book.stale(NOW_MS)[0]).toEqual({
      signal: "battery.soc",
      source: "sensor.soc",
      ageMinutes: 40,
      lastRefusal: answer.rejected[0]?.reason,
    });
  },
);

test("a reading is stale after its own limit, and one that never came has no age", () => {
  const book = newBook();
  take(book, soc(50, -30));
  expect(book.stale(NOW_MS)).toEqual([{ signal: "outdoor.tempC", source: "sensor.out" }]);
  expect(book.stale(NOW_MS + 1).map((each) => each.signal)).toEqual(["battery.soc", "outdoor.tempC"]);
  take(book, soc(50, 0));
  expect(book.stale(NOW_MS + 1).map((each) => each.signal)).toEqual(["outdoor.tempC"]);
});

test("the same reading twice counts once", () => {
  const book = newBook();
  take(book, soc(50, -2));
  expect(take(book, soc(50, -2))).toEqual({
    answer: { accepted: 1, ignored: 0, rejected: [] },
    stored: [],
    refused: [],
  });
});

test("a late reading is for the history; the present stays as it is", () => {
  const book = newBook();
  take(book, soc(50, -2));
  const late = take(book, soc(40, -5));
  expect(late.stored).toEqual([{ signal: "battery.soc", atMs: NOW_MS - 5 * MINUTE_MS, value: 0.4 }]);
  expect(take(book, soc("NaN", -5)).answer.rejected).toHaveLength(1);
  expect(book.latest("battery.soc")?.value).toBe(0.5);
  expect(book.recent().get("battery.soc")).toEqual([{ atMs: NOW_MS - 2 * MINUTE_MS, value: 0.5 }]);
});

const failing = () => {
  throw new Error("no disk");
};
test("what could not be kept is not remembered: the same batch may come again", () => {
  const book = newBook();
  const batch = { readings: [soc(50, -2), { source: "select.mode", value: "hold", atMs: NOW_MS }] };
  expect(() => book.take(batch, NOW_MS, failing)).toThrow("no disk");
  expect([book.latest("battery.soc"), book.raw().get("select.mode")]).toEqual([undefined, undefined]);
  expect(book.take(batch, NOW_MS).stored).toHaveLength(1);
});

test("E14 what is not believed is handed on with its reason; a source without a value has said nothing", () => {
  const book = newBook();
  const { refused } = take(book, soc(250, -3), soc("unavailable", -2), { ...soc(50, -1), quality: "bad" });
  expect(refused).toEqual([
    { signal: "battery.soc", atMs: NOW_MS - 3 * MINUTE_MS, value: "250 %", reason: "2.5 is outside 0..1" },
    expect.objectContaining({ value: "50 %", reason: "the source itself says that it is bad" }),
  ]);
});

test("a reading that its source is not sure of is used, and marked", () => {
  const book = newBook();
  const { stored } = take(book, { ...soc(50, -1), quality: "uncertain" });
  expect(stored).toEqual([expect.objectContaining({ value: 0.5, quality: "uncertain" })]);
  take(book, soc(40, -1));
  expect(book.latest("battery.soc")).toEqual({ signal: "battery.soc", atMs: NOW_MS - MINUTE_MS, value: 0.4 });
});

test("a reading from the future is refused", () => {
  const book = newBook();
  const { answer } = take(book, soc(50, 10), { source: "select.mode", value: "charge", atMs: NOW_MS + 10 * MINUTE_MS });
  expect(answer.rejected).toHaveLength(1);
  expect(book.latest("battery.soc")).toBeUndefined();
  expect(book.raw().size).toBe(0);
});

test("E35 what adapters read back is kept as it came; unavailable is never a value", () => {
  const book = newBook();
  const mode = (value: string, minutes: number) => ({
    source: "select.mode",
    value,
    atMs: NOW_MS + minutes * MINUTE_MS,
  });
  expect(take(book, mode("charge", -3)).answer.accepted).toBe(1);
  take(book, mode("unavailable", -2));
  take(book, mode("hold", -5));
  const [goneSinceMs, backSinceMs] = [NOW_MS - 2 * MINUTE_MS, NOW_MS - MINUTE_MS];
  expect(book.raw().get("select.mode")).toEqual({ value: "charge", atMs: NOW_MS - 3 * MINUTE_MS, goneSinceMs });
  take(book, { ...mode("hold", -1), changedBy: "device" });
  expect(book.raw().get("select.mode")).toEqual({ value: "hold", atMs: backSinceMs, backSinceMs, changedBy: "device" });
  take(book, soc(55, -1));
  expect(book.raw().get("sensor.soc")?.value).toBe(55);
});

test("E19 a device that is away when we start comes back, too: its first value is not how it was left", () => {
  const book = newBook();
  const mode = (value: string, minutes: number) => ({
    source: "select.mode",
    value,
    atMs: NOW_MS + minutes * MINUTE_MS,
  });
  take(book, mode("unavailable", -3));
  expect(book.raw().get("select.mode")).toBeUndefined();
  take(book, mode("hold", -2));
  const backSinceMs = NOW_MS - 2 * MINUTE_MS;
  expect(book.raw().get("select.mode")).toEqual({ value: "hold", atMs: backSinceMs, backSinceMs });
  take(book, mode("charge", -1));
  expect(book.raw().get("select.mode")).toEqual({ value: "charge", atMs: NOW_MS - MINUTE_MS, backSinceMs });
});

test("it listens to signals and to what adapters read back, each source once", () => {
  const book = createTelemetryBook({
    signals: [...SIGNALS, signal("garden.tempC", "sensor.out", "temperature")],
    extraSources: ["select.mode", "sensor.soc"],
  });
  expect(book.wantedSources()).toEqual(["sensor.soc", "sensor.out", "select.mode"]);
  const { stored } = book.take({ readings: [{ source: "sensor.out", value: 3, unit: "°C", atMs: NOW_MS }] }, NOW_MS);
  expect(stored.map((each) => each.signal)).toEqual(["outdoor.tempC", "garden.tempC"]);
});

test("what was known before a restart is known, with its age", () => {
  const book = createTelemetryBook({
    signals: SIGNALS,
    known: [{ signal: "battery.soc", atMs: NOW_MS - 5 * MINUTE_MS, value: 0.4 }],
  });
  expect(book.states(NOW_MS).get("battery.soc")).toMatchObject({ value: 0.4, isStale: false });
  expect(book.states(NOW_MS + 30 * MINUTE_MS).get("battery.soc")).toMatchObject({ isStale: true });
});

test("readings of the last hours are kept beside the newest, refused ones without a value", () => {
  const book = createTelemetryBook({
    signals: SIGNALS,
    known: [
      { signal: "battery.soc", atMs: NOW_MS - 200 * MINUTE_MS, value: 0.71 },
      { signal: "battery.soc", atMs: NOW_MS - 150 * MINUTE_MS, value: 0.7 },
    ],
  });
  take(book, soc(75, -20));
  take(book, soc("unavailable", -10), soc(0, -5), soc(0, -4), soc(0, 0), soc(50, 10));
  expect(book.recent().get("battery.soc")).toEqual(
    [[-150, 0.7] as const, [-20, 0.75] as const, [-10, undefined] as const, [-5, 0] as const, [0, 0] as const].map(
      ([minutes, value]) => ({ atMs: NOW_MS + minutes * MINUTE_MS, value }),
    ),
  );
});

test("a sensor that speaks every second does not fill the memory", () => {
  const book = newBook();
  for (let second = 0; second < 7200; second += 1) take(book, soc(50 + (second % 3), second / 60 - 120));
  const kept = book.recent().get("battery.soc") ?? [];
  expect(kept.length).toBeLessThan(800);
  expect(kept.at(-1)?.atMs).toBeCloseTo(NOW_MS - 1000, 0);
});

test("a device that rests may be silent for a day", () => {
  const power = { ...signal("washer.powerKw", "sensor.washer", "power"), deviceId: "washer" };
  const staleAt = (value: number) => {
    const known = [{ signal: power.id, atMs: NOW_MS - 300 * MINUTE_MS, value }];
    return createTelemetryBook({ signals: [power], known }).stale(NOW_MS);
  };
  expect(staleAt(0)).toEqual([]);
  expect(staleAt(1.9)).toHaveLength(1);
});

test("in whatever order and however often readings come, the newest good one is known in the end", () => {
  const anyReadings = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -60, max: 0 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(anyReadings, fc.boolean(), (pairs, twice) => {
      const byTime = [...new Map(pairs.map(([percent, minute]) => [minute, percent]))];
      const book = newBook();
      const readings = byTime.map(([minute, percent]) => soc(percent, minute));
      book.take({ readings: twice ? [...readings, ...readings] : readings }, NOW_MS);
      const newest = byTime.reduce((best, each) => (each[0] > best[0] ? each : best));
      expect(book.latest("battery.soc")?.value).toBeCloseTo(newest[1] / 100, 9);
    }),
  );
});
