import { beforeEach, expect, test } from "vitest";
import { createHouseWatch, type HouseWatch } from "./house-view.ts";

const list = (...ids: readonly string[]) => ({
  topic: "ohmstead/refresh",
  payload: ids.map((entity_id) => ({ entity_id, state: "1", attributes: {} })),
});
const connected = { link: "connected", missing: [], there: [] };

let watch: HouseWatch;
beforeEach(() => {
  watch = createHouseWatch();
  watch.want(["sensor.soc", "select.mod", "climate.room#temperature", "mqtt/relay", "battery.powerKw"]);
});

test("of all states the wanted entities that are not among them are missing, with what there is of their domain", () => {
  watch.take(list("sensor.soc", "select.mode", "select.tariff", "climate.room", "light.hall"));
  expect(watch.news()).toEqual({ ...connected, missing: ["select.mod"], there: ["select.mode", "select.tariff"] });
});

test("a single state, or a list of somebody's own, says nothing of what is missing", () => {
  watch.take({ payload: { entity_id: "sensor.soc", state: "1", attributes: {} } });
  watch.take({ ...list("sensor.soc"), topic: "mine" });
  expect(watch.news()).toBeUndefined();
});

test("news are told once, and once more after a reconnection", () => {
  watch.take(list("sensor.soc", "select.mod", "climate.room"));
  expect(watch.news()).toEqual(connected);
  watch.take(list("sensor.soc", "select.mod", "climate.room", "sensor.other"));
  expect(watch.news()).toBeUndefined();
  watch.repeat();
  expect(watch.news()).toEqual(connected);
});

test.each([
  ["Request failed with status code 401", "refused"],
  ["Request failed with status code 403", "refused"],
  ["Request failed with status code 500", "away"],
  ["connect ECONNREFUSED 127.0.0.1:40100", "away"],
])("E05 a question that fails with '%s': %s, until an answer comes", (message, link) => {
  watch.take({ topic: "ohmstead/refresh", payload: {}, error: { message } });
  expect(watch.news()).toMatchObject({ link, detail: message });
  watch.take(list("sensor.soc", "select.mod", "climate.room"));
  expect(watch.news()).toEqual(connected);
});

test("E05 a connection that ends in an error was refused; that nobody asks any more does not hide it", () => {
  watch.take({ topic: "homeAssistant", payload: { fill: "red", shape: "ring", text: "home-assistant.status.error" } });
  watch.take({ topic: "ohmstead/refresh", error: { message: "No connection" } });
  expect(watch.news()).toMatchObject({ link: "refused" });
});

test("a connection that is being made, or was lost, is not refused", () => {
  for (const text of ["home-assistant.status.connecting", "home-assistant.status.disconnected"])
    watch.take({ topic: "homeAssistant", payload: { fill: "red", shape: "ring", text } });
  watch.take({ topic: "ohmstead/refresh", error: { message: "No connection" } });
  expect(watch.news()).toMatchObject({ link: "away" });
});
