import { expect, test } from "vitest";
import type { Event } from "./case-file.ts";
import { entityMeant, openFields, wireMeant } from "./open-fields.ts";
import { aBattery, aSettingsDevice, aSwitchedDevice, inputOf } from "./testing/examples.ts";

/** The fields of an event as a case would write them. */
function fieldsOf(event: object) {
  const read = inputOf({ timeline: [{ atSeconds: 100, device: "battery", ...event }] }).timeline[0] as Event;
  if (!["reboot", "readings", "entity", "oldReading", "link", "person"].includes(read.event))
    throw new Error("not open");
  return openFields(read as Parameters<typeof openFields>[0], aBattery());
}

test.each([
  [
    { event: "reboot", awaySeconds: 60, returnsWith: { mode: "hold" } },
    { lastsSeconds: 60, state: { mode: "hold" } },
  ],
  [
    { event: "reboot", forSeconds: 60, comesBackIn: "hold" },
    { lastsSeconds: 60, state: { mode: "hold" } },
  ],
  [{ event: "readings", are: "missing", forSeconds: 240 }, { lastsSeconds: 240 }],
  [{ event: "readings", are: "missing", until: 340, note: "a bus fault" }, { untilSeconds: 340 }],
  [
    { event: "entity", entity: "mode", is: "unavailable" },
    { name: "mode", shown: "unavailable" },
  ],
  [
    { event: "entity", setting: "powerKw", value: 0, forSeconds: 9 },
    { name: "powerKw", shown: 0, lastsSeconds: 9 },
  ],
  [
    { event: "oldReading", reading: { mode: "hold" }, ageSeconds: 9000 },
    { state: { mode: "hold" }, ageSeconds: 9000 },
  ],
  [
    { event: "oldReading", state: { mode: "hold" }, takenAt: 10 },
    { state: { mode: "hold" }, takenAtSeconds: 10 },
  ],
  [{ event: "link", device: undefined, which: "homeAssistant", is: "down" }, { name: "homeAssistant" }],
  [{ event: "person", does: "handsOff", until: 900 }, { untilSeconds: 900 }],
])("%j", (event, fields) => {
  expect(fieldsOf(event)).toEqual(fields);
});

test("a field that holds nothing of use is an error that says what would be", () => {
  expect(() => fieldsOf({ event: "reboot", comesBackIn: "hol" })).toThrow(/"reboot".*comesBackIn "hol".*a state/);
});

test.each([
  [aBattery(), "mode", "mode"],
  [aBattery(), "battery.meterKw", "meterKw"],
  [aBattery(), "sensor.battery_power", "meterKw"],
  [aBattery(), "grid power", "gridKw"],
  [aSwitchedDevice(), "select.pump_mode", "mode"],
  [aSettingsDevice(), "switch.charger_enabled", "enabled"],
])("of $0.id, entity %s", (device, name, entity) => {
  expect(entityMeant(device, name)).toBe(entity);
});

test("connections are known by what is at their other end", () => {
  expect(wireMeant(undefined, ["battery"])).toBe("house");
  expect(wireMeant("battery", ["battery"])).toEqual({ deviceId: "battery" });
  expect(wireMeant("broker", [])).toBe("house");
  expect(wireMeant("optimizer", [])).toBe("service");
  expect(wireMeant("internet", [])).toBe("none");
  expect(() => wireMeant("pigeon", ["battery"])).toThrow(/there are: internet, optimizer, homeAssistant, battery/);
});
