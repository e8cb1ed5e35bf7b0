import { DeviceIntents, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import {
  aHeatPump,
  aTank,
  aZone,
  completeHouse,
  fullHouse,
  householdOf,
  scheduleOf,
} from "../../../tests/support/household-of.ts";
import { intentsOf } from "./intents.ts";
import { rulesSchedule } from "./rules-schedule.ts";

test("every device that can be told something is told something", () => {
  const problem = fullHouse(1);
  const devices = intentsOf(problem, scheduleOf(problem), [0.2]);
  expect(devices.map(({ deviceId, deviceType, segments }) => [deviceId, deviceType, segments[0]?.intent.kind])).toEqual(
    [
      ["battery", "battery", "hold"],
      ["living", "zone", "setpoint"],
      ["water", "tank", "idle"],
      ["immersion", "immersionHeater", "off"],
      ["roof", "pvArray", "free"],
    ],
  );
});

test("so is every other", () => {
  const problem = completeHouse(2);
  const devices = intentsOf(problem, scheduleOf(problem), [0.2, 0.2]);
  expect(devices.map(({ deviceId, deviceType, segments }) => [deviceId, deviceType, segments[0]?.intent.kind])).toEqual(
    [
      ["battery", "battery", "hold"],
      ["car", "ev", "stop"],
      ["living", "zone", "setpoint"],
      ["water", "tank", "idle"],
      ["boiler", "boiler", "off"],
      ["immersion", "immersionHeater", "off"],
      ["roof", "pvArray", "free"],
      ["dishwasher", "appliance", "off"],
    ],
  );
});

test("each room of a heat pump has a thermostat of its own, a pump for water alone has none", () => {
  const zones = [aZone(1), aZone(1, { id: "attic" })];
  const rooms = householdOf(1, {
    zones,
    tanks: [aTank(1)],
    heatPumps: [aHeatPump(1, { zoneIds: ["living", "attic"], tankId: undefined })],
  });
  expect(intentsOf(rooms, scheduleOf(rooms), [0.2]).map(({ deviceId }) => deviceId)).toEqual([
    "living",
    "attic",
    "water",
  ]);
  const waterOnly = householdOf(1, { zones, tanks: [aTank(1)], heatPumps: [aHeatPump(1, { zoneIds: [] })] });
  expect(intentsOf(waterOnly, scheduleOf(waterOnly), [0.2]).map(({ deviceId }) => deviceId)).toEqual(["water"]);
});

test("a room without a heat pump cannot be told anything", () => {
  const problem = householdOf(1, { zones: [aZone(1)] });
  expect(intentsOf(problem, scheduleOf(problem), [0.2])).toEqual([]);
});

test("segments cover the whole horizon without gap, neighbours differ, and each says why, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, (problem) => {
      const { slots } = problem;
      const last = slots.at(-1);
      for (const device of intentsOf(problem, rulesSchedule(problem), problem.importPricePerKwh)) {
        const { segments } = DeviceIntents.parse(device);
        expect(segments[0]?.startMs).toBe(slots[0]?.startMs);
        expect(segments.at(-1)?.endMs).toBe(last && slotEndMs(last));
        segments.slice(1).forEach((segment, index) => {
          expect(segment.startMs).toBe(segments[index]?.endMs);
          expect(segment.intent).not.toEqual(segments[index]?.intent);
        });
        for (const { reason } of segments) {
          expect(reason).toMatch(/^[A-Z].*\.$/);
          expect(reason).not.toMatch(/NaN|undefined|Infinity|−0\.00/);
        }
      }
    }),
  );
});
