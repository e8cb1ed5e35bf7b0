import { expect, test } from "vitest";
import { aRecommendation } from "../../../tests/support/appliance-fake.ts";
import { messageOf, statusFor } from "./logic.ts";

const [battery] = aRecommendation.devices;

test.each([
  ["the whole house", "", { topic: "recommendation", payload: aRecommendation }],
  ["one device", "battery", { topic: "recommendation/battery", payload: battery }],
  ["a device that is not there", "sauna", undefined],
])("messageOf %s", (_what, deviceId, expected) => {
  expect(messageOf(aRecommendation, deviceId)).toEqual(expected);
});

test.each([
  ["", { fill: "green", text: "The battery waits for the evening." }],
  ["battery", { fill: "green", text: "hold" }],
  ["sauna", { fill: "yellow", text: 'no device "sauna" in the plan' }],
])("statusFor %o", (deviceId, expected) => {
  expect(statusFor(aRecommendation, deviceId)).toMatchObject(expected);
});
