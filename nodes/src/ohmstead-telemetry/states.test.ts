import { describe, expect, test } from "vitest";
import { plainValue, readingsIn, readingsOf, statesIn, wantedByEntity } from "./states.ts";

const NOW_MS = 1_704_400_000_000;
const AT = "2024-01-04T20:00:00.000Z";
const AT_MS = Date.parse(AT);

const soc = {
  entity_id: "sensor.battery_soc",
  state: "55.5",
  attributes: { unit_of_measurement: "%" },
  last_updated: AT,
};
const climate = {
  entity_id: "climate.living_room",
  state: "heat",
  attributes: { temperature: 21, hvac_modes: ["heat"], hvac_action: "idle", current_temperature: null },
  last_changed: AT,
};

describe("states in a message", () => {
  test.each([
    {
      rule: "the state-changed node's",
      message: { payload: "55.5", data: { entity_id: soc.entity_id, new_state: soc } },
    },
    { rule: "one state", message: { payload: soc } },
    { rule: "a list", message: { payload: [soc, 7, null, { entity_id: "half" }] } },
  ])("$rule", ({ message }) => {
    expect(statesIn(message, NOW_MS)).toEqual([
      { entityId: "sensor.battery_soc", state: "55.5", attributes: { unit_of_measurement: "%" }, atMs: AT_MS },
    ]);
  });

  test("a removed entity gives none", () => {
    expect(statesIn({ data: { entity_id: "sensor.gone", new_state: null } }, NOW_MS)).toEqual([]);
  });

  test("the time is that of the last report, where Home Assistant tells it", () => {
    const [state] = statesIn({ payload: { ...soc, last_reported: "2024-01-04T20:05:00Z" } }, NOW_MS);
    expect(state?.atMs).toBe(AT_MS + 300_000);
  });

  test("a state without any time is of now", () => {
    const { last_updated: _none, ...timeless } = soc;
    expect(statesIn({ payload: timeless }, NOW_MS)[0]?.atMs).toBe(NOW_MS);
  });
});

describe("E24 who changed it, as Home Assistant's context says", () => {
  test.each([
    ["a person at the dashboard", { id: "1", parent_id: null, user_id: "u" }, "person"],
    ["an automation, whoever set it off", { id: "1", parent_id: "0", user_id: "u" }, "automation"],
    ["the device itself", { id: "1", parent_id: null, user_id: null }, "device"],
    ["a Home Assistant that tells no context", undefined, undefined],
    ["a context that is none", "x", undefined],
  ])("%s", (_who, context, changedBy) => {
    const readings = statesIn({ payload: { ...climate, context } }, NOW_MS).flatMap((state) =>
      readingsOf(state, wantedByEntity(["climate.living_room", "climate.living_room#temperature"])),
    );
    expect(readings.map((each) => each.changedBy)).toEqual([changedBy, changedBy]);
  });
});

describe("readings of a state", () => {
  const wanted = wantedByEntity(["sensor.battery_soc", "climate.living_room", "climate.living_room#temperature"]);
  const readings = (payload: unknown, of = wanted) =>
    statesIn({ payload }, NOW_MS).flatMap((state) => readingsOf(state, of));

  test("the state itself, with its unit", () => {
    expect(readings(soc)).toEqual([{ source: "sensor.battery_soc", value: "55.5", unit: "%", atMs: AT_MS }]);
  });
  test("wanted attributes beside it", () => {
    expect(readings(climate)).toEqual([
      { source: "climate.living_room", value: "heat", atMs: AT_MS },
      { source: "climate.living_room#temperature", value: 21, atMs: AT_MS },
    ]);
  });
  test("nothing that nobody wants", () => {
    expect(readings(soc, wantedByEntity([]))).toEqual([]);
  });
  test("no attribute that is no plain value; one that is null is told", () => {
    expect(readings(climate, wantedByEntity(["climate.living_room#hvac_modes", "climate.living_room#none"]))).toEqual(
      [],
    );
    expect(readings(climate, wantedByEntity(["climate.living_room#current_temperature"]))).toMatchObject([
      { value: null },
    ]);
  });
});

test("readings of other origin are taken as they are", () => {
  const payload = [
    { source: "meter", value: 3.5, unit: "kW", atMs: 5 },
    { source: "meter2", value: Number.NaN },
    { value: 1 },
    soc,
  ];
  expect(readingsIn({ payload }, NOW_MS)).toEqual([{ source: "meter", value: 3.5, unit: "kW", atMs: 5 }]);
  expect(readingsIn({ payload: { source: "meter", value: true } }, NOW_MS)).toEqual([
    { source: "meter", value: true, atMs: NOW_MS },
  ]);
});

test.each([
  ["21.5", 21.5],
  ["hold", "hold"],
  ["unavailable", undefined],
  ["unknown", undefined],
  ["", undefined],
  [null, undefined],
  [true, undefined],
  [3, 3],
])("plainValue of %o is %o", (value, expected) => {
  expect(plainValue(value)).toBe(expected);
});
