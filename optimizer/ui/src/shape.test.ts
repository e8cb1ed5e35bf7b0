import { Timeline, type TimelineSeries } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  importPriceAt,
  NOW_MS,
  PRICES_FROM_MS,
  sampleTimeline,
  SILENCE,
} from "../../../tests/support/sample-timeline.ts";
import { scaleOf } from "./scale.ts";
import { bandAt, type Line, lineValueAt, type PanelKey, shapeOf } from "./shape.ts";
import { valueText } from "./value-text.ts";

const HOUR = 3_600_000;
const picture = shapeOf(sampleTimeline);

function panel(key: PanelKey, of = picture) {
  const found = of.panels.find((each) => each.key === key);
  if (!found) throw new Error(`no panel ${key}`);
  return found;
}
function line(id: string, of = picture): Line {
  const found = of.panels.flatMap(({ lines }) => lines).find((each) => each.id === id);
  if (!found) throw new Error(`no line ${id}`);
  return found;
}
const only = (...series: readonly TimelineSeries[]): Timeline => ({ ...sampleTimeline, series });
const series = (changes: Partial<TimelineSeries>): TimelineSeries => ({
  id: "x",
  label: "X",
  unit: "kW",
  group: "price",
  step: true,
  past: [],
  future: [],
  ...changes,
});

test("the sample is a timeline of the contract", () => {
  expect(Timeline.parse(sampleTimeline)).toEqual(sampleTimeline);
});

test("four panels share one time axis, in the order of cause and effect", () => {
  expect(picture.panels.map(({ key }) => key)).toEqual(["price", "battery", "temperature", "power"]);
  for (const { lines } of picture.panels)
    for (const { past, future } of lines) {
      expect(past[0]?.startMs).toBeGreaterThanOrEqual(picture.fromMs);
      expect(past.at(-1)?.endMs).toBeLessThanOrEqual(NOW_MS);
      expect(future[0]?.startMs).toBe(NOW_MS);
      expect(future.at(-1)?.endMs).toBe(picture.untilMs);
    }
});

test("a house without a device has no panel for it", () => {
  const prices = sampleTimeline.series.filter(({ group }) => group === "price");
  expect(shapeOf(only(...prices)).panels.map(({ key }) => key)).toEqual(["price"]);
  expect(shapeOf(only(series({ group: "battery" }))).panels).toEqual([]);
});

test("a price is read anywhere in its hour, before and after now", () => {
  for (const hour of [3, 22, 23, 30, 50])
    expect(lineValueAt(line("importPrice"), PRICES_FROM_MS + (hour + 0.6) * HOUR, NOW_MS)).toBeCloseTo(
      importPriceAt(hour),
      3,
    );
});

test("prices are known, everything else is planned", () => {
  const planned = picture.panels.flatMap(({ lines }) => lines).filter(({ isPlanned }) => isPlanned);
  expect(planned.map(({ id }) => id)).not.toContain("importPrice");
  expect(planned.map(({ id }) => id)).toContain("battery.soc");
});

test("a silent sensor leaves a gap; nothing is drawn as zero", () => {
  const middle = (SILENCE.fromMs + SILENCE.untilMs) / 2;
  const room = line("living_room.tempC");
  expect(lineValueAt(room, middle, NOW_MS)).toBeUndefined();
  expect(Math.min(...room.past.flatMap(({ value, endValue }) => [value, endValue]))).toBeGreaterThan(19);
});

test("people read per cent and the currency's sign", () => {
  const points: [number, number][] = [[NOW_MS, 0.54]];
  const shaped = shapeOf(
    only(
      series({ id: "soc", group: "battery", unit: "share", future: points }),
      series({ id: "price", unit: "EUR/kWh", future: points }),
    ),
  );
  expect([line("soc", shaped).unit, lineValueAt(line("soc", shaped), NOW_MS, NOW_MS)]).toEqual(["%", 54]);
  expect(line("price", shaped).unit).toBe("€/kWh");
});

test.each([
  { currency: "EUR", value: 0.2451, text: "0.245 €/kWh" },
  { currency: "CZK", value: 5.953, text: "5.95 Kč/kWh" },
  { currency: "HUF", value: 96.07, text: "96.1 Ft/kWh" },
  { currency: "JPY", value: 31.04, text: "31.0 ¥/kWh" },
])("a price of $value $currency is drawn and told as $text", ({ currency, value, text }) => {
  const priced = only(series({ id: "price", group: "price", unit: `${currency}/kWh`, future: [[NOW_MS, value]] }));
  const { unit, digits } = line("price", shapeOf({ ...priced, currency }));
  expect(valueText(value, unit, digits)).toBe(text);
});

test("rooms and hot water have an axis each; the weather waits for a tap", () => {
  expect(line("living_room.tempC").side).toBe("left");
  expect(line("hot_water.tempC").side).toBe("right");
  const frost = series({ id: "outdoor.tempC", group: "temperature", unit: "°C", past: [[NOW_MS - HOUR, -22]] });
  const shaped = shapeOf(only(...sampleTimeline.series, frost));
  const temperatures = panel("temperature", shaped);
  expect(line("outdoor.tempC", shaped).isShownAtFirst).toBe(false);
  expect(scaleOf(temperatures, "left", (id) => id === "outdoor.tempC")?.min).toBeGreaterThan(15);
  expect(scaleOf(temperatures, "left", () => false)?.min).toBeLessThan(-22);
});

test("the comfort band follows the night, and its equal slots are one", () => {
  const [band, ...others] = panel("temperature").bands;
  expect(others).toEqual([]);
  if (!band) throw new Error("no comfort band");
  expect(bandAt(band, Date.UTC(2024, 0, 5, 11))).toMatchObject({ low: 20.5, high: 23 });
  expect(bandAt(band, Date.UTC(2024, 0, 6, 1))).toMatchObject({ low: 19.5, high: 23 });
  // day, night, day, night, day, and the night that has just begun
  expect(band.spans.map(({ low }) => low)).toEqual([20.5, 19.5, 20.5, 19.5, 20.5, 19.5]);
});

test("zero is the middle of the battery's power, and the foot of prices that are not negative", () => {
  const power = scaleOf(panel("battery"), "right", () => false);
  expect(power?.min).toBe(-(power?.max ?? 0));
  expect(scaleOf(panel("price"), "left", () => false)?.min).toBe(0);
  expect(scaleOf(panel("price"), "right", () => false)).toBeUndefined();
});

test("negative prices have room below zero", () => {
  const paid = only(series({ unit: "EUR/kWh", future: [[NOW_MS, -0.4]] }));
  expect(scaleOf(panel("price", shapeOf(paid)), "left", () => false)?.min).toBeLessThan(-0.4);
});

test("an axis looks only at the lines that are shown", () => {
  const withGrid = scaleOf(panel("power"), "left", () => false);
  const withoutGrid = scaleOf(panel("power"), "left", (id) => id === "grid");
  expect(withoutGrid?.max).toBeLessThan(withGrid?.max ?? 0);
});

test("a house just switched on has a time axis too", () => {
  const begun = { ...only(series({ past: [[NOW_MS, 0.3]] })), fromMs: NOW_MS, untilMs: NOW_MS };
  expect(shapeOf(begun).untilMs).toBeGreaterThan(NOW_MS);
});

const future = (kw: number): [number, number][] => [
  [NOW_MS, kw],
  [NOW_MS + HOUR, 0],
];

describe("cars, appliances and boilers", () => {
  const car = [
    series({ id: "car.soc", group: "battery", unit: "%", step: false, future: future(40) }),
    series({ id: "car.powerKw", group: "load", future: future(11) }),
  ];
  const rest = [
    series({ id: "house.baseLoadKw", group: "load", future: future(0.4) }),
    series({ id: "dishwasher.powerKw", group: "load", future: future(1.2) }),
    series({ id: "pump.powerKw", group: "heat", future: future(2) }),
    series({ id: "gas.heatKw", group: "heat", future: future(8) }),
  ];
  test("have their place in the panels there are", () => {
    const shaped = shapeOf(only(...car, ...rest));
    expect(shaped.panels.map(({ key }) => key)).toEqual(["battery", "power"]);
    expect(line("car.soc", shaped)).toMatchObject({ ink: "car", isBar: false });
    expect(panel("power", shaped).lines.map(({ id, ink, isBar }) => [id, ink, isBar])).toEqual([
      ["pump.powerKw", "heatPump", true],
      ["gas.heatKw", "boiler", true],
      ["house.baseLoadKw", "load", false],
      ["car.powerKw", "car", true],
      ["dishwasher.powerKw", "appliance", true],
    ]);
  });
  test("have no line while they never run", () => {
    const idle = ["car.powerKw", "dishwasher.powerKw", "gas.heatKw"].map((id) =>
      series({ id, group: id.endsWith("heatKw") ? "heat" : "load", future: future(0) }),
    );
    const shaped = shapeOf(only(series({ id: "house.baseLoadKw", group: "load", future: future(0.4) }), ...idle));
    expect(panel("power", shaped).lines.map(({ id }) => id)).toEqual(["house.baseLoadKw"]);
  });
});
