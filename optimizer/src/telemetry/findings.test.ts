import { expect, test } from "vitest";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import type { Stretch } from "../domain/series.ts";
import { findings } from "./findings.ts";
import type { Signal } from "./signals.ts";

const NOW_MS = Date.UTC(2024, 5, 10, 12);
const HOUR_MS = 3_600_000;
const DAYS = 5;

const signal = (id: string, quantity: Signal["quantity"], rest: Partial<Signal> = {}): Signal => ({
  id,
  source: `sensor.${id.split(".")[0]}`,
  quantity,
  invert: false,
  staleAfterMs: 1_800_000,
  min: -200,
  max: 200,
  ...rest,
});
const GRID = signal("grid.powerKw", "power");
const ROOF = signal("roof.powerKw", "power", { deviceId: "roof", deviceType: "pvArray", max: 8 });
const BATTERY = signal("battery.powerKw", "power", { deviceId: "battery", deviceType: "battery" });
const SOC = signal("battery.soc", "share", { deviceId: "battery", deviceType: "battery" });
const ROOM = signal("room.tempC", "temperature", { deviceId: "room", deviceType: "zone" });
const SIGNALS = [GRID, ROOF, BATTERY, SOC, ROOM];

const hourOf = (ms: number) => (ms / HOUR_MS) % 24;
/** A house whose meters agree: sun at noon, the battery filled by it and emptied in the evening. */
const loadKw = (ms: number) => 0.4 + 0.2 * Math.sin(ms / 1e6) ** 2 + (hourOf(ms) > 17 && hourOf(ms) < 21 ? 1.5 : 0);
const sunKw = (ms: number) =>
  5 * Math.max(0, Math.sin(((hourOf(ms) - 5) / 14) * Math.PI)) * (hourOf(ms) > 5 && hourOf(ms) < 19 ? 1 : 0);
const batteryKw = (ms: number) =>
  hourOf(ms) >= 9 && hourOf(ms) < 13 ? 2 : hourOf(ms) >= 17 && hourOf(ms) < 21 ? -1.9 : 0;
function socAt(ms: number): number {
  const hour = hourOf(ms);
  if (hour < 9) return 0.3;
  if (hour < 13) return 0.3 + (hour - 9) * 0.15;
  if (hour < 17) return 0.9;
  return Math.max(0.3, 0.9 - (hour - 17) * 0.15);
}
type Values = Readonly<Record<string, (ms: number) => number | undefined>>;
const WELL: Values = {
  "grid.powerKw": (ms) => loadKw(ms) - sunKw(ms) + batteryKw(ms),
  "roof.powerKw": sunKw,
  "battery.powerKw": batteryKw,
  "battery.soc": socAt,
  "room.tempC": (ms) => 20 + Math.sin(ms / 4e6),
};

function historyOf(values: Values) {
  const starts = Array.from({ length: DAYS * 96 }, (_, k) => NOW_MS - (DAYS * 96 - k) * QUARTER_MS);
  const stretches = (of: (ms: number) => number | undefined): Stretch[] =>
    starts.flatMap((startMs) => {
      const value = of(startMs);
      return value === undefined ? [] : [{ startMs, endMs: startMs + QUARTER_MS, value }];
    });
  return { means: new Map(Object.entries(values).map(([id, of]) => [id, stretches(of)])) };
}
const suspect = (changes: Values, signals = SIGNALS) => findings(signals, historyOf({ ...WELL, ...changes }), NOW_MS);
const turned = (id: string) => ({ [id]: (ms: number) => -(WELL[id]?.(ms) ?? 0) });
const since = (hoursAgo: number, id: string, broken: (value: number) => number): Values => ({
  [id]: (ms) => {
    const value = WELL[id]?.(ms) ?? 0;
    return ms < NOW_MS - hoursAgo * HOUR_MS ? value : broken(value);
  },
});

test("a well house is not suspected", () => {
  expect(suspect({})).toEqual([]);
});

test("E14 what has always varied and stands still is stuck; what rests is not", () => {
  expect(suspect(since(7, "room.tempC", () => 20.5))).toEqual([
    {
      signal: "room.tempC",
      source: "sensor.room",
      kind: "stuck",
      sentence: expect.stringMatching(/^sensor\.room \(room\.tempC\) has given exactly 20\.5 for 7 hours, .* stuck\?/),
    },
  ]);
  expect(suspect(since(5, "room.tempC", () => 20.5))).toEqual([]);
  expect(
    suspect(
      since(30, "roof.powerKw", () => 0.01),
      [ROOF],
    ),
  ).toEqual([]);
  expect(
    suspect(
      since(30, "battery.soc", () => 0.99),
      [SOC],
    ),
  ).toEqual([]);
});

test.each([
  { what: "the grid's", id: "grid.powerKw", signals: SIGNALS },
  { what: "the battery's, by its content,", id: "battery.powerKw", signals: [BATTERY, SOC] },
  { what: "the sun's", id: "roof.powerKw", signals: SIGNALS },
])("E14 $what sign that is wrong is named, with the setting to change", ({ id, signals }) => {
  const found = suspect(turned(id), signals).filter((each) => each.kind === "sign");
  expect(found.map((each) => each.signal)).toContain(id);
  expect(found.find((each) => each.signal === id)?.sentence).toContain("write invert: true beside its source");
});

test("a sign that has been turned already is turned back", () => {
  const inverted = { ...GRID, invert: true };
  expect(suspect(turned("grid.powerKw"), [inverted, ROOF, BATTERY])[0]?.sentence).toContain("write invert: false");
});

test("E14 W for kW, and kW for W: by what is usual, and where nothing is known by what is possible", () => {
  const kinds = (changes: Values) => suspect(changes, [GRID]).map(({ kind, sentence }) => `${kind}: ${sentence}`);
  expect(kinds(since(6, "grid.powerKw", (value) => 1000 * value))).toEqual([
    expect.stringMatching(/^unit: sensor\.grid .* to give W and to say kW/),
  ]);
  expect(kinds(since(25, "grid.powerKw", (value) => value / 1000))).toEqual([
    expect.stringContaining("to give kW and to say W"),
  ]);
  expect(kinds(since(1000, "grid.powerKw", (value) => 1000 * value))).toEqual([
    expect.stringContaining("to give W and to say kW"),
  ]);
  const sun = suspect(
    since(1000, "roof.powerKw", (value) => value / 1000),
    [ROOF],
  );
  expect(sun.map(({ kind }) => kind)).toEqual(["unit"]);
});

const minutes = (...pairs: readonly (readonly [number, number | undefined])[]) =>
  pairs.map(([minutesAgo, value]) => ({ atMs: NOW_MS - minutesAgo * 60_000, value }));
test.each([
  { what: "a room that jumps", id: ROOM, recent: minutes([5, 20], [4, 29], [3, 20.1]), kind: "jump" },
  {
    what: "a battery that says zero first",
    id: SOC,
    recent: minutes([5, 0.71], [4, 0], [3, 0.71]),
    kind: "zeroAtStart",
  },
  { what: "a room that warms", id: ROOM, recent: minutes([5, 20], [4, 21], [3, 22]), kind: undefined },
  {
    what: "a room that was silent for an hour",
    id: ROOM,
    recent: minutes([65, 20], [4, undefined], [3, 29]),
    kind: undefined,
  },
])("E14 $what: $kind", ({ id, recent, kind }) => {
  const found = findings([id], { means: new Map(), recent: new Map([[id.id, recent]]) }, NOW_MS);
  expect(found.map((each) => each.kind)).toEqual(kind === undefined ? [] : [kind]);
});
