import type { DeviceIntents, Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { toldDevices } from "./told-devices.ts";

const told = (deviceId: string, intent: Intent): DeviceIntents => ({
  deviceId,
  deviceType: "battery",
  segments: [{ startMs: 0, endMs: 1, intent, reason: "" }],
});

test("who is left alone is told nothing, but for what a person says", () => {
  const solved = [told("roof", { kind: "free" }), told("battery", { kind: "selfUse" })];
  const driven = [told("battery", { kind: "hold" })];
  expect(toldDevices(solved, { leftAlone: ["battery"], driven })).toEqual([solved[0], driven[0]]);
  expect(toldDevices(solved, { leftAlone: [], driven: [] })).toEqual(solved);
});
