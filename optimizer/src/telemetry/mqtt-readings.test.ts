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

test.each(['{"state":', "null", '{"state":{"on":true}}', '{"other":1}'])("E06 no field is read from %s", (text) => {
  expect(read("plug", text).map(([source]) => source)).toEqual(["mqtt:plug"]);
});

test("a topic that nobody wants gives nothing", () => expect(read("rod/other", "ON")).toEqual([]));
