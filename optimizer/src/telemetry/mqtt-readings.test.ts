import { expect, test } from "vitest";
import { readingsOfMessage, topicsOf } from "./mqtt-readings.ts";

const sources = ["mqtt:rod/state", "mqtt:plug", "mqtt:plug#state", "mqtt:plug#power", "sensor.soc", "cloud:a.b#c"];
const read = (topic: string, text: string) =>
  readingsOfMessage({ topic, text }, sources, 7).map(({ source, value, atMs }) => [source, value, atMs]);

test("every topic once, and no other kind of source", () => {
  expect(topicsOf(sources)).toEqual(["rod/state", "plug"]);
});

test("a topic's whole payload", () => expect(read("rod/state", " ON\n")).toEqual([["mqtt:rod/state", "ON", 7]]));

test("fields of a JSON payload, beside the whole", () => {
  const text = '{"state":"ON","power":12.5}';
  expect(read("plug", text)).toEqual([
    ["mqtt:plug", text, 7],
    ["mqtt:plug#state", "ON", 7],
    ["mqtt:plug#power", 12.5, 7],
  ]);
});

test("a JSON with a value is that value, with its own unit, time and quality", () => {
  const text = '{"value":41,"unit":"°F","timestamp":5,"quality":"uncertain"}';
  expect(readingsOfMessage({ topic: "rod/state", text }, sources, 7)).toEqual([
    { source: "mqtt:rod/state", value: 41, unit: "°F", atMs: 5000, quality: "uncertain" },
  ]);
  expect(read("rod/state", '{"value":"ON"}')).toEqual([["mqtt:rod/state", "ON", 7]]);
});

test.each(['{"state":', "null", '{"state":{"on":true}}', '{"other":1}'])("E06 no field is read from %s", (text) => {
  expect(read("plug", text).map(([source]) => source)).toEqual(["mqtt:plug"]);
});

test("a topic that nobody wants gives nothing", () => expect(read("rod/other", "ON")).toEqual([]));
