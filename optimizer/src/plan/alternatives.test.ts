import type { DeviceIntents } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { withAlternatives } from "./alternatives.ts";

const segment = (startMs: number, endMs: number, kind: "hold" | "selfUse") => ({
  startMs,
  endMs,
  intent: { kind },
  reason: "Because.",
});
const battery: DeviceIntents = {
  deviceId: "battery",
  deviceType: "battery",
  segments: [segment(0, 10, "hold"), segment(10, 20, "selfUse")],
};
const car: DeviceIntents = { deviceId: "car", deviceType: "ev", segments: [segment(0, 20, "hold")] };
const told = (...alternatives: Parameters<typeof withAlternatives>[1]) =>
  withAlternatives([battery, car], alternatives).map(({ segments }) => segments.map(({ alternative }) => alternative));

test("each stands at the segment of its moment, the end of one being the beginning of the next", () => {
  const selfUse = { kind: "selfUse" } as const;
  const hold = { kind: "hold" } as const;
  expect(
    told(
      { deviceId: "battery", startMs: 0, intent: selfUse, extraCost: 0.14 },
      { deviceId: "battery", startMs: 10, intent: hold, extraCost: 0.05 },
    ),
  ).toEqual([
    [
      { intent: selfUse, extraCost: 0.14 },
      { intent: hold, extraCost: 0.05 },
    ],
    [undefined],
  ]);
});

test("of several the cheapest counts", () => {
  const charge = { kind: "charge", kw: 3, untilSoc: 0.8 } as const;
  expect(
    told(
      { deviceId: "battery", startMs: 0, intent: charge, extraCost: 0.3 },
      { deviceId: "battery", startMs: 5, intent: { kind: "selfUse" }, extraCost: 0.2 },
    )[0]?.[0],
  ).toEqual({ intent: { kind: "selfUse" }, extraCost: 0.2 });
});

test("what is done anyway is no alternative, and nobody else's is", () => {
  const hold = { kind: "hold" } as const;
  const none = [[undefined, undefined], [undefined]];
  expect(told({ deviceId: "battery", startMs: 0, intent: hold, extraCost: 0 })).toEqual(none);
  expect(told({ deviceId: "heater", startMs: 0, intent: hold, extraCost: 0 })).toEqual(none);
  expect(told({ deviceId: "battery", startMs: 20, intent: hold, extraCost: 0 })).toEqual(none);
});
