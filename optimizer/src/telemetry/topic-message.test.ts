import { expect, test } from "vitest";
import { topicMessageOf } from "./topic-message.ts";

const TOPIC = "greenbox/home/sensors/attic";
const of = (json: unknown) =>
  topicMessageOf({ topic: TOPIC, text: typeof json === "string" ? json : JSON.stringify(json) });
const payload = { device_id: "hall", timestamp: 1_704_412_800, readings: [{ sensor_id: "attic", value: 21 }] };
const understood = {
  device_id: "hall",
  timestamp: 1_704_412_800_000,
  readings: [{ sensor_id: "attic", value: 21, quality: "good" }],
};

test("a gateway's payload, or a list of them", () => {
  expect(of(payload)).toEqual({ kind: "gateway", payloads: [understood] });
  expect(of([payload, payload])).toEqual({ kind: "gateway", payloads: [understood, understood] });
});

test("a dated value is of the sensor that its topic names", () => {
  expect(of({ value: 21, unit: "°C", timestamp: "2024-01-05T00:00:00Z", quality: "uncertain" })).toEqual({
    kind: "reading",
    reading: { source: `mqtt:${TOPIC}`, value: 21, unit: "°C", atMs: 1_704_412_800_000, quality: "uncertain" },
  });
});

test.each([
  { what: "a plain value", json: "21.4", says: `heard live, by a sensor with source mqtt:${TOPIC}` },
  { what: "a value without time", json: { value: 21 }, says: "a value without its time" },
  { what: "a time that is none", json: { value: 21, timestamp: "noon" }, says: "{ value, timestamp }" },
  { what: "half a payload", json: '{"device_id":"hall","rea', says: "neither" },
  { what: "a payload without device", json: { ...payload, device_id: undefined }, says: "device_id: " },
  {
    what: "another quality",
    json: { ...payload, readings: [{ sensor_id: "a", value: 1, quality: "ok" }] },
    says: "readings[0].quality: ",
  },
  { what: "nothing", json: "", says: "neither" },
])("E14 $what cannot be used, as nobody knows of when it is, or what: $says", ({ json, says }) => {
  expect(of(json)).toEqual({ kind: "unusable", reason: expect.stringContaining(says) });
});
